#!/bin/bash
# The hooks, run by the real pre-commit in a scratch repository.
#   hooks_test.sh SOURCE_DIRECTORY MLINT [mlint-system|mlint]
# `mlint` builds a wheel with pip, which needs PyPI for scikit-build-core; where that cannot be reached it is skipped, and
# says so. It compiles what the build of MLINT compiled: from ccache, where that build went through it with CCACHE_BASEDIR.
set -euo pipefail
source=$(realpath "$1")
mlint=$(realpath "$2")
hook=${3:-mlint-system}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME=$scratch PRE_COMMIT_HOME=$scratch/pre-commit GIT_CONFIG_NOSYSTEM=1
unset GIT_DIR GIT_WORK_TREE GITHUB_ACTIONS CI || true
git config --global user.name t
git config --global user.email t@example.org
git config --global init.defaultBranch main
git config --global safe.directory '*'

command -v pre-commit > /dev/null || { echo "skipped: pre-commit is not installed"; exit 77; }
if [ "$hook" = mlint ]; then
  if ! python3 -m pip download -q --no-deps -d "$scratch/probe" 'scikit-build-core>=0.10' > /dev/null 2>&1; then
    echo "skipped: the mlint hook needs PyPI for scikit-build-core, which cannot be reached"
    exit 77
  fi
  . "$source/tests/packaging/cached_compiler.sh" "$mlint" "$scratch"
else
  export PATH="$(dirname "$mlint"):$PATH"
fi

# The hook repository: what would be committed now, as one commit (this source tree may be no git checkout).
hooks=$scratch/hooks
mkdir "$hooks"
(cd "$source" && { git ls-files -z --cached --others --exclude-standard 2> /dev/null || find . -type f -print0; } |
  xargs -0 sh -c 'for f; do [ -e "$f" ] && printf "%s\0" "$f"; done' sh | tar --null -T - -cf -) | tar -xf - -C "$hooks"
if [ -d "$source/third_party/node_modules" ]; then cp -rL "$source/third_party/node_modules" "$hooks/third_party/node_modules"; fi
(cd "$hooks" && git init -q && git add -Af . && git commit -qm hooks)
revision=$(git -C "$hooks" rev-parse HEAD)

repository=$scratch/repository
mkdir "$repository"
cd "$repository"
git init -q
cat > .pre-commit-config.yaml <<YAML
repos:
  - repo: $hooks
    rev: $revision
    hooks:
      - id: $hook
YAML
migration() {  # APP NAME PARENT OPERATION
  mkdir -p "$1/migrations"
  touch "$1/__init__.py" "$1/migrations/__init__.py"
  printf 'from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n    dependencies = [%s]\n    operations = [%s]\n' "$3" "$4" > "$1/migrations/$2.py"
}
order='migrations.CreateModel("Order", [("id", models.BigAutoField(primary_key=True)), ("n", models.IntegerField())])'
migration orders 0001_initial '' "$order"
migration orders 0002_note '("orders", "0001_initial")' 'migrations.AddField("order", "note", models.TextField(null=True))'
migration orders 0003_last '("orders", "0002_note")' ''
for i in $(seq -w 1 40); do migration "app$i" 0001_initial '' "$order"; done
git add -A
git commit -qm base

fail() { echo "FAILED: $1"; cat "$scratch/out"; exit 1; }
hook_run() { pre-commit run --verbose "$@" > "$scratch/out" 2>&1; }

# 1. a dangerous migration is refused, a harmless one is not; names with spaces are passed
migration orders '0004_index of n' '("orders", "0003_last")' 'migrations.AddIndex("order", models.Index(fields=["n"], name="order_n"))'
git add -A
if hook_run; then fail "a blocking index build was let through"; fi
grep -q 'blocking-index-build' "$scratch/out" || fail "no finding of blocking-index-build"
grep -q '0004_index of n.py' "$scratch/out" || fail "the name with spaces is not in the report"
git reset -q --hard
git clean -qfd
migration orders 0004_more '("orders", "0003_last")' 'migrations.AddField("order", "more", models.TextField(null=True))'
git add -A
hook_run || fail "a harmless migration was refused"
git commit -qm more

# 2. a deleted and a renamed migration
git rm -q orders/migrations/0003_last.py
migration orders 0004_more '("orders", "0002_note")' 'migrations.AddField("order", "more", models.TextField(null=True))'
git add -A
if hook_run; then fail "a deleted migration was let through"; fi
git reset -q --hard
git mv orders/migrations/0004_more.py orders/migrations/0004_renamed.py
git add -A
if hook_run; then fail "a renamed migration was let through"; fi
git reset -q --hard

# 3. in batches, over everything
hook_run --all-files || fail "the whole tree has findings"
xargs_files() { git ls-files '*/migrations/*.py'; }
xargs_files | xargs -n 7 pre-commit run --verbose --files > "$scratch/out" 2>&1 || fail "a batch has findings"

# 4. nothing selected
echo hello > README
git add README
hook_run || fail "a commit without migrations was refused"
echo "pre-commit ran the hook $hook: refused what is dangerous, let pass what is not"
