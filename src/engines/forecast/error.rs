//! Why a series cannot be forecast, by what somebody can do about it.

/// Why a series cannot be forecast.
#[derive(Debug, Clone, thiserror::Error, PartialEq)]
pub enum ForecastError {
    /// Wait, or look at a coarser or longer history.
    #[error("a forecast needs {needs} values, found {found}")]
    TooShort {
        /// The least number.
        needs: usize,
        /// How many there are.
        found: usize,
    },
    /// Repair the input: gaps are filled only where they are few.
    #[error("{missing} of {total} values are missing; at most a fifth may be")]
    TooManyMissing {
        /// How many are missing.
        missing: usize,
        /// How many there should be.
        total: usize,
    },
    /// A parameter lies outside its bounds.
    #[error("{what} must lie in {bounds}, found {found}")]
    OutOfRange {
        /// Which parameter.
        what: &'static str,
        /// Its bounds, for people.
        bounds: &'static str,
        /// What was given.
        found: f64,
    },
    /// No model could be fitted.
    #[error("no model fits the series")]
    NothingFits,
}
