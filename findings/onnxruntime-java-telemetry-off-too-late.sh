#!/usr/bin/env bash
# ONNX Runtime 1.29.0 (Maven), Linux x86-64: OrtEnvironment.setTelemetry(false) as the first call after getEnvironment comes too late.
# From the API one would expect that nothing is recorded after that. Seen: creating the environment alone has written a
# permanent device id and a database into the home folder's cache, and the database stays open. Only the environment variable
# ORT_DISABLE_TELEMETRY=1, set before the process starts (Java can't set its own), prevents that; a variable CI does as well, so that a
# test in continuous integration doesn't see it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mvn -q dependency:copy -Dartifact=com.microsoft.onnxruntime:onnxruntime:1.29.0 -DoutputDirectory="$work" -Dmdep.useBaseVersion=true

cat > "$work/Off.java" <<'JAVA'
import ai.onnxruntime.OrtEnvironment;

class Off {
    public static void main(String[] arguments) throws Exception {
        OrtEnvironment.getEnvironment().setTelemetry(false);
    }
}
JAVA

files() {
  home=$(mktemp -d -p "$work")
  env -u CI -u XDG_CACHE_HOME HOME="$home" TMPDIR="$work" "$@" java -cp "$work/onnxruntime-1.29.0.jar" "$work/Off.java" > /dev/null
  (cd "$home" && find . -type f | sort)
}

echo "== setTelemetry(false) first of all"
said=$(files env)
echo "$said"
echo "== ORT_DISABLE_TELEMETRY=1 besides"
silent=$(files env ORT_DISABLE_TELEMETRY=1)
echo "$silent"

grep -q '/deviceid$' <<< "$said" && grep -q '/onnxruntime.db' <<< "$said" && [ -z "$silent" ] ||
  { echo "The behavior has changed."; exit 1; }
echo "As described."
