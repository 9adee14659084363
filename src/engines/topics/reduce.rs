//! Fewer dimensions: principal components of sentence vectors, on torch. Knows no words.

use ndarray::Array2;
use tch::{Kind, Tensor, no_grad};

use super::TopicsError;

/// Projects rows onto their first `dimensions` principal components and brings them back to length 1, so that
/// straight-line distance orders them as the angle between them does.
///
/// # Errors
/// When torch fails.
pub(super) fn principal(rows: &[&[f32]], dimensions: usize) -> Result<Array2<f64>, TopicsError> {
    let width = rows.first().map_or(0, |row| row.len());
    let flat: Vec<f32> = rows.iter().flat_map(|row| row.iter().copied()).collect();
    let kept = dimensions.min(width).min(rows.len());
    no_grad(|| {
        let data = Tensor::from_slice(&flat).f_view([rows.len() as i64, width as i64])?;
        let centred = &data - data.f_mean_dim(Some([0].as_slice()), true, Kind::Float)?;
        let covariance = centred.f_tr()?.f_matmul(&centred)?.f_div_scalar(rows.len() as f64)?;
        let (_, vectors) = covariance.f_linalg_eigh("L")?;
        // Eigenvalues ascend, so the last columns carry the most.
        let basis = vectors.f_narrow(1, (width - kept) as i64, kept as i64)?;
        let projected = centred.f_matmul(&basis)?;
        let norm = projected.f_norm_scalaropt_dim(2.0, [-1i64].as_slice(), true)?.f_clamp_min(1e-12)?;
        let flat = Vec::<f32>::try_from(&projected.f_div(&norm)?.f_contiguous()?.f_view([-1])?)?;
        let flat = flat.into_iter().map(f64::from).collect();
        Array2::from_shape_vec((rows.len(), kept), flat).map_err(|error| TopicsError::Clustering(error.to_string()))
    })
}
