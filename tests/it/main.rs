//! Everything that is tested from outside, in one binary so that it is linked once.

mod api;
mod check;
mod docs;
mod house;
mod serve;
mod store;
mod support;
