//! The figure to come, and the chance of a target.
