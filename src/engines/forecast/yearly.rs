//! The shape of a year, learned from as little as one and a half of them, and of a week where values may be zero. A shape
//! multiplies a level; how much of it is believed depends on how well the years agree, not on backtests, whose months may
//! have no season to show. Fits no model.

use super::season::centred_average;

/// What the season makes of a level of 1, step by step.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    /// Steps in a year, and what each of as many places makes of the level; empty where no year is known.
    long: f64,
    places: Vec<f64>,
    /// The factors of the short season; empty where models follow it themselves.
    week: Vec<f64>,
    /// The standard deviation of a factor of the year.
    doubt: f64,
    /// The growth of a step, as a logarithm.
    slope: f64,
    /// How many years each place was seen in, at most.
    pub(super) years: usize,
}

/// The share of the mean that a factor never falls below: a step that never sold anything would divide by zero.
const LEAST_FACTOR: f64 = 0.05;

impl Shape {
    /// Finds the shape of a series with `long` steps in a year and `short` in a week (1 for none). `None` where neither
    /// season can be told.
    pub(super) fn of(y: &[f64], short: usize, long: f64) -> Option<Self> {
        let week = week(y, short).unwrap_or_default();
        let year = year(y, long);
        if week.is_empty() && year.is_none() {
            return None;
        }
        let Year { places, doubt, slope, years } = year.unwrap_or_default();
        Some(Self { long, places, week, doubt, slope, years })
    }

    /// Whether the short season is part of the shape, so that models need not look for it.
    pub(super) fn has_week(&self) -> bool {
        !self.week.is_empty()
    }

    /// Whether there is a yearly shape.
    pub(super) fn has_year(&self) -> bool {
        !self.places.is_empty()
    }

    /// The factor at step `t`.
    pub(super) fn at(&self, t: usize) -> f64 {
        let week = if self.week.is_empty() { 1.0 } else { self.week[t % self.week.len()] };
        if self.places.is_empty() {
            return week;
        }
        let (left, right, share) = place(t, self.long, self.places.len());
        week * (self.places[left] * (1.0 - share) + self.places[right] * share)
    }

    /// The standard deviation of a forecast `ahead` steps from the end, as a share of it, that comes from the season and
    /// from growth. Both are wrong for all steps together: what one year showed may not come again, and growth may stop or
    /// double (a uniform distribution over that has its mean divided by √3 as its deviation).
    pub(super) fn doubt(&self, ahead: usize) -> f64 {
        self.doubt.hypot(self.slope * ahead as f64 / 3f64.sqrt())
    }

    /// The series without its shape.
    pub(super) fn remove(&self, y: &[f64]) -> Vec<f64> {
        y.iter().enumerate().map(|(t, value)| value / self.at(t)).collect()
    }
}

/// Where in the year step `t` lies: between two of `count` places, and how near the second.
fn place(t: usize, long: f64, count: usize) -> (usize, usize, f64) {
    let at = (t as f64 / long).fract() * count as f64;
    let left = (at.floor() as usize).min(count - 1);
    (left, (left + 1) % count, at - left as f64)
}

/// Factors of the short season as ratios of sums, for series that reach zero: a sum tolerates empty days where a mean of
/// ratios does not, and a factor follows a level that falls where a summand would not.
fn week(y: &[f64], short: usize) -> Option<Vec<f64>> {
    if !(2..=24).contains(&short) || y.len() < 4 * short || y.iter().all(|v| *v > 0.0) {
        return None;
    }
    let mut sums = vec![(0.0, 0.0); short];
    for (t, level) in centred_average(y, short).iter().enumerate() {
        if let Some(level) = level {
            sums[t % short].0 += y[t];
            sums[t % short].1 += level;
        }
    }
    if sums.iter().any(|(_, level)| *level <= 0.0) {
        return None;
    }
    let factors: Vec<f64> = sums.iter().map(|(sum, level)| (sum / level).max(LEAST_FACTOR)).collect();
    let mean = factors.iter().sum::<f64>() / short as f64;
    Some(factors.into_iter().map(|factor| factor / mean).collect())
}

/// A year, learned: see [`Shape`].
#[derive(Default)]
struct Year {
    places: Vec<f64>,
    doubt: f64,
    slope: f64,
    years: usize,
}

