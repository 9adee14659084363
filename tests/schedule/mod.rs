//! What the clock does, with a manual clock and the real store, assistant and engine of figures: over a year, killed at
//! every step, missed while down, for the people who may. No weights are needed: what is understood is scripted.

mod world;
mod year;
mod killed;
mod alerts;
mod people;
mod served;
