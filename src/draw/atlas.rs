//! Maps of Natural Earth, decoded once: the world, and the regions of Luxembourg's partner countries.
//!
//! `maps/make.mjs` makes the data and names source, format and what the source lacks. Regions have codes of
//! ISO 3166-2, countries of ISO 3166-1 with `XK` for Kosovo.

use std::f64::consts::PI;
use std::sync::LazyLock;

static WORLD: LazyLock<Vec<Chart>> = LazyLock::new(|| decode(include_str!("../../maps/world.txt")));
static REGIONS: LazyLock<Vec<Chart>> =
    LazyLock::new(|| decode(include_str!("../../maps/regions.txt")));

/// A ring of points, in whole units of its map.
pub type Ring = Vec<(i32, i32)>;

/// An area of a map.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Code of the country or the region.
    pub code: String,
    /// Name in the source.
    pub name: String,
    /// True for a neighbour of the country, drawn for context.
    pub is_context: bool,
    /// Rings; an inner ring is a hole.
    pub rings: Vec<Ring>,
}

/// A map with its projection.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Code of the country, or `WORLD`.
    pub code: String,
    /// Width in units.
    pub width: f64,
    /// Height in units.
    pub height: f64,
    longitude: f64,
    latitude: f64,
    scale: f64,
    /// Areas.
    pub shapes: Vec<Shape>,
}

/// Bounds: left, top, right, bottom.
pub type Bounds = (f64, f64, f64, f64);

/// Returns the map of the world; `None` only if its data is damaged.
pub fn world() -> Option<&'static Chart> {
    WORLD.first()
}

/// Returns the map of the regions of a partner country.
pub fn country(code: &str) -> Option<&'static Chart> {
    REGIONS.iter().find(|chart| chart.code == code)
}

/// Returns codes and names of the regions of a partner country.
pub fn regions(code: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let shapes = country(code).map(|chart| chart.shapes.as_slice()).unwrap_or_default();
    let own = shapes.iter().filter(|shape| !shape.is_context);
    own.map(|shape| (shape.code.as_str(), shape.name.as_str()))
}

impl Chart {
    /// Projects degrees of latitude and longitude to units of the map; `None` outside the map.
    pub fn project(&self, latitude: f64, longitude: f64) -> Option<(f64, f64)> {
        let is_valid = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
        let (x, y) = is_valid.then(|| self.place(latitude, longitude))?;
        let is_in = x >= 0.0 && y >= 0.0 && x <= self.width && y <= self.height;
        is_in.then_some((x, y))
    }

    fn place(&self, latitude: f64, longitude: f64) -> (f64, f64) {
        if self.code == "WORLD" {
            let (x, y) = equal_earth(latitude, longitude);
            let (_, top) = equal_earth(self.latitude, self.longitude);
            return (self.width / 2.0 + x * self.scale, (top - y) * self.scale);
        }
        let shrink = (self.latitude * PI / 180.0).cos();
        let unit = self.scale * PI / 180.0;
        let x = self.width / 2.0 + (longitude - self.longitude) * shrink * unit;
        (x, self.height / 2.0 - (latitude - self.latitude) * unit)
    }
}

impl Shape {
    /// Returns the bounds; `None` without points.
    pub fn bounds(&self) -> Option<Bounds> {
        bounds(self.rings.iter().flatten())
    }

    /// Returns the outline of the largest part.
    pub fn largest(&self) -> Option<&Ring> {
        self.rings.iter().max_by_key(|ring| doubled_area(ring).abs())
    }

    /// Returns the centre of gravity of the largest part.
    pub fn centre(&self) -> Option<(f64, f64)> {
        let ring = self.largest()?;
        let (mut x, mut y, mut area) = (0.0, 0.0, 0.0);
        for (from, to) in sides(ring) {
            let from = (f64::from(from.0), f64::from(from.1));
            let to = (f64::from(to.0), f64::from(to.1));
            let cross = from.0 * to.1 - to.0 * from.1;
            area += cross;
            x += (from.0 + to.0) * cross;
            y += (from.1 + to.1) * cross;
        }
        if area.abs() > 0.5 {
            return Some((x / (3.0 * area), y / (3.0 * area)));
        }
        let (left, top, right, bottom) = self.bounds()?;
        Some((f64::midpoint(left, right), f64::midpoint(top, bottom)))
    }

    /// Returns the path data of all rings: whole units, relative.
    pub fn path(&self) -> String {
        use std::fmt::Write as _;
        let mut data = String::new();
        for ring in &self.rings {
            let mut before = None;
            for &(x, y) in ring {
                let _ = match before {
                    None => write!(data, "M{x} {y}l"),
                    Some((px, py)) => {
                        let gap = if data.ends_with('l') || x < px { "" } else { " " };
                        let (dx, dy): (i32, i32) = (x - px, y - py);
                        let middle = if dy < 0 { "" } else { " " };
                        write!(data, "{gap}{dx}{middle}{dy}")
                    }
                };
                before = Some((x, y));
            }
            data.push('z');
        }
        data
    }
}

