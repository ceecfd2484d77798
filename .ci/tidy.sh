#!/bin/bash
# clang-tidy over the sources that changed since a revision, or over all of them (an hour on two cores).
#   tidy.sh [REVISION]
set -euo pipefail
cd "$(dirname "$0")/.."
build=build-sanitize  # compiled by clang: clang-tidy understands every flag in it

sh .ci/install.sh build sanitize
[ -e $build/compile_commands.json ] ||
  cmake -S . -B $build -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ -DMLINT_FUZZ=ON > /dev/null
if [ $# -gt 0 ]; then
  files=$(git diff --name-only --diff-filter=d "$1" -- '*.cpp')
else
  files=$(git ls-files '*.cpp')
fi
[ -n "$files" ] || exit 0
echo "$files" | xargs -n 4 -P "$(nproc)" clang-tidy -p $build --quiet
