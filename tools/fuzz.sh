#!/usr/bin/env bash
# fuzz.sh NAME SECONDS: one fuzzer for so long, from the corpus of the repository and what earlier
# runs here learned. One line of what it did; of a finding also the input, so that it can be repeated
# from the log alone: inputs of a fuzzer are made up.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
name=$1 seconds=$2

# Far beyond what an input takes (milliseconds, and some hundred MB with the sanitizer), because a
# busy machine is no finding.
input_seconds_max=120
memory_mb_max=4096
printed_bytes_max=65536
SECONDS=0

learned=build/fuzz/corpus/$name
found=build/fuzz/found/$name
log=build/fuzz/$name.log
corpora=("$learned")
[ ! -d "fuzz/corpus/$name" ] || corpora+=("fuzz/corpus/$name")
mkdir -p "$learned" "$found"
rm -f "$found"/*

code=0
"build/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout="$input_seconds_max" \
  -rss_limit_mb="$memory_mb_max" -print_final_stats=1 -artifact_prefix="$found/" \
  "${corpora[@]}" >"$log" 2>&1 || code=$?

# A machine that stood still looks like an input that takes for ever: it gets a second chance.
timeout_code=70
if [ "$code" -eq "$timeout_code" ] &&
   "build/fuzz/fuzz_$name" -timeout="$input_seconds_max" "$found"/timeout-* >>"$log" 2>&1; then
  code=0
fi

report_finding() {
  grep -aE '^moretta: |ERROR|^ +#[0-9]+ |runtime error|SUMMARY' "$log" | head -40 || tail -20 "$log"
  for input in "$found"/*; do
    [ -f "$input" ] || continue
    echo "its input is in $input"
    [ "$(stat -c %s "$input")" -le "$printed_bytes_max" ] || continue
    echo "to repeat it: ./dev fuzz $name 1, then"
    echo "  echo $(base64 -w 0 "$input") | base64 -d >build/fuzz/input && build/fuzz/fuzz_$name build/fuzz/input"
    echo "once mended, the input belongs into fuzz/corpus/$name"
  done
}

executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
coverage=$(sed -n 's/.* \(cov: [0-9]* ft: [0-9]*\) corp: .*/\1/p' "$log" | tail -1)
verdict="no finding"
[ "$code" -eq 0 ] || verdict="FOUND something (exit code $code)
$(report_finding)"
echo "fuzz $name: ${executions:-no count of} executions in $SECONDS s, ${coverage:-no coverage}; $verdict"
[ "$code" -eq 0 ]
