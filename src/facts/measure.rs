//! Executes measure plans: a plan becomes one aggregation of one table in memory, built with DataFusion's expressions.
//! People's words only ever become numbers of known names; there is no query text.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type, UInt32Type, UInt64Type};
use datafusion::error::DataFusionError;
use datafusion::functions_aggregate::expr_fn::{count, count_distinct, sum};
use datafusion::prelude::{Expr, SessionConfig, SessionContext, col, lit};
use datafusion::scalar::ScalarValue;

use super::WarehouseError;
use super::codes::NONE;
use super::days::{date_of, day_number};
use super::fact_table::{FactTable, PARTITIONS};
use crate::domain::{Bucket, DateRange, Dimension, Filter, Frame, FrameRow, MeasurePlan, Metric, TableName};

/// Which table in memory a figure is counted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Base {
    /// Order lines.
    Orders,
    /// Ad results.
    Ads,
    /// Posts, read or not.
    Posts,
    /// Posts with their readings.
    ReadPosts,
    /// Mailings that were left.
    Unsubscribes,
}

/// The table a figure is counted on.
pub(super) fn base(metric: Metric) -> Base {
    match metric.table() {
        TableName::Orders => Base::Orders,
        TableName::AdResults => Base::Ads,
        TableName::Posts if metric == Metric::Sentiment => Base::ReadPosts,
        TableName::Posts => Base::Posts,
        TableName::CampaignSends => Base::Unsubscribes,
        // No figure is counted on these.
        TableName::Products | TableName::Interactions => Base::Orders,
    }
}

/// What a figure can be broken down and filtered by, steps of time left out.
#[must_use]
pub fn dimensions_of(metric: Metric) -> &'static [Dimension] {
    use Dimension::{
        Audience, Campaign, Category, Channel, Customer, Device, Placement, Product, Region, Source, Variant, Weekday,
    };
    match base(metric) {
        Base::Orders => &[Product, Category, Channel, Region, Customer, Weekday],
        Base::Ads => &[Channel, Campaign, Placement, Variant, Device, Audience, Weekday],
        Base::Posts | Base::ReadPosts => &[Product, Category, Source, Weekday],
        Base::Unsubscribes => &[Campaign, Channel, Customer, Weekday],
    }
}

/// What is counted.
struct Recipe {
    numerator: Expr,
    /// Missing where the figure is no ratio.
    denominator: Option<Expr>,
    /// The rows it rests on.
    rows: Expr,
}

fn recipe(metric: Metric) -> Recipe {
    let total = |name: &str| Recipe { numerator: sum(col(name)), denominator: None, rows: count(col(name)) };
    let distinct =
        |name: &str| Recipe { numerator: count_distinct(col(name)), denominator: None, rows: count(col(name)) };
    let counted = |name: &str| Recipe { numerator: count(col(name)), denominator: None, rows: count(col(name)) };
    let ratio = |upper: &str, lower: &str| Recipe {
        numerator: sum(col(upper)),
        denominator: Some(sum(col(lower))),
        rows: count(col(lower)),
    };
    let mean =
        |name: &str| Recipe { numerator: sum(col(name)), denominator: Some(count(col(name))), rows: count(col(name)) };
    match metric {
        Metric::Revenue => total("amount"),
        Metric::Orders => distinct("sold_order"),
        Metric::Units => total("quantity"),
        Metric::AverageOrderValue => Recipe {
            numerator: sum(col("amount")),
            denominator: Some(count_distinct(col("sold_order"))),
            rows: count(col("amount")),
        },
        Metric::Margin => total("margin"),
        Metric::Customers => distinct("buyer"),
        Metric::NewCustomers | Metric::Signups => counted("first"),
        // A customer of the period had ordered before, or ordered more than once in it, exactly where they had made
        // more than one order by some line of the period.
        Metric::RepeatRate => Recipe {
            numerator: count_distinct(col("repeat_buyer")),
            denominator: Some(count_distinct(col("buyer"))),
            rows: count(col("buyer")),
        },
        Metric::Returns => total("returned"),
        Metric::Spend => total("spend"),
        Metric::Impressions => total("impressions"),
        Metric::Clicks => total("clicks"),
        Metric::Conversions => total("conversions"),
        Metric::Ctr => ratio("clicks", "impressions"),
        Metric::Cvr => ratio("conversions", "clicks"),
        Metric::Cpa => ratio("spend", "conversions"),
        Metric::Roas => ratio("revenue", "spend"),
        Metric::Mentions | Metric::Unsubscribes => counted("day"),
        Metric::Sentiment => mean("polarity"),
        Metric::Rating => mean("rating"),
    }
}

