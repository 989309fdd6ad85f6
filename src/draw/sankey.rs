//! Streams of money between columns, such as funder, agency and sector, with true widths.
//!
//! Small nodes fold into others whose width stays. The rest that no source breaks down is grey and lowest. A stream
//! whose size is not stated is a dotted line without width.

use std::collections::BTreeMap;

use super::figure::Figure;
use super::frame::{Canvas, Frame, SMALL};
use super::palette::{SERIES, colour};
use super::svg::{self, Anchor, Element, count, number};
use super::text;

/// A node of a column.
#[derive(Clone, Debug)]
pub struct Node {
    /// Name.
    pub label: String,
    /// Index of its column.
    pub column: usize,
    /// Text of its sum.
    pub amount: String,
    /// Address.
    pub href: Option<String>,
    /// True for the rest that is not broken down: grey and lowest.
    pub is_rest: bool,
}

/// A stream between nodes of different columns.
#[derive(Clone, Debug)]
pub struct Stream {
    /// Index of the node at the left.
    pub from: usize,
    /// Index of the node at the right.
    pub to: usize,
    /// Size and text.
    pub figure: Figure,
}

/// Streams between columns.
#[derive(Clone, Debug)]
pub struct Sankey {
    /// Frame.
    pub frame: Frame,
    /// Labels of columns, from the left.
    pub columns: Vec<String>,
    /// Nodes.
    pub nodes: Vec<Node>,
    /// Streams.
    pub streams: Vec<Stream>,
    /// Nodes below this share of the whole fold into others; zero folds none.
    pub fold_below: f64,
    /// Sum that fills the height, to share a scale; otherwise that of the data.
    pub whole: Option<f64>,
}

/// A node with its place.
#[derive(Clone, Debug)]
struct Placed {
    label: String,
    amount: String,
    href: Option<String>,
    tip: String,
    column: usize,
    is_rest: bool,
    is_folded: bool,
    value: f64,
    top: f64,
    /// Barycentre of its neighbours.
    weight: f64,
}

/// A stream between placed nodes.
#[derive(Clone, Debug)]
struct Link {
    from: usize,
    to: usize,
    value: f64,
    is_stated: bool,
    tip: String,
    href: Option<String>,
}

/// Breadth of a node.
const NODE: f64 = 9.0;
/// Gap between nodes.
const GAP: f64 = 9.0;
/// Height of the whole.
const WHOLE: f64 = 300.0;

impl Sankey {
    /// Returns the sum of the largest column, to share a scale.
    pub fn sum(&self) -> f64 {
        let (nodes, _) = self.folded();
        columns(&nodes).values().map(|members| sum(&nodes, members)).fold(0.0, f64::max)
    }

    /// Draws the streams.
    pub fn draw(&self) -> String {
        let mut canvas = Canvas::new(&self.frame, "sankey");
        let (mut nodes, links) = self.folded();
        if links.is_empty() {
            canvas.add(super::empty::sentence(&self.frame, 0.0));
            return canvas.finish(40.0);
        }
        let whole = self.whole.filter(|whole| whole.is_finite() && *whole > 0.0);
        let whole = whole.unwrap_or_else(|| self.sum()).max(f64::MIN_POSITIVE);
        let mut order = columns(&nodes);
        arrange(&mut nodes, &links, &mut order);
        let bottom = self.stack(&mut nodes, &order, whole);
        let last = order.keys().next_back().copied().unwrap_or(1).max(1);
        let pitch = (self.frame.units() - 24.0 - NODE) / count(last);
        let left = |column: usize| 12.0 + pitch * count(column);
        canvas.extend(self.heads(last, &left));
        canvas.extend(bands(&nodes, &links, whole, &left));
        // Labels of the first and the last column come first: those between take the room that is left.
        let mut taken = Vec::new();
        let is_end = |node: &&Placed| node.column == 0 || node.column == last;
        let (ends, others): (Vec<_>, Vec<_>) = nodes.iter().partition(is_end);
        for node in ends.into_iter().chain(others) {
            let place = (left(node.column), node.value / whole * WHOLE);
            canvas.add(self.node(node, place, (last, pitch), &mut taken));
        }
        canvas.finish(bottom + 8.0)
    }

