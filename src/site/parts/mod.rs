//! Pieces that pages are made of.
//!
//! | module | contents |
//! | --- | --- |
//! | `data` | objects of the schema that several queries select, by their fragments |
//! | `show` | money, dates, periods, codes and texts as markup |
//! | `given` | parameters of an address as a filter, and what cannot be read of them |
//! | `drawing` | a drawing with its sentence and its table |
//! | `notes` | numbered footnotes: printed words, publication, reading, file and line |
//! | `places` | map of places in their country |
//! | `sheet` | page of a record under construction: facts with footnotes, lists, sections |
//! | `rows` | rows of lists, one kind per noun |
//! | `years` | sums by year as bars |

pub(super) mod data;
pub(super) mod drawing;
pub(super) mod given;
pub(super) mod notes;
pub(super) mod places;
pub(super) mod rows;
pub(super) mod sheet;
pub(super) mod show;
pub(super) mod years;
