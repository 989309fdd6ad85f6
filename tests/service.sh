# Starts the service on a free port, for scripts that drive it from outside; to be sourced.
# Wants `binary`; gives `work`, a folder that goes with the script, and after `start` the `address` of the service.
work=$(mktemp -d)
server=
stop() { [ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"; }
trap stop EXIT

start() {
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
}
