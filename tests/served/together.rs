//! Both platforms at once.
