//! The service as its users meet it: the real binary, over HTTP.

mod access;
mod admin;
mod building;
mod end;
mod execution;
mod graphql;
mod health;
mod hostile;
mod mcp;
mod metrics;
mod origin;
mod pages;
mod persisted;
mod query;
mod ranges;
mod ready;
mod refusal;
mod reseed;
mod restart;
mod saved;
mod settings;
mod socket;
mod subscription;
mod tables;
mod tls;
mod unsent;
