//! Fewer dimensions: sentence vectors drawn toward their neighbours, then their principal components, on torch. Knows no
//! words.

use ndarray::Array2;
use tch::{Kind, Tensor, no_grad};

use super::TopicsError;

/// Neighbours that a text is drawn to.
const NEIGHBOURS: i64 = 10;
/// How many times.
const ROUNDS: usize = 2;
/// Rows that are compared with all others at once: bounds the memory of the comparison.
const BLOCK: i64 = 1_024;

/// Draws rows of unit length toward the middle of their nearest neighbours (a graph filter as in Zhang et al. 2019,
/// "Attributed graph clustering via adaptive graph convolution"), and projects them as [`principal`] does.
///
/// # Errors
/// When torch fails.
pub(super) fn neighbourly(rows: &[&[f32]], dimensions: usize) -> Result<Array2<f64>, TopicsError> {
    no_grad(|| project(&smooth(&tensor(rows)?)?, dimensions))
}

/// Projects rows onto their first `dimensions` principal components and brings them back to length 1, so that
/// straight-line distance orders them as the angle between them does.
///
/// # Errors
/// When torch fails.
pub(super) fn principal(rows: &[&[f32]], dimensions: usize) -> Result<Array2<f64>, TopicsError> {
    no_grad(|| project(&tensor(rows)?, dimensions))
}

fn tensor(rows: &[&[f32]]) -> Result<Tensor, TopicsError> {
    let width = rows.first().map_or(0, |row| row.len());
    let flat: Vec<f32> = rows.iter().flat_map(|row| row.iter().copied()).collect();
    Ok(Tensor::from_slice(&flat).f_view([rows.len() as i64, width as i64])?)
}

fn project(data: &Tensor, dimensions: usize) -> Result<Array2<f64>, TopicsError> {
    let (count, width) = data.size2()?;
    let kept = (dimensions as i64).min(width).min(count);
    let centred = data - data.f_mean_dim(Some([0].as_slice()), true, Kind::Float)?;
    let covariance = centred.f_tr()?.f_matmul(&centred)?.f_div_scalar(count as f64)?;
    let (_, vectors) = covariance.f_linalg_eigh("L")?;
    // Eigenvalues ascend, so the last columns carry the most.
    let basis = vectors.f_narrow(1, width - kept, kept)?;
    let projected = unit(&centred.f_matmul(&basis)?)?;
    let flat = Vec::<f32>::try_from(&projected.f_contiguous()?.f_view([-1])?)?;
    let flat = flat.into_iter().map(f64::from).collect();
    Array2::from_shape_vec((count as usize, kept as usize), flat)
        .map_err(|error| TopicsError::Clustering(error.to_string()))
}

/// Each row with the sum of its neighbours, again of length 1. A text that stands alone stays itself.
fn smooth(data: &Tensor) -> Result<Tensor, TopicsError> {
    let count = data.size()[0];
    let neighbours = NEIGHBOURS.min(count / 4);
    if neighbours == 0 {
        return Ok(data.shallow_clone());
    }
    let others = data.f_tr()?;
    let mut found = Vec::new();
    for start in (0..count).step_by(BLOCK as usize) {
        let block = data.f_narrow(0, start, BLOCK.min(count - start))?;
        // The row itself is among its nearest.
        let (_, places) = block.f_matmul(&others)?.f_topk(neighbours + 1, 1, true, false)?;
        found.push(places);
    }
    let places = Tensor::f_cat(&found, 0)?;
    let mut smoothed = data.shallow_clone();
    for _ in 0..ROUNDS {
        let mut sum = smoothed.shallow_clone();
        for nearest in 0..=neighbours {
            sum = sum.f_add(&smoothed.f_index_select(0, &places.f_select(1, nearest)?.f_contiguous()?)?)?;
        }
        smoothed = unit(&sum)?;
    }
    Ok(smoothed)
}

fn unit(rows: &Tensor) -> Result<Tensor, TopicsError> {
    let norm = rows.f_norm_scalaropt_dim(2.0, [-1i64].as_slice(), true)?.f_clamp_min(1e-12)?;
    Ok(rows.f_div(&norm)?)
}
