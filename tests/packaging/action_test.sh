#!/bin/bash
# The script of the GitHub action, with the environment that the runner gives it.
#   action_test.sh SOURCE_DIRECTORY MLINT
set -euo pipefail
source=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/bin"
ln -s "$(realpath "$2")" "$scratch/bin/mlint"
export PATH="$scratch/bin:$PATH" GITHUB_ACTION_PATH=$source GITHUB_OUTPUT=$scratch/output GITHUB_STEP_SUMMARY=$scratch/summary
unset GITHUB_REF GITHUB_BASE_REF GITHUB_EVENT_PATH CI GITHUB_ACTIONS || true
cp -r "$source/fixtures/demo-shop" "$scratch/a shop"
cd "$scratch/a shop"

fail() { echo "FAILED: $1"; cat "$scratch/log"; exit 1; }
run() { bash "$source/.ci/action.sh" > "$scratch/log" 2>&1; }

MLINT_SARIF="out file.sarif" run && fail "errors did not fail the step"
grep -q '^::error file=' "$scratch/log" || fail "no annotation"
grep -q '^exit-code=1$' "$scratch/output" || fail "no exit code"
grep -q 'mlint' "$scratch/summary" || fail "no summary"
python3 -c 'import json; json.load(open("out file.sarif"))' || fail "no SARIF"
MLINT_FAIL_ON=never run || fail "--fail-on never failed"
MLINT_ARGS=$'--select\nblocking-index-build\n' MLINT_PATHS=$'orders/migrations/0002_order_status_idx.py\n' run && fail "the named file passed"
grep -q 'blocking-index-build' "$scratch/log" || fail "the named file was not judged"
touch "$scratch/pwned.py"
MLINT_PATHS='$(rm '"$scratch"'/pwned.py)' run && fail "a path that does not exist passed"
[ -e "$scratch/pwned.py" ] || fail "an input was run"
grep -q '^exit-code=2$' "$scratch/output" || fail "trouble is 2"
python3 - "$source/action.yml" << 'PY'
import sys
try:
    import yaml
except ImportError:
    sys.exit(0)
action = yaml.safe_load(open(sys.argv[1]))
assert action["runs"]["using"] == "composite"
for step in action["runs"]["steps"]:
    assert "${{" not in step["run"], "an input is pasted into the script"
PY
echo "the action annotates, summarises, writes SARIF, and exits as mlint does"
