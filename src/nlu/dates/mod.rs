//! Dates, periods, horizons and numbers in English and Chinese.
