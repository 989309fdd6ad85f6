//! Maps: the world, some countries of it, or the regions of a partner country; areas by state, places as marks.

use std::collections::BTreeMap;

use super::atlas::{self, Bounds, Chart, Shape};
use super::boxes::Boxes;
use super::frame::{Canvas, Frame, SMALL};
use super::legend;
use super::palette::{Palette, Tone, colour};
use super::svg::{self, Element, PAPER};
use super::text;

/// The part of the earth that a map shows.
#[derive(Clone, Debug)]
pub enum View {
    /// All countries without Antarctica.
    World,
    /// A partner country with its regions; another country as a part of the world.
    Country(String),
    /// The part of the world that holds these countries.
    Around(Vec<String>),
}

/// A state of areas.
#[derive(Clone, Debug)]
pub struct State {
    /// Label in the legend.
    pub label: String,
    /// Tone.
    pub tone: Tone,
}

/// An area with a state.
#[derive(Clone, Debug)]
pub struct Area {
    /// Code of ISO 3166-1, or of ISO 3166-2 for a region.
    pub code: String,
    /// Index of its state.
    pub state: usize,
    /// Name and message of its tooltip.
    pub label: String,
    /// Address.
    pub href: Option<String>,
}

/// A place.
#[derive(Clone, Debug)]
pub struct Pin {
    /// Name.
    pub label: String,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Index of its kind.
    pub kind: usize,
    /// Address.
    pub href: Option<String>,
}

/// A map.
#[derive(Clone, Debug)]
pub struct Map {
    /// Frame.
    pub frame: Frame,
    /// Part of the earth.
    pub view: View,
    /// States of areas; the legend shows those that occur.
    pub states: Vec<State>,
    /// Areas with a state; all others are plain land.
    pub areas: Vec<Area>,
    /// Labels of kinds of places.
    pub kinds: Vec<String>,
    /// Places.
    pub pins: Vec<Pin>,
}

/// Names of countries and regions by code.
pub type Namer<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// A chart, the bounds that are shown, and the scale and shift to units of the drawing.
struct Window {
    chart: &'static Chart,
    shown: Bounds,
    scale: f64,
    top: f64,
    height: f64,
}

impl Window {
    fn point(&self, (x, y): (f64, f64)) -> (f64, f64) {
        ((x - self.shown.0) * self.scale, self.top + (y - self.shown.1) * self.scale)
    }

    fn shows(&self, shape: &Shape) -> bool {
        shape.bounds().is_some_and(|(left, top, right, bottom)| {
            let (l, t, r, b) = self.shown;
            right >= l && left <= r && bottom >= t && top <= b
        })
    }
}

impl Map {
    /// Returns the places that the map cannot show: without valid coordinates, or outside.
    pub fn outside(&self) -> Vec<&Pin> {
        let Some(window) = self.window(0.0) else { return self.pins.iter().collect() };
        self.pins.iter().filter(|pin| place(&window, pin).is_none()).collect()
    }

    /// Draws the map with the names of Natural Earth: English for countries, local for regions.
    pub fn draw(&self) -> String {
        self.draw_named(&|_| None)
    }

    /// Draws the map; `name` gives the name of a country or a region by its code, such as in French.
    pub fn draw_named(&self, name: &Namer<'_>) -> String {
        let mut canvas = Canvas::new(&self.frame, "map");
        let top = self.legend(&mut canvas);
        let Some(window) = self.window(top) else {
            canvas.add(super::empty::sentence(&self.frame, top));
            return canvas.finish(top + 40.0);
        };
        let clip = format!("{}-clip", self.frame.id);
        let sheet = svg::rect(0.0, top, self.frame.units(), window.height);
        canvas.add(Element::new("clipPath").set("id", &clip).child(&sheet));
        let states: BTreeMap<&str, &Area> =
            self.areas.iter().map(|area| (area.code.as_str(), area)).collect();
        canvas.palette.within(window.scale);
        let mut ground = Vec::new();
        let shapes = window.chart.shapes.iter().filter(|shape| window.shows(shape));
        let (context, own): (Vec<_>, Vec<_>) = shapes.partition(|shape| shape.is_context);
        for shape in context.into_iter().chain(own) {
            let area = states.get(shape.code.as_str()).copied();
            ground.push(self.shape(shape, area, name, &mut canvas.palette));
        }
        canvas.palette.within(1.0);
        canvas.add(framed(&ground, &window, &clip));
        for shape in window.chart.shapes.iter().filter(|shape| window.shows(shape)) {
            let area = states.get(shape.code.as_str());
            let dot = area.and_then(|area| self.dot(shape, area, &window, &mut canvas.palette));
            canvas.extend(dot);
        }
        let mut boxes = Boxes::new(self.frame.units(), top, top + window.height);
        canvas.extend(self.pins(&window, &mut boxes));
        canvas.extend(self.names(&window, name, &mut boxes));
        canvas.finish(top + window.height)
    }

