//! A made company with known effects, for trying Herald and for testing it. Its numbers are made, its engines are not.