/// A session for measuring.
pub(super) fn measuring_session() -> SessionContext {
    SessionContext::new_with_config(SessionConfig::new().with_target_partitions(PARTITIONS).with_batch_size(32_768))
}

/// Whether the plan fits its figure.
pub(super) fn check(plan: &MeasurePlan) -> Result<(), WarehouseError> {
    let known = dimensions_of(plan.metric);
    let steps = [Dimension::Day, Dimension::Week, Dimension::Month];
    let filters = plan.filters.iter().map(|filter| filter.dimension).filter(|dimension| !steps.contains(dimension));
    match plan.by.iter().copied().chain(filters).find(|dimension| !known.contains(dimension)) {
        Some(dimension) => Err(WarehouseError::NoSuchBreakdown { metric: plan.metric, dimension }),
        None => Ok(()),
    }
}

fn date_lit(number: i32) -> Expr {
    lit(ScalarValue::Date32(Some(number)))
}

/// The rows of a period.
fn in_range(range: DateRange) -> Expr {
    col("day").gt_eq(date_lit(day_number(range.start()))).and(col("day").lt(date_lit(day_number(range.end()))))
}

/// The rows that pass a filter; unknown names pass none.
fn passes(filter: &Filter, table: &FactTable) -> Expr {
    let column = col(filter.dimension.name());
    if filter.dimension.bucket().is_some() {
        let days = filter.values.iter().filter_map(|value| value.parse::<jiff::civil::Date>().ok());
        return column.in_list(days.map(|day| date_lit(day_number(day))).collect(), false);
    }
    let mut passing = lit(false);
    let mut numbers = Vec::new();
    for value in &filter.values {
        let number = table.codes.get(&filter.dimension).and_then(|codes| codes.find(value));
        match number {
            Some(number) => numbers.push(lit(number)),
            None if value == "(none)" => passing = passing.or(column.clone().is_null()),
            None if filter.dimension == Dimension::Product => {
                if let Some(id) = table.product_ids.find(value) {
                    passing = passing.or(col("product_id").eq(lit(id)));
                }
            }
            None => {}
        }
    }
    if numbers.is_empty() { passing } else { column.in_list(numbers, false).or(passing) }
}

fn bucket_column(bucket: Bucket) -> &'static str {
    match bucket {
        Bucket::Day => "day",
        Bucket::Week => "week",
        Bucket::Month => "month",
    }
}

