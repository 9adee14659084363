//! What a change of revenue is made of: orders and their value; units, prices and the mix of products.

use super::decompose::{Sold, price_volume_mix, two_factors};
use super::figures::{self, Figure};
use super::scope::Scope;
use crate::domain::{Answer, Arg, DateRange, Dimension, Facts, Metric, Phrase, Table};
use crate::engines::EngineError;

/// Revenue is orders times their value, and units times their price.
pub(super) fn factors(
    answer: &mut Answer,
    scope: &Scope,
    baseline: DateRange,
    facts: &Facts,
    now: Figure,
    before: Figure,
) -> Result<(), EngineError> {
    let unit = Metric::Revenue.unit();
    let orders = |range| figures::total(facts, &scope.total(Metric::Orders, range));
    let mut rows = Vec::new();
    let row = |key: &'static str, part: f64| vec![Phrase::new(key).into(), Arg::Change(part, unit)];
    if let (Some(orders_now), Some(orders_before)) = (orders(scope.range)?, orders(baseline)?)
        && orders_now.value > 0.0
        && orders_before.value > 0.0
    {
        let per_order = |whole: Figure, orders: Figure| whole.value / orders.value;
        let (values_now, values_before) = (per_order(now, orders_now), per_order(before, orders_before));
        let (by_orders, by_value) = two_factors((orders_before.value, values_before), (orders_now.value, values_now));
        let growth = |now: f64, before: f64| Arg::Growth((now - before) / before.abs().max(1e-9));
        let text = Phrase::new("metrics.find.orders_value")
            .with("by_orders", Arg::Change(by_orders, unit))
            .with("orders", growth(orders_now.value, orders_before.value))
            .with("by_value", Arg::Change(by_value, unit))
            .with("value", growth(values_now, values_before));
        answer.find(text, 7.0);
        rows.push(row("metrics.cell.orders", by_orders));
        rows.push(row("metrics.cell.order_value", by_value));
    }
    let by_product = |metric, range| facts.measure(&scope.total(metric, range).by(Dimension::Product));
    let revenue =
        figures::members(by_product(Metric::Revenue, scope.range)?, Some(by_product(Metric::Revenue, baseline)?));
    let units = figures::members(by_product(Metric::Units, scope.range)?, Some(by_product(Metric::Units, baseline)?));
    let sold: Vec<Sold> = revenue
        .iter()
        .map(|member| {
            let units = units.iter().find(|units| units.names == member.names);
            Sold {
                revenue: (member.value_before(), member.value()),
                units: units.map_or((0.0, 0.0), |units| (units.value_before(), units.value())),
            }
        })
        .collect();
    if sold.len() >= 2 {
        let parts = price_volume_mix(&sold);
        let text = Phrase::new("metrics.find.price_volume_mix")
            .with("volume", Arg::Change(parts.volume, unit))
            .with("price", Arg::Change(parts.price, unit))
            .with("mix", Arg::Change(parts.mix, unit));
        let is_large = |part: f64| part.abs() > 0.1 * (now.value - before.value).abs();
        answer.find(text, if is_large(parts.price) || is_large(parts.mix) { 6.5 } else { 1.0 });
        rows.push(row("metrics.cell.volume", parts.volume));
        rows.push(row("metrics.cell.mix", parts.mix));
        rows.push(row("metrics.cell.price", parts.price));
        if parts.other.abs() > 0.005 {
            rows.push(row("metrics.cell.other_products", parts.other));
        }
    }
    if !rows.is_empty() {
        answer.tables.push(Table {
            title: Phrase::new("metrics.table.factors"),
            columns: vec![Phrase::new("metrics.column.part"), Phrase::new("metrics.column.difference")],
            rows,
        });
    }
    Ok(())
}
