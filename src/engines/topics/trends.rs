//! Which topics rise or fall: shares of two periods compared by a test that allows for looking at many topics at once.

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
    /// Whether it is more than chance, at a false discovery rate of 5 %.
    pub significant: bool,
}

/// Compares the counts of two periods, topic by topic: a test of two proportions with pooled variance, and the
/// procedure of Benjamini and Hochberg (1995) over the topics. Ordered by z, the most risen first.
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
            Trend { topic, before, now, share_before, share_now, z, significant: false }
        })
        .collect();
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by(|&a, &b| found[b].z.abs().total_cmp(&found[a].z.abs()));
    let tests = found.len() as f64;
    let last = (1..=found.len())
        .rev()
        .find(|&rank| p_value(found[order[rank - 1]].z) <= 0.05 * rank as f64 / tests)
        .unwrap_or(0);
    for &at in &order[..last] {
        found[at].significant = true;
    }
    found.sort_by(|a, b| b.z.total_cmp(&a.z).then(a.topic.cmp(&b.topic)));
    found
}

/// The chance of a difference at least this large where there is none.
fn p_value(z: f64) -> f64 {
    statrs::function::erf::erfc(z.abs() / std::f64::consts::SQRT_2)
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
    fn p_values_are_those_of_the_normal_distribution() {
        assert!((p_value(1.959_964) - 0.05).abs() < 1e-6);
        assert!((p_value(0.0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_and_equal_shares_are_no_trend() {
        assert!(trends(&[], &[]).is_empty());
        assert!(trends(&[0, 0], &[0, 0]).iter().all(|trend| !trend.significant));
        assert!(trends(&[50, 50], &[50, 50]).iter().all(|trend| !trend.significant && trend.z.abs() < 1e-9));
    }
}