fn year(y: &[f64], long: f64) -> Option<Year> {
    let n = y.len();
    let count = long.round() as usize;
    if count < 8 || (n as f64) < 1.5 * long {
        return None;
    }
    let (trend, slope) = trend(y, long)?;
    // Years are counted back from the end: only the earliest can be cut.
    let whole = (n as f64 / long).ceil() as usize;
    let mut years = vec![vec![(0.0, 0.0); count]; whole];
    for t in 0..n {
        let deviation = (y[t] / trend[t] - 1.0).clamp(-1.0, 6.0);
        let (left, right, share) = place(t, long, count);
        let of = &mut years[((n - 1 - t) as f64 / long) as usize];
        for (at, weight) in [(left, 1.0 - share), (right, share)] {
            of[at].0 += weight * deviation;
            of[at].1 += weight;
        }
    }
    let years: Vec<Vec<Option<f64>>> = years
        .iter()
        .map(|year| year.iter().map(|(sum, weight)| (*weight > 0.25).then(|| sum / weight)).collect())
        .collect();
    // Two months, a fortnight or a week, and, where a step is at least a week, single steps: each scale is believed for
    // itself. Single days would carry weekdays, which fall on other days each year.
    let halves = match count {
        ..=26 => vec![2, 1],
        27..=60 => vec![6, 2, 1],
        _ => vec![count / 9, count / 52],
    };
    let mut above = vec![vec![Some(0.0); count]; whole];
    let mut scales: Vec<(Agreement, Vec<Vec<Option<f64>>>)> = Vec::new();
    for half in halves {
        let level: Vec<_> = years.iter().map(|year| smooth(year, half)).collect();
        let minus = |(a, b): (&Option<f64>, &Option<f64>)| Some((*a)? - (*b)?);
        let parts: Vec<Vec<_>> = level.iter().zip(&above).map(|(a, b)| a.iter().zip(b).map(minus).collect()).collect();
        scales.push((Agreement::of(&parts, half), parts));
        above = level;
    }
    if scales.iter().all(|(agreement, _)| agreement.share <= 0.0) {
        return None;
    }

    let mut places = Vec::with_capacity(count);
    let mut most = 0;
    for at in 0..count {
        let mut factor = 1.0;
        for (agreement, parts) in &scales {
            let known: Vec<f64> = parts.iter().filter_map(|part| part[at]).collect();
            most = most.max(known.len());
            let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
            factor += agreement.of_years(known.len()) * mean;
        }
        places.push(factor.max(LEAST_FACTOR));
    }
    let mean = places.iter().sum::<f64>() / count as f64;
    places.iter_mut().for_each(|factor| *factor /= mean);
    let doubt = scales.iter().map(|(agreement, _)| agreement.left).sum::<f64>().sqrt();
    Some(Year { places, doubt, slope, years: most })
}

/// The level without a season: the centred average over a year, carried on at both ends by the growth from year to year,
/// which no season touches; and that growth per step, as a logarithm. `None` where the level is not positive.
fn trend(y: &[f64], long: f64) -> Option<(Vec<f64>, f64)> {
    let (n, lag) = (y.len(), long.round() as usize);
    let (late, early): (f64, f64) = (y[lag..].iter().sum(), y[..n - lag].iter().sum());
    if late <= 0.0 || early <= 0.0 {
        return None;
    }
    let slope = (late / early).clamp(1.0 / 3.0, 3.0).ln() / long;
    let average = centred_average(y, lag);
    let first = average.iter().position(Option::is_some)?;
    let last = average.iter().rposition(Option::is_some)?;
    let carried = |from: usize, t: usize| Some(average[from]? * (slope * (t as f64 - from as f64)).exp());
    let levels: Option<Vec<f64>> = (0..n)
        .map(|t| {
            if t < first {
                carried(first, t)
            } else if t > last {
                carried(last, t)
            } else {
                average[t]
            }
        })
        .map(|level| level.filter(|level| *level > 0.0))
        .collect();
    Some((levels?, slope))
}

/// A triangular average around the year; `half` is where its weights reach zero. Unknown places stay so.
fn smooth(year: &[Option<f64>], half: usize) -> Vec<Option<f64>> {
    let count = year.len();
    (0..count)
        .map(|at| {
            year[at]?;
            let (mut sum, mut weight) = (0.0, 0.0);
            for step in 0..2 * half - 1 {
                let w = (half - step.abs_diff(half - 1)) as f64;
                if let Some(value) = year[(at + count + step - (half - 1)) % count] {
                    sum += w * value;
                    weight += w;
                }
            }
            Some(sum / weight)
        })
        .collect()
}

