//! Splits a change into parts that sum to it exactly. Knows no words.

use super::figures::{Figure, Member};
use crate::domain::Dimension;

/// How much of the change one member brought.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    pub(super) names: Vec<String>,
    pub(super) before: f64,
    pub(super) now: f64,
    /// What it adds to the change of the whole.
    pub(super) change: f64,
    /// Of that, what comes from its weight; 0 in a sum.
    pub(super) mix: f64,
    /// Its share of the whole before; of the denominator in a ratio.
    pub(super) share: f64,
    /// How unlike its share of the whole its share of the change is.
    pub(super) surprise: f64,
}

/// The members of one dimension.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Breakdown {
    pub(super) dimension: Dimension,
    /// Most surprising first.
    pub(super) parts: Vec<Part>,
    /// How much the members that explain the change surprise together.
    pub(super) surprise: f64,
    /// The members that explain most of the change: places in `parts`.
    pub(super) leading: Vec<usize>,
}

impl Breakdown {
    /// Chooses the members that explain the change as Adtributor does (Bhagwan et al. 2014, algorithm 1): by falling
    /// surprise, those with at least a tenth of the change each, until two thirds are explained.
    fn new(dimension: Dimension, mut parts: Vec<Part>, change: f64) -> Self {
        parts.sort_by(|left, right| right.surprise.total_cmp(&left.surprise));
        let (mut leading, mut surprise, mut explained) = (Vec::new(), 0.0, 0.0);
        if change.abs() > f64::EPSILON {
            for (at, part) in parts.iter().enumerate() {
                let power = part.change / change;
                if power > 0.1 && part.surprise > 0.0 && explained < 2.0 / 3.0 && leading.len() < 3 {
                    leading.push(at);
                    surprise += part.surprise;
                    explained += power;
                }
            }
            leading.sort_by(|left, right| parts[*right].change.abs().total_cmp(&parts[*left].change.abs()));
        }
        Self { dimension, parts, surprise, leading }
    }

    /// What came from the members' weights, and what from their own figures.
    pub(super) fn mix_and_rate(&self) -> (f64, f64) {
        let mix = self.parts.iter().map(|part| part.mix).sum();
        (mix, self.parts.iter().map(|part| part.change - part.mix).sum())
    }
}

/// A sum's change by member. `None` where the members do not add up to the whole, now and before.
pub(super) fn sums(dimension: Dimension, members: &[Member], now: f64, before: f64) -> Option<Breakdown> {
    let adds_up = |whole: f64, value: &dyn Fn(&Member) -> f64| {
        let size: f64 = members.iter().map(|member| value(member).abs()).sum();
        (members.iter().map(value).sum::<f64>() - whole).abs() <= 1e-6 * size.max(1e-9)
    };
    if members.len() < 2 || !adds_up(now, &Member::value) || !adds_up(before, &Member::value_before) {
        return None;
    }
    let whole = |value: &dyn Fn(&Member) -> f64| members.iter().map(|member| value(member).max(0.0)).sum::<f64>();
    let (all_now, all_before) = (whole(&Member::value), whole(&Member::value_before));
    let part = |member: &Member| {
        let share = |value: f64, all: f64| if all > 0.0 { value.max(0.0) / all } else { 0.0 };
        let (p, q) = (share(member.value_before(), all_before), share(member.value(), all_now));
        Part {
            names: member.names.clone(),
            before: member.value_before(),
            now: member.value(),
            change: member.change(),
            mix: 0.0,
            share: p,
            surprise: surprise(p, q),
        }
    };
    Some(Breakdown::new(dimension, members.iter().map(part).collect(), now - before))
}

/// One member's part of the Jensen–Shannon divergence between the shares before and now (Bhagwan et al. 2014, eq. 4).
fn surprise(before: f64, now: f64) -> f64 {
    let part = |share: f64| if share > 0.0 { share * (2.0 * share / (before + now)).ln() } else { 0.0 };
    0.5 * (part(before) + part(now))
}

