//! The six tables as rows of Parquet files: their columns, and what makes a row the same row in another file.

use datafusion::arrow::array::ArrayRef;
use jiff::civil::Date;

use super::WarehouseError;
use super::days::{day_number, second_number};
use super::hash::Hash;
use super::record::{
    Column, Columns, Record, counts, date_at, dates, moment_at, moments, optional_reals, optional_texts, owned,
    real_at, reals, texts,
};
use crate::domain::{AdResult, CampaignSend, Interaction, InteractionKind, Order, Post, Product, TableName};

impl Record for Product {
    const TABLE: TableName = TableName::Products;
    const REPEATS: bool = false;
    const COLUMNS: &'static [(&'static str, Column, bool)] = &[
        ("product_id", Column::Text, false),
        ("name", Column::Text, false),
        ("category", Column::Text, true),
        ("price", Column::Real, true),
        ("cost", Column::Real, true),
        ("description", Column::Text, true),
    ];

    fn encode(rows: &[Self]) -> Vec<ArrayRef> {
        vec![
            texts(rows.iter().map(|row| row.product_id.as_str())),
            texts(rows.iter().map(|row| row.name.as_str())),
            optional_texts(rows.iter().map(|row| row.category.as_deref())),
            optional_reals(rows.iter().map(|row| row.price)),
            optional_reals(rows.iter().map(|row| row.cost)),
            optional_texts(rows.iter().map(|row| row.description.as_deref())),
        ]
    }

    fn decode(columns: &Columns<'_>) -> Result<Vec<Self>, WarehouseError> {
        let (id, name, category) = (columns.text("product_id")?, columns.text("name")?, columns.text("category")?);
        let (price, cost) = (columns.real("price")?, columns.real("cost")?);
        let description = columns.text("description")?;
        Ok((0..columns.rows())
            .map(|at| Product {
                product_id: id.value(at).to_owned(),
                name: name.value(at).to_owned(),
                category: owned(category, at),
                price: real_at(price, at),
                cost: real_at(cost, at),
                description: owned(description, at),
            })
            .collect())
    }

    fn identity(&self) -> u64 {
        Hash::new().text(&self.product_id).finish()
    }

    fn fingerprint(&self) -> u64 {
        let hash = Hash::new().text(&self.product_id).text(&self.name).option(self.category.as_deref());
        let hash = hash.real(self.price.unwrap_or(f64::NAN)).real(self.cost.unwrap_or(f64::NAN));
        hash.option(self.description.as_deref()).finish()
    }

    fn day(&self) -> Option<Date> {
        None
    }
}

