//! One test binary; each folder is a suite.

mod storage;
