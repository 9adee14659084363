//! A row of a file as a row of a table.

use super::cells::{Cells, Reason};
use super::guess::plain;
use crate::domain::{AdResult, CampaignSend, Interaction, InteractionKind, Order, Post, Product};
use crate::facts::days::second_number;
use crate::facts::hash::Hash;
use crate::facts::record::Record;

/// A table that files can fill.
pub(super) trait FromCells: Record {
    /// Reads a row. `default_name` names what the file does not say, such as where posts come from.
    fn from_cells(cells: &Cells<'_>, default_name: &str) -> Result<Self, Reason>;
}

impl FromCells for Product {
    fn from_cells(cells: &Cells<'_>, _: &str) -> Result<Self, Reason> {
        let (id, name) = (cells.id("product_id"), cells.text("name"));
        // What a product is called can stand for its id, and the other way round.
        let product_id = id.clone().or_else(|| name.clone()).ok_or(Reason::Missing("product_id"))?;
        Ok(Product {
            name: name.unwrap_or_else(|| product_id.clone()),
            product_id,
            category: cells.text("category"),
            price: cells.number("price")?,
            cost: cells.number("cost")?,
            description: cells.text("description"),
        })
    }
}

impl FromCells for Order {
    fn from_cells(cells: &Cells<'_>, _: &str) -> Result<Self, Reason> {
        let order_id = cells.id("order_id").ok_or(Reason::Missing("order_id"))?;
        let product_id = cells.id("product_id").or_else(|| cells.text("product_name"));
        let product_id = product_id.ok_or(Reason::Missing("product_id"))?;
        let quantity = match cells.number("quantity")? {
            Some(quantity) => quantity,
            // A table without such a column counts one a line; an empty cell of one that has it is no number.
            None if cells.layout.has("quantity") => return Err(Reason::Missing("quantity")),
            None => 1.0,
        };
        let unit_price = match (cells.number("unit_price")?, cells.number("line_total")?) {
            (Some(price), _) => price,
            (None, Some(_)) if quantity == 0.0 => 0.0,
            (None, Some(total)) => total / quantity,
            (None, None) => return Err(Reason::Missing("unit_price")),
        };
        let line = cells.number("line")?.filter(|line| *line >= 0.0 && *line < 4e9).map_or(0, |line| line as u32);
        Ok(Order {
            order_id,
            line,
            customer_id: cells.id("customer_id"),
            product_id,
            quantity,
            unit_price,
            ordered_at: cells.required_moment("ordered_at")?,
            channel: cells.text("channel"),
            region: cells.text("region"),
        })
    }
}

impl FromCells for Post {
    fn from_cells(cells: &Cells<'_>, default_name: &str) -> Result<Self, Reason> {
        let text = cells.required("text")?;
        let posted_at = cells.required_moment("posted_at")?;
        let source = cells.text("source").unwrap_or_else(|| default_name.to_owned());
        let author = cells.text("author");
        let post_id = cells.id("post_id").unwrap_or_else(|| {
            let hash = Hash::new().text(&source).option(author.as_deref()).number(second_number(posted_at)).text(&text);
            format!("{:016x}", hash.finish())
        });
        Ok(Post {
            post_id,
            source,
            author,
            posted_at,
            text,
            product_id: cells.id("product_id"),
            // A post is worth keeping without its stars.
            rating: cells.number("rating").ok().flatten().filter(|rating| (1.0..=5.0).contains(rating)),
            reply_to: cells.id("reply_to"),
        })
    }
}

impl FromCells for AdResult {
    fn from_cells(cells: &Cells<'_>, _: &str) -> Result<Self, Reason> {
        let figure = |field| cells.number(field).map(|figure| figure.unwrap_or(0.0));
        Ok(AdResult {
            date: cells.required_moment("date")?.date(),
            channel: cells.required("channel")?,
            campaign: cells.text("campaign"),
            placement: cells.text("placement"),
            variant: cells.text("variant"),
            device: cells.text("device"),
            audience: cells.text("audience"),
            spend: figure("spend")?,
            impressions: figure("impressions")?,
            clicks: figure("clicks")?,
            conversions: figure("conversions")?,
            revenue: figure("revenue")?,
        })
    }
}

impl FromCells for Interaction {
    fn from_cells(cells: &Cells<'_>, _: &str) -> Result<Self, Reason> {
        let kind = match plain(&cells.required("kind")?).as_str() {
            "view" | "views" | "click" | "pageview" | "pv" | "visit" | "浏览" => InteractionKind::View,
            "cart" | "addtocart" | "basket" | "addtobasket" | "加购" => InteractionKind::Cart,
            "purchase" | "buy" | "transaction" | "order" | "购买" => InteractionKind::Purchase,
            "like" | "fav" | "favorite" | "favourite" | "wishlist" | "save" | "收藏" | "喜欢" => {
                InteractionKind::Like
            }
            _ => return Err(Reason::UnknownKind),
        };
        Ok(Interaction {
            customer_id: cells.id("customer_id").ok_or(Reason::Missing("customer_id"))?,
            product_id: cells.id("product_id").ok_or(Reason::Missing("product_id"))?,
            kind,
            at: cells.required_moment("at")?,
        })
    }
}

impl FromCells for CampaignSend {
    fn from_cells(cells: &Cells<'_>, _: &str) -> Result<Self, Reason> {
        Ok(CampaignSend {
            customer_id: cells.id("customer_id").ok_or(Reason::Missing("customer_id"))?,
            campaign: cells.required("campaign")?,
            channel: cells.text("channel").unwrap_or_else(|| "email".to_owned()),
            sent_at: cells.required_moment("sent_at")?,
            opened_at: cells.moment("opened_at")?,
            clicked_at: cells.moment("clicked_at")?,
            converted_at: cells.moment("converted_at")?,
            unsubscribed_at: cells.moment("unsubscribed_at")?,
        })
    }
}
