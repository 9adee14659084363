//! One test binary; each suite is a module.

mod storage;
mod tidy;
mod whole;
