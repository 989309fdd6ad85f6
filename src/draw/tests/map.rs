//! Maps.

use super::{check, golden};
use crate::draw::atlas;
use crate::draw::frame::{Frame, Width};
use crate::draw::map::{Area, Map, Pin, State, View};
use crate::draw::palette::Tone;

fn area(code: &str, state: usize) -> Area {
    let href = Some(format!("/country/{}", code.to_lowercase()));
    Area { code: code.to_owned(), state, label: format!("{code}: state {state}"), href }
}

fn pin(label: &str, latitude: f64, longitude: f64, kind: usize) -> Pin {
    Pin { label: label.to_owned(), latitude, longitude, kind, href: Some("/x".to_owned()) }
}

fn world(frame: Frame) -> Map {
    let labels = [
        ("partner country", Tone::Series(0)),
        ("winding down", Tone::Series(1)),
        ("suspended", Tone::Hatched(1)),
        ("former partner", Tone::Pale(0)),
        ("project country", Tone::Series(2)),
        ("new cooperation", Tone::Hatched(2)),
    ];
    let states = labels.map(|(label, tone)| State { label: label.to_owned(), tone }).to_vec();
    let codes = [
        ("SN", 0),
        ("CV", 0),
        ("LA", 0),
        ("ML", 1),
        ("BF", 1),
        ("NE", 2),
        ("NI", 3),
        ("SV", 3),
        ("VN", 3),
        ("NA", 3),
        ("XK", 4),
        ("MN", 4),
        ("MM", 4),
        ("PS", 4),
        ("AF", 4),
        ("BJ", 5),
        ("TG", 5),
        ("RW", 5),
        ("CR", 5),
    ];
    let areas = codes.map(|(code, state)| area(code, state)).to_vec();
    Map { frame, view: View::World, states, areas, kinds: Vec::new(), pins: Vec::new() }
}

fn frame(id: &str) -> Frame {
    Frame::new(
        id,
        "Partner countries of Luxembourg",
        "Nineteen countries by state of the partnership.",
    )
}

fn mali(frame: Frame) -> Map {
    let mut map = world(frame);
    map.view = View::Country("ML".to_owned());
    map.areas = vec![area("ML-4", 0), area("ML-2", 5)];
    map.kinds = vec!["programme".to_owned(), "mission".to_owned()];
    map.pins = vec![
        pin("Bamako", 12.64, -8.0, 0),
        pin("Bamako", 12.64, -8.0, 1),
        pin("Ségou", 13.43, -6.26, 0),
        pin("Koulikoro", 12.86, -7.56, 1),
        pin("Gao", 16.27, -0.04, 1),
        pin("Tombouctou", 16.77, -3.0, 0),
        pin("Nowhere", 95.0, 0.0, 0),
    ];
    map
}

#[test]
fn the_world_by_state() {
    golden("map-world", &world(frame("world")).draw());
    golden("map-world-narrow", &world(frame("world").with_width(Width::Narrow)).draw());
}

#[test]
fn a_partner_country_with_regions_and_places() {
    golden("map-mali", &mali(frame("mali")).draw());
    golden("map-mali-narrow", &mali(frame("mali").with_width(Width::Narrow)).draw());
    assert_eq!(mali(frame("mali")).outside().len(), 1);
}

#[test]
fn names_come_from_the_caller() {
    let french = |code: &str| (code == "DZ").then(|| "Algérie".to_owned());
    let drawing = mali(frame("mali")).draw_named(&french);
    check(&drawing);
    assert!(drawing.contains("Algérie") && !drawing.contains("Algeria"));
}

#[test]
fn some_countries_of_the_world() {
    let mut map = world(frame("sahel"));
    map.view = View::Around(["ML", "NE", "BF", "SN"].map(str::to_owned).to_vec());
    golden("map-around", &map.draw());
    map.view = View::Country("FR".to_owned());
    check(&map.draw());
    map.view = View::Country("ZZ".to_owned());
    check(&map.draw());
}

#[test]
fn every_partner_country_has_regions_and_every_region_a_code() {
    let partners = [
        "ML", "NE", "SN", "BF", "CV", "LA", "NI", "SV", "VN", "NA", "XK", "MN", "MM", "PS", "AF",
        "BJ", "TG", "RW", "CR",
    ];
    for code in partners {
        let regions: Vec<_> = atlas::regions(code).collect();
        assert!(regions.len() >= 2, "{code} has {} regions", regions.len());
        for (region, name) in regions {
            assert!(region.starts_with(&format!("{code}-")) && !name.is_empty(), "{region} {name}");
        }
        let mut map = world(frame("each"));
        map.view = View::Country(code.to_owned());
        check(&map.draw());
    }
    let world = atlas::world().unwrap();
    for code in partners {
        assert!(world.shapes.iter().any(|shape| shape.code == code), "{code}");
    }
}

#[test]
fn places_have_their_coordinates() {
    let chart = atlas::country("ML").unwrap();
    let (x, y) = chart.project(13.43, -6.26).unwrap();
    let segou = chart.shapes.iter().find(|shape| shape.code == "ML-4").unwrap();
    let (left, top, right, bottom) = segou.bounds().unwrap();
    assert!(left < x && x < right && top < y && y < bottom, "{x} {y}");
    let world = atlas::world().unwrap();
    let (x, y) = world.project(49.6, 6.1).unwrap();
    let lu = world.shapes.iter().find(|shape| shape.code == "LU").unwrap();
    let (left, top, right, bottom) = lu.bounds().unwrap();
    assert!(left - 2.0 < x && x < right + 2.0 && top - 2.0 < y && y < bottom + 2.0, "{x} {y}");
    assert!(world.project(-80.0, 0.0).is_none() && world.project(f64::NAN, 0.0).is_none());
}
