//! Keys of the trees, typed. Bytes sort as what they stand for: a conversation's turns lie together, in order.

use super::Collection;
use crate::domain::{ConversationId, MessageId, ProfileId};

/// Ends a text inside a key. A NUL inside the text is written as NUL, 0xFF, so no text is the beginning of another
/// (the escaping of the FoundationDB tuple layer, 2013).
const END: [u8; 2] = [0x00, 0x01];
const ESCAPED_NUL: [u8; 2] = [0x00, 0xFF];

/// The place of a turn within its conversation.
pub(super) type Sequence = u64;

/// The key of a profile.
pub(super) fn profile(id: &ProfileId) -> Vec<u8> {
    id.0.as_bytes().to_vec()
}

/// The key of a seen message.
pub(super) fn message(id: &MessageId) -> Vec<u8> {
    id.0.as_bytes().to_vec()
}

/// The key of a conversation's head.
pub(super) fn head(id: &ConversationId) -> Vec<u8> {
    id.0.as_bytes().to_vec()
}

/// What the keys of all turns of a conversation begin with.
pub(super) fn turns(id: &ConversationId) -> Vec<u8> {
    ended(&id.0)
}

/// The key of one turn.
pub(super) fn turn(id: &ConversationId, sequence: Sequence) -> Vec<u8> {
    let mut key = turns(id);
    key.extend_from_slice(&sequence.to_be_bytes());
    key
}

/// What the keys of all documents of a collection begin with.
pub(super) fn documents(collection: Collection) -> Vec<u8> {
    ended(collection.name())
}

/// The key of a document.
pub(super) fn document(collection: Collection, id: &str) -> Vec<u8> {
    let mut key = documents(collection);
    key.extend_from_slice(id.as_bytes());
    key
}

/// A text that no other text is the beginning of.
fn ended(text: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(text.len() + 10);
    for byte in text.bytes() {
        if byte == 0 {
            key.extend_from_slice(&ESCAPED_NUL);
        } else {
            key.push(byte);
        }
    }
    key.extend_from_slice(&END);
    key
}

/// Reads the key of a turn.
pub(super) fn parse_turn(key: &[u8]) -> Option<(ConversationId, Sequence)> {
    let (text, sequence) = key.split_at_checked(key.len().checked_sub(8)?)?;
    let sequence = Sequence::from_be_bytes(sequence.try_into().ok()?);
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.strip_suffix(&END)?;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = if byte == 0 { tail.strip_prefix(&[0xFF])? } else { tail };
        bytes.push(byte);
    }
    Some((ConversationId(String::from_utf8(bytes).ok()?), sequence))
}

/// Reads a key that is a text.
pub(super) fn parse_text(key: &[u8]) -> Option<String> {
    String::from_utf8(key.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_turns_key_reads_back(id in "\\PC{0,8}\0?\\PC{0,8}", sequence in any::<u64>()) {
            let id = ConversationId(id);
            prop_assert_eq!(parse_turn(&turn(&id, sequence)), Some((id, sequence)));
        }

        #[test]
        fn keys_sort_by_sequence(id in "\\PC{0,8}", a in any::<u64>(), b in any::<u64>()) {
            let id = ConversationId(id);
            prop_assert_eq!(turn(&id, a).cmp(&turn(&id, b)), a.cmp(&b));
        }

        #[test]
        fn no_conversation_holds_the_turns_of_another(a in "[a\0\u{1}\u{ff}]{0,6}", b in "[a\0\u{1}\u{ff}]{0,6}", sequence in any::<u64>()) {
            let holds = turn(&ConversationId(b.clone()), sequence).starts_with(&turns(&ConversationId(a.clone())));
            prop_assert_eq!(holds, a == b);
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..32)) {
            let _ = parse_turn(&bytes);
            let _ = parse_text(&bytes);
        }
    }
}
