#!/usr/bin/env bash
# fuzz.sh SECONDS: builds the fuzz targets under the address sanitizer, then runs each for its share of
# the time, from the corpus in Fuzz/Corpus. Ends with a failure at the first finding.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=$1
swift=${SWIFT:-swift}
export GRADIENTD_FUZZ=1  # Package.swift has the targets only then.

# Of a debug build, for the parts that are not public, but optimised, as speed is most of its worth.
# Of several -sanitize the Swift compiler takes the last alone: there it has to name both.
$swift build --scratch-path .build/fuzz --product fuzz --sanitize=address --sanitize=fuzzer \
    -Xswiftc -sanitize=address,fuzzer -Xswiftc -O -Xcc -O2 -Xcxx -O2
program=.build/fuzz/debug/fuzz

# The symbolizer may wait for ever on a program of this size, and the leak sanitizer does not see the
# pointers in Swift's strings. The others are for speed.
export ASAN_OPTIONS=symbolize=0:detect_leaks=0:malloc_context_size=0:quarantine_size_mb=8:max_malloc_fill_size=0

targets=$("$program" --list)
share=$((seconds / $(wc -l <<<"$targets")))
while read -r target longest; do
    # What is found goes to .fuzz, which is not of the repository.
    mkdir -p ".fuzz/$target/corpus" ".fuzz/$target/findings"
    log=.fuzz/$target/log
    echo "fuzz: $target, for $share s"
    if ! "$program" --target="$target" -max_total_time="$share" -max_len="$longest" -timeout=20 \
        -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix=".fuzz/$target/findings/" \
        ".fuzz/$target/corpus" "Fuzz/Corpus/$target" >"$log" 2>&1 </dev/null; then
        tail -n 60 "$log" >&2
        finding=$(find ".fuzz/$target/findings" -type f -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d ' ' -f 2)
        echo "fuzz: $target has a finding, see $log. Once more, with that input alone:" >&2
        echo "    ASAN_OPTIONS=$ASAN_OPTIONS $program --target=$target $finding" >&2
        exit 1
    fi
    sed -n 's/^stat::number_of_executed_units: */fuzz: executions: /p' "$log"
    counters=$(sed -n 's/.*Loaded 1 modules *(\([0-9]*\) inline 8-bit counters.*/\1/p' "$log")
    if ((counters < 10000)); then
        echo "fuzz: the search is blind: of the program only $counters places are counted" >&2
        exit 1
    fi
done <<<"$targets"