/// A ratio's change by member: its own ratio moved, or its weight did. The middle of both periods weighs each
/// (Bennet 1920), so that nothing is left over. `None` where the denominators do not add up to the whole.
pub(super) fn ratios(dimension: Dimension, members: &[Member], now: Figure, before: Figure) -> Option<Breakdown> {
    let sum = |period: &dyn Fn(&Member) -> Option<Figure>, of: &dyn Fn(Figure) -> f64| {
        members.iter().filter_map(period).map(of).sum::<f64>()
    };
    let near = |found: f64, whole: f64| (found - whole).abs() <= 1e-6 * whole.abs().max(1e-9);
    let is_whole = |period: &dyn Fn(&Member) -> Option<Figure>, whole: Figure| {
        whole.denominator > 0.0
            && near(sum(period, &|figure| figure.denominator), whole.denominator)
            && near(sum(period, &|figure| figure.numerator), whole.numerator)
    };
    if members.len() < 2 || !is_whole(&|member| member.now, now) || !is_whole(&|member| member.before, before) {
        return None;
    }
    let change = now.value - before.value;
    let middle = (now.value + before.value) / 2.0;
    let part = |member: &Member| {
        let weight =
            |figure: Option<Figure>, whole: Figure| figure.map_or(0.0, |figure| figure.denominator / whole.denominator);
        let value =
            |figure: Option<Figure>| figure.filter(|figure| figure.denominator > 0.0).map(|figure| figure.value);
        let (w0, w1) = (weight(member.before, before), weight(member.now, now));
        // A member that is in one period only changed its weight, not its ratio.
        let (r0, r1) = match (value(member.before), value(member.now)) {
            (Some(r0), Some(r1)) => (r0, r1),
            (Some(r), None) | (None, Some(r)) => (r, r),
            (None, None) => (middle, middle),
        };
        let mix = ((r0 + r1) / 2.0 - middle) * (w1 - w0);
        let moved = mix + (w0 + w1) / 2.0 * (r1 - r0);
        let power = if change.abs() > f64::EPSILON { moved / change } else { 0.0 };
        Part {
            names: member.names.clone(),
            before: value(member.before).unwrap_or(0.0),
            now: value(member.now).unwrap_or(0.0),
            change: moved,
            mix,
            share: w0,
            surprise: (power - w0).abs(),
        }
    };
    Some(Breakdown::new(dimension, members.iter().map(part).collect(), change))
}

/// The change of a product of two factors, by factor; each is weighed by the middle of the other (Bennet 1920).
pub(super) fn two_factors(before: (f64, f64), now: (f64, f64)) -> (f64, f64) {
    ((now.0 - before.0) * (now.1 + before.1) / 2.0, (now.1 - before.1) * (now.0 + before.0) / 2.0)
}

/// What a change of revenue is made of.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct PriceVolumeMix {
    /// More or fewer units, at the mean price before.
    pub(super) volume: f64,
    /// Dearer or cheaper products among them.
    pub(super) mix: f64,
    /// The same products at other prices.
    pub(super) price: f64,
    /// Products with more returns than sales in a period, whose price cannot be told.
    pub(super) other: f64,
}

/// A product's revenue and units, before and now.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Sold {
    pub(super) revenue: (f64, f64),
    pub(super) units: (f64, f64),
}

/// Price–volume–mix of products. A product that is new has the price it has now; the parts sum to the change.
pub(super) fn price_volume_mix(products: &[Sold]) -> PriceVolumeMix {
    let is_clear = |revenue: f64, units: f64| (units > 0.0 && revenue >= 0.0) || (units == 0.0 && revenue == 0.0);
    let (clear, unclear): (Vec<&Sold>, Vec<&Sold>) = products
        .iter()
        .partition(|sold| is_clear(sold.revenue.0, sold.units.0) && is_clear(sold.revenue.1, sold.units.1));
    let other = unclear.iter().map(|sold| sold.revenue.1 - sold.revenue.0).sum();
    let sum = |of: &dyn Fn(&Sold) -> f64| clear.iter().map(|sold| of(sold)).sum::<f64>();
    let (units_before, units_now) = (sum(&|sold| sold.units.0), sum(&|sold| sold.units.1));
    let (before, now) = (sum(&|sold| sold.revenue.0), sum(&|sold| sold.revenue.1));
    if units_before <= 0.0 || units_now <= 0.0 {
        return PriceVolumeMix { other: other + now - before, ..PriceVolumeMix::default() };
    }
    let price_before = |sold: &Sold| {
        if sold.units.0 > 0.0 {
            sold.revenue.0 / sold.units.0
        } else if sold.units.1 > 0.0 {
            sold.revenue.1 / sold.units.1
        } else {
            0.0
        }
    };
    // What the units of now would have brought at the prices before.
    let at_old_prices = sum(&|sold| sold.units.1 * price_before(sold));
    let volume = (units_now - units_before) * before / units_before;
    PriceVolumeMix { volume, mix: at_old_prices - before - volume, price: now - at_old_prices, other }
}
