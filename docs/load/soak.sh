#!/usr/bin/env bash
# Mixed good and bad load for some minutes against a service that runs already, and what it costs meanwhile.
#
#   UNMASK_API_KEY=change-me docs/load/soak.sh MINUTES PID [URL [MANAGEMENT_URL]]
#
# Needs wrk and curl. Prints a line every ten seconds, and at the end whether memory stayed flat after the first fifth of the time.
set -euo pipefail
minutes=$1 pid=$2 url=${3:-http://localhost:8080} management=${4:-http://localhost:9000}
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seconds=$((minutes * 60))

wrk -t1 -c8 -d"${seconds}s" --timeout 30s -s "$here/mixed.lua" "$url" > "$work/good" &
good=$!
wrk -t1 -c4 -d"${seconds}s" --timeout 30s -s "$here/bad.lua" "$url" > "$work/bad" &
bad=$!

metric() { awk -v name="$1" 'index($1, name) == 1 { sum += $NF } END { printf "%.0f", sum }' "$work/metrics"; }

printf 'seconds,resident_kb,heap_kb,direct_kb,descriptors,threads\n' | tee "$work/samples"
for ((at = 10; at < seconds; at += 10)); do
  sleep 10
  curl -s "$management/metrics" > "$work/metrics"
  printf '%d,%d,%d,%d,%d,%d\n' "$at" \
    "$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")" \
    "$(($(metric 'jvm_memory_used_bytes{area="heap"') / 1024))" \
    "$(($(metric 'jvm_buffer_memory_used_bytes{id="direct"') / 1024))" \
    "$(ls "/proc/$pid/fd" | wc -l)" \
    "$(metric jvm_threads_live_threads)" | tee -a "$work/samples"
done
wait "$good" "$bad"

printf '\n== good requests\n'
grep -E 'requests in|Latency|Non-2xx|Socket' "$work/good" || true
printf '== bad requests (each is to be refused)\n'
grep -E 'requests in|Non-2xx|Socket' "$work/bad" || true
printf '== resident memory after warm-up\n'
awk -F, -v from=$((seconds / 5)) 'NR > 1 && $1 >= from {
    if (!n++) first = $2
    if ($2 > most) most = $2
    last = $2
  }
  END { printf "first %d kB, last %d kB, most %d kB: %+.1f %% (most %+.1f %%)\n", first, last, most, 100 * (last / first - 1), 100 * (most / first - 1) }' "$work/samples"