    /// Nodes with their values, small ones folded, and streams between them.
    fn folded(&self) -> (Vec<Placed>, Vec<Link>) {
        let column = |index: usize| self.nodes.get(index).map(|node| node.column.min(7));
        let is_right = |stream: &&Stream| {
            column(stream.from).zip(column(stream.to)).is_some_and(|(from, to)| from < to)
        };
        let streams: Vec<&Stream> = self.streams.iter().filter(is_right).collect();
        let mut sums = vec![(0.0, 0.0); self.nodes.len()];
        for stream in &streams {
            let size = width(stream);
            if let Some(sum) = sums.get_mut(stream.from) {
                sum.1 += size;
            }
            if let Some(sum) = sums.get_mut(stream.to) {
                sum.0 += size;
            }
        }
        let value = |index: usize| sums.get(index).map_or(0.0, |sum: &(f64, f64)| sum.0.max(sum.1));
        let mut totals: BTreeMap<usize, f64> = BTreeMap::new();
        for (index, node) in self.nodes.iter().enumerate() {
            *totals.entry(node.column.min(7)).or_default() += value(index);
        }
        let whole = totals.values().copied().fold(0.0, f64::max);
        let is_small = |index: usize, node: &Node| {
            !node.is_rest && value(index) < whole * self.fold_below.clamp(0.0, 1.0)
        };
        let mut small: BTreeMap<usize, usize> = BTreeMap::new();
        for (index, node) in self.nodes.iter().enumerate() {
            if is_small(index, node) {
                *small.entry(node.column.min(7)).or_default() += 1;
            }
        }
        let mut nodes = Vec::new();
        let mut others: BTreeMap<usize, usize> = BTreeMap::new();
        let mut moved = Vec::new();
        for (index, node) in self.nodes.iter().enumerate() {
            let column = node.column.min(7);
            let folded = small.get(&column).copied().filter(|n| *n > 1 && is_small(index, node));
            let place = match folded {
                None => nodes.len(),
                Some(_) => *others.entry(column).or_insert(nodes.len()),
            };
            if place == nodes.len() {
                nodes.push(placed(node, column, folded.map(|n| self.frame.words.others(n))));
            }
            if let Some(known) = nodes.get_mut(place) {
                known.value += value(index);
                let before = if known.tip.is_empty() { "" } else { "; " };
                known.tip = format!("{}{before}{}: {}", known.tip, node.label, node.amount);
            }
            moved.push(place);
        }
        let links = self.links(&streams, &moved);
        for node in &mut nodes {
            node.weight = -node.value;
        }
        (nodes, links)
    }

    fn links(&self, streams: &[&Stream], moved: &[usize]) -> Vec<Link> {
        let mut links: BTreeMap<(usize, usize, bool), Link> = BTreeMap::new();
        for stream in streams {
            let ends = moved.get(stream.from).zip(moved.get(stream.to));
            let Some((from, to)) = ends.map(|(from, to)| (*from, *to)) else { continue };
            let name = |index: usize| self.nodes.get(index).map_or("", |node| &node.label);
            let text = stream.figure.text(self.frame.words);
            let tip = format!("{} → {}: {text}", name(stream.from), name(stream.to));
            let is_stated = stream.figure.size().is_some();
            let href = stream.figure.href.clone();
            if let Some(link) = links.get_mut(&(from, to, is_stated)) {
                link.value += width(stream);
                link.tip = format!("{}; {tip}", link.tip);
                link.href = None;
            } else {
                let value = width(stream);
                let link = Link { from, to, value, is_stated, tip, href };
                links.insert((from, to, is_stated), link);
            }
        }
        links.into_values().collect()
    }