    fn legend(&self, canvas: &mut Canvas<'_>) -> f64 {
        let mut entries = Vec::new();
        for (index, state) in self.states.iter().enumerate() {
            if self.areas.iter().any(|area| area.state == index) {
                entries.push(legend::swatch(&state.label, state.tone, &mut canvas.palette));
            }
        }
        for (index, label) in self.kinds.iter().enumerate() {
            if self.pins.iter().any(|pin| pin.kind == index) {
                let key = vec![symbol((9.0, 6.0), index, 1)];
                entries.push(legend::Entry { key, label: label.clone() });
            }
        }
        let room = self.frame.units() - 16.0;
        let (elements, height) = legend::flow(&entries, (8.0, 6.0), room);
        canvas.extend(elements);
        if entries.is_empty() { 4.0 } else { height + 10.0 }
    }

    /// On a phone, the part of the world with states, if there are any.
    fn focus(&self, world: &Chart) -> Option<Bounds> {
        let codes: Vec<String> = self.areas.iter().map(|area| area.code.clone()).collect();
        let (left, top, right, bottom) =
            around(world, &codes).filter(|_| self.frame.is_narrow())?;
        let upper = top.min(world.height * 0.2).max(0.0);
        Some((left.max(0.0), upper, right.min(world.width), bottom.min(world.height)))
    }

    /// Chooses chart and bounds.
    fn window(&self, top: f64) -> Option<Window> {
        let world = atlas::world()?;
        let whole = |chart: &Chart| (0.0, 0.0, chart.width, chart.height);
        let (chart, shown) = match &self.view {
            View::World => (world, self.focus(world).unwrap_or_else(|| whole(world))),
            View::Country(code) => match atlas::country(code) {
                Some(chart) => (chart, whole(chart)),
                None => (world, around(world, std::slice::from_ref(code))?),
            },
            View::Around(codes) => (world, around(world, codes)?),
        };
        let (left, upper, right, lower) = shown;
        let tallest = if self.frame.is_narrow() { 400.0 } else { 500.0 };
        let units = self.frame.units();
        let scale = (units / (right - left)).min(tallest / (lower - upper));
        // A tall country is centred: the shown bounds grow to the width.
        let spare = (units / scale - (right - left)) / 2.0;
        let shown = (left - spare, upper, right + spare, lower);
        Some(Window { chart, shown, scale, top, height: (lower - upper) * scale })
    }

    fn shape(
        &self,
        shape: &Shape,
        area: Option<&Area>,
        name: &Namer<'_>,
        palette: &mut Palette,
    ) -> Element {
        let path = Element::new("path").set("d", &shape.path());
        let state = area.and_then(|area| self.states.get(area.state)).map(|state| state.tone);
        let filled = match state {
            None if shape.is_context => path.class("d-context").set("fill", "#f3f5f7"),
            None => path.class("d-land").set("fill", "#e3e7ec"),
            Some(tone) => palette.fill(path, tone),
        };
        let filled = match state {
            Some(Tone::Hatched(_)) => filled,
            Some(Tone::Pale(series)) => {
                let class = format!("d-line{}", series % super::palette::SERIES);
                filled.add_class(&class).set("stroke", colour(series))
            }
            _ if shape.code.len() > 2 => filled.add_class("d-border").set("stroke", "#8592a0"),
            _ => filled.add_class("d-cased").set("stroke", PAPER),
        };
        let filled = filled.set("stroke-width", "0.7").set("vector-effect", "non-scaling-stroke");
        match area {
            None if shape.is_context => filled,
            None => svg::linked(None, &named(shape, name), &[filled]),
            Some(area) => svg::linked(area.href.as_deref(), &area.label, &[filled]),
        }
    }

    /// A dot on an area that is too small to see.
    fn dot(
        &self,
        shape: &Shape,
        area: &Area,
        window: &Window,
        palette: &mut Palette,
    ) -> Option<Element> {
        let tone = self.states.get(area.state)?.tone;
        let (left, top, right, bottom) = shape.bounds()?;
        let size = (right - left).max(bottom - top) * window.scale;
        let centre = window.point(shape.centre()?);
        let is_small = size < 9.0 && inside(window, centre, 4.0, self.frame.units());
        let dot = is_small.then(|| svg::circle(centre, 4.0))?;
        let dot = match tone {
            Tone::Hatched(_) => palette.fill(dot, tone),
            _ => palette.fill(dot, tone).set("stroke", PAPER),
        };
        Some(svg::linked(area.href.as_deref(), &area.label, &[dot]))
    }