/// Executes a plan that was checked.
pub(super) async fn execute(
    session: &SessionContext,
    table: &FactTable,
    plan: &MeasurePlan,
) -> Result<Frame, WarehouseError> {
    let recipe = recipe(plan.metric);
    let mut frame = session.read_table(Arc::clone(&table.provider) as Arc<_>)?;
    if let Some(range) = plan.range {
        frame = frame.filter(in_range(range))?;
    }
    for filter in &plan.filters {
        frame = frame.filter(passes(filter, table))?;
    }
    let mut groups = Vec::new();
    if let Some(bucket) = plan.bucket {
        groups.push(col(bucket_column(bucket)).alias("period"));
    }
    for (at, dimension) in plan.by.iter().enumerate() {
        groups.push(col(dimension.name()).alias(format!("key{at}")));
    }
    let mut figures = vec![recipe.numerator.alias("numerator"), recipe.rows.alias("facts")];
    let is_ratio = recipe.denominator.is_some();
    if let Some(denominator) = recipe.denominator {
        figures.push(denominator.alias("denominator"));
    }
    let batches = frame.aggregate(groups, figures)?.collect().await?;
    let mut rows: Vec<(Option<i32>, Vec<u32>, FrameRow)> = Vec::new();
    for batch in &batches {
        read_rows(batch, plan, table, is_ratio, &mut rows)?;
    }
    // Names are ordered as names, days of the week as the week goes.
    rows.sort_by(|(period, codes, row), (other_period, other_codes, other)| {
        let keys = || {
            plan.by.iter().enumerate().map(|(at, dimension)| match dimension {
                Dimension::Weekday => codes[at].cmp(&other_codes[at]),
                _ => row.keys[at].cmp(&other.keys[at]),
            })
        };
        period.cmp(other_period).then_with(|| keys().find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal))
    });
    Ok(Frame { plan: plan.clone(), rows: rows.into_iter().map(|(_, _, row)| row).collect() })
}

fn read_rows(
    batch: &RecordBatch,
    plan: &MeasurePlan,
    table: &FactTable,
    is_ratio: bool,
    rows: &mut Vec<(Option<i32>, Vec<u32>, FrameRow)>,
) -> Result<(), WarehouseError> {
    let column = |name: &str| {
        let missing = || DataFusionError::Execution(format!("the result lacks {name}"));
        batch.column_by_name(name).ok_or_else(missing)
    };
    let (numerators, facts) = (column("numerator")?, column("facts")?);
    let denominators = if is_ratio { Some(column("denominator")?) } else { None };
    let periods = match plan.bucket {
        Some(_) => column("period")?.as_primitive_opt::<Date32Type>(),
        None => None,
    };
    let mut keys = Vec::new();
    for at in 0..plan.by.len() {
        keys.push(column(&format!("key{at}"))?.as_primitive_opt::<UInt32Type>());
    }
    for at in 0..batch.num_rows() {
        let numerator = number_at(numerators, at);
        let denominator = denominators.map_or(1.0, |column| number_at(column, at));
        let facts = number_at(facts, at).max(0.0) as u64;
        // Members without a single fact of this figure are no members of the answer; a whole or a step of time with
        // none is zero.
        if !plan.by.is_empty() && facts == 0 {
            continue;
        }
        // A ratio without a denominator is no value: a day without ratings was not rated with nothing.
        let is_empty_ratio = is_ratio && denominator == 0.0;
        if is_empty_ratio && !(plan.by.is_empty() && plan.bucket.is_none()) {
            continue;
        }
        let codes: Vec<u32> = keys
            .iter()
            .map(|column| column.filter(|column| column.is_valid(at)).map_or(NONE, |column| column.value(at)))
            .collect();
        let names =
            plan.by.iter().zip(&codes).map(|(dimension, code)| {
                table.codes.get(dimension).map_or("(none)", |known| known.name(*code)).to_owned()
            });
        let period = periods.filter(|column| column.is_valid(at)).map(|column| column.value(at));
        let value = match is_ratio {
            false => numerator,
            true if is_empty_ratio => f64::NAN,
            true => numerator / denominator,
        };
        let row =
            FrameRow { period: period.map(date_of), keys: names.collect(), value, numerator, denominator, rows: facts };
        rows.push((period, codes, row));
    }
    Ok(())
}

/// A number of whatever type a figure has; the sum of nothing is 0.
fn number_at(column: &ArrayRef, at: usize) -> f64 {
    if column.is_null(at) {
        return 0.0;
    }
    match column.data_type() {
        DataType::Float64 => column.as_primitive::<Float64Type>().value(at),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(at) as f64,
        DataType::UInt64 => column.as_primitive::<UInt64Type>().value(at) as f64,
        _ => 0.0,
    }
}