    /// Places nodes below each other; returns the foot of the tallest column.
    fn stack(&self, nodes: &mut [Placed], order: &BTreeMap<usize, Vec<usize>>, whole: f64) -> f64 {
        let tall = |value: f64| value / whole * WHOLE;
        let slot = |node: &Placed| {
            let least = self.least(tall(node.value));
            let head = self.head(node.column);
            tall(node.value).max(if head > 0.0 { 0.0 } else { least }) + head
        };
        let height = |members: &Vec<usize>| {
            let members = members.iter().filter_map(|index| nodes.get(*index));
            members.map(|node| slot(node) + GAP).sum::<f64>()
        };
        let heights: Vec<f64> = order.values().map(height).collect();
        let tallest = heights.iter().copied().fold(0.0, f64::max);
        for (members, height) in order.values().zip(heights) {
            let mut y = 30.0 + (tallest - height) / 2.0;
            for index in members {
                let Some(node) = nodes.get_mut(*index) else { continue };
                let (room, head) = (slot(node), self.head(node.column));
                node.top = y + head + (room - head - tall(node.value)) / 2.0;
                y += room + GAP;
            }
        }
        30.0 + tallest
    }

    /// Height of the label above a node: on phones, those of the first column stand there.
    fn head(&self, column: usize) -> f64 {
        if self.frame.is_narrow() && column == 0 { 30.0 } else { 0.0 }
    }

    /// Height of a label.
    fn least(&self, tall: f64) -> f64 {
        if self.frame.is_narrow() || tall >= 28.0 { 28.0 } else { 14.0 }
    }

    fn heads(&self, last: usize, left: &impl Fn(usize) -> f64) -> Vec<Element> {
        let named = self.columns.iter().enumerate().take(last + 1);
        let room = (self.frame.units() - 24.0) / count(last + 1);
        let head = |(index, label): (usize, &String)| {
            let (x, anchor) = match index {
                0 => (left(0), Anchor::Start),
                index if index == last => (left(last) + NODE, Anchor::End),
                index => (left(index) + NODE, Anchor::End),
            };
            let label = text::fit(label, SMALL, room);
            let label = svg::text((x, 16.0), anchor, "d-text d-soft", &label);
            label.num("font-size", SMALL)
        };
        named.map(head).collect()
    }

    /// A node with its label.
    fn node(
        &self,
        node: &Placed,
        (x, tall): (f64, f64),
        (last, pitch): (usize, f64),
        taken: &mut Vec<Taken>,
    ) -> Element {
        let bar = svg::rect(x, node.top, NODE, tall.max(1.0));
        let bar = if node.is_rest {
            bar.class("d-grey-strong").set("fill", svg::AXIS)
        } else {
            let series = node.column % SERIES;
            bar.class(&format!("d-fill{series}")).set("fill", colour(series))
        };
        let is_above = self.head(node.column) > 0.0;
        let middle = if is_above { node.top - 14.0 } else { node.top + tall / 2.0 };
        let is_double = self.least(tall) > 20.0;
        let reach = if is_double { 28.0 } else { 15.0 };
        let wanted = text::width(&node.label, SMALL);
        let (at, anchor, room) = match node.column {
            0 if is_above => (x, Anchor::Start, pitch * 0.95),
            0 => (x + NODE + 6.0, Anchor::Start, pitch * 0.72),
            column if column == last => (x - 6.0, Anchor::End, pitch * 0.66),
            _ => side(taken, (x, middle), reach, pitch, wanted),
        };
        let label = |y: f64, class: &str, words: &str| {
            super::boxes::haloed(svg::text((at, y), anchor, class, words))
        };
        let mut elements = vec![bar];
        let widest = if is_double {
            let name = text::fit(&node.label, SMALL, room);
            let amount = text::fit(&node.amount, SMALL, room);
            elements.push(label(middle - 2.5, "d-text", &name));
            elements.push(label(middle + 11.0, "d-text d-soft", &amount));
            text::width(&name, SMALL).max(text::width(&amount, SMALL))
        } else {
            let wide = text::width(&node.amount, SMALL) + 8.0;
            let name = text::fit(&node.label, SMALL, (room - wide).max(room * 0.4));
            let words = text::fit(format!("{name}  {}", node.amount).trim(), SMALL, room);
            elements.push(label(middle + 4.0, "d-text", &words));
            text::width(&words, SMALL)
        };
        let (begin, end) =
            if anchor == Anchor::Start { (at, at + widest) } else { (at - widest, at) };
        taken.push(Taken { middle, begin, end });
        svg::linked(node.href.as_deref(), &node.tip, &elements)
    }
}

