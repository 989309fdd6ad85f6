"""Requests of Grafana's Infinity plugin, as it records them: paging, lists, All, empty; and those of the boards in dashboards/."""
import json
import os
import re
import urllib.error
import urllib.parse

from suite import Case, cents, check, sums

HEADERS = {"accept": "application/json;q=0.9,text/plain", "accept-encoding": "gzip", "user-agent": "Grafana/11.0"}
BOARDS = ("grafana-luxembourg-3d.json", "grafana-donor-flows.json")


def fetch(service, url):
    import gzip

    status, headers, body = service.get(url, headers=HEADERS)
    if headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    assert "json" in headers["content-type"], headers["content-type"]
    return json.loads(body), headers


def rows(service, table, **parameters):
    return fetch(service, service.url(table, "json", **parameters))[0]["rows"]


def register(service, dashboards):
    whole = lambda: rows(service, "humanitarian-contributions")
    key = lambda found: [row["id"] for row in found]

    def paged(step):
        """Reads pages of 20 until one is not full; `step` gives the parameters of the next page."""
        found, page = [], []
        for number in range(50):
            page = rows(service, "humanitarian-contributions", limit=20, **step(number, page))
            found += page
            if len(page) < 20:
                break
        assert key(found) == key(whole()), f"{len(found)} rows in another order or number than the whole table"
        return f"{number + 1} pages of {len(found)} rows"

    check("Infinity pages by limit and offset")(lambda: paged(lambda n, _: {"offset": 20 * n}))
    check("Infinity pages by limit and page")(lambda: paged(lambda n, _: {"page": n + 1}))
    check("Infinity pages by cursor `after`")(lambda: paged(lambda n, last: {"after": last[-1]["id"]} if n else {"after": ""}))

    @check("Infinity lists, All and empty")
    def _():
        two = key(rows(service, "budgets", country="ML")) + key(rows(service, "budgets", country="NE"))
        for text in ("{ML,NE}", "ML,NE"):
            found = key(rows(service, "budgets", country=text))
            assert set(found) == set(two), f"{text}: {len(found)} rows, not those of ML and NE"
        repeated, _ = fetch(service, service.url("budgets", "json") + "?country=ML&country=NE")
        assert set(key(repeated["rows"])) == set(two), "repeated parameter"
        every = key(rows(service, "budgets"))
        for text in ("$__all", "", "{}"):
            found = key(rows(service, "budgets", country=text))
            assert found == every, f"country={text!r}: {len(found)} of {len(every)} rows"
        return "{a,b}, a,b, repeated, $__all, empty"

    @check("Infinity, wrong parameter")
    def _():
        try:
            rows(service, "budgets", contry="ML")
        except urllib.error.HTTPError as error:
            body = error.read().decode()
            assert error.code == 400 and "contry" in body and "country" in body, body
            return "400 names the parameter and the known ones"
        raise AssertionError("accepted")

    for name in BOARDS:
        check(f"board {name}")(lambda name=name: board(service, dashboards, name))


def board(service, dashboards, name):
    text = json.load(open(os.path.join(dashboards, name), encoding="utf-8"))
    values = variables(service, text)
    money = 0
    for panel in text["panels"]:
        for target in panel["targets"]:
            found, url = query_rows(service, target, values)
            actual = set(found[0]) if found else {c["name"] for c in fetch(service, url)[0]["columns"]}
            for column in target["columns"]:
                assert column["selector"] in actual, f"{panel['title']}: no column `{column['selector']}`"
            if any(column["selector"] == "counted" for column in target["columns"]):
                assert_sum(service, panel, found, url)
                money += 1
            texts = {column["text"] for column in target["columns"]}
            for used in fields(panel):
                assert used in texts, f"{panel['title']}: a transformation uses `{used}`, which no column has"
    assert money >= 5, f"only {money} panels add up `counted`"
    return f"{len(text['panels'])} panels, {money} sums of `counted` agree"


def variables(service, text):
    """The current value of each variable; a query variable must offer values."""
    values = {}
    for variable in text["templating"]["list"]:
        current = variable["current"].get("value", "")
        values[variable["name"]] = current[0] if isinstance(current, list) else current
        if variable["type"] == "query":
            values["address"] = service.address
            found, _ = query_rows(service, variable["query"]["infinityQuery"], values)
            selectors = {c["text"]: c["selector"] for c in variable["query"]["infinityQuery"]["columns"]}
            offered = {row[selectors["__value"]] for row in found}
            expected = values[variable["name"]]
            assert expected == "$__all" or expected in offered, f"{variable['name']}: {expected} is not offered"
    return {**values, "address": service.address}


def query_rows(service, target, values):
    fill = lambda text: re.sub(r"\$\{(\w+)(?::\w+)?\}", lambda m: values[m.group(1)], text)
    assert target["parser"] == "backend" and target["root_selector"] == "rows", target
    pairs = [(p["key"], fill(p["value"])) for p in target["url_options"]["params"]]
    url = fill(target["url"]) + ("?" + urllib.parse.urlencode(pairs) if pairs else "")
    return fetch(service, url)[0]["rows"], url


ROOTS = {
    "transactions": "transactions",
    "budgets": "programmes",
    "programmes": "programmes",
    "humanitarian-contributions": "humanitarianContributions",
    "mission-contributions": "missionContributions",
}


def assert_sum(service, panel, found, url):
    """The sum of a panel is the total of GraphQL for the same filter."""
    parsed = urllib.parse.urlparse(url)
    table = parsed.path.removeprefix("/q/").removesuffix(".json")
    given = dict(urllib.parse.parse_qsl(parsed.query))
    filters = [f'{k}: ["{v}"]' for k, v in given.items() if k in ("donor", "country", "contributor") and v != "$__all"]
    case = Case(table, ROOTS[table], ", ".join(filters), currency=given.get("currency", "EUR"))
    totals = next(iter(service.graphql(case.query).values()))["totals"]
    expected = sum(cents(t["counted"] or 0) for t in totals)
    actual = cents(sums(found)[1])
    grouped = "by" in given and given["by"] == "country"
    # Money for several countries without stated shares is in no group of a country.
    assert actual == expected or (grouped and actual <= expected), f"{panel['title']}: {actual}, not {expected}"


def fields(panel):
    """Names of fields that the transformations of a panel use."""
    for change in panel["transformations"]:
        options = change["options"]
        if change["id"] == "groupBy":
            yield from options["fields"]
        if change["id"] == "filterByValue":
            yield from (f["fieldName"] for f in options["filters"])
        if change["id"] == "sortBy":
            yield from (s["field"] for s in options["sort"])
