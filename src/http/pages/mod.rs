//! Pages and files: landing page, playground, assets, saved queries and health.

pub(super) mod asset;
pub(super) mod health;
pub(super) mod landing;
pub(super) mod playground;
pub(super) mod saved;
mod table_request;
pub(super) mod wildcard;