/// Returns the bounds of points.
pub fn bounds<'a>(points: impl Iterator<Item = &'a (i32, i32)>) -> Option<Bounds> {
    points.fold(None, |bounds: Option<Bounds>, (x, y)| {
        let (x, y) = (f64::from(*x), f64::from(*y));
        let (left, top, right, bottom) = bounds.unwrap_or((x, y, x, y));
        Some((left.min(x), top.min(y), right.max(x), bottom.max(y)))
    })
}

fn sides(ring: &Ring) -> impl Iterator<Item = ((i32, i32), (i32, i32))> + '_ {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

fn doubled_area(ring: &Ring) -> i64 {
    let cross = |((ax, ay), (bx, by)): ((i32, i32), (i32, i32))| {
        i64::from(ax) * i64::from(by) - i64::from(bx) * i64::from(ay)
    };
    sides(ring).map(cross).sum()
}

/// Equal Earth projection in units of the radius. Source: Šavrič, Patterson, Jenny 2018.
fn equal_earth(latitude: f64, longitude: f64) -> (f64, f64) {
    const A: [f64; 4] = [1.340_264, -0.081_106, 0.000_893, 0.003_796];
    let [a1, a2, a3, a4] = A;
    let m = 3f64.sqrt() / 2.0;
    let t = (m * (latitude * PI / 180.0).sin()).asin();
    let square = t * t;
    let sixth = square * square * square;
    let slope = a1 + 3.0 * a2 * square + sixth * (7.0 * a3 + 9.0 * a4 * square);
    let x = longitude * PI / 180.0 * t.cos() / (m * slope);
    (x, t * (a1 + a2 * square + sixth * (a3 + a4 * square)))
}

/// Decodes a file of maps; damaged lines are left out.
fn decode(text: &str) -> Vec<Chart> {
    let mut charts: Vec<Chart> = Vec::new();
    let mut arcs: Vec<Ring> = Vec::new();
    for line in text.lines() {
        let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
        match kind {
            "map" => {
                arcs.clear();
                charts.extend(chart(rest));
            }
            "arc" => arcs.push(arc(rest)),
            "area" | "land" => {
                let shape = shape(rest, kind == "land", &arcs);
                if let Some((chart, shape)) = charts.last_mut().zip(shape) {
                    chart.shapes.push(shape);
                }
            }
            _ => {}
        }
    }
    charts
}

fn chart(line: &str) -> Option<Chart> {
    let mut parts = line.split(' ');
    let code = parts.next()?.to_owned();
    let mut number = || parts.next()?.parse::<f64>().ok();
    Some(Chart {
        code,
        width: number()?,
        height: number()?,
        longitude: number()?,
        latitude: number()?,
        scale: number()?,
        shapes: Vec::new(),
    })
}

fn shape(line: &str, is_context: bool, arcs: &[Ring]) -> Option<Shape> {
    let (head, rings) = line.split_once('|')?;
    let (code, name) = head.split_once(' ')?;
    let rings = rings.split(';').map(|ring| joined(ring, arcs)).filter(|ring| ring.len() > 2);
    Some(Shape { code: code.to_owned(), name: name.to_owned(), is_context, rings: rings.collect() })
}

/// Joins arcs to a ring without its repeated last point.
fn joined(numbers: &str, arcs: &[Ring]) -> Ring {
    let mut ring = Ring::new();
    for number in numbers.split(',').filter_map(|number| number.parse::<i64>().ok()) {
        let index = if number < 0 { -1 - number } else { number };
        let arc = usize::try_from(index).ok().and_then(|index| arcs.get(index));
        let points = arc.map(Vec::as_slice).unwrap_or_default();
        if number < 0 {
            ring.extend(points.iter().rev());
        } else {
            ring.extend(points);
        }
    }
    ring.dedup();
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    ring
}

/// Decodes differences of points.
fn arc(text: &str) -> Ring {
    let mut values = Vec::new();
    let (mut value, mut shift) = (0_i32, 0_u32);
    for byte in text.bytes() {
        let bits = i32::from(byte) - 63;
        value |= (bits & 0x1f).wrapping_shl(shift);
        shift += 5;
        if bits & 0x20 == 0 {
            values.push(if value & 1 == 1 { !(value >> 1) } else { value >> 1 });
            (value, shift) = (0, 0);
        }
    }
    let mut at = (0_i32, 0_i32);
    let pairs = values.chunks_exact(2).filter_map(|pair| pair.first().zip(pair.last()));
    pairs
        .map(|(dx, dy)| {
            at = (at.0.wrapping_add(*dx), at.1.wrapping_add(*dy));
            at
        })
        .collect()
}
