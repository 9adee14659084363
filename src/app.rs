//! The composition root: constructs everything once and hands it over.
