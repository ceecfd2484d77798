#!/bin/sh
# Everything that `make test` checks once the build stands; closes with ctest's own summary.
#   test.sh BUILD_DIRECTORY
set -eu
build=$1

python3 .ci/check_layers.py
git ls-files '*.cpp' '*.h' | xargs clang-format --dry-run -Werror
"$build"/mlint docs --check
ctest --test-dir "$build" --output-on-failure -j 2
