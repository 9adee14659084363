//! Spelling as numbers: hashed pieces of words and characters. The encoder's English vocabulary knows few Chinese
//! characters and breaks misspelt words oddly; these features see both. No weights here.

use unicode_normalization::UnicodeNormalization;

/// A text's features: bucket and value, sorted by bucket, the whole of length 1.
pub(crate) type Sparse = Vec<(u32, f32)>;

/// What the hash is told about where a piece comes from, so that equal letters of different kinds stay apart.
#[derive(Clone, Copy)]
enum Kind {
    Word = 1,
    TwoWords = 2,
    Letters = 3,
    Signs = 4,
}

/// Hashes a text into `buckets` features (Weinberger et al., 2009, without the sign, as weights are fitted afterwards).
#[must_use]
pub(crate) fn ngrams(text: &str, buckets: u32) -> Sparse {
    let mut counts: Vec<(u32, f32)> = Vec::new();
    let mut add = |kind: Kind, piece: &[char], weight: f32| {
        counts.push((hash(kind, piece) % buckets.max(1), weight));
    };
    let mut before: Option<Vec<char>> = None;
    for run in runs(text) {
        if run.first().is_some_and(|&sign| is_han(sign)) {
            for length in 1..=3 {
                for piece in run.windows(length) {
                    add(Kind::Signs, piece, 1.0);
                }
            }
            before = None;
            continue;
        }
        add(Kind::Word, &run, 1.0);
        if let Some(previous) = &before {
            let mut both = previous.clone();
            both.push(' ');
            both.extend(&run);
            add(Kind::TwoWords, &both, 1.0);
        }
        let mut framed = vec![' '];
        framed.extend(&run);
        framed.push(' ');
        for length in 3..=4 {
            for piece in framed.windows(length) {
                add(Kind::Letters, piece, 0.5);
            }
        }
        before = Some(run);
    }
    counts.sort_unstable_by_key(|&(bucket, _)| bucket);
    let mut merged: Sparse = Vec::with_capacity(counts.len());
    for (bucket, weight) in counts {
        match merged.last_mut() {
            Some(last) if last.0 == bucket => last.1 += weight,
            _ => merged.push((bucket, weight)),
        }
    }
    let length = merged.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
    if length > 0.0 {
        for entry in &mut merged {
            entry.1 /= length;
        }
    }
    merged
}

/// Runs of letters or of Chinese characters, in small letters; every number counts as the same.
fn runs(text: &str) -> Vec<Vec<char>> {
    let mut runs: Vec<Vec<char>> = Vec::new();
    let mut open: Option<Class> = None;
    for sign in text.nfkc().flat_map(char::to_lowercase) {
        let class = Class::of(sign);
        match (class, open) {
            (None, _) => {}
            (Some(Class::Digit), Some(Class::Digit)) => continue,
            (Some(class), Some(same)) if class == same => {
                if let Some(run) = runs.last_mut() {
                    run.push(sign);
                }
            }
            (Some(Class::Digit), _) => runs.push(vec!['0']),
            (Some(_), _) => runs.push(vec![sign]),
        }
        open = class;
    }
    runs
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    Han,
    /// Marks that ask or stress: one feature each.
    Mark,
}

impl Class {
    fn of(sign: char) -> Option<Self> {
        if is_han(sign) {
            Some(Self::Han)
        } else if sign.is_numeric() {
            Some(Self::Digit)
        } else if sign.is_alphabetic() || sign == '\'' {
            Some(Self::Letter)
        } else if matches!(sign, '?' | '!' | '%' | '$' | '€' | '£' | '¥') {
            Some(Self::Mark)
        } else {
            None
        }
    }
}

/// Whether a character is Chinese.
pub(super) fn is_han(sign: char) -> bool {
    matches!(sign, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}')
}

/// FNV-1a (Fowler, Noll and Vo, 1991), mixed once more so that the low bits are even. The same on every machine.
fn hash(kind: Kind, piece: &[char]) -> u32 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut eat = |byte: u8| {
        hash ^= u64::from(byte);
        hash = hash.wrapping_mul(0x0100_0000_01b3);
    };
    eat(kind as u8);
    for &sign in piece {
        (sign as u32).to_le_bytes().into_iter().for_each(&mut eat);
    }
    ((hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlap(a: &str, b: &str) -> f32 {
        let (a, b) = (ngrams(a, 1 << 14), ngrams(b, 1 << 14));
        a.iter().filter_map(|(key, x)| b.iter().find(|(other, _)| other == key).map(|(_, y)| x * y)).sum()
    }

    #[test]
    fn a_misspelt_word_stays_near() {
        assert!(overlap("forecast revenue", "forcast revenue") > 0.5);
        assert!(overlap("forecast revenue", "unsubscribe me") < 0.1);
    }

    #[test]
    fn chinese_is_seen_character_by_character() {
        assert!(overlap("上个月的销售额", "上月销售额") > 0.4);
        assert!(overlap("上个月的销售额", "退订短信") < 0.05);
    }

    #[test]
    fn width_case_and_digits_do_not_matter() {
        assert_eq!(ngrams("ＲＯＡＳ in 2024", 1 << 14), ngrams("roas in 7", 1 << 14));
    }

    #[test]
    fn odd_texts_do_no_harm() {
        for text in ["", " ", "🍵🍵", "\u{0}", "'''", &"长".repeat(10_000)] {
            let features = ngrams(text, 64);
            let length: f32 = features.iter().map(|(_, x)| x * x).sum();
            assert!(features.is_empty() || (length - 1.0).abs() < 1e-3);
            assert!(features.iter().all(|&(bucket, _)| bucket < 64));
        }
    }

    #[test]
    fn the_hash_never_changes() {
        // A head on disk depends on it.
        assert_eq!(hash(Kind::Word, &['t', 'e', 'a']) % 8192, hash_reference());
    }

    fn hash_reference() -> u32 {
        // FNV-1a over 01 74000000 65000000 61000000, written out with wide arithmetic.
        let bytes = [1u8, 0x74, 0, 0, 0, 0x65, 0, 0, 0, 0x61, 0, 0, 0];
        let mut hash: u128 = 14_695_981_039_346_656_037;
        for byte in bytes {
            hash = ((hash ^ u128::from(byte)) * 1_099_511_628_211) % (1 << 64);
        }
        let mixed = ((hash ^ (hash >> 32)) * 11_400_714_819_323_198_485) % (1 << 64);
        u32::try_from((mixed >> 32) % 8192).unwrap()
    }
}
