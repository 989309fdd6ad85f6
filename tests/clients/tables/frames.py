"""Clients of Python: pandas, polars, DuckDB, pyarrow, shillelagh. Each reads the tables by URL."""
import base64
import glob
import io
import os
import urllib.error
import urllib.request

from suite import CASES, Case, NotRun, cents, check, converted, law


def register(service, guarded, dashboards):
    pandas_checks(service, guarded)
    polars_checks(service)
    duckdb_checks(service)
    pyarrow_checks(service)
    shillelagh_checks(service, guarded)
    same_rows_check(service)
    notebook_check(service, dashboards)


def pandas_checks(service, guarded):
    import pandas

    def by(read):
        def sums(url):
            frame = read(url)
            return len(frame), frame["counted"].sum(), frame[converted(url)].sum()

        return sums

    check("pandas read_csv")(lambda: law(service, "csv", by(pandas.read_csv)))
    check("pandas read_json, shape=rows")(
        lambda: law(service, "json", by(pandas.read_json), shape="rows")
    )
    check("pandas read_json, lines")(
        lambda: law(service, "ndjson", by(lambda url: pandas.read_json(url, lines=True)))
    )

    @check("pandas read_parquet")
    def _():
        service.need("parquet")
        return law(service, "parquet", by(pandas.read_parquet))

    @check("pandas read_excel")
    def _():
        service.need("xlsx")
        return law(service, "xlsx", by(pandas.read_excel))

    @check("pandas with a token, Bearer and Basic")
    def _():
        basic = base64.b64encode(f"pandas:{guarded.token}".encode()).decode()
        for value in (f"Bearer {guarded.token}", f"Basic {basic}"):
            law(guarded, "csv", by(lambda url: pandas.read_csv(url, storage_options={"Authorization": value})))
        try:
            pandas.read_csv(guarded.url("transactions"))
        except urllib.error.HTTPError as error:
            assert error.code == 401, error
        else:
            raise AssertionError("the table is readable without a token")
        return "the same totals; 401 without"

    @check("pandas and Namibia")
    def _():
        frame = pandas.read_csv(service.url("transactions", country="NA"))
        assert list(frame["country_code3"].dropna().unique()) == ["NAM"], frame["country_code3"]
        strict = pandas.read_csv(service.url("transactions", country="NA"), keep_default_na=False, na_values=[""])
        assert "NA" in set(strict["country_code"]), strict["country_code"]
        return "`country_code3` is NAM where `country_code` is read as missing"

    @check("pandas groups add up, with gaps")
    def _():
        for case in CASES:
            if case.parameters.get("country") and case.table == "transactions":
                continue  # a filter by country divides a transaction, and has no gap in years here
            url = service.url(case.table, by="year,donor", fill="year", **case.parameters)
            frame = pandas.read_csv(url)
            expected, _ = service.truth(case)
            assert cents(frame["counted"].sum()) == cents(expected), f"{url}: {frame['counted'].sum()}, not {expected}"
            assert len(frame) == service.rows_header(url), f"{url}: {len(frame)} rows"
            assert frame["items"].isna().any(), f"{url}: no empty row for a gap"
        return "SUM(counted) of groups is the total"

    @check("pandas, types follow the description")
    def _():
        frame = pandas.read_json(service.url("transactions", "json", shape="rows"), dtype=False, convert_dates=False)
        pandas.to_datetime(frame["date"].dropna(), format="%Y-%m-%d")
        for column in ("sector_code", "country_code", "value_text"):
            assert all(isinstance(v, str) for v in frame[column].dropna()), f"{column} is not a text in each row"
        return "full days, codes as texts"


def polars_checks(service):
    import polars

    def by(read):
        def sums(url):
            frame = read(url)
            return frame.height, frame["counted"].sum(), frame[converted(url)].sum()

        return sums

    check("polars read_csv")(
        lambda: law(service, "csv", by(lambda url: polars.read_csv(url, infer_schema_length=None)))
    )
    check("polars scan_csv, by ranges")(
        lambda: law(service, "csv", by(lambda url: polars.scan_csv(url, infer_schema_length=None).collect()))
    )

    @check("polars scan_parquet, by ranges")
    def _():
        service.need("parquet")

        def read(url):
            return polars.scan_parquet(url).select("counted", converted(url)).collect()

        return law(service, "parquet", by(read))

    @check("polars read_ipc of Arrow")
    def _():
        service.need("arrow")

        def read(url):
            body = service.get(url)[2]
            reader = polars.read_ipc_stream if body[:4] == b"\xff\xff\xff\xff" else polars.read_ipc
            return reader(io.BytesIO(body))

        return law(service, "arrow", by(read))


