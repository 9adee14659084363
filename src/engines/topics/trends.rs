//! Which topics rise or fall: shares of two periods compared by a test that allows for looking at many topics at once.

use statrs::distribution::{Binomial, DiscreteCDF as _};

/// How a topic moved between an earlier and a later period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// The topic.
    pub topic: usize,
    /// Texts in the earlier period.
    pub before: usize,
    /// Texts in the later period.
    pub now: usize,
    /// Share of the earlier period's texts.
    pub share_before: f64,
    /// Share of the later period's texts.
    pub share_now: f64,
    /// The standardised difference of the shares.
    pub z: f64,
    /// The chance of a difference at least this large where there is none.
    pub p: f64,
    /// Whether it is more than chance, at a false discovery rate of 5 %.
    pub significant: bool,
}

/// Compares the counts of two periods, topic by topic: the conditional binomial test of two rates (Przyborowski and Wilenski
/// 1940), which holds for small counts too, and the procedure of Benjamini and Hochberg (1995) over the topics. Ordered
/// by z, the most risen first.
#[must_use]
pub fn trends(before: &[usize], now: &[usize]) -> Vec<Trend> {
    let total_before = before.iter().sum::<usize>().max(1) as f64;
    let total_now = now.iter().sum::<usize>().max(1) as f64;
    let mut found: Vec<Trend> = before
        .iter()
        .zip(now)
        .enumerate()
        .map(|(topic, (&before, &now))| {
            // Half a text more in each count keeps a topic that is quite new from a variance of 0.
            let (share_before, share_now) = (before as f64 / total_before, now as f64 / total_now);
            let pooled = (before as f64 + now as f64 + 1.0) / (total_before + total_now + 2.0);
            let variance = pooled * (1.0 - pooled) * (1.0 / total_before + 1.0 / total_now);
            let z = if variance > 0.0 { (share_now - share_before) / variance.sqrt() } else { 0.0 };
            let p = p_value(before, now, total_now / (total_before + total_now));
            Trend { topic, before, now, share_before, share_now, z, p, significant: false }
        })
        .collect();
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by(|&a, &b| found[a].p.total_cmp(&found[b].p));
    let tests = found.len() as f64;
    let last =
        (1..=found.len()).rev().find(|&rank| found[order[rank - 1]].p <= 0.05 * rank as f64 / tests).unwrap_or(0);
    for &at in &order[..last] {
        found[at].significant = true;
    }
    found.sort_by(|a, b| b.z.total_cmp(&a.z).then(a.topic.cmp(&b.topic)));
    found
}

/// The chance that of a topic's texts at least so many more, or fewer, are late ones, where each is late with the chance
/// `late`; doubled, since either side would count.
fn p_value(before: usize, now: usize, late: f64) -> f64 {
    let Ok(texts) = Binomial::new(late, (before + now) as u64) else { return 1.0 };
    let at_most = texts.cdf(now as u64);
    let at_least = if now == 0 { 1.0 } else { texts.sf(now as u64 - 1) };
    (2.0 * at_most.min(at_least)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_that_trebles_is_found_and_noise_is_not() {
        let found = trends(&[100, 300, 20], &[40, 105, 30]);
        assert_eq!(found[0].topic, 2);
        assert!(found[0].significant && found[0].z > 4.0, "{found:?}");
        assert!(found.iter().filter(|trend| trend.topic == 0).all(|trend| !trend.significant), "{found:?}");
    }

    #[test]
    fn p_values_are_exact() {
        // Eight of ten late where half would be: 2 * (45 + 10 + 1) / 1024.
        assert!((p_value(2, 8, 0.5) - 112.0 / 1024.0).abs() < 1e-9);
        assert!((p_value(8, 2, 0.5) - 112.0 / 1024.0).abs() < 1e-9);
        assert!((p_value(5, 5, 0.5) - 1.0).abs() < 1e-12);
        assert!((p_value(0, 0, 0.5) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_and_equal_shares_are_no_trend() {
        assert!(trends(&[], &[]).is_empty());
        assert!(trends(&[0, 0], &[0, 0]).iter().all(|trend| !trend.significant));
        assert!(trends(&[50, 50], &[50, 50]).iter().all(|trend| !trend.significant && trend.z.abs() < 1e-9));
    }
}
