//! AdamW with a step size for each parameter and a state that can be kept: torch's own cannot be read from here.

use tch::{Kind, TchError, Tensor, no_grad};

const BETA_1: f64 = 0.9;
const BETA_2: f64 = 0.999;
const EPSILON: f64 = 1e-8;
/// Gradients longer than this are shortened to it.
const LONGEST_GRADIENT: f64 = 1.0;

/// The optimizer's state.
pub(super) struct AdamW {
    /// Mean and mean square of the gradients of each parameter.
    pub(super) moments: Vec<(Tensor, Tensor)>,
    /// The steps made.
    pub(super) step: usize,
    decay: f64,
}

impl AdamW {
    pub(super) fn new(parameters: &[(String, Tensor)], decay: f64) -> Self {
        let zero = |tensor: &Tensor| (tensor.zeros_like(), tensor.zeros_like());
        Self { moments: no_grad(|| parameters.iter().map(|(_, tensor)| zero(tensor)).collect()), step: 0, decay }
    }

    /// One step (Loshchilov and Hutter, 2019, algorithm 2). `rates` holds a step size for each parameter. Biases and norms
    /// do not decay.
    pub(super) fn step(
        &mut self,
        parameters: &[(String, Tensor)],
        gradients: &[Tensor],
        rates: &[f64],
    ) -> Result<(), TchError> {
        self.step += 1;
        let correction_1 = 1.0 - BETA_1.powi(i32::try_from(self.step).unwrap_or(i32::MAX));
        let correction_2 = 1.0 - BETA_2.powi(i32::try_from(self.step).unwrap_or(i32::MAX));
        no_grad(|| {
            // Added up where they are: a GPU is waited for once, not once for each gradient.
            let squares = gradients.iter().map(|gradient| gradient.f_square()?.f_sum(Kind::Float));
            let squares = Tensor::f_stack(&squares.collect::<Result<Vec<_>, TchError>>()?, 0)?;
            let square = squares.f_sum(Kind::Float)?.f_double_value(&[])?;
            let scale = (LONGEST_GRADIENT / (square.sqrt() + 1e-12)).min(1.0);
            for (at, (name, parameter)) in parameters.iter().enumerate() {
                let gradient = gradients[at].f_mul_scalar(scale)?;
                let (mean, square) = &mut self.moments[at];
                let _ = mean.f_mul_scalar_(BETA_1)?.f_add_(&gradient.f_mul_scalar(1.0 - BETA_1)?)?;
                let _ = square.f_mul_scalar_(BETA_2)?.f_add_(&gradient.f_square()?.f_mul_scalar_(1.0 - BETA_2)?)?;
                let denominator = square.f_div_scalar(correction_2)?.f_sqrt_()?.f_add_scalar_(EPSILON)?;
                let change = mean.f_div_scalar(correction_1)?.f_div_(&denominator)?;
                let mut parameter = parameter.detach();
                if name.ends_with("weight") && !name.contains("LayerNorm") {
                    let _ = parameter.f_mul_scalar_(1.0 - rates[at] * self.decay)?;
                }
                let _ = parameter.f_sub_(&change.f_mul_scalar(rates[at])?)?;
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_step_goes_as_far_as_its_size_against_the_gradient() {
        // Both moments are corrected, so the first change is the sign of the gradient times the step size.
        let parameters = vec![("bias".to_owned(), Tensor::from_slice(&[1.0_f32, -1.0, 0.5]))];
        let gradients = vec![Tensor::from_slice(&[0.2_f32, -0.1, 0.3])];
        let mut optimizer = AdamW::new(&parameters, 0.1);
        optimizer.step(&parameters, &gradients, &[0.01]).unwrap();
        let after = Vec::<f32>::try_from(&parameters[0].1).unwrap();
        for (after, expect) in after.iter().zip([0.99, -0.99, 0.49]) {
            assert!((after - expect).abs() < 1e-4, "{after} {expect}");
        }
    }
}