impl Record for Order {
    const TABLE: TableName = TableName::Orders;
    /// Line numbers are often made up on import, so that a line is known again by its order and product, and by
    /// which of several lines of that product it is; this holds too where another export has part of the lines.
    const REPEATS: bool = true;
    const COLUMNS: &'static [(&'static str, Column, bool)] = &[
        ("order_id", Column::Text, false),
        ("line", Column::Count, false),
        ("customer_id", Column::Text, true),
        ("product_id", Column::Text, false),
        ("quantity", Column::Real, false),
        ("unit_price", Column::Real, false),
        ("ordered_at", Column::Moment, false),
        ("channel", Column::Text, true),
        ("region", Column::Text, true),
    ];

    fn encode(rows: &[Self]) -> Vec<ArrayRef> {
        vec![
            texts(rows.iter().map(|row| row.order_id.as_str())),
            counts(rows.iter().map(|row| row.line)),
            optional_texts(rows.iter().map(|row| row.customer_id.as_deref())),
            texts(rows.iter().map(|row| row.product_id.as_str())),
            reals(rows.iter().map(|row| row.quantity)),
            reals(rows.iter().map(|row| row.unit_price)),
            moments(rows.iter().map(|row| Some(row.ordered_at))),
            optional_texts(rows.iter().map(|row| row.channel.as_deref())),
            optional_texts(rows.iter().map(|row| row.region.as_deref())),
        ]
    }

    fn decode(columns: &Columns<'_>) -> Result<Vec<Self>, WarehouseError> {
        let (order, line) = (columns.text("order_id")?, columns.count("line")?);
        let (customer, product) = (columns.text("customer_id")?, columns.text("product_id")?);
        let (quantity, price) = (columns.real("quantity")?, columns.real("unit_price")?);
        let (at, channel, region) = (columns.second("ordered_at")?, columns.text("channel")?, columns.text("region")?);
        Ok((0..columns.rows())
            .map(|row| Order {
                order_id: order.value(row).to_owned(),
                line: line.value(row),
                customer_id: owned(customer, row),
                product_id: product.value(row).to_owned(),
                quantity: quantity.value(row),
                unit_price: price.value(row),
                ordered_at: super::days::moment_of(at.value(row)),
                channel: owned(channel, row),
                region: owned(region, row),
            })
            .collect())
    }

    fn identity(&self) -> u64 {
        Hash::new().text(&self.order_id).text(&self.product_id).finish()
    }

    fn fingerprint(&self) -> u64 {
        let hash = Hash::new().text(&self.order_id).number(i64::from(self.line)).option(self.customer_id.as_deref());
        let hash = hash.text(&self.product_id).real(self.quantity).real(self.unit_price);
        let hash = hash.number(second_number(self.ordered_at));
        hash.option(self.channel.as_deref()).option(self.region.as_deref()).finish()
    }

    fn day(&self) -> Option<Date> {
        Some(self.ordered_at.date())
    }
}

impl Record for Post {
    const TABLE: TableName = TableName::Posts;
    const REPEATS: bool = false;
    const COLUMNS: &'static [(&'static str, Column, bool)] = &[
        ("post_id", Column::Text, false),
        ("source", Column::Text, false),
        ("author", Column::Text, true),
        ("posted_at", Column::Moment, false),
        ("text", Column::Text, false),
        ("product_id", Column::Text, true),
        ("rating", Column::Real, true),
        ("reply_to", Column::Text, true),
    ];

    fn encode(rows: &[Self]) -> Vec<ArrayRef> {
        vec![
            texts(rows.iter().map(|row| row.post_id.as_str())),
            texts(rows.iter().map(|row| row.source.as_str())),
            optional_texts(rows.iter().map(|row| row.author.as_deref())),
            moments(rows.iter().map(|row| Some(row.posted_at))),
            texts(rows.iter().map(|row| row.text.as_str())),
            optional_texts(rows.iter().map(|row| row.product_id.as_deref())),
            optional_reals(rows.iter().map(|row| row.rating)),
            optional_texts(rows.iter().map(|row| row.reply_to.as_deref())),
        ]
    }

    fn decode(columns: &Columns<'_>) -> Result<Vec<Self>, WarehouseError> {
        let (id, source, author) = (columns.text("post_id")?, columns.text("source")?, columns.text("author")?);
        let (at, text, product) = (columns.second("posted_at")?, columns.text("text")?, columns.text("product_id")?);
        let (rating, reply_to) = (columns.real("rating")?, columns.text("reply_to")?);
        Ok((0..columns.rows())
            .map(|row| Post {
                post_id: id.value(row).to_owned(),
                source: source.value(row).to_owned(),
                author: owned(author, row),
                posted_at: super::days::moment_of(at.value(row)),
                text: text.value(row).to_owned(),
                product_id: owned(product, row),
                rating: real_at(rating, row),
                reply_to: owned(reply_to, row),
            })
            .collect())
    }

    fn identity(&self) -> u64 {
        Hash::new().text(&self.post_id).finish()
    }

    fn fingerprint(&self) -> u64 {
        let hash = Hash::new().text(&self.post_id).text(&self.source).option(self.author.as_deref());
        let hash = hash.number(second_number(self.posted_at)).text(&self.text).option(self.product_id.as_deref());
        hash.real(self.rating.unwrap_or(f64::NAN)).option(self.reply_to.as_deref()).finish()
    }

    fn day(&self) -> Option<Date> {
        Some(self.posted_at.date())
    }
}

