//! Limits as given by a source. Flags, environment variables and file keys derive from the tables of limits.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use clap::builder::Str;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, value_parser};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::duration::HumanDuration;
use crate::model::limit_table::{LimitField, LimitRow, LimitTable};

/// Values of the limits of `T` by flag, as given; a limit without a value has its default.
pub struct GivenLimits<T> {
    values: BTreeMap<&'static str, GivenValue>,
    of: PhantomData<fn() -> T>,
}

/// Value of a limit, as given.
#[derive(Clone, Copy, Debug)]
enum GivenValue {
    Number(usize),
    Time(HumanDuration),
}

impl<T> Default for GivenLimits<T> {
    fn default() -> Self {
        Self { values: BTreeMap::new(), of: PhantomData }
    }
}

impl<T> Clone for GivenLimits<T> {
    fn clone(&self) -> Self {
        Self { values: self.values.clone(), of: PhantomData }
    }
}

impl<T> fmt::Debug for GivenLimits<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(&self.values).finish()
    }
}

impl<T: LimitTable> GivenLimits<T> {
    /// Merges two sources of limits; `self` takes precedence.
    pub(super) fn or(self, mut other: Self) -> Self {
        other.values.extend(self.values);
        other
    }

    /// Resolves the limits against the defaults.
    pub(super) fn resolve(&self) -> T {
        let mut limits = T::default();
        for (row, flag) in flags::<T>() {
            match ((row.field)(&mut limits), self.values.get(flag)) {
                (LimitField::Number(number), Some(GivenValue::Number(given))) => *number = *given,
                (LimitField::Time(time), Some(GivenValue::Time(given))) => *time = given.0,
                _ => {}
            }
        }
        limits
    }
}

/// Returns the limits that a flag sets, with the flag.
fn flags<T: LimitTable>() -> impl Iterator<Item = (&'static LimitRow<T>, &'static str)> {
    T::ROWS.iter().filter_map(|row| Some((row, row.name.flag()?)))
}

/// Formats the default of a limit.
pub(super) fn default_of<T: LimitTable>(row: &LimitRow<T>) -> String {
    match (row.field)(&mut T::default()) {
        LimitField::Number(number) => number.to_string(),
        LimitField::Time(time) => HumanDuration(*time).to_string(),
    }
}

/// Returns the environment variable of a setting.
pub(super) fn variable(name: &str) -> String {
    format!("AIDGRAPH_{}", name.to_uppercase().replace('-', "_"))
}

fn argument<T: LimitTable>((row, flag): (&'static LimitRow<T>, &'static str)) -> Arg {
    let lines: Vec<&str> = row.help.iter().map(|line| line.trim()).collect();
    let help = lines.join(" ");
    let help = format!("{} [default: {}]", help.trim_end_matches('.'), default_of(row));
    let argument = Arg::new(flag).long(flag).env(Str::from(variable(flag))).help(help);
    match (row.field)(&mut T::default()) {
        LimitField::Number(_) => argument.value_name("N").value_parser(value_parser!(usize)),
        LimitField::Time(_) => {
            argument.value_name("TIME").value_parser(value_parser!(HumanDuration))
        }
    }
}

impl<T: LimitTable> Args for GivenLimits<T> {
    fn augment_args(command: Command) -> Command {
        command.next_help_heading(T::HEADING).args(flags::<T>().map(argument))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<T: LimitTable> FromArgMatches for GivenLimits<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut given = Self::default();
        given.update_from_arg_matches(matches).map(|()| given)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        let mut limits = T::default();
        for (row, flag) in flags::<T>() {
            let given = match (row.field)(&mut limits) {
                LimitField::Number(_) => matches.get_one(flag).copied().map(GivenValue::Number),
                LimitField::Time(_) => matches.get_one(flag).copied().map(GivenValue::Time),
            };
            self.values.extend(given.map(|given| (flag, given)));
        }
        Ok(())
    }
}

impl<'de, T: LimitTable> Deserialize<'de> for GivenLimits<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Keys(PhantomData))
    }
}

/// Visits the keys of a configuration file, and takes those of the table.
struct Keys<T>(PhantomData<fn() -> T>);

impl<'de, T: LimitTable> Visitor<'de> for Keys<T> {
    type Value = GivenLimits<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("limits")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut given, mut limits) = (GivenLimits::default(), T::default());
        while let Some(key) = map.next_key::<String>()? {
            let Some((row, flag)) = flags::<T>().find(|(_, flag)| *flag == key) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = match (row.field)(&mut limits) {
                LimitField::Number(_) => GivenValue::Number(map.next_value()?),
                LimitField::Time(_) => GivenValue::Time(map.next_value()?),
            };
            given.values.insert(flag, value);
        }
        Ok(given)
    }
}