/// The stretch of a label.
#[derive(Clone, Copy, Debug)]
struct Taken {
    middle: f64,
    begin: f64,
    end: f64,
}

/// Chooses the side of a label between other columns: left if it fits, otherwise the one with more room.
fn side(
    taken: &[Taken],
    (x, middle): (f64, f64),
    reach: f64,
    pitch: f64,
    wanted: f64,
) -> (f64, Anchor, f64) {
    let near = || taken.iter().filter(|label| (label.middle - middle).abs() < reach);
    let (before, after) = (x - 6.0, x + NODE + 6.0);
    let most = pitch - NODE - 14.0;
    let left = near().filter(|label| label.begin < before).map(|label| before - label.end - 8.0);
    let left = left.fold(most, f64::min);
    let right = near().filter(|label| label.end > after).map(|label| label.begin - after - 8.0);
    let right = right.fold(most, f64::min);
    if left >= wanted.min(most) || left >= right {
        (before, Anchor::End, left)
    } else {
        (after, Anchor::Start, right)
    }
}

/// The size of a stream; zero if it is not stated or not positive.
fn width(stream: &Stream) -> f64 {
    stream.figure.size().unwrap_or(0.0).max(0.0)
}

fn placed(node: &Node, column: usize, folded: Option<String>) -> Placed {
    let is_folded = folded.is_some();
    Placed {
        label: folded.unwrap_or_else(|| node.label.clone()),
        amount: if is_folded { String::new() } else { node.amount.clone() },
        href: node.href.clone().filter(|_| !is_folded),
        tip: String::new(),
        column,
        is_rest: node.is_rest,
        is_folded,
        value: 0.0,
        top: 0.0,
        weight: 0.0,
    }
}

fn columns(nodes: &[Placed]) -> BTreeMap<usize, Vec<usize>> {
    let mut order: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, node) in nodes.iter().enumerate() {
        order.entry(node.column).or_default().push(index);
    }
    order
}

fn sum(nodes: &[Placed], members: &[usize]) -> f64 {
    members.iter().filter_map(|index| nodes.get(*index)).map(|node| node.value).sum()
}

/// Sorts columns by the barycentre of their neighbours, forth and back, so that few streams cross.
fn arrange(nodes: &mut [Placed], links: &[Link], order: &mut BTreeMap<usize, Vec<usize>>) {
    sort(nodes, order);
    for round in 0..6 {
        let mut places = vec![0.0; nodes.len()];
        for members in order.values() {
            let many = count(members.len()).max(1.0);
            for (place, index) in members.iter().enumerate() {
                if let Some(known) = places.get_mut(*index) {
                    *known = (count(place) + 0.5) / many;
                }
            }
        }
        for (index, node) in nodes.iter_mut().enumerate() {
            let (mut weights, mut whole) = (0.0, 0.0);
            for link in links {
                let near = if round % 2 == 0 { (link.to, link.from) } else { (link.from, link.to) };
                if near.0 == index {
                    let weight = link.value.max(f64::MIN_POSITIVE);
                    weights += weight * places.get(near.1).copied().unwrap_or(0.5);
                    whole += weight;
                }
            }
            let own = places.get(index).copied().unwrap_or(0.5);
            node.weight = if whole > 0.0 { weights / whole } else { own };
        }
        sort(nodes, order);
    }
}

