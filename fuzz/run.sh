#!/bin/bash
# Runs the fuzzers, one after the other. An input that breaks a property ends it and stays in
# fuzz/artifacts/; cargo-fuzz prints how to see it again.
#
# No sanitizer is asked for, and so no nightly compiler: there is no unsafe code here, and what is
# looked for are panics.
#
# usage: fuzz/run.sh <seconds for each> [target…]
set -euo pipefail

seconds=$1
shift
cd "$(dirname "$0")/.."
cache=${GREENGATE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/greengate}
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    mapfile -t targets < <(basename --suffix .rs --multiple fuzz/targets/*.rs)
fi
options=(--sanitizer none --target-dir "${CARGO_TARGET_DIR:-target}/fuzz")

nice cargo fuzz build "${options[@]}"
for target in "${targets[@]}"; do
    echo "fuzz: $target for $seconds s" >&2
    found=$cache/fuzz/$target
    mkdir -p "$found"
    # New finds go to the first of the folders.
    nice cargo fuzz run "${options[@]}" "$target" "$found" "fuzz/corpus/$target" -- \
        -max_total_time="$seconds" -timeout=20 -max_len=8192 -print_final_stats=1 -verbosity=0
done
