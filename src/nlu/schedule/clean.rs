//! A text in one form: full-width letters and marks become their plain ones, runs of white space become one space.

/// The text, cleaned.
pub(super) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let c = match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '\u{3000}' => ' ',
            '–' | '—' => '-',
            '’' | '‘' => '\'',
            _ => c,
        };
        if c.is_whitespace() || c.is_control() {
            if c == '\n' || c == '\r' {
                // A new line begins something new, as a semicolon does.
                out.push(';');
            } else if !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
    out.trim_matches(|c: char| c == ' ' || c == ';').to_owned()
}
