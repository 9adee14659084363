//! Why texts cannot be sorted into topics.

/// Why texts cannot be sorted into topics.
#[derive(Debug, thiserror::Error)]
pub enum TopicsError {
    /// Too few texts.
    #[error("topics need {needs} texts, found {found}")]
    TooFew {
        /// How many are needed.
        needs: usize,
        /// How many there are.
        found: usize,
    },
    /// Vectors and texts do not go together.
    #[error("{vectors} vectors do not go with {texts} texts")]
    Mismatch {
        /// How many vectors.
        vectors: usize,
        /// How many texts.
        texts: usize,
    },
    /// More topics than texts could bear.
    #[error("{wanted} topics are too many for {texts} texts; ask for at most {most}")]
    TooManyTopics {
        /// How many were wanted.
        wanted: usize,
        /// How many texts there are.
        texts: usize,
        /// How many would do.
        most: usize,
    },
    /// A topic that is not there.
    #[error("there is no topic {topic}; topics are numbered from 0 to {}", .topics.saturating_sub(1))]
    NoSuchTopic {
        /// The number.
        topic: usize,
        /// How many topics there are.
        topics: usize,
    },
    /// A topic in two changes at once.
    #[error("topic {0} is named twice; name each topic in one change")]
    NamedTwice(usize),
    /// A topic of too few texts.
    #[error("topic {topic} has {texts} texts, too few to split")]
    TooSmallToSplit {
        /// The number.
        topic: usize,
        /// How many texts it has.
        texts: usize,
    },
    /// Torch failed.
    #[error("torch failed: {0}")]
    Torch(#[from] tch::TchError),
    /// The clustering failed.
    #[error("the clustering failed: {0}")]
    Clustering(String),
}