    /// Marks and labels of places; places at one point share a mark with their number.
    fn pins(&self, window: &Window, boxes: &mut Boxes) -> Vec<Element> {
        let mut groups: BTreeMap<(String, String), Vec<&Pin>> = BTreeMap::new();
        for pin in &self.pins {
            if let Some((x, y)) = place(window, pin) {
                let key = (format!("{y:08.0}"), format!("{x:08.0}"));
                groups.entry(key).or_default().push(pin);
            }
        }
        let mut elements = Vec::new();
        for pins in groups.values() {
            if let Some(at) = pins.first().and_then(|pin| place(window, pin)) {
                boxes.take(at.0 - 6.0, at.1 - 6.0, 12.0, 12.0);
            }
        }
        for pins in groups.values() {
            let Some((pin, at)) = pins.first().and_then(|pin| Some((pin, place(window, pin)?)))
            else {
                continue;
            };
            let names: Vec<&str> = pins.iter().map(|pin| pin.label.as_str()).collect();
            let mark = symbol(at, pin.kind, pins.len());
            elements.push(svg::linked(pin.href.as_deref(), &names.join("; "), &[mark]));
            let more = pins.len() - 1;
            let label = if more > 0 { format!("{} +{more}", pin.label) } else { pin.label.clone() };
            elements.extend(boxes.beside(at, 8.0, &text::fit(&label, SMALL, 150.0), "d-text"));
        }
        elements
    }

    /// Names of regions and neighbours, where they have room.
    fn names(&self, window: &Window, name: &Namer<'_>, boxes: &mut Boxes) -> Vec<Element> {
        if window.chart.code == "WORLD" && matches!(self.view, View::World) {
            return Vec::new();
        }
        let mut elements = Vec::new();
        let shown = window.chart.shapes.iter().filter(|shape| window.shows(shape));
        for shape in shown {
            let Some((centre, ring)) = shape.centre().zip(shape.largest()) else { continue };
            let Some((left, _, right, _)) = atlas::bounds(ring.iter()) else { continue };
            let at = window.point(centre);
            let room = (right - left) * window.scale;
            let label = named(shape, name);
            if text::width(&label, SMALL) < room.max(40.0) * 1.05 {
                elements.extend(boxes.centred(at, &label, shape.is_context));
            }
        }
        elements
    }
}

fn named(shape: &Shape, name: &Namer<'_>) -> String {
    name(&shape.code).unwrap_or_else(|| shape.name.clone())
}

/// The bounds of countries with a margin.
fn around(world: &Chart, codes: &[String]) -> Option<Bounds> {
    let shapes = world.shapes.iter().filter(|shape| codes.contains(&shape.code));
    let outlines = shapes.filter_map(Shape::largest).flatten();
    let (left, top, right, bottom) = atlas::bounds(outlines)?;
    let margin = ((right - left).max(bottom - top) * 0.15).max(8.0);
    Some((left - margin, top - margin, right + margin, bottom + margin))
}

/// The position of a place in the drawing; `None` outside.
fn place(window: &Window, pin: &Pin) -> Option<(f64, f64)> {
    let at = window.point(window.chart.project(pin.latitude, pin.longitude)?);
    let right = (window.shown.2 - window.shown.0) * window.scale;
    let bottom = window.top + window.height;
    // The mark of a place at the very edge moves inside.
    let moved = (at.0.min(right - 7.0).max(7.0), at.1.min(bottom - 7.0).max(window.top + 7.0));
    inside(window, at, 0.0, right).then_some(moved)
}

fn inside(window: &Window, (x, y): (f64, f64), margin: f64, right: f64) -> bool {
    let bottom = window.top + window.height;
    x >= margin && x <= right - margin && y >= window.top + margin && y <= bottom - margin
}

/// The mark of a place: a circle, square, triangle or diamond by kind; larger for several places.
fn symbol(at: (f64, f64), kind: usize, number: usize) -> Element {
    let size = if number > 1 { 5.6 } else { 4.4 };
    let (x, y) = at;
    let mark = match kind % 4 {
        0 => svg::circle(at, size),
        1 => svg::rect(x - size, y - size, size * 2.0, size * 2.0),
        2 => svg::polygon(&[(x, y - size), (x + size, y + size), (x - size, y + size)], true),
        _ => svg::polygon(&[(x, y - size), (x + size, y), (x, y + size), (x - size, y)], true),
    };
    let series = kind % super::palette::SERIES + 1;
    let class = format!("d-cased d-fill{}", series % super::palette::SERIES);
    mark.class(&class).set("fill", colour(series)).set("stroke", PAPER).set("stroke-width", "1.5")
}

/// Puts the ground into its window.
fn framed(ground: &[Element], window: &Window, clip: &str) -> Element {
    let (left, upper, _, _) = window.shown;
    let (x, y) = (-left * window.scale, window.top - upper * window.scale);
    let by =
        format!("matrix({0:.4} 0 0 {0:.4} {1} {2})", window.scale, svg::number(x), svg::number(y));
    let moved = Element::new("g").set("transform", &by).children(ground);
    Element::new("g").set("clip-path", &format!("url(#{clip})")).child(&moved)
}
