#!/usr/bin/env bash
# Starts the service on a free port, and runs the audits and the comparison with graphql-js against it. With `all`, also runs
# third-party clients.
# usage: tests/clients/run.sh PATH-TO-AIDGRAPH [audit|all]
set -euo pipefail
binary=$(realpath "$1"); scope=${2:-all}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../service.sh"

mkdir "$work/clients"
cp -r "$here"/*.json "$here"/*.mjs "$here"/*.py "$here"/*.graphql "$here/relay" "$here/../../schema.graphql" "$work/clients/"
(cd "$work/clients" && npm ci --ignore-scripts --no-audit --no-fund --silent)

start
cd "$work/clients"
node audit.mjs "$address"
node conform.mjs "$address"
[ "$scope" = all ] || exit 0

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
"$work/python/bin/pip" install --quiet 'mcp==2.3.0'
"$work/python/bin/python" mcp_client.py "$address"
bash "$here/tables/run.sh" "$binary" "$work/clients"