fn sort(nodes: &[Placed], order: &mut BTreeMap<usize, Vec<usize>>) {
    for members in order.values_mut() {
        members.sort_by(|a, b| {
            let key = |index: &usize| nodes.get(*index);
            let (Some(first), Some(second)) = (key(a), key(b)) else { return a.cmp(b) };
            let flags = |node: &Placed| (node.is_rest, node.is_folded);
            flags(first)
                .cmp(&flags(second))
                .then(first.weight.total_cmp(&second.weight))
                .then(second.value.total_cmp(&first.value))
                .then(a.cmp(b))
        });
    }
}

/// Bands of streams, sorted at each node by the place of their other end.
fn bands(
    nodes: &[Placed],
    links: &[Link],
    whole: f64,
    left: &impl Fn(usize) -> f64,
) -> Vec<Element> {
    let tall = |value: f64| value / whole * WHOLE;
    let top = |index: usize| nodes.get(index).map_or(0.0, |node| node.top);
    let mut sorted: Vec<&Link> = links.iter().collect();
    sorted
        .sort_by(|a, b| top(a.to).total_cmp(&top(b.to)).then(top(a.from).total_cmp(&top(b.from))));
    let mut starts: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    let mut used = vec![0.0; nodes.len()];
    for link in &sorted {
        if let Some(offset) = used.get_mut(link.from) {
            starts.insert((link.from, link.to), *offset);
            *offset += tall(link.value);
        }
    }
    sorted
        .sort_by(|a, b| top(a.from).total_cmp(&top(b.from)).then(top(a.to).total_cmp(&top(b.to))));
    let mut used = vec![0.0; nodes.len()];
    let mut elements = Vec::new();
    for link in sorted {
        let Some((from, to)) = nodes.get(link.from).zip(nodes.get(link.to)) else { continue };
        let start = from.top + starts.get(&(link.from, link.to)).copied().unwrap_or(0.0);
        let offset = used.get(link.to).copied().unwrap_or(0.0);
        if let Some(known) = used.get_mut(link.to) {
            *known += tall(link.value);
        }
        let (x0, x1) = (left(from.column) + NODE, left(to.column));
        let ends = (start, to.top + offset);
        let band = band((x0, x1), ends, tall(link.value), link.is_stated);
        let band = match (link.is_stated, from.is_rest || to.is_rest) {
            (false, _) => band.class("d-leader").set("stroke", svg::AXIS),
            (true, true) => {
                let band = band.class("d-grey d-axis").set("fill", "#c3cad3");
                let band = band.set("fill-opacity", "0.75").set("stroke", svg::AXIS);
                band.set("stroke-width", "0.6")
            }
            (true, false) => {
                let series = from.column % SERIES;
                let band = band.class(&format!("d-fill{series} d-line{series}"));
                let band = band.set("fill", colour(series)).set("fill-opacity", "0.32");
                band.set("stroke", colour(series)).set("stroke-width", "0.6")
            }
        };
        elements.push(svg::linked(link.href.as_deref(), &link.tip, &[band]));
    }
    elements
}

/// A band between two heights; without a stated size, a dotted line.
fn band((x0, x1): (f64, f64), (y0, y1): (f64, f64), tall: f64, is_stated: bool) -> Element {
    let middle = f64::midpoint(x0, x1);
    let n = number;
    let curve = |from: (f64, f64), to: (f64, f64)| {
        format!("C{} {} {} {} {} {}", n(middle), n(from.1), n(middle), n(to.1), n(to.0), n(to.1))
    };
    let there = format!("M{} {}{}", n(x0), n(y0), curve((x0, y0), (x1, y1)));
    if !is_stated {
        let line = Element::new("path").set("d", &there).set("fill", "none");
        return line.set("stroke-width", "1.4").set("stroke-dasharray", "1.5 3");
    }
    let back = curve((x1, y1 + tall), (x0, y0 + tall));
    Element::new("path").set("d", &format!("{there}L{} {}{back}Z", n(x1), n(y1 + tall)))
}
