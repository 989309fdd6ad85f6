//! Pages and files: playground, assets and health.

pub(super) mod asset;
pub(super) mod health;
pub(super) mod playground;
pub(super) mod wildcard;
