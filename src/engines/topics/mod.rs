//! What people talk about, and what is rising.
