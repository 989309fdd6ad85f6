//! The service as its users meet it: the real binary, over HTTP.

mod building;
mod end;
mod graphql;
mod health;
mod origin;
mod pages;
mod query;
mod refusal;
mod restart;
mod saved;
mod settings;
