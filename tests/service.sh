# Starts the service on a free port. To be sourced.
# Needs `binary`. Sets `work`, a temporary folder, and `start [OPTIONS]` sets `address`, that of the service.
work=$(mktemp -d)
servers=()
stop() { [ ${#servers[@]} -eq 0 ] || kill "${servers[@]}" 2>/dev/null || true; rm -rf "$work"; }
trap stop EXIT

start() {
  local data="$work/data" log="$work/log${#servers[@]}"
  if [ "${1:-}" = --data ]; then data=$2; shift 2; fi
  "$binary" serve --data "$data" --listen 127.0.0.1:0 --log json "$@" 2> "$log" &
  local server=$!; servers+=("$server")
  address=
  for _ in $(seq 150); do
    address=$(grep -o 'http://127\.0\.0\.1:[0-9]*' "$log" | head -n 1 || true)
    if [ -n "$address" ] && curl -fsS "$address/health/ready" >/dev/null 2>&1; then break; fi
    kill -0 "$server" 2>/dev/null || { cat "$log"; exit 1; }
    sleep 0.2
  done
  [ -n "$address" ] || { cat "$log"; echo "the service did not start"; exit 1; }
}
