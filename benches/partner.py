#!/usr/bin/env python3
"""What others need for the same work: lxml into SQLite, and DuckDB over the same rows.

  python3 benches/partner.py FOLDER

FOLDER holds IATI activity files. Needs lxml and duckdb (PyPI); says so and ends well when they are not there.
SQLite gets what a service would ask of it: the activity as it is, its texts with a full-text index, organisations,
places, sectors, budgets, documents and results, and one row for each transaction and recipient country of its activity,
or of itself where it has one.
"""
import pathlib
import resource
import sqlite3
import sys
import tempfile
import time

try:
    import duckdb
    from lxml import etree
except ImportError as missing:
    print(f"partners NOT MEASURED: {missing}; install them with `pip install lxml duckdb`")
    sys.exit(0)


def rows(activity):
    places = [(c.get("code"), float(c.get("percentage") or 100)) for c in activity.findall("recipient-country")]
    currency = activity.get("default-currency")
    identifier = activity.findtext("iati-identifier")
    title = activity.findtext("title/narrative")
    for t in activity.iterfind("transaction"):
        value = t.find("value")
        own = t.find("recipient-country")
        day = t.find("transaction-date").get("iso-date")
        for code, share in [(own.get("code"), 100.0)] if own is not None else places or [(None, 100.0)]:
            yield (identifier, title, t.find("transaction-type").get("code"), day, int(day[:4]), code, share,
                   value.get("currency") or currency, float(value.text))


def parts(activity):
    """Everything else that an analyst asks about, each with the table that it goes to."""
    identifier = activity.findtext("iati-identifier")
    language = activity.get("{http://www.w3.org/XML/1998/namespace}lang")
    for tag in ("title", "description"):
        for text in activity.iterfind(f"{tag}/narrative"):
            yield "text", (identifier, tag, text.get("{http://www.w3.org/XML/1998/namespace}lang") or language, text.text)
    for org in activity.iterfind("participating-org"):
        yield "org", (identifier, org.get("ref"), org.get("role"), org.get("type"), org.findtext("narrative"), org.get("activity-id"))
    for tag in ("recipient-country", "recipient-region", "sector", "policy-marker", "tag", "humanitarian-scope"):
        for code in activity.iterfind(tag):
            yield "code", (identifier, tag, code.get("vocabulary"), code.get("code"), code.get("percentage"))
    for place in activity.iterfind("location"):
        yield "place", (identifier, place.findtext("name/narrative"), place.findtext("point/pos"))
    for budget in activity.iterfind("budget"):
        value = budget.find("value")
        yield "budget", (identifier, budget.get("type"), budget.find("period-start").get("iso-date"), value.get("currency"), value.text)
    for document in activity.iterfind("document-link"):
        yield "document", (identifier, document.get("url"), document.findtext("title/narrative"), document.find("category").get("code"))
    for measure in activity.iterfind("result/indicator"):
        actual = measure.find("period/actual")
        yield "result", (identifier, measure.findtext("title/narrative"), None if actual is None else actual.get("value"))


TABLES = {"text": 4, "org": 6, "code": 5, "place": 3, "budget": 5, "document": 4, "result": 3}


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main():
    files = sorted(pathlib.Path(sys.argv[1]).glob("*.xml"))
    size = sum(f.stat().st_size for f in files)
    with tempfile.TemporaryDirectory() as folder:
        store = pathlib.Path(folder) / "rows.sqlite"
        begin, before = time.monotonic(), cpu()
        base = sqlite3.connect(store)
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("CREATE TABLE activity (identifier TEXT, xml BLOB)")
        base.execute("CREATE TABLE row (identifier TEXT, title TEXT, type TEXT, day TEXT, year INT, country TEXT, "
                     "share REAL, currency TEXT, value REAL)")
        for name, width in TABLES.items():
            base.execute(f"CREATE TABLE {name} ({', '.join(f'c{n} TEXT' for n in range(width))})")
        base.execute("CREATE VIRTUAL TABLE search USING fts5 (c3, content='text')")
        insert = {name: f"INSERT INTO {name} VALUES ({','.join('?' * width)})" for name, width in TABLES.items()}
        for file in files:
            for _, activity in etree.iterparse(str(file), tag="iati-activity"):
                base.execute("INSERT INTO activity VALUES (?, ?)",
                             (activity.findtext("iati-identifier"), etree.tostring(activity)))
                base.executemany("INSERT INTO row VALUES (?,?,?,?,?,?,?,?,?)", rows(activity))
                for name, part in parts(activity):
                    base.execute(insert[name], part)
                activity.clear()
        base.commit()
        for column in ("country", "year", "type"):
            base.execute(f"CREATE INDEX by_{column} ON row ({column})")
        base.execute("CREATE INDEX by_org ON org (c1)")
        base.execute("CREATE INDEX by_code ON code (c1, c3)")
        base.execute("INSERT INTO search (search) VALUES ('rebuild')")
        base.commit()
        wall, busy = time.monotonic() - begin, cpu() - before
        print(f"\n{'lxml into SQLite':<34}{wall:>10.1f} s wall{size / 1e6 / wall:>8.1f} MB/s")
        print(f"{'':<34}{busy:>10.1f} s CPU{size / 1e6 / busy:>9.1f} MB/s a busy core")
        table = base.execute("SELECT country, year, type, currency, value, share FROM row").fetchall()
        base.close()
    import csv
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as out:
        csv.writer(out).writerows(table)
        out.flush()
        duck = duckdb.connect()
        duck.execute("PRAGMA threads=2")
        duck.execute(f"CREATE TABLE row AS SELECT * FROM read_csv('{out.name}', columns={{'country':'VARCHAR','year':'INT',"
                     "'type':'VARCHAR','currency':'VARCHAR','value':'DECIMAL(18,2)','share':'DOUBLE'})")
    question = ("SELECT country, year, currency, sum(value * share) FROM row WHERE type IN ('3','4') "
                "GROUP BY country, year, currency")
    duck.execute(question).fetchall()
    spans, busy = [], []
    for _ in range(5):
        begin, before = time.monotonic(), cpu()
        groups = len(duck.execute(question).fetchall())
        spans.append(time.monotonic() - begin)
        busy.append(cpu() - before)
    print(f"{'DuckDB, the same groups':<34}{sorted(spans)[2] * 1e3:>10.1f} ms wall{sorted(busy)[2] * 1e3:>8.1f} ms CPU"
          f"   {len(table)} rows, {groups} groups")


main()
