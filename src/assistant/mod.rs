//! What happens to one message: understand, clarify, permit, gather, answer, keep, render. Knows no platform.
