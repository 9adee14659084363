//! Parts sum to the change, whatever the figures.

use proptest::prelude::*;

use crate::domain::Dimension;
use crate::engines::metrics::decompose::{Sold, price_volume_mix, ratios, sums, two_factors};
use crate::engines::metrics::figures::{Figure, Member};

fn figure(numerator: f64, denominator: f64) -> Figure {
    let value = if denominator == 0.0 { 0.0 } else { numerator / denominator };
    Figure { value, numerator, denominator, rows: 1 }
}

fn member(at: usize, before: Option<Figure>, now: Option<Figure>) -> Member {
    Member { names: vec![at.to_string()], now, before }
}

fn part() -> impl Strategy<Value = Option<(f64, f64)>> {
    proptest::option::of((0.0..1000.0, 0.1..500.0))
}

proptest! {
    #[test]
    fn members_of_a_sum(parts in proptest::collection::vec((-50.0..1000.0, -50.0..1000.0), 2..12)) {
        let members: Vec<Member> = parts
            .iter()
            .enumerate()
            .map(|(at, (before, now))| member(at, Some(figure(*before, 1.0)), Some(figure(*now, 1.0))))
            .collect();
        let (before, now): (f64, f64) = (parts.iter().map(|part| part.0).sum(), parts.iter().map(|part| part.1).sum());
        let split = sums(Dimension::Channel, &members, now, before).unwrap();
        let sum: f64 = split.parts.iter().map(|part| part.change).sum();
        prop_assert!((sum - (now - before)).abs() < 1e-6);
        prop_assert!(split.parts.iter().all(|part| part.surprise >= -1e-12));
        prop_assert!(sums(Dimension::Channel, &members, now + 10.0, before).is_none());
    }

    #[test]
    fn members_of_a_ratio(parts in proptest::collection::vec((part(), part()), 2..12)) {
        let members: Vec<Member> = parts
            .iter()
            .enumerate()
            .map(|(at, (before, now))| {
                member(at, before.map(|(n, d)| figure(n, d)), now.map(|(n, d)| figure(n, d)))
            })
            .collect();
        let whole = |of: &dyn Fn(&Member) -> Option<Figure>| {
            let parts: Vec<Figure> = members.iter().filter_map(of).collect();
            figure(parts.iter().map(|part| part.numerator).sum(), parts.iter().map(|part| part.denominator).sum())
        };
        let (before, now) = (whole(&|member| member.before), whole(&|member| member.now));
        prop_assume!(before.denominator > 0.0 && now.denominator > 0.0);
        let split = ratios(Dimension::Channel, &members, now, before).unwrap();
        let sum: f64 = split.parts.iter().map(|part| part.change).sum();
        prop_assert!((sum - (now.value - before.value)).abs() < 1e-6);
        let (mix, rate) = split.mix_and_rate();
        prop_assert!((mix + rate - sum).abs() < 1e-6);
    }

    #[test]
    fn products_with_price_volume_and_mix(
        sold in proptest::collection::vec(((-20.0..900.0, -3.0..90.0), (-20.0..900.0, -3.0..90.0)), 0..12),
    ) {
        let sold: Vec<Sold> = sold
            .into_iter()
            .map(|((r0, u0), (r1, u1))| Sold { revenue: (r0, r1), units: (u0, u1) })
            .collect();
        let parts = price_volume_mix(&sold);
        let change: f64 = sold.iter().map(|sold| sold.revenue.1 - sold.revenue.0).sum();
        prop_assert!((parts.volume + parts.mix + parts.price + parts.other - change).abs() < 1e-6);
    }

    #[test]
    fn factors_of_a_product(a in 0.1..100.0, b in 0.1..100.0, c in 0.1..100.0, d in 0.1..100.0) {
        let (first, second) = two_factors((a, b), (c, d));
        prop_assert!((first + second - (c * d - a * b)).abs() < 1e-6);
    }
}

#[test]
fn textbook_cases() {
    // Two products at 10 and 20, one unit each; then twice as many at the same prices: all of it is volume.
    let twice = [10.0, 20.0].map(|price| Sold { revenue: (price, 2.0 * price), units: (1.0, 2.0) });
    let parts = price_volume_mix(&twice);
    assert_eq!((parts.volume, parts.mix, parts.price, parts.other), (30.0, 0.0, 0.0, 0.0));
    // The same units at a tenth more: all of it is price.
    let dearer = [10.0, 20.0].map(|price| Sold { revenue: (price, 1.1 * price), units: (1.0, 1.0) });
    let parts = price_volume_mix(&dearer);
    assert!((parts.price - 3.0).abs() < 1e-9 && parts.volume == 0.0 && parts.mix.abs() < 1e-9);
    // One cheap for one dear product: all of it is mix.
    let swapped =
        [Sold { revenue: (20.0, 10.0), units: (2.0, 1.0) }, Sold { revenue: (20.0, 40.0), units: (1.0, 2.0) }];
    let parts = price_volume_mix(&swapped);
    assert!((parts.mix - 10.0).abs() < 1e-9 && parts.volume == 0.0 && parts.price.abs() < 1e-9);
    // Simpson's paradox: both channels convert better, the whole worse, and all of the loss is mix.
    let before = [figure(10.0, 100.0), figure(300.0, 1000.0)];
    let now = [figure(120.0, 1000.0), figure(32.0, 100.0)];
    let members: Vec<Member> = (0..2).map(|at| member(at, Some(before[at]), Some(now[at]))).collect();
    let whole =
        |parts: &[Figure]| figure(parts[0].numerator + parts[1].numerator, parts[0].denominator + parts[1].denominator);
    let split = ratios(Dimension::Channel, &members, whole(&now), whole(&before)).unwrap();
    let (mix, rate) = split.mix_and_rate();
    assert!(rate > 0.0 && mix < 0.0 && mix + rate < 0.0);
    // Bhagwan et al. 2014: the member that lost most of the traffic is the one that is named.
    let (before, now) = ([94.0, 6.0], [8.0, 6.0]);
    let members: Vec<Member> =
        (0..2).map(|at| member(at, Some(figure(before[at], 1.0)), Some(figure(now[at], 1.0)))).collect();
    let split = sums(Dimension::Channel, &members, 14.0, 100.0).unwrap();
    assert_eq!(split.leading.iter().map(|at| split.parts[*at].names[0].as_str()).collect::<Vec<_>>(), ["0"]);
}
