#!/bin/bash
# The unit tests under address and undefined-behaviour sanitizers, built with clang (so that both compilers see every
# file), then each fuzzer for FUZZ_SECONDS from FUZZ_SEED, with the fixtures as corpus. A crash leaves its input beside the log.
#   sanitize.sh [BUILD_DIRECTORY]
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:-build-sanitize}
seconds=${FUZZ_SECONDS:-10}

sh .ci/install.sh build sanitize
export CCACHE_DIR=${CCACHE_DIR:-$PWD/build/ccache} CCACHE_NOHASHDIR=1
cmake -S . -B "$build" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1" -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ \
  -DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DCMAKE_C_COMPILER_LAUNCHER=ccache -DMLINT_SANITIZE=ON -DMLINT_FUZZ=ON > /dev/null
cmake --build "$build" -j "$(nproc)"

export ASAN_OPTIONS=detect_stack_use_after_return=0 UBSAN_OPTIONS=print_stacktrace=1
"$build"/tests/mlint_tests

# One file a project for project_fuzz, each of its files behind a line "%% path".
whole_projects() {
  local project file
  for project in fixtures/demo-shop fixtures/projects/*/project fixtures/incidents/*/project; do
    [ -d "$project" ] || continue
    find "$project" -type f -size -40k \( -name '*.py' -o -name '*.sql' -o -name '*.toml' -o -name '*.txt' \) | sort |
      while read -r file; do
        echo "%% ${file#"$project"/}"
        cat "$file"
      done > "$1/$(echo "$project" | tr / _)"
  done
}

seed() {
  case $1 in
    sql_fuzz | replay_fuzz) find fixtures -name '*.sql' -exec cp -t "$2" --backup=numbered {} + ;;
    config_fuzz) find fixtures -name '*.toml' -exec cp -t "$2" --backup=numbered {} + ;;
    applied_fuzz) find fixtures -name '*applied*.txt' -exec cp -t "$2" --backup=numbered {} + ;;
    project_fuzz) whole_projects "$2" ;;
    *) find fixtures -name '*.py' -exec cp -t "$2" --backup=numbered {} + ;;
  esac
}

for source in tests/fuzz/*_fuzz.cpp; do
  name=$(basename "$source" .cpp)
  corpus=$build/corpus/$name
  if [ ! -d "$corpus" ]; then
    mkdir -p "$corpus"
    seed "$name" "$corpus"
  fi
  echo "$name: $seconds seconds"
  "$build/tests/$name" -seed="${FUZZ_SEED:-1}" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -max_len=20000 -print_final_stats=1 \
    -artifact_prefix="$build/$name-" "$corpus" > "$build/$name.log" 2>&1 || { tail -n 60 "$build/$name.log"; exit 1; }
done
