#!/usr/bin/env bash
# Tests the examples of this folder on loopback: the service with aidgraph.toml behind nginx.conf and the Caddyfile, with a temporary
# certificate. Takes the binary as its argument. Needs nginx, caddy, openssl and curl. Prints the results.
set -euo pipefail
binary=$(realpath "${1:?usage: deploy/try.sh BINARY}")
cd "$(dirname "$0")"
work=$(mktemp -d)
started=()
finish() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
fail() { echo "FAILED: $*" >&2; tail -n 20 "$work"/*.log >&2; exit 1; }
same() { [ "$2" = "$3" ] || fail "$1: $2, and not $3"; echo "ok: $1: $2"; }
until_answers() { for _ in $(seq 600); do curl -sko /dev/null "$1" && return; sleep 0.1; done; fail "$1 does not answer"; }

service=4817 metrics=4818 nginx=4819 caddy=4820 admin=4821
mkdir "$work/data"
loader=$("$binary" token loader --role import --auth-file "$work/tokens" 2>/dev/null)
boss=$("$binary" token boss --role admin --auth-file "$work/tokens" 2>/dev/null)
sed -e "s|/var/lib/aidgraph|$work/data|; s|/etc/aidgraph/tokens|$work/tokens|; s|:4000|:$service|; s|:9400|:$metrics|" aidgraph.toml > "$work/aidgraph.toml"
"$binary" serve --config "$work/aidgraph.toml" 2> "$work/service.log" & server=$!; started+=("$server")
until_answers "http://127.0.0.1:$service/health/ready"
for _ in $(seq 600); do [ "$(curl -s "http://127.0.0.1:$metrics/health/ready" | grep -c '"ready"')" = 1 ] && break; sleep 0.1; done

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=aid.example.org \
  -addext subjectAltName=DNS:aid.example.org -keyout "$work/key.pem" -out "$work/fullchain.pem" 2> /dev/null
{
  echo "pid $work/nginx.pid; error_log $work/nginx.log; daemon off; events {} http { access_log off;"
  for temp in client_body proxy fastcgi uwsgi scgi; do echo "${temp}_temp_path $work/$temp;"; done
  sed -e "s|127.0.0.1:4000|127.0.0.1:$service|; s|listen 443|listen 127.0.0.1:$nginx|; s|/etc/ssl/aid.example.org|$work|" nginx.conf
  echo "}"
} > "$work/nginx.conf"
nginx -t -q -c "$work/nginx.conf"
nginx -c "$work/nginx.conf" & started+=($!)

{
  echo "{
	admin 127.0.0.1:$admin
	auto_https disable_redirects
	default_bind 127.0.0.1
	storage file_system $work/caddy
}"
  sed -e "s|127.0.0.1:4000|127.0.0.1:$service|; s|^aid.example.org {|aid.example.org:$caddy {\n\ttls $work/fullchain.pem $work/key.pem|" Caddyfile
} > "$work/Caddyfile"
export XDG_CONFIG_HOME=$work XDG_DATA_HOME=$work
caddy validate --adapter caddyfile --config "$work/Caddyfile" > "$work/validate.log" 2>&1 || fail "the Caddyfile"
caddy run --adapter caddyfile --config "$work/Caddyfile" 2> "$work/caddy.log" & started+=($!)

for port in "$nginx" "$caddy"; do
  name=$([ "$port" = "$nginx" ] && echo nginx || echo caddy)
  site="https://aid.example.org:$port"
  ask() { curl -sk --http2 --resolve "aid.example.org:$port:127.0.0.1" "$@"; }
  for _ in $(seq 100); do ask -o /dev/null "$site/health/live" && break; sleep 0.1; done
  same "$name: a query" "$(ask "$site/graphql?query=%7B__typename%7D")" '{"data":{"__typename":"Query"}}'
  same "$name: over HTTP/2" "$(ask -o /dev/null -w '%{http_version}' "$site/health/live")" 2
  tag=$(ask -D - -o /dev/null -H 'accept-encoding: br' "$site/graphql?query=%7B__typename%7D" | tr -d '\r' | sed -n 's/^etag: //Ip')
  same "$name: the entity tag matches" "$(ask -o /dev/null -w '%{http_code}' -H "if-none-match: $tag" "$site/graphql?query=%7B__typename%7D")" 304
  same "$name: metrics are not exposed" "$(ask -o /dev/null -w '%{http_code}' -H "authorization: Bearer $boss" "$site/metrics")" 404
  same "$name: an import without a token" "$(ask -o /dev/null -w '%{http_code}' -X POST --data-binary x "$site/admin/import?name=a.xml")" 401
  printf '<iati-activities version="2.03"><iati-activity><iati-identifier>XX-%s</iati-identifier><reporting-org ref="XX" type="40"><narrative>X</narrative></reporting-org><title><narrative>Wells</narrative></title></iati-activity></iati-activities>' "$name" > "$work/$name.xml"
  ask -X POST -T "$work/$name.xml" -H "authorization: Bearer $loader" "$site/admin/import?name=$name.xml" > "$work/import.log"
  same "$name: an import" "$(tail -n 1 "$work/import.log" | grep -o '"event":"done","inForce":true')" '"event":"done","inForce":true'
  same "$name: its data" "$(ask "$site/graphql?query=%7Bprogramme(identifier:%22XX-$name%22)%7Blabel%7D%7D")" '{"data":{"programme":{"label":"Wells · XX"}}}'
  # The first byte of a stream arrives at once; then nothing until the data changes.
  stream=$(ask --max-time 3 -N -H 'accept: text/event-stream' "$site/graphql?query=subscription%7BdatasetChanged%7Bversion%7D%7D" || true)
  same "$name: a stream begins" "$(printf %s "$stream" | head -c 1)" ":"
  socket=$(curl -sk --http1.1 --max-time 3 --resolve "aid.example.org:$port:127.0.0.1" -o /dev/null -w '%{http_code}' -H 'connection: upgrade' -H 'upgrade: websocket' \
    -H 'sec-websocket-version: 13' -H 'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==' -H 'sec-websocket-protocol: graphql-transport-ws' \
    -H "origin: $site" "$site/graphql" || true)
  same "$name: a socket opens" "$socket" 101
  # A client with forged addresses counts as one client.
  limited=$(seq 300 | xargs -P 20 -I{} curl -sk --resolve "aid.example.org:$port:127.0.0.1" -o /dev/null -w '%{http_code}\n' \
    -H 'x-forwarded-for: 198.51.100.{}' -H 'forwarded: for=198.51.100.{}' -H 'x-real-ip: 198.51.100.{}' "$site/graphql?query=%7B__typename%7D" | grep -c 429 || true)
  [ "$limited" -gt 0 ] || fail "$name: forged addresses bypass the rate limit"
  echo "ok: $name: of 300 requests with forged addresses $limited were rejected with 429"
  sleep 6
done
same "metrics" "$(curl -s "http://127.0.0.1:$metrics/metrics" | grep -c '^aidgraph_ready 1$')" 1
same "imports are counted" "$(curl -s "http://127.0.0.1:$metrics/metrics" | grep '^aidgraph_imports_total{outcome="done"}')" 'aidgraph_imports_total{outcome="done"} 2'
grep -q -e "$loader" -e "$boss" "$work/service.log" && fail "a token is in the log"
kill "$server"
wait "$server" && echo "ok: a graceful shutdown"
