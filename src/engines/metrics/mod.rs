//! Figures, comparisons, reasons and anomalies.
