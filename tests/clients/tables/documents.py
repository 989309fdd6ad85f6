"""Programs and documents: R, LibreOffice, frictionless, the OpenAPI validator and schemathesis."""
import json
import os
import re
import shutil
import subprocess
import sys

from suite import CASES, Case, NotRun, cents, check, converted, law, rows_of_csv, sums

TEXT = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false"  # UTF-8, comma, cells as stored


def run(command, seconds, **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, **options)
    assert done.returncode == 0, f"exit code {done.returncode}: {(done.stdout + done.stderr)[-500:]}"
    return done.stdout


def need(program, package):
    found = shutil.which(program)
    if not found:
        raise NotRun(f"no `{program}`: install the Debian package {package}")
    return found


def register(service, binary, work):
    r_checks(service)
    office_checks(service, work)
    export_checks(service, binary, work)
    description_checks(service)


def r_checks(service):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tables.R")

    @check("R read.csv")
    def _():
        program = need("Rscript", "r-base-core")

        def read(url):
            rows, counted, naive = run([program, "--vanilla", script, url, converted(url)], 60).split()
            return int(rows), counted, naive

        return law(service, "csv", read)

    @check("R and Namibia")
    def _():
        program = need("Rscript", "r-base-core")
        code = f'd <- read.csv("{service.url("transactions", country="NA")}"); cat(unique(d$country_code3[!is.na(d$country_code3) & d$country_code3 != ""]))'
        assert run([program, "--vanilla", "-e", code], 60).strip() == "NAM"
        return "`country_code3` is NAM"


def office_checks(service, work):
    def convert(url, form):
        program = need("soffice", "libreoffice-calc")
        folder = os.path.join(work, "office")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        name = os.path.join(folder, f"table.{form}")
        with open(name, "wb") as file:
            file.write(service.get(url)[2])
        command = [program, "--headless", f"-env:UserInstallation=file://{work}/office-profile"]
        if form == "csv":
            command.append("--infilter=Text - txt - csv (StarCalc):44,34,76,1")
        run([*command, "--convert-to", TEXT, "--outdir", os.path.join(folder, "out"), name], 120)
        with open(os.path.join(folder, "out", "table.csv"), encoding="utf-8") as file:
            return rows_of_csv(file.read())

    two = [c for c in CASES if not c.parameters.get("country")]

    @check("LibreOffice CSV")
    def _():
        return law(service, "csv", lambda url: sums(convert(url, "csv"), converted(url)), cases=two)

    @check("LibreOffice CSV: accents, no formula")
    def _():
        need("soffice", "libreoffice-calc")
        titles = {row["title"] for row in convert(service.url("programmes", text="wells"), "csv")}
        assert any("Djenné" in title and "SUM(1;2)" in title for title in titles), titles
        return "a title that starts with = is text"

    @check("LibreOffice XLSX: codes, dates, totals")
    def _():
        service.need("xlsx")
        rows = convert(service.url("transactions", "xlsx", country="NA"), "xlsx")
        assert any(row["sector_code"] == "72010" for row in rows), "code 72010 is not text"
        assert any(row["country_code"] == "NA" for row in rows), "no NA"
        return law(service, "xlsx", lambda url: sums(convert(url, "xlsx"), converted(url)), cases=two)

    @check("openpyxl XLSX: no formula, a sheet that describes the columns")
    def _():
        import io

        import openpyxl

        service.need("xlsx")
        book = openpyxl.load_workbook(io.BytesIO(service.get(service.url("programmes", "xlsx"))[2]))
        assert len(book.sheetnames) >= 2, book.sheetnames
        cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
        assert not [c.coordinate for c in cells if c.data_type == "f"], "a cell is a formula"
        return f"sheets {', '.join(book.sheetnames)}"


