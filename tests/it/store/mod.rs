//! The store through its public interface: data survives faults of the process, the bytes and the disk.

#[cfg(test)]
mod child;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod dataset;
#[cfg(test)]
mod full_disk;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod labels;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod sharing;