impl Record for AdResult {
    const TABLE: TableName = TableName::AdResults;
    /// A file may split a cell by something that the table has no column for; then its parts add up.
    const REPEATS: bool = true;
    const COLUMNS: &'static [(&'static str, Column, bool)] = &[
        ("date", Column::Day, false),
        ("channel", Column::Text, false),
        ("campaign", Column::Text, true),
        ("placement", Column::Text, true),
        ("variant", Column::Text, true),
        ("device", Column::Text, true),
        ("audience", Column::Text, true),
        ("spend", Column::Real, false),
        ("impressions", Column::Real, false),
        ("clicks", Column::Real, false),
        ("conversions", Column::Real, false),
        ("revenue", Column::Real, false),
    ];

    fn encode(rows: &[Self]) -> Vec<ArrayRef> {
        vec![
            dates(rows.iter().map(|row| row.date)),
            texts(rows.iter().map(|row| row.channel.as_str())),
            optional_texts(rows.iter().map(|row| row.campaign.as_deref())),
            optional_texts(rows.iter().map(|row| row.placement.as_deref())),
            optional_texts(rows.iter().map(|row| row.variant.as_deref())),
            optional_texts(rows.iter().map(|row| row.device.as_deref())),
            optional_texts(rows.iter().map(|row| row.audience.as_deref())),
            reals(rows.iter().map(|row| row.spend)),
            reals(rows.iter().map(|row| row.impressions)),
            reals(rows.iter().map(|row| row.clicks)),
            reals(rows.iter().map(|row| row.conversions)),
            reals(rows.iter().map(|row| row.revenue)),
        ]
    }

    fn decode(columns: &Columns<'_>) -> Result<Vec<Self>, WarehouseError> {
        let (date, channel, campaign) = (columns.day("date")?, columns.text("channel")?, columns.text("campaign")?);
        let (placement, variant) = (columns.text("placement")?, columns.text("variant")?);
        let (device, audience) = (columns.text("device")?, columns.text("audience")?);
        let (spend, impressions, clicks) =
            (columns.real("spend")?, columns.real("impressions")?, columns.real("clicks")?);
        let (conversions, revenue) = (columns.real("conversions")?, columns.real("revenue")?);
        Ok((0..columns.rows())
            .map(|row| AdResult {
                date: date_at(date, row),
                channel: channel.value(row).to_owned(),
                campaign: owned(campaign, row),
                placement: owned(placement, row),
                variant: owned(variant, row),
                device: owned(device, row),
                audience: owned(audience, row),
                spend: spend.value(row),
                impressions: impressions.value(row),
                clicks: clicks.value(row),
                conversions: conversions.value(row),
                revenue: revenue.value(row),
            })
            .collect())
    }

    fn identity(&self) -> u64 {
        let hash = Hash::new().number(i64::from(day_number(self.date))).text(&self.channel);
        let hash = hash.option(self.campaign.as_deref()).option(self.placement.as_deref());
        let hash = hash.option(self.variant.as_deref()).option(self.device.as_deref());
        hash.option(self.audience.as_deref()).finish()
    }

    fn fingerprint(&self) -> u64 {
        let figures = [self.spend, self.impressions, self.clicks, self.conversions, self.revenue];
        let start = Hash::new().number(self.identity().cast_signed());
        figures.into_iter().fold(start, Hash::real).finish()
    }

    fn day(&self) -> Option<Date> {
        Some(self.date)
    }
}

