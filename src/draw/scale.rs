//! Linear scales with round ticks. A scale can be shared, so that two drawings compare.

use super::svg::count;

/// A range of values from which positions are computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Lowest value.
    pub low: f64,
    /// Highest value; above `low`.
    pub high: f64,
}

/// Largest size of a value; larger ones are drawn at this size.
pub const LIMIT: f64 = 1e18;

impl Scale {
    /// Covers zero and all values, widened to round ticks.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        Self::exact(values.into_iter().chain([0.0])).widened()
    }

    /// Covers all values without zero, widened to round ticks.
    pub fn around(values: impl IntoIterator<Item = f64>) -> Self {
        Self::exact(values).widened()
    }

    /// Covers all values exactly; 0 to 1 without values.
    pub fn exact(values: impl IntoIterator<Item = f64>) -> Self {
        let values = values.into_iter().filter(|value| value.is_finite());
        let bounds = values.fold(None, |bounds: Option<(f64, f64)>, value| {
            let value = value.clamp(-LIMIT, LIMIT);
            let (low, high) = bounds.unwrap_or((value, value));
            Some((low.min(value), high.max(value)))
        });
        let (low, high) = bounds.unwrap_or((0.0, 1.0));
        if high - low > f64::EPSILON * high.abs().max(low.abs()) * 4.0 {
            Self { low, high }
        } else {
            Self { low, high: low + low.abs().max(1.0) }
        }
    }

    /// Covers both scales.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// Widens the range to multiples of the step of its ticks.
    fn widened(self) -> Self {
        let step = self.step(5.0);
        Self { low: (self.low / step).floor() * step, high: (self.high / step).ceil() * step }
    }

    /// Returns the round step that gives about `wanted` ticks: 1, 2, 2.5 or 5 times a power of ten.
    fn step(self, wanted: f64) -> f64 {
        let rough = ((self.high - self.low) / wanted).max(f64::MIN_POSITIVE);
        let power = 10f64.powf(rough.log10().floor());
        let steps = [1.0, 2.0, 2.5, 5.0, 10.0].map(|times| times * power);
        steps.into_iter().find(|step| *step >= rough * 0.999).unwrap_or(rough)
    }

    /// Returns round values within the range, about `wanted` of them.
    pub fn ticks(self, wanted: f64) -> Vec<f64> {
        let step = self.step(wanted);
        let first = (self.low / step - 1e-6).ceil();
        let ticks = (0..=24).map(|index| (first + count(index)) * step);
        ticks.take_while(|tick| *tick <= self.high + step * 1e-6).collect()
    }

    /// Returns the position of a value, within the two positions of the range.
    pub fn position(self, value: f64, low: f64, high: f64) -> f64 {
        let share = (value.min(self.high).max(self.low) - self.low) / (self.high - self.low);
        low + (high - low) * if share.is_finite() { share } else { 0.0 }
    }
}
