//! The platforms people write on. Only this folder knows platform types.
