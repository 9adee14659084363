//! Makes replies of answers: phrases in the asker's language, tables, charts as PNG and as characters. Computes nothing.
