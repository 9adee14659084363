//! A strict emulator of the Discord API for integration tests. Only the module: the tests are in `tests/`.

pub mod emulator;
