#!/usr/bin/env bash
# Builds the bundle in a temporary folder, and fails if it differs from the committed one in web/dist.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r index.html package.json package-lock.json vite.config.js public src "$work/"
(cd "$work" && npm ci --engine-strict --ignore-scripts --no-audit --no-fund --silent && npm run --silent build -- --logLevel warn)
if ! diff -rq dist "$work/dist"; then
  echo "web/dist differs from a build of web/: run \`npm ci && npm run build\` there, and commit the result" >&2
  exit 1
fi
echo "ok: web/dist equals a build of web/"
