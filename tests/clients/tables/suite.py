"""Runs checks and reports each in one line; queries GraphQL for the totals that each client must reproduce."""
import csv
import io
import json
import os
import traceback
import urllib.parse
import urllib.request
from decimal import Decimal


class NotRun(Exception):
    """Raised by a check that cannot run here, with the reason."""


checks = []


def check(name):
    """Registers a check. It returns a short detail, raises NotRun, or fails by any other exception."""

    def register(run):
        checks.append((name, run))
        return run

    return register


def run_all():
    for name, run in checks:
        try:
            detail = run()
            print(f"ok {name}: {detail}", flush=True)
        except NotRun as reason:
            print(f"NOT RUN {name}: {reason}", flush=True)
        except Exception as error:  # each check reports its own failure, and the others still run
            line = " ".join(f"{type(error).__name__}: {error}".split())
            print(f"FAILED {name}: {line[:600]}", flush=True)
            if os.environ.get("AIDGRAPH_TRACE"):
                traceback.print_exc()


class Service:
    """A running service, with a token if it needs one."""

    def __init__(self, address, token=None):
        self.address, self.token = address.rstrip("/"), token

    def url(self, table, form="csv", **parameters):
        query = urllib.parse.urlencode(parameters)
        return f"{self.address}/q/{table}.{form}" + (f"?{query}" if query else "")

    def get(self, url, method="GET", body=None, headers=()):
        request = urllib.request.Request(url, data=body, method=method, headers=dict(headers))
        if self.token:
            request.add_header("authorization", f"Bearer {self.token}")
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, response.headers, response.read()

    def text(self, url):
        return self.get(url)[2].decode()

    def rows_header(self, url):
        return int(self.get(url, method="HEAD")[1]["aidgraph-rows"])

    def catalogue(self):
        _, _, body = self.get(f"{self.address}/q", headers={"accept": "application/json"})
        return json.loads(body)["tables"]

    def formats(self):
        """Formats that this build serves."""
        return sorted(next(t["urls"] for t in self.catalogue() if t["name"] == "transactions"))

    def need(self, form):
        if form not in self.formats():
            raise NotRun(f"this build serves no {form}")

    def graphql(self, query):
        body = json.dumps({"query": query}).encode()
        response = json.loads(self.get(f"{self.address}/graphql", "POST", body, {"content-type": "application/json"})[2])
        assert "errors" not in response, response["errors"]
        return response["data"]

    def truth(self, case):
        """Returns (`counted`, `naive`) of the totals of a case."""
        data = self.graphql(case.query)
        (total,) = next(iter(data.values()))["totals"]
        return Decimal(total["counted"] or 0), Decimal(total["naive"] or 0)


class Case:
    """A table with a filter, and the GraphQL query with the same filter."""

    def __init__(self, table, root, filters="", **parameters):
        self.table, self.parameters = table, {"currency": "EUR", **parameters}
        arguments = f"(filter: {{{filters}}})" if filters else ""
        currency = self.parameters["currency"]
        self.query = f'{{ {root}{arguments} {{ totals(currency: "{currency}") {{ counted naive }} }} }}'

    def __str__(self):
        return f"{self.table} {self.parameters}"


CASES = [
    Case("transactions", "transactions"),
    Case("transactions", "transactions", 'country: ["NA"]', country="NA"),
    Case("transactions", "transactions", currency="USD"),
    Case("humanitarian-contributions", "humanitarianContributions", 'country: ["ML"]', country="ML"),
    Case("budgets", "programmes"),
]


def law(service, form, read, cases=CASES, **parameters):
    """Asserts for each case that a client reads all rows, and that their sums are the totals.

    `read` takes a URL and returns (number of rows, sum of `counted`, sum of the converted values)."""
    for case in cases:
        url = service.url(case.table, form, **case.parameters, **parameters)
        rows, counted, naive = read(url)
        expected, expected_naive = service.truth(case)
        header = service.rows_header(url)
        assert rows == header, f"{case}: {rows} rows, but `aidgraph-rows` is {header}"
        assert cents(counted) == cents(expected), f"{case}: SUM(counted) is {counted}, totals.counted is {expected}"
        assert cents(naive) == cents(expected_naive), f"{case}: SUM({converted(url)}) is {naive}, naive is {expected_naive}"
    return f"{len(cases)} tables, rows and totals agree"


def converted(url):
    """Name of the column of converted values: `value_eur`, or that of the requested currency."""
    query = urllib.parse.parse_qs(urllib.parse.urlparse(url).query)
    return "value_" + query.get("currency", ["EUR"])[0].lower()


def cents(amount):
    return Decimal(str(amount)).quantize(Decimal("0.01"))


def rows_of_csv(text):
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def sums(rows, naive="value_eur"):
    """Returns number of rows and sums, as `law` needs them, of rows as dictionaries."""
    total = lambda name: sum((Decimal(str(r[name])) for r in rows if r.get(name) not in (None, "")), Decimal(0))
    return len(rows), total("counted"), total(naive)
