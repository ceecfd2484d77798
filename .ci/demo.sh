#!/bin/sh
# Runs mlint on the demonstration project and checks that it says what it should.
#   demo.sh MLINT
set -eu
mlint=$(realpath "$1")
report=$(mktemp)
shown=$(mktemp)
trap 'rm -f "$report" "$shown"' EXIT

cd fixtures/demo-shop
code=0
"$mlint" check --all --output text="$shown" --output json="$report" . || code=$?
cat "$shown"
[ "$code" = 1 ] || { echo "demo: expected exit code 1, got $code" >&2; exit 1; }
for rule in blocking-index-build set-not-null-scan dropped-column not-null-without-default conflicting-leaves irreversible-operation; do
  grep -q "\"rule\": *\"$rule\"" "$report" || { echo "demo: no finding of $rule" >&2; exit 1; }
done
# What the README shows is what is printed.
sed -n '/^```text$/,/^```$/p' ../../README.md | sed '1d;$d' | while IFS= read -r line; do
  grep -qxF -e "$line" "$shown" || { echo "demo: README.md shows a line that is not printed: $line" >&2; exit 1; }
done
echo "demo: the expected findings are there"
