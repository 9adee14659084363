//! Adapters of platforms against strict emulators of them, over loopback.

mod discord;
mod telegram;
