//! Minimises a function of few variables without derivatives. Knows nothing of forecasts.

/// A minimum that was found.
pub(super) struct Minimum {
    /// Where.
    pub(super) at: Vec<f64>,
    /// How low.
    pub(super) value: f64,
}

/// The simplex method of Nelder and Mead (1965) with the usual coefficients 1, 2, ½, ½, from `start` with one vertex
/// `step` away along each axis. Stops after `evaluations`, or when the simplex is flat to a relative `tolerance`.
pub(super) fn minimise(
    mut f: impl FnMut(&[f64]) -> f64,
    start: &[f64],
    step: &[f64],
    evaluations: usize,
    tolerance: f64,
) -> Minimum {
    let n = start.len();
    let mut f = |x: &[f64]| {
        let value = f(x);
        if value.is_finite() { value } else { f64::MAX }
    };
    let mut simplex: Vec<(Vec<f64>, f64)> = Vec::with_capacity(n + 1);
    simplex.push((start.to_vec(), f(start)));
    for axis in 0..n {
        let mut vertex = start.to_vec();
        vertex[axis] += step.get(axis).copied().unwrap_or(0.1);
        let value = f(&vertex);
        simplex.push((vertex, value));
    }
    let mut used = n + 1;
    let mut centre = vec![0.0; n];
    let mut trial = vec![0.0; n];
    while n > 0 && used < evaluations {
        simplex.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (best, worst, second) = (simplex[0].1, simplex[n].1, simplex[n - 1].1);
        if worst - best <= tolerance * (best.abs() + tolerance) {
            break;
        }
        centre.fill(0.0);
        for (vertex, _) in &simplex[..n] {
            for (sum, x) in centre.iter_mut().zip(vertex) {
                *sum += x / n as f64;
            }
        }
        let place = |trial: &mut [f64], simplex: &[(Vec<f64>, f64)], factor: f64| {
            for axis in 0..n {
                trial[axis] = centre[axis] + factor * (simplex[n].0[axis] - centre[axis]);
            }
        };
        place(&mut trial, &simplex, -1.0);
        let reflected = f(&trial);
        used += 1;
        if reflected < best {
            let kept = trial.clone();
            place(&mut trial, &simplex, -2.0);
            let expanded = f(&trial);
            used += 1;
            simplex[n] = if expanded < reflected { (trial.clone(), expanded) } else { (kept, reflected) };
        } else if reflected < second {
            simplex[n] = (trial.clone(), reflected);
        } else {
            let outside = reflected < worst;
            let limit = if outside { reflected } else { worst };
            place(&mut trial, &simplex, if outside { -0.5 } else { 0.5 });
            let contracted = f(&trial);
            used += 1;
            if contracted < limit {
                simplex[n] = (trial.clone(), contracted);
            } else {
                let (head, tail) = simplex.split_at_mut(1);
                for (vertex, value) in tail {
                    for (x, low) in vertex.iter_mut().zip(&head[0].0) {
                        *x = low + 0.5 * (*x - low);
                    }
                    *value = f(vertex);
                }
                used += n;
            }
        }
    }
    let (at, value) = simplex.into_iter().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((Vec::new(), f64::MAX));
    Minimum { at, value }
}

/// Maps any number into (low, high); the inverse of [`unbounded`].
pub(super) fn bounded(x: f64, low: f64, high: f64) -> f64 {
    low + (high - low) / (1.0 + (-x).exp())
}

/// Maps a number between low and high to any number.
pub(super) fn unbounded(x: f64, low: f64, high: f64) -> f64 {
    let share = ((x - low) / (high - low)).clamp(1e-6, 1.0 - 1e-6);
    (share / (1.0 - share)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_bottom_of_rosenbrocks_valley() {
        let f = |x: &[f64]| (1.0 - x[0]).powi(2) + 100.0 * (x[1] - x[0] * x[0]).powi(2);
        let minimum = minimise(f, &[-1.2, 1.0], &[0.5, 0.5], 2000, 1e-12);
        assert!((minimum.at[0] - 1.0).abs() < 1e-3 && (minimum.at[1] - 1.0).abs() < 1e-3);
    }

    #[test]
    fn bounds_are_undone() {
        for x in [0.11, 0.5, 0.97] {
            assert!((bounded(unbounded(x, 0.1, 0.99), 0.1, 0.99) - x).abs() < 1e-6);
        }
    }
}
