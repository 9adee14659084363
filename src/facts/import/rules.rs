//! What only order lines go through: which are no sales, the numbers of lines, the products and sums they make.

use std::collections::{HashMap, HashSet};

use super::cells::{Cells, Reason};
use super::convert::FromCells;
use super::derive::Derived;
use super::inspect::ColumnStats;
use super::not_products::NotProducts;
use crate::domain::{AdResult, CampaignSend, Interaction, Order, Post, Product};
use crate::facts::hash::Hash;

/// What only some tables do with their rows.
pub(super) trait Rules: FromCells {
    /// Looks at a row before it is kept; may change it or say why it is not kept.
    fn rule(&mut self, _: &mut OrderRules) -> Result<(), Reason> {
        Ok(())
    }

    /// Looks at a row that is kept.
    fn kept(&mut self, _: &Cells<'_>, _: &mut OrderRules) {}
}

impl OrderRules {
    /// Nothing has passed yet; products whose ids are `known` are products.
    pub(super) fn new(codes: Option<&ColumnStats>, known: HashSet<String>, cancels: bool) -> Self {
        Self {
            not_products: NotProducts::new(codes, known.clone()),
            derived: Derived::new(known),
            lines: HashMap::new(),
            cancels,
            revenue: 0.0,
            returns: 0,
            without_customer: 0,
        }
    }
}

impl Rules for Product {}
impl Rules for Post {}
impl Rules for AdResult {}
impl Rules for Interaction {}
impl Rules for CampaignSend {}

/// What is known and counted while order lines pass.
pub(super) struct OrderRules {
    not_products: NotProducts,
    pub(super) derived: Derived,
    /// The last line given to each order, by the hash of its id.
    lines: HashMap<u64, u32>,
    /// Cancellations are the orders whose number has a C before it, where other numbers have none.
    cancels: bool,
    pub(super) revenue: f64,
    pub(super) returns: u64,
    pub(super) without_customer: u64,
}

impl Rules for Order {
    fn rule(&mut self, rules: &mut OrderRules) -> Result<(), Reason> {
        if rules.not_products.contains(&self.product_id) {
            return Err(Reason::NotAProduct);
        }
        if self.quantity == 0.0 {
            return Err(Reason::ZeroQuantity);
        }
        if self.unit_price < 0.0 {
            return Err(Reason::NegativePrice);
        }
        if self.unit_price == 0.0 {
            return Err(Reason::ZeroPrice);
        }
        if rules.cancels && self.quantity > 0.0 && is_cancellation(&self.order_id) {
            return Err(Reason::CancelledPositive);
        }
        Ok(())
    }

    fn kept(&mut self, cells: &Cells<'_>, rules: &mut OrderRules) {
        let last = rules.lines.entry(Hash::new().text(&self.order_id).finish()).or_default();
        if !cells.layout.has("line") {
            self.line = *last + 1;
        }
        *last = self.line.max(*last);
        rules.derived.take(self, cells);
        rules.revenue += self.quantity * self.unit_price;
        rules.returns += u64::from(self.quantity < 0.0);
        rules.without_customer += u64::from(self.customer_id.is_none());
    }
}

fn is_cancellation(order: &str) -> bool {
    order
        .strip_prefix(['C', 'c'])
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}
