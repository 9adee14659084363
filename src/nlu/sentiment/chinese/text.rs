//! A Chinese text as the model sees it: its hashed pieces of one to four characters.

use unicode_normalization::UnicodeNormalization;

/// The longest hashed piece.
const LONGEST_PIECE: usize = 4;

/// Half-width, in small letters, one space for many and one digit for all.
#[must_use]
pub(crate) fn normal(text: &str) -> Vec<char> {
    let mut out: Vec<char> = Vec::new();
    for character in text.nfkc().flat_map(char::to_lowercase) {
        let character = match character {
            _ if character.is_whitespace() => ' ',
            _ if character.is_ascii_digit() => '0',
            _ => character,
        };
        if character != ' ' || out.last().is_some_and(|last| *last != ' ') {
            out.push(character);
        }
    }
    if out.last() == Some(&' ') {
        out.pop();
    }
    out
}

/// The buckets of all pieces of one to four characters that hold a letter, a sign that asks or stresses, or both; each
/// once, in order (Weinberger et al., 2009, without the sign).
#[must_use]
pub(crate) fn pieces(normal: &[char], buckets: usize) -> Vec<u32> {
    let counts = |character: char| character.is_alphanumeric() || "!?。,，！？%".contains(character);
    // What separates is one space, so that pieces do not differ by how a text is decorated.
    let mut plain: Vec<char> = Vec::with_capacity(normal.len());
    for &character in normal {
        if counts(character) {
            plain.push(character);
        } else if plain.last().is_some_and(|last| *last != ' ') {
            plain.push(' ');
        }
    }
    let mut found: Vec<u32> =
        (1..=LONGEST_PIECE).flat_map(|length| plain.windows(length)).map(|piece| hash(piece, buckets)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// FNV-1a (Fowler, Noll and Vo, 1991), mixed once more so that the low bits are even. The same on every machine.
fn hash(piece: &[char], buckets: usize) -> u32 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for &character in piece {
        for byte in (character as u32).to_le_bytes() {
            hash ^= u64::from(byte);
            hash = hash.wrapping_mul(0x0100_0000_01b3);
        }
    }
    let mixed = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    u32::try_from(mixed % buckets.max(1) as u64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_digits_and_spaces_do_not_matter() {
        assert_eq!(normal("　ＷｉＦｉ  ２００元 "), normal("wifi 731元"));
        assert_eq!(normal("好！"), vec!['好', '!']);
    }

    #[test]
    fn pieces_are_in_order_and_each_once() {
        let found = pieces(&normal("不好~~~不好"), 1 << 16);
        assert!(found.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(found, pieces(&normal("不好—不好"), 1 << 16), "decoration does not matter");
        assert!(pieces(&[], 8).is_empty());
        assert!(pieces(&normal("很好"), 8).iter().all(|bucket| *bucket < 8));
    }
}
