#!/usr/bin/env python3
"""Makes elements.csv and attributes.csv of this folder from the schemas and the mapping of codelists of IATI.

  python3 codelists/elements.py SCHEMAS MAPPING

SCHEMAS holds a folder for each version with its XSD files, MAPPING is the mapping of codelists as IATI publishes it.
elements.csv: each element of any version, its attributes and the elements in it. attributes.csv: each attribute whose
values are on one of our lists; with a vocabulary, only where the element names that one (1 also where it names none).
"""
import csv
import pathlib
import re
import sys
import xml.etree.ElementTree as ET

XSD = "{http://www.w3.org/2001/XMLSchema}"
GROUPS = {XSD + tag for tag in "complexType sequence choice all complexContent simpleContent".split()}
# What the readers look up elsewhere, or what is about persons.
LEFT_OUT = {"Country", "Language", "FileFormat", "Version", "ContactType"}


def walk(node, owner, types, table, seen=()):
    attributes, children = table.setdefault(owner, (set(), set()))
    for child in node:
        if child.tag == XSD + "element":
            children.add(child.get("name") or child.get("ref"))
            if child.get("name"):
                element(child, types, table)
        elif child.tag == XSD + "attribute":
            attributes.add(child.get("name") or child.get("ref"))
        elif child.tag in (XSD + "extension", XSD + "restriction"):
            base = child.get("base", "")
            if base in types and base not in seen:
                walk(types[base], owner, types, table, (*seen, base))
            walk(child, owner, types, table, seen)
        elif child.tag in GROUPS:
            walk(child, owner, types, table, seen)


def element(node, types, table):
    name, kind = node.get("name"), node.get("type")
    table.setdefault(name, (set(), set()))
    if kind in types:
        walk(types[kind], name, types, table, (kind,))
    walk(node, name, types, table)


def write(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(rows)


def mapped(mapping, lists):
    for one in ET.parse(mapping).getroot().iter("mapping"):
        path, list_ = one.findtext("path"), one.find("codelist").get("ref")
        if list_ in LEFT_OUT or list_ not in lists or "@" not in path:
            continue
        *above, name, attribute = path.removeprefix("//").split("/")
        # One name is in two lists only below results.
        if name == "reference":
            name = f"{above[-1]}/{name}"
        vocabulary = re.search(r"@vocabulary = '(\w+)'", one.findtext("condition") or "")
        yield name, attribute.removeprefix("@"), list_, vocabulary.group(1) if vocabulary else ""


def main():
    schemas, mapping = sys.argv[1:]
    target = pathlib.Path(__file__).parent
    table = {}
    for version in sorted(pathlib.Path(schemas).iterdir()):
        nodes = [node for path in version.glob("iati-*.xsd") for node in ET.parse(path).getroot()]
        types = {node.get("name"): node for node in nodes if node.tag == XSD + "complexType"}
        for node in nodes:
            if node.tag == XSD + "element":
                element(node, types, table)
    rows = [(name, " ".join(sorted(a)), " ".join(sorted(c))) for name, (a, c) in sorted(table.items())]
    write(target / "elements.csv", [("element", "attributes", "children"), *rows])
    lists = {path.stem for path in target.glob("*.csv")}
    found = sorted(set(mapped(mapping, lists)))
    write(target / "attributes.csv", [("element", "attribute", "list", "vocabulary"), *found])


main()