def duckdb_checks(service):
    import duckdb

    def connect():
        try:
            import duckdb_extension_httpfs as package
        except ImportError as error:
            raise NotRun(f"no httpfs for DuckDB {duckdb.__version__}: {error}") from error
        files = glob.glob(os.path.join(os.path.dirname(package.__file__), "**", "httpfs.duckdb_extension"), recursive=True)
        connection = duckdb.connect(config={"threads": 1})
        connection.execute(f"LOAD '{files[0]}'")
        return connection

    def reader(call):
        connection = connect()
        query = "SELECT count(*), sum(counted)::DECIMAL(38, 4), sum({1})::DECIMAL(38, 4) FROM " + call
        return lambda url: connection.sql(query.format(url, converted(url))).fetchone()

    check("DuckDB httpfs read_csv")(lambda: law(service, "csv", reader("read_csv('{0}')")))
    check("DuckDB httpfs read_json, shape=rows")(
        lambda: law(service, "json", reader("read_json('{0}')"), shape="rows")
    )
    check("DuckDB httpfs read_json, lines")(lambda: law(service, "ndjson", reader("read_json('{0}')")))

    @check("DuckDB httpfs GROUP BY")
    def _():
        connection, case = connect(), Case("transactions", "transactions")
        url = service.url("transactions", "csv")
        groups = connection.sql(f"SELECT year, sum(counted) FROM read_csv('{url}') GROUP BY year").fetchall()
        expected, _ = service.truth(case)
        total = sum(s for _, s in groups if s is not None)
        assert cents(total) == cents(expected), f"{total}, not {expected}"
        return f"{len(groups)} years"

    @check("DuckDB httpfs read_parquet")
    def _():
        service.need("parquet")
        return law(service, "parquet", reader("read_parquet('{0}')"))


def pyarrow_checks(service):
    import pyarrow.compute
    import pyarrow.csv
    import pyarrow.ipc
    import pyarrow.json
    import pyarrow.parquet

    def by(read):
        def sums(url):
            table = read(io.BytesIO(service.get(url)[2]))
            total = lambda name: pyarrow.compute.sum(table[name].cast(pyarrow.float64())).as_py() or 0
            return table.num_rows, total("counted"), total(converted(url))

        return sums

    newlines = pyarrow.csv.ParseOptions(newlines_in_values=True)
    check("pyarrow csv")(
        lambda: law(service, "csv", by(lambda body: pyarrow.csv.read_csv(body, parse_options=newlines)))
    )
    check("pyarrow json")(lambda: law(service, "ndjson", by(pyarrow.json.read_json)))

    @check("pyarrow parquet: decimals and types")
    def _():
        service.need("parquet")
        schema = pyarrow.parquet.read_schema(io.BytesIO(service.get(service.url("transactions", "parquet"))[2]))
        assert any(pyarrow.types.is_decimal(field.type) for field in schema), f"no decimal column: {schema.names}"
        assert pyarrow.types.is_date(schema.field("date").type), schema.field("date")
        assert pyarrow.types.is_string(schema.field("sector_code").type) or pyarrow.types.is_dictionary(
            schema.field("sector_code").type
        ), schema.field("sector_code")
        return law(service, "parquet", by(pyarrow.parquet.read_table))

    @check("pyarrow arrow")
    def _():
        service.need("arrow")

        def read(body):
            opened = pyarrow.ipc.open_file if body.getvalue()[:6] == b"ARROW1" else pyarrow.ipc.open_stream
            return opened(body).read_all()

        return law(service, "arrow", by(read))


