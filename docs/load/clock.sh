#!/bin/sh
# Sets the wall clock of a running service back and forth (Debian's package faketime) and counts its answers.
#
#   mvn -q -Pcpu -DskipTests package && docs/load/clock.sh
#
# Expected is 200 for each of the 30 requests after every jump, though keys are limited to 20 requests a second.
set -eu

library=$(find /usr/lib -name libfaketimeMT.so.1 | head -1)
[ -n "$library" ] || { echo "Install the package faketime first." >&2; exit 2; }
offset=$(mktemp)
echo +0 > "$offset"

env LD_PRELOAD="$library" FAKETIME_TIMESTAMP_FILE="$offset" FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 \
    UNMASK_API_KEY=change-me UNMASK_LIMITS_KEY_REQUESTS=20 UNMASK_REQUEST_TIMEOUT=2s \
    QUARKUS_HTTP_HOST=127.0.0.1 QUARKUS_HTTP_PORT=0 QUARKUS_MANAGEMENT_HOST=127.0.0.1 QUARKUS_MANAGEMENT_PORT=0 \
    java -jar target/quarkus-app/quarkus-run.jar > "$offset.log" 2>&1 &
service=$!
trap 'kill $service; rm -f "$offset" "$offset.log"' EXIT

# The service binds any free ports and logs which.
listening='s/.*Listening on: http:\/\/\(.*[0-9]\)\. Management interface listening on http:\/\/\(.*[0-9]\)\..*/api=\1 management=\2/p'
until eval "$(sed -n "$listening" "$offset.log")" && curl -sf "${management:-}/q/health/ready" > /dev/null; do
  kill -0 $service || { cat "$offset.log"; exit 1; }
  sleep 0.2
done
for jump in +0 -1h +1h -30d +400d +0; do
  echo "$jump" > "$offset"
  printf '%-6s' "$jump"
  for _ in $(seq 30); do
    curl -s -o /dev/null -w '%{http_code}\n' --max-time 5 -H 'Authorization: Bearer change-me' \
      -H 'Content-Type: application/json' -d '{"inputs":"There is no [MASK]."}' "$api/predict"
    sleep 0.1
  done | sort | uniq -c | tr '\n' ' '
  curl -s -o /dev/null -w 'liveness %{http_code}\n' "$management/q/health/live"
done