/// How well the years agree at one scale.
struct Agreement {
    /// The share of one year's deviations that another may expect to see again.
    share: f64,
    /// The variance that is left of a forecast made so.
    left: f64,
}

impl Agreement {
    /// Each year is foretold from each other one. The slope is shrunk as far as chance alone may have made it (the
    /// positive-part rule of James & Stein 1961, as used for regression by Copas 1983).
    fn of(years: &[Vec<Option<f64>>], half: usize) -> Self {
        let pairs: Vec<(f64, f64)> = (0..years.len())
            .flat_map(|a| (0..years.len()).filter(move |b| *b != a).map(move |b| (a, b)))
            .flat_map(|(a, b)| years[a].iter().zip(&years[b]).filter_map(|(a, b)| Some(((*a)?, (*b)?))))
            .collect();
        let products: f64 = pairs.iter().map(|(a, b)| a * b).sum();
        let squares: f64 = pairs.iter().map(|(a, _)| a * a).sum();
        if products <= 0.0 || squares <= 0.0 {
            return Self { share: 0.0, left: 0.0 };
        }
        // Pairs come in both orders, so the slope is the correlation. Neighbours are one value: a triangular average is
        // as wide as one and a half of its halves.
        let slope = products / squares;
        let worth = pairs.len() as f64 / 2.0 / (1.5 * half as f64).max(1.0);
        let chance = (1.0 - slope * slope) / ((worth - 2.0).max(0.1) * slope * slope);
        let share = slope * (1.0 - chance).max(0.0);
        let left = pairs.iter().map(|(a, b)| (b - share * a).powi(2)).sum::<f64>() / pairs.len() as f64;
        // Single steps err each for itself, which the models' own errors hold already.
        let left = if half == 1 { 0.0 } else { left };
        // Half of what is left is the doubt about the shape, the other half what the year to come adds on its own, which
        // the models' own errors hold already.
        Self { share, left: left / 2.0 }
    }

    /// The share to be expected again of the mean of several years (Spearman 1910; Brown 1910).
    fn of_years(&self, years: usize) -> f64 {
        let years = years as f64;
        years * self.share / (1.0 + (years - 1.0) * self.share)
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::*;

    const LONG: f64 = 365.25 / 7.0;

    /// Weeks with a peak four weeks wide, growth of a fifth a year, and noise.
    fn weeks(n: usize, peak: f64, noise: f64, seed: u64) -> Vec<f64> {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        (0..n)
            .map(|t| {
                let there = (t as f64 % LONG) < 4.0;
                let shock: f64 = StandardNormal.sample(&mut random);
                100.0 * (0.2 * t as f64 / LONG).exp() * (1.0 + if there { peak } else { 0.0 }) * (noise * shock).exp()
            })
            .collect()
    }

    #[test]
    fn a_peak_seen_twice_is_in_the_shape() {
        let y = weeks(103, 1.0, 0.05, 1);
        let shape = Shape::of(&y, 1, LONG).expect("two years");
        let ratio = shape.at(106) / shape.at(130);
        assert!((1.7..2.2).contains(&ratio), "{ratio}");
        assert_eq!(shape.years, 2);
        assert!(shape.doubt(1) < 0.1 && shape.doubt(52) > shape.doubt(1));
    }

    #[test]
    fn noise_makes_hardly_a_shape_and_short_series_none() {
        let mut strongest = Vec::new();
        for seed in 0..20 {
            let y = weeks(103, 0.0, 0.1, seed);
            let factors = Shape::of(&y, 1, LONG).map_or_else(Vec::new, |s| (0..52).map(|t| s.at(t)).collect());
            strongest.push(factors.iter().fold(0.0_f64, |top, f| top.max((f - 1.0).abs())));
        }
        let mean = strongest.iter().sum::<f64>() / 20.0;
        assert!(mean < 0.03, "{strongest:?}");
        assert!(Shape::of(&weeks(70, 1.0, 0.05, 1), 1, LONG).is_none());
    }

    #[test]
    fn a_week_with_empty_days_multiplies() {
        let y: Vec<f64> = (0..70).map(|t| [0.0, 2.0, 2.0, 2.0, 2.0, 6.0, 0.0][t % 7] * 3.0).collect();
        let shape = Shape::of(&y, 7, 365.25).expect("a week");
        assert!(shape.has_week() && !shape.has_year());
        assert!((shape.at(5) / shape.at(1) - 3.0).abs() < 0.05);
    }
}
