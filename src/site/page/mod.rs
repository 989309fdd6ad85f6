//! Pages, one file each. `catalogue` lists them.

pub(super) mod agency;
pub(super) mod agreement;
pub(super) mod contribution;
pub(super) mod country;
pub(super) mod data;
pub(super) mod dialogue;
pub(super) mod engagement;
pub(super) mod event;
pub(super) mod explore;
pub(super) mod flows;
pub(super) mod gap;
pub(super) mod home;
pub(super) mod location;
pub(super) mod mission;
pub(super) mod mission_contribution;
pub(super) mod missions;
pub(super) mod oda_figure;
pub(super) mod partnership;
pub(super) mod programme;
pub(super) mod record;
pub(super) mod search;
pub(super) mod sector;
pub(super) mod source;
pub(super) mod transaction;
pub(super) mod trust_fund;
