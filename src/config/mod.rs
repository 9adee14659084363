//! One configuration: the embedded defaults, then a file, then the environment, then flags. Checked once.