def export_checks(service, binary, work):
    data = os.path.join(work, "export-data")
    small = os.path.join(os.path.dirname(os.path.abspath(__file__)), "small.xml")

    def export(form):
        folder = os.path.join(work, f"export-{form}")
        if not os.path.isdir(data):
            run([binary, "import", "--data", data, small], 120)
        if not os.path.isdir(folder):
            run([binary, "export", "--data", data, "--format", form, folder], 120)
        return folder

    @check("frictionless validates an export")
    def _():
        folder = export("csv")
        tool = os.path.join(os.path.dirname(sys.executable), "frictionless")
        report = json.loads(run([tool, "validate", "datapackage.json", "--json"], 120, cwd=folder))
        assert report["valid"], [t["errors"][:1] for t in report["tasks"] if not t["valid"]]
        return f"{len(report['tasks'])} tables are valid"

    @check("an export has the totals of the service")
    def _():
        for case in [c for c in CASES if len(c.parameters) == 1 and c.parameters["currency"] == "EUR"]:
            with open(os.path.join(export("csv"), f"{case.table}.csv"), encoding="utf-8", newline="") as file:
                rows, counted, _ = sums(rows_of_csv(file.read()))
            expected, _ = service.truth(case)
            assert cents(counted) == cents(expected), f"{case.table}: {counted}, not {expected}"
            assert rows == service.rows_header(service.url(case.table)), f"{case.table}: {rows} rows"
        return "rows and sums"

    @check("views.sql opens an export of Parquet in DuckDB")
    def _():
        import duckdb

        service.need("parquet")
        folder = export("parquet")
        script = open(os.path.join(folder, "views.sql"), encoding="utf-8").read()
        here = os.getcwd()
        os.chdir(folder)
        try:
            connection = duckdb.connect()
            connection.execute(script)
            (total,) = connection.sql("SELECT sum(counted) FROM transactions").fetchone()
        finally:
            os.chdir(here)
        expected, _ = service.truth(Case("transactions", "transactions"))
        assert cents(total) == cents(expected), f"{total}, not {expected}"
        return "SUM(counted) of the view"


def description_checks(service):
    url = f"{service.address}/q/openapi.json"

    @check("openapi-spec-validator")
    def _():
        from openapi_spec_validator import validate

        document = json.loads(service.text(url))
        validate(document)
        missing = [t["name"] for t in service.catalogue() if not any(f"/q/{t['name']}" in p for p in document["paths"])]
        assert not missing, f"no path for {missing}"
        return f"OpenAPI {document['openapi']}, {len(document['paths'])} paths"

    @check("schemathesis on /q")
    def _():
        tool = os.path.join(os.path.dirname(sys.executable), "schemathesis")
        # OpenAPI cannot express that `page` excludes `offset`, or `by` excludes `after`: such requests are valid by the
        # description and rejected by the service. The service accepts an empty value, which means all.
        command = [tool, "run", url, "--max-examples", "3", "--seed", "1", "--phases", "coverage,fuzzing", "--no-color"]
        command += ["--exclude-checks", "positive_data_acceptance", "--continue-on-failure"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=180)
        lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
        assert done.returncode in (0, 1), " / ".join(lines[-10:])[-580:]
        reports = done.stdout.split("Test Case ID: ")[1:]
        found = [case for case in reports if not empty_value(case)]
        assert not found, f"{len(found)} failures: {' '.join(found[0].split())}"
        generated = next(line for line in lines if " generated" in line and line[0].isdigit()).split()[0]
        return f"{generated} requests, no failure but {len(reports)} on an empty value"


def empty_value(case):
    """Returns true if the only failure of schemathesis is an empty value of a parameter."""
    codes = set(re.findall(r"^- (ST\d+)", case, re.MULTILINE))
    names = re.findall(r"Invalid component: parameter `(\w+)` in query", case)
    return codes == {"ST201"} and len(names) == 1 and re.search(rf"[?&]{names[0]}=(&|'|$)", case, re.MULTILINE) is not None
