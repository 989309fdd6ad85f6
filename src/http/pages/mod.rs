//! Pages and files: landing page, playground, assets and health.

pub(super) mod asset;
pub(super) mod health;
pub(super) mod landing;
pub(super) mod markup;
pub(super) mod playground;
pub(super) mod wildcard;
