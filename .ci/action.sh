#!/bin/bash
# What action.yml runs: annotations on the log, the report as the job's summary, SARIF where asked for.
#   MLINT_PATHS, MLINT_ARGS (one a line), MLINT_FAIL_ON, MLINT_SARIF; an mlint on PATH is used, else one is built
set -uo pipefail

lines() {  # TEXT ARRAY: its lines that are not empty
  local -n into=$2
  local line
  while IFS= read -r line; do [ -z "$line" ] || into+=("$line"); done <<< "$1"
}

if ! command -v mlint > /dev/null; then
  python3 -m pip install --quiet "$GITHUB_ACTION_PATH" || { echo "::error::mlint could not be built"; exit 2; }
fi

paths=() arguments=()
lines "${MLINT_PATHS:-.}" paths
lines "${MLINT_ARGS:-}" arguments
outputs=(--output github)
[ -z "${GITHUB_STEP_SUMMARY:-}" ] || outputs+=(--output "markdown=$GITHUB_STEP_SUMMARY.mlint")
[ -z "${MLINT_SARIF:-}" ] || outputs+=(--output "sarif=$MLINT_SARIF")

mlint check "${outputs[@]}" --fail-on "${MLINT_FAIL_ON:-error}" "${arguments[@]}" -- "${paths[@]}"
code=$?
if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -f "$GITHUB_STEP_SUMMARY.mlint" ]; then
  cat "$GITHUB_STEP_SUMMARY.mlint" >> "$GITHUB_STEP_SUMMARY"
  rm -f "$GITHUB_STEP_SUMMARY.mlint"
fi
[ -z "${GITHUB_OUTPUT:-}" ] || echo "exit-code=$code" >> "$GITHUB_OUTPUT"
exit "$code"
