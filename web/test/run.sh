#!/usr/bin/env bash
# Starts the service on a free port, and tests its playground and pages in headless Chromium.
# usage: web/test/run.sh PATH-TO-AIDGRAPH [options of playground.mjs]
set -euo pipefail
binary=$(realpath "$1"); shift
here=$(cd "$(dirname "$0")/.." && pwd)
. "$here/../tests/service.sh"

mkdir "$work/web"
cp "$here/package.json" "$here/package-lock.json" "$work/web/"
cp -r "$here/test" "$work/web/test"
(cd "$work/web" && npm ci --ignore-scripts --no-audit --no-fund --silent)

start
cd "$work/web"
node test/playground.mjs "$address" "$@"
node test/pages.mjs "$address" "$@"
node test/tasks.mjs "$address" "$@"
