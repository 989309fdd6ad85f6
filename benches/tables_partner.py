#!/usr/bin/env python3
"""Measures DuckDB on one thread: CPU seconds to write the rows of a Parquet file as CSV and as Parquet.

  python3 benches/tables_partner.py FILE.parquet

Prints two numbers. Needs duckdb (PyPI); prints none without it.
"""
import pathlib
import sys
import tempfile
import time

try:
    import duckdb
except ImportError as missing:
    print(f"DuckDB not measured: {missing}; install it with `pip install duckdb`", file=sys.stderr)
    sys.exit(0)

source = sys.argv[1]
database = duckdb.connect()
database.execute("SET threads = 1")
database.execute("CREATE TABLE rows AS SELECT * FROM read_parquet(?)", [source])
with tempfile.TemporaryDirectory(dir=pathlib.Path(source).parent) as folder:
    for name, options in [("rows.csv", "FORMAT csv, HEADER"), ("rows.parquet", "FORMAT parquet, COMPRESSION zstd")]:
        begin = time.process_time()
        database.execute(f"COPY rows TO '{folder}/{name}' ({options})")
        print(time.process_time() - begin)
