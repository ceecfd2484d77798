#!/bin/bash
# The unit tests under address and undefined-behaviour sanitizers, built with clang (so that both compilers see every
# file), then each fuzzer for FUZZ_SECONDS, seeded with the fixtures.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:-build-sanitize}
seconds=${FUZZ_SECONDS:-20}

export CCACHE_DIR=${CCACHE_DIR:-$PWD/build/ccache}
cmake -S . -B "$build" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1" -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ \
  -DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DCMAKE_C_COMPILER_LAUNCHER=ccache -DMLINT_SANITIZE=ON -DMLINT_FUZZ=ON > /dev/null
cmake --build "$build" -j "$(nproc)"

export ASAN_OPTIONS=detect_stack_use_after_return=0 UBSAN_OPTIONS=print_stacktrace=1
"$build"/tests/mlint_tests

for fuzzer in "$build"/tests/*_fuzz; do
  [ -x "$fuzzer" ] || continue
  name=$(basename "$fuzzer")
  corpus=$build/corpus/$name
  mkdir -p "$corpus"
  echo "$name: $seconds seconds"
  case $name in
    sql*) pattern='*.sql' ;;
    config*) pattern='*.toml' ;;
    *) pattern='*.py' ;;
  esac
  find fixtures -name "$pattern" -exec cp {} "$corpus" \;
  "$fuzzer" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 -max_len=20000 -artifact_prefix="$build/" "$corpus" > "$build/$name.log" 2>&1 ||
    { tail -40 "$build/$name.log"; exit 1; }
done