impl Record for Interaction {
    const TABLE: TableName = TableName::Interactions;
    const REPEATS: bool = false;
    const EVENTS: bool = true;
    const COLUMNS: &'static [(&'static str, Column, bool)] = &[
        ("customer_id", Column::Text, false),
        ("product_id", Column::Text, false),
        ("kind", Column::Text, false),
        ("at", Column::Moment, false),
    ];

    fn encode(rows: &[Self]) -> Vec<ArrayRef> {
        vec![
            texts(rows.iter().map(|row| row.customer_id.as_str())),
            texts(rows.iter().map(|row| row.product_id.as_str())),
            texts(rows.iter().map(|row| row.kind.name())),
            moments(rows.iter().map(|row| Some(row.at))),
        ]
    }

    fn decode(columns: &Columns<'_>) -> Result<Vec<Self>, WarehouseError> {
        let (customer, product) = (columns.text("customer_id")?, columns.text("product_id")?);
        let (kind, at) = (columns.text("kind")?, columns.second("at")?);
        Ok((0..columns.rows())
            .map(|row| Interaction {
                customer_id: customer.value(row).to_owned(),
                product_id: product.value(row).to_owned(),
                kind: InteractionKind::ALL
                    .into_iter()
                    .find(|known| known.name() == kind.value(row))
                    .unwrap_or(InteractionKind::View),
                at: super::days::moment_of(at.value(row)),
            })
            .collect())
    }

    fn identity(&self) -> u64 {
        let hash = Hash::new().text(&self.customer_id).text(&self.product_id).text(self.kind.name());
        hash.number(second_number(self.at)).finish()
    }

    fn fingerprint(&self) -> u64 {
        self.identity()
    }

    fn day(&self) -> Option<Date> {
        Some(self.at.date())
    }
}

impl Record for CampaignSend {
    const TABLE: TableName = TableName::CampaignSends;
    const REPEATS: bool = false;
    const EVENTS: bool = true;
    const COLUMNS: &'static [(&'static str, Column, bool)] = &[
        ("customer_id", Column::Text, false),
        ("campaign", Column::Text, false),
        ("channel", Column::Text, false),
        ("sent_at", Column::Moment, false),
        ("opened_at", Column::Moment, true),
        ("clicked_at", Column::Moment, true),
        ("converted_at", Column::Moment, true),
        ("unsubscribed_at", Column::Moment, true),
    ];

    fn encode(rows: &[Self]) -> Vec<ArrayRef> {
        vec![
            texts(rows.iter().map(|row| row.customer_id.as_str())),
            texts(rows.iter().map(|row| row.campaign.as_str())),
            texts(rows.iter().map(|row| row.channel.as_str())),
            moments(rows.iter().map(|row| Some(row.sent_at))),
            moments(rows.iter().map(|row| row.opened_at)),
            moments(rows.iter().map(|row| row.clicked_at)),
            moments(rows.iter().map(|row| row.converted_at)),
            moments(rows.iter().map(|row| row.unsubscribed_at)),
        ]
    }

    fn decode(columns: &Columns<'_>) -> Result<Vec<Self>, WarehouseError> {
        let (customer, campaign) = (columns.text("customer_id")?, columns.text("campaign")?);
        let (channel, sent) = (columns.text("channel")?, columns.second("sent_at")?);
        let (opened, clicked) = (columns.second("opened_at")?, columns.second("clicked_at")?);
        let (converted, left) = (columns.second("converted_at")?, columns.second("unsubscribed_at")?);
        Ok((0..columns.rows())
            .map(|row| CampaignSend {
                customer_id: customer.value(row).to_owned(),
                campaign: campaign.value(row).to_owned(),
                channel: channel.value(row).to_owned(),
                sent_at: super::days::moment_of(sent.value(row)),
                opened_at: moment_at(opened, row),
                clicked_at: moment_at(clicked, row),
                converted_at: moment_at(converted, row),
                unsubscribed_at: moment_at(left, row),
            })
            .collect())
    }

    fn identity(&self) -> u64 {
        let hash = Hash::new().text(&self.customer_id).text(&self.campaign).text(&self.channel);
        hash.number(second_number(self.sent_at)).finish()
    }

    fn fingerprint(&self) -> u64 {
        let events = [self.opened_at, self.clicked_at, self.converted_at, self.unsubscribed_at];
        let start = Hash::new().number(self.identity().cast_signed());
        events.into_iter().fold(start, |hash, at| hash.number(at.map_or(i64::MIN, second_number))).finish()
    }

    fn day(&self) -> Option<Date> {
        Some(self.sent_at.date())
    }
}
