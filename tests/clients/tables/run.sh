#!/usr/bin/env bash
# Starts two services, one of which requires a token, and runs clients of tables against them.
# usage: tests/clients/tables/run.sh PATH-TO-AIDGRAPH [FOLDER-WITH-NODE-MODULES]
# Needs npm, Python with venv and Chromium; uses R and LibreOffice if installed. The Python environment is kept between runs.
set -euo pipefail
binary=$(realpath "$1"); modules=${2:-}
here=$(cd "$(dirname "$0")" && pwd); dashboards=$(cd "$here/../../../dashboards" && pwd)
. "$here/../../service.sh"

if [ -z "$modules" ]; then
  modules="$work/npm"; mkdir "$modules"
  cp "$here/../package.json" "$here/../package-lock.json" "$modules/"
  (cd "$modules" && npm ci --ignore-scripts --no-audit --no-fund --silent)
fi
mkdir -p "$modules/tables"; cp "$here/tables.mjs" "$modules/tables/"

# One environment per list of packages, built beside its place so that an interrupted build is not reused.
digest=$(sha256sum "$here/requirements.txt" | cut -c 1-16)
python="${XDG_CACHE_HOME:-$HOME/.cache}/aidgraph-clients/$digest"
if [ ! -e "$python/complete" ]; then
  rm -rf "$python"; python3 -m venv "$python"
  "$python/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
  touch "$python/complete"
fi

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$binary" import --data "$work/data" "$here/small.xml" > "$work/import.log" || { cat "$work/import.log"; exit 1; }
start --cors-origin "http://127.0.0.1:$port"; open=$address
token=$("$binary" token --auth-file "$work/tokens" reader 2>/dev/null)
start --data "$work/guarded" --auth-file "$work/tokens"; guarded=$address

log="$work/tables.log"
(cd "$work" && PYTHONDONTWRITEBYTECODE=1 "$python/bin/python" "$here/tables.py" "$open" "$guarded" "$token" "$binary" "$dashboards" "$work") | tee "$log"
node "$modules/tables/tables.mjs" "$open" "$port" "$dashboards" | tee -a "$log"

count() { grep -cE "^($1) " "$log" || true; }
passed=$(count ok); failed=$(count FAILED); missing=$(count 'NOT RUN')
echo "tables: $passed of $((passed + failed + missing)) checks passed"
[ "$failed" -eq 0 ] || exit 1
