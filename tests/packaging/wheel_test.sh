#!/bin/bash
# `pip install .` in an environment of its own: the wheel holds the binary and what metadata needs, and the binary runs.
#   wheel_test.sh SOURCE_DIRECTORY MLINT
# pip needs PyPI for scikit-build-core; where that cannot be reached it is skipped, and says so.
set -euo pipefail
source=$(realpath "$1")
mlint=$(realpath "$2")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fail() { echo "FAILED: $1"; exit 1; }

python3 -m venv "$scratch/venv"
pip="$scratch/venv/bin/python -m pip --disable-pip-version-check -q"
if ! $pip download --no-deps -d "$scratch/probe" 'scikit-build-core>=0.10' > /dev/null 2>&1; then
  echo "skipped: a wheel needs PyPI for scikit-build-core, which cannot be reached"
  exit 77
fi
mkdir "$scratch/mlint"
(cd "$source" && { git ls-files -z --cached --others --exclude-standard 2> /dev/null || find . -type f -print0; } |
  xargs -0 sh -c 'for f; do [ -e "$f" ] && printf "%s\0" "$f"; done' sh | tar --null -T - -cf -) | tar -xf - -C "$scratch/mlint"
if [ -d "$source/third_party/node_modules" ]; then
  cp -rL "$source/third_party/node_modules" "$scratch/mlint/third_party/node_modules"
fi
. "$source/tests/packaging/cached_compiler.sh" "$mlint" "$scratch"
cd "$scratch"
$pip wheel --no-deps -w "$scratch/dist" "$scratch/mlint" > "$scratch/log" 2>&1 || { cat "$scratch/log"; fail "no wheel"; }
wheel=$(echo "$scratch"/dist/mlint-*.whl)
case $wheel in *-py3-none-*.whl) ;; *) fail "$wheel is not for every Python" ;; esac
python3 - "$wheel" << 'PY'
import sys, zipfile
names = sorted(name for name in zipfile.ZipFile(sys.argv[1]).namelist() if not name.endswith("/"))
rest = [name for name in names if ".dist-info/" not in name]
assert len(rest) == 1 and rest[0].endswith(".data/scripts/mlint"), f"the wheel holds more than the binary: {rest}"
PY
$pip install --no-index --no-deps "$wheel"
[ "$("$scratch/venv/bin/mlint" --version)" = "$("$mlint" --version)" ] || fail "another version"
"$scratch/venv/bin/mlint" explain blocking-index-build > /dev/null || fail "the installed binary does not run"
echo "the wheel holds only the binary, and the binary runs"
