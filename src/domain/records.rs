//! The rows that engines read: products, orders, posts, ad results, interactions and mailings.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use super::Aspect;

/// A product of the company.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Product {
    /// Its id, unique.
    pub product_id: String,
    /// Its name.
    pub name: String,
    /// Its category.
    pub category: Option<String>,
    /// Its price now.
    pub price: Option<f64>,
    /// What it costs the company.
    pub cost: Option<f64>,
    /// A description.
    pub description: Option<String>,
}

/// One line of an order. A negative quantity is a return.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// The order; several lines share it.
    pub order_id: String,
    /// The line's number within the order, from 1.
    pub line: u32,
    /// Who bought, where known.
    pub customer_id: Option<String>,
    /// What was bought.
    pub product_id: String,
    /// How many; negative for a return.
    pub quantity: f64,
    /// What one cost.
    pub unit_price: f64,
    /// When, in the company's time zone.
    pub ordered_at: DateTime,
    /// Where it was sold.
    pub channel: Option<String>,
    /// Where it went.
    pub region: Option<String>,
}

/// A post, review or message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Post {
    /// Its id, unique.
    pub post_id: String,
    /// Where it was written.
    pub source: String,
    /// Who wrote it.
    pub author: Option<String>,
    /// When, in the company's time zone.
    pub posted_at: DateTime,
    /// What it says.
    pub text: String,
    /// Which product it is about.
    pub product_id: Option<String>,
    /// Stars, from 1 to 5.
    pub rating: Option<f64>,
    /// The post it answers.
    pub reply_to: Option<String>,
}

/// A class of feeling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sentiment {
    /// Blame.
    Negative,
    /// Neither.
    Neutral,
    /// Praise.
    Positive,
}

impl Sentiment {
    /// The likeliest class, of P(negative), P(neutral) and P(positive).
    #[must_use]
    pub fn likeliest([negative, neutral, positive]: [f32; 3]) -> Self {
        if negative >= neutral && negative >= positive {
            Self::Negative
        } else if positive >= neutral {
            Self::Positive
        } else {
            Self::Neutral
        }
    }

    /// The classes, in the order of their probabilities.
    pub const ALL: [Sentiment; 3] = [Sentiment::Negative, Sentiment::Neutral, Sentiment::Positive];

    /// The name used in files and on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Sentiment::Negative => "negative",
            Sentiment::Neutral => "neutral",
            Sentiment::Positive => "positive",
        }
    }
}

/// What the encoder and the sentiment head made of one text.
#[derive(Debug, Clone, PartialEq)]
pub struct PostReading {
    /// The sentence embedding: unit length, 384 numbers.
    pub vector: Vec<f32>,
    /// P(negative), P(neutral), P(positive); they sum to 1.
    pub sentiment: [f32; 3],
    /// The feeling toward each aspect that the text names, each aspect at most once.
    pub aspects: Vec<AspectReading>,
}

/// The feeling toward one aspect of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AspectReading {
    /// Which.
    pub aspect: Aspect,
    /// P(negative), P(neutral), P(positive) toward it; they sum to 1.
    pub sentiment: [f32; 3],
}

impl AspectReading {
    /// The likeliest class.
    #[must_use]
    pub fn class(&self) -> Sentiment {
        Sentiment::likeliest(self.sentiment)
    }
}

impl PostReading {
    /// The likeliest class.
    #[must_use]
    pub fn class(&self) -> Sentiment {
        Sentiment::likeliest(self.sentiment)
    }

    /// What is felt toward an aspect; nothing where the text does not name it.
    #[must_use]
    pub fn toward(&self, aspect: Aspect) -> Option<&AspectReading> {
        self.aspects.iter().find(|one| one.aspect == aspect)
    }

    /// P(positive) − P(negative), from −1 to 1.
    #[must_use]
    pub fn polarity(&self) -> f64 {
        f64::from(self.sentiment[2]) - f64::from(self.sentiment[0])
    }
}

/// One day's result of one ad cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AdResult {
    /// The day.
    pub date: Date,
    /// The ad channel, such as search or social.
    pub channel: String,
    /// The campaign.
    pub campaign: Option<String>,
    /// Where it was shown.
    pub placement: Option<String>,
    /// Which version.
    pub variant: Option<String>,
    /// On what.
    pub device: Option<String>,
    /// To whom.
    pub audience: Option<String>,
    /// Money spent.
    pub spend: f64,
    /// Times shown.
    pub impressions: f64,
    /// Times clicked.
    pub clicks: f64,
    /// Orders attributed.
    pub conversions: f64,
    /// Revenue attributed.
    pub revenue: f64,
}

/// What a customer did with a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InteractionKind {
    /// Looked at it.
    View,
    /// Put it in the basket.
    Cart,
    /// Bought it.
    Purchase,
    /// Marked it.
    Like,
}

impl InteractionKind {
    /// Every kind.
    pub const ALL: [InteractionKind; 4] =
        [InteractionKind::View, InteractionKind::Cart, InteractionKind::Purchase, InteractionKind::Like];

    /// The name used in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            InteractionKind::View => "view",
            InteractionKind::Cart => "cart",
            InteractionKind::Purchase => "purchase",
            InteractionKind::Like => "like",
        }
    }
}

/// A customer's act upon a product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Interaction {
    /// Who.
    pub customer_id: String,
    /// With what.
    pub product_id: String,
    /// How.
    pub kind: InteractionKind,
    /// When, in the company's time zone.
    pub at: DateTime,
}

/// One message of a campaign to one customer, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CampaignSend {
    /// To whom.
    pub customer_id: String,
    /// Of which campaign.
    pub campaign: String,
    /// Over which channel.
    pub channel: String,
    /// When, in the company's time zone.
    pub sent_at: DateTime,
    /// When it was opened.
    pub opened_at: Option<DateTime>,
    /// When a link was clicked.
    pub clicked_at: Option<DateTime>,
    /// When an order followed.
    pub converted_at: Option<DateTime>,
    /// When the customer left.
    pub unsubscribed_at: Option<DateTime>,
}
