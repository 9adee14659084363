//! Faults that a test asks for: 429 storms, 5xx, latency, cut connections. Rate limits of the rules are in `rate`.

use std::time::Duration;

use super::route::Endpoint;

/// Where a connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// In the middle of the answer, with the request not carried out.
    BeforeHandling,
    /// In the middle of the answer, with the request carried out, so that a blind retry does it twice.
    AfterHandling,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    RateLimit { retry_after: Duration, global: bool },
    ServerError(u16),
    Cut(Cut),
}

#[derive(Debug)]
struct Planned {
    only: Option<Endpoint>,
    fault: Fault,
    times: u32,
}

/// The faults to come.
#[derive(Debug, Default)]
pub(crate) struct FaultPlan {
    planned: Vec<Planned>,
    latencies: Vec<(Option<Endpoint>, Duration)>,
}

impl FaultPlan {
    pub(crate) fn add(&mut self, only: Option<Endpoint>, fault: Fault, times: u32) {
        self.planned.push(Planned { only, fault, times });
    }

    pub(crate) fn slow(&mut self, only: Option<Endpoint>, by: Duration) {
        self.latencies.push((only, by));
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Takes the next fault for an endpoint.
    pub(crate) fn take(&mut self, endpoint: Endpoint) -> Option<Fault> {
        let fits = |planned: &Planned| planned.only.is_none_or(|only| only == endpoint);
        let found = self.planned.iter_mut().find(|planned| planned.times > 0 && fits(planned))?;
        found.times -= 1;
        Some(found.fault)
    }

    /// How much longer an endpoint takes.
    pub(crate) fn latency(&self, endpoint: Endpoint) -> Duration {
        self.latencies.iter().filter(|(only, _)| only.is_none_or(|only| only == endpoint)).map(|(_, by)| *by).sum()
    }
}
