//! Adapters of platforms against strict emulators of them, over loopback.

mod telegram;