def shillelagh_checks(service, guarded):
    from sqlalchemy import create_engine, text

    def select(query, **arguments):
        engine = create_engine("shillelagh://", connect_args={"adapters": ["genericjsonapi"], **arguments})
        with engine.connect() as connection:
            return connection.execute(text(query)).fetchall()

    def quoted(url):
        return '"' + url + '#$.rows[*]"'

    def read(url):
        rows = select(f"SELECT counted, {converted(url)} FROM {quoted(url)}")
        total = lambda i: sum(r[i] for r in rows if r[i] is not None)
        return len(rows), total(0), total(1)

    check("shillelagh SELECT")(lambda: law(service, "json", read))

    @check("shillelagh WHERE and GROUP BY")
    def _():
        table = quoted(service.url("transactions", "json"))
        (found,) = select(f"SELECT count(*) FROM {table} WHERE year >= 2020 AND country_code3 = 'NAM'")[0]
        assert found == 4, f"{found} rows of Namibia since 2020, not 4"
        groups = select(f"SELECT year, sum(counted) FROM {table} GROUP BY year ORDER BY year")
        total = sum(s for _, s in groups if s is not None)
        expected, _ = service.truth(Case("transactions", "transactions"))
        assert cents(total) == cents(expected), f"{total}, not {expected}"
        return f"{len(groups)} years"

    @check("shillelagh with a token")
    def _():
        bearer = f"Bearer {guarded.token}"
        plain = guarded.url("transactions", "json")
        engine = {"adapter_kwargs": {"genericjsonapi": {"request_headers": {"Authorization": bearer}}}}
        inside = guarded.url("transactions", "json", _s_headers=f"(Authorization:'{bearer}')")
        expected, _ = guarded.truth(Case("transactions", "transactions"))
        for url, arguments in ((plain, engine), (inside, {})):
            (total,) = select(f"SELECT sum(counted) FROM {quoted(url)}", **arguments)[0]
            assert cents(total) == cents(expected), f"{total}, not {expected}"
        return "the same total"


def same_rows_check(service):
    import pandas
    import pyarrow.ipc

    def arrow(body):
        opened = pyarrow.ipc.open_file if body.getvalue()[:6] == b"ARROW1" else pyarrow.ipc.open_stream
        return opened(body).read_all().to_pandas()

    texts = {"keep_default_na": False, "na_values": [""], "dtype": {"value_text": str, "id": str}}
    readers = {
        "csv": lambda body: pandas.read_csv(body, **texts),
        "ndjson": lambda body: pandas.read_json(body, lines=True, dtype={"value_text": str, "id": str}),
        "xlsx": lambda body: pandas.read_excel(body, **texts),
        "parquet": pandas.read_parquet,
        "arrow": arrow,
    }

    def rows(frame, columns):
        """Cells as texts; a number to the cent, and an empty cell as an empty text."""

        def word(value):
            if value is None or value != value or value == "None":
                return ""
            return str(value) if isinstance(value, str) else f"{float(value):.2f}"

        return [tuple(word(frame[name].iloc[i]) for name in columns) for i in range(len(frame))]

    @check("every format has the same rows in the same order")
    def _():
        columns = ["id", "year", "currency", "value_text", "counted", "left_out", "source", "line"]
        for table in ("transactions", "humanitarian-contributions", "budgets", "mission-contributions"):
            body = io.BytesIO(service.get(service.url(table, "json", shape="rows"))[2])
            expected = rows(pandas.read_json(body, dtype={"value_text": str, "id": str}), columns)
            for form in [f for f in readers if f in service.formats()]:
                actual = rows(readers[form](io.BytesIO(service.get(service.url(table, form))[2])), columns)
                wrong = next((pair for pair in zip(expected, actual) if pair[0] != pair[1]), None)
                assert wrong is None and len(actual) == len(expected), f"{table}.{form}: {len(actual)} rows; first difference {wrong}"
        return ", ".join(["json", *(f for f in readers if f in service.formats())])


def notebook_check(service, dashboards):
    @check("notebook.ipynb")
    def _():
        import contextlib
        import json

        book = json.load(open(os.path.join(dashboards, "notebook.ipynb"), encoding="utf-8"))
        cells = [c for c in book["cells"] if c["cell_type"] == "code"]
        os.environ["AIDGRAPH"] = service.address
        names = {"__name__": "notebook"}
        with contextlib.redirect_stdout(io.StringIO()):
            for cell in cells:
                exec(compile("".join(cell["source"]), "notebook", "exec"), names)  # the cells are this repository's
        return f"{len(cells)} cells"
