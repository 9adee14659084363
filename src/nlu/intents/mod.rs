//! Intents: the taught examples, the head on the embeddings, the ranking.
