#!/usr/bin/env bash
# Starts the service on a free port and runs the programs of others against it.
# usage: tests/clients/run.sh PATH-TO-AIDGRAPH [audit|all]
set -euo pipefail
binary=$(realpath "$1"); what=${2:-all}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
server=
stop() { [ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"; }
trap stop EXIT

mkdir "$work/clients"
cp -r "$here"/*.json "$here"/*.mjs "$here"/*.py "$here"/*.graphql "$here/relay" "$here/../../schema.graphql" "$work/clients/"
(cd "$work/clients" && npm ci --ignore-scripts --no-audit --no-fund --silent)

"$binary" serve --data "$work/data" --listen 127.0.0.1:0 --log json 2> "$work/log" &
server=$!
address=
for _ in $(seq 150); do
  address=$(grep -o 'http://127\.0\.0\.1:[0-9]*' "$work/log" | head -n 1 || true)
  if [ -n "$address" ] && curl -fsS "$address/health/ready" >/dev/null 2>&1; then break; fi
  kill -0 "$server" 2>/dev/null || { cat "$work/log"; exit 1; }
  sleep 0.2
done
[ -n "$address" ] || { cat "$work/log"; echo "the service did not start"; exit 1; }
cd "$work/clients"
node audit.mjs "$address"
[ "$what" = all ] || exit 0

node clients.mjs "$address" "$binary" "$work/data"
npx --no-install graphql-codegen --config codegen.json --silent
grep -q 'ProgrammesQuery' generated.ts
echo "ok codegen: types of the schema and of operations"
npx --no-install relay-compiler relay.config.json > relay.log 2>&1 || { cat relay.log; exit 1; }
[ -f relay/__generated__/programmesPageQuery.graphql.js ]
echo "ok relay-compiler: @connection, @refetchable, a subscription"
python3 -m venv "$work/python"
"$work/python/bin/pip" install --quiet 'gql[aiohttp,websockets]==4.4.0'
"$work/python/bin/python" client.py "$address"
