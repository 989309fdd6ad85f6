#!/usr/bin/env bash
# Starts the service on a free port and runs the audits of others against it.
# usage: tests/clients/run.sh PATH-TO-AIDGRAPH
set -euo pipefail
binary=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../service.sh"

mkdir "$work/clients"
cp -r "$here"/*.json "$here"/*.mjs "$work/clients/"
(cd "$work/clients" && npm ci --ignore-scripts --no-audit --no-fund --silent)

start
cd "$work/clients"
node audit.mjs "$address"
