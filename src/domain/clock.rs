//! The clock that is passed in. Reading a real one is the composition root's business.

use jiff::Zoned;

/// Tells the time, in the company's time zone.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Zoned;
}
