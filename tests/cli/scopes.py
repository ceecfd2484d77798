#!/usr/bin/env python3
"""Which migrations are judged, situation by situation, in real repositories: branches, pull requests, pushes, shallow clones.

usage: scopes.py MLINT
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

MLINT = os.path.abspath(sys.argv[1])
CLEAN = {k: v for k, v in os.environ.items()
         if not k.startswith(("GITHUB_", "CI", "GIT_", "MLINT_", "BITBUCKET_", "CHANGE_", "PRE_COMMIT"))}
GIT = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main",
       "-c", "protocol.file.allow=always"]
HEAD = "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
FIRST = HEAD + """    initial = True
    operations = [
        migrations.CreateModel("Order", [("id", models.BigAutoField(primary_key=True)), ("n", models.IntegerField())]),
    ]
"""
failures = []


def expect(what, holds, seen=""):
    if not holds:
        failures.append(what)
        print(f"FAILED: {what}\n  {seen}")


def git(folder, *args):
    done = subprocess.run(GIT + list(args), cwd=folder, capture_output=True, text=True, env=CLEAN)
    if done.returncode != 0:
        raise RuntimeError(f"git {args}: {done.stderr}")
    return done.stdout.strip()


def commit(folder, message="more"):
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")


def check(folder, *args, **env):
    done = subprocess.run([MLINT, "check", *args, "--output", "json"], cwd=folder, capture_output=True, text=True, timeout=60,
                          env={**CLEAN, **env})
    try:
        found = json.loads(done.stdout)
    except ValueError:
        found = {"findings": [], "summary": {"scope": {}}, "migrations": []}
    judged = sorted(m["name"] for m in found["migrations"])
    return done.returncode, judged, found, f"exit {done.returncode}; judged {judged}; {found['summary'].get('scope')}; {done.stderr[:300]}"


def text_of(folder, *args, **env):
    return subprocess.run([MLINT, "check", *args], cwd=folder, capture_output=True, text=True, timeout=60, env={**CLEAN, **env})


def index(name, parent):
    return HEAD + f'    dependencies = [("shop", "{parent}")]\n    operations = [migrations.AddIndex("order", models.Index(fields=["n"], name="{name}"))]\n'


def package(folder, app="shop"):
    made = folder / app / "migrations"
    made.mkdir(parents=True, exist_ok=True)
    (folder / app / "__init__.py").write_text("")
    (made / "__init__.py").write_text("")
    return made


class Shared:
    """origin.git with main (two old migrations, one of them dangerous), and a clone of it."""

    def __init__(self, scratch, name, depth=None):
        self.root = scratch / name
        self.root.mkdir()
        work = self.root / "first"
        work.mkdir()
        git(work, "init", "-q")
        (work / "manage.py").write_text("")
        made = package(work)
        (made / "0001_initial.py").write_text(FIRST)
        (made / "0002_old.py").write_text(index("old", "0001_initial"))
        commit(work, "base")
        git(self.root, "clone", "-q", "--bare", "first", "origin.git")
        self.clone = self.clone_to("clone", depth)

    def clone_to(self, name, depth=None):
        options = ["--depth", str(depth)] if depth else []
        git(self.root, "clone", "-q", *options, f"file://{self.root}/origin.git", name)
        return self.root / name


def default_branch(scratch):
    here = Shared(scratch, "default").clone
    code, judged, found, seen = check(here)
    expect("default branch: nothing listed, counted", code == 0 and not found["findings"]
           and found["summary"]["unlisted"].get("blocking-index-build") == 1, seen)
    text = text_of(here).stdout
    expect("default branch: existing history is one table", "blocking-index-build" in text and "--all" in text, text)
    expect("default branch, --all", check(here, "--all")[0] == 1)
    (here / "shop/migrations/0002_other.py").write_text(index("other", "0001_initial"))
    commit(here)
    code, judged, found, seen = check(here)
    expect("default branch: graph findings in full", code == 1 and "conflicting-leaves" in {f["rule"] for f in found["findings"]}, seen)


def feature_branch(scratch):
    shared = Shared(scratch, "feature")
    here = shared.clone
    git(here, "checkout", "-qb", "feature")
    made = here / "shop/migrations"
    (made / "0003_mine.py").write_text(index("mine", "0002_old"))
    commit(here)
    code, judged, found, seen = check(here)
    scope = found["summary"]["scope"]
    expect("feature branch: its own", code == 1 and judged == ["0003_mine"] and scope["base"].startswith("origin/main@")
           and scope["judged"] == 1 and scope["context"] == 2, seen)
    (made / "0004_untracked.py").write_text(index("untracked", "0003_mine"))
    code, judged, found, seen = check(here)
    expect("feature branch: untracked files are in", judged == ["0003_mine", "0004_untracked"], seen)
    (made / "0004_untracked.py").unlink()
    (made / "0003_mine.py").write_text(index("mine2", "0002_old"))
    expect("feature branch: the work tree is in", "mine2" in json.dumps(check(here)[2]["findings"]))
    text = text_of(here).stdout
    expect("feature branch: the summary says what was judged", "1 changed migration judged, 2 as context, base origin/main@" in text, text[-400:])
    git(here, "checkout", "-q", ".")

    # main moves on; the local main stays behind and is never the base.
    other = shared.clone_to("other")
    (other / "shop/migrations/0003_theirs.py").write_text(index("theirs", "0002_old"))
    tip = commit(other)
    git(other, "push", "-q", "origin", "main")
    git(here, "fetch", "-q")
    git(here, "merge", "-q", "--no-edit", "origin/main")
    code, judged, found, seen = check(here)
    expect("the base is the remote's branch, not a local one behind it", judged == ["0003_mine"] and tip[:7] in found["summary"]["scope"]["base"], seen)
    for variable in ("GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "BITBUCKET_PR_DESTINATION_BRANCH", "CHANGE_TARGET"):
        code, judged, found, seen = check(here, CI="true", **{variable: "main"})
        expect(f"{variable}: the merge base with it", judged == ["0003_mine"] and tip[:7] in found["summary"]["scope"]["base"], seen)
        code, judged, found, seen = check(here, CI="true", **{variable: "gone"})
        expect(f"{variable} of a branch that is not there: 2", code == 2 and "gone" in seen, seen)
    code, judged, found, seen = check(here, "shop/migrations/0002_old.py")
    expect("files that are named", judged == ["0002_old"] and found["summary"]["scope"]["kind"] == "files", seen)
    # A stacked branch: its target is another feature.
    git(here, "push", "-q", "origin", "feature")
    git(here, "checkout", "-qb", "second")
    (made / "0005_second.py").write_text(index("second", "0003_mine"))
    commit(here)
    code, judged, found, seen = check(here, CI="true", GITHUB_BASE_REF="feature")
    expect("the target is another branch", judged == ["0005_second"], seen)
    code, judged, found, seen = check(here, "--changed=feature")
    expect("--changed=REF", judged == ["0005_second"], seen)
    (here / "mlint.toml").write_text('base = "feature"\n')
    code, judged, found, seen = check(here)
    expect("the configured base", judged == ["0005_second"], seen)


def edited(scratch):
    here = Shared(scratch, "edited").clone
    git(here, "checkout", "-qb", "feature")
    (here / "shop/migrations/0002_old.py").write_text(index("other_name", "0001_initial"))
    commit(here)
    code, judged, found, seen = check(here)
    wrong = [f for f in found["findings"] if f["rule"] == "edited-applied"]
    expect("edited applied: the difference of statements", code == 1 and len(wrong) == 1 and "old" in json.dumps(wrong) and "other_name" in json.dumps(wrong), seen)


BASE = """from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


def fill(apps, schema_editor):
    apps.get_model("shop", "Order").objects.filter(n=0).update(n=1)


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.CreateModel("Line", [("id", models.BigAutoField(primary_key=True)), ("price", models.DecimalField(max_digits=9, decimal_places=2)),
            ("order", models.ForeignKey("shop.Order", models.CASCADE, related_name="lines"))], options={"db_table": "lines", "ordering": ["id"]}),
        migrations.AddField("order", "note", models.CharField("Note", max_length=20, default="x", help_text="h")),
        migrations.AddField("order", "when", models.DateTimeField(null=True, blank=True)),
        migrations.AlterField("order", "n", models.BigIntegerField(choices=[(1, "a")])),
        migrations.AddIndex("order", models.Index(fields=["n"], name="order_n")),
        migrations.AddConstraint("order", models.CheckConstraint(check=models.Q(n__gt=0), name="n_positive")),
        migrations.AlterUniqueTogether("line", {("order", "price")}),
        migrations.RunSQL("CREATE VIEW v AS SELECT id, n FROM shop_order WHERE n > 1;", "DROP VIEW v;"),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
"""
# (from, to) of one edit each: what asks something else of the database (error), of its rows (warning), and what does not.
ERRORS = [
    ("max_length=20", "max_length=30"), ('default="x"', 'default="y"'), ("models.CharField(", "models.TextField("), ("null=True", "null=False, default=now"),
    ("BigIntegerField", "IntegerField"), ('name="order_n"', 'name="order_n2"'), ('fields=["n"]', 'fields=["n", "note"]'), ("n__gt=0", "n__gte=0"),
    ('name="n_positive"', 'name="positive"'), ('("order", "price")', '("price", "order")'), ("WHERE n > 1", "WHERE n > 2"), ("SELECT id, n ", "SELECT n, id "),
    ("max_digits=9", "max_digits=10"), ('"db_table": "lines"', '"db_table": "line"'), ('models.ForeignKey("shop.Order"', 'models.OneToOneField("shop.Order"'),
    ('related_name="lines"', 'related_name="lines", db_index=False'), ('"order", "when"', '"order", "at"'), ("DateTimeField", "DateField"),
    ('help_text="h")', 'help_text="h", db_index=True)'), ('help_text="h")', 'help_text="h", unique=True)'), ('help_text="h")', 'help_text="h", db_column="c")'),
    ('"DROP VIEW v;"', '"DROP VIEW v CASCADE;"'), (', "DROP VIEW v;"', ""), ("    operations = [", "    atomic = False\n    operations = ["),
    ('        migrations.AddIndex("order", models.Index(fields=["n"], name="order_n")),\n', ""),
    ("        migrations.RunPython", '        migrations.RemoveField("order", "when"),\n        migrations.RunPython'),
    ('[("shop", "0001_initial")]', '[("shop", "0001_initial"), ("auth", "0001_initial")]'),
]
WARNINGS = [("update(n=1)", "update(n=2)"), ("filter(n=0)", "all()")]
SILENT = [
    ("CREATE VIEW v AS SELECT id, n FROM shop_order WHERE n > 1;", "create view v as\\n  select id, n -- all\\n from shop_order where (n > 1)"),
    ('"Note"', '"Notes"'), ('help_text="h"', 'help_text="i"'), ("blank=True", "blank=False"), ('choices=[(1, "a")]', 'choices=[(1, "b")]'), ("check=", "condition="),
    ('related_name="lines"', 'related_name="rows"'), ("models.CASCADE", "models.deletion.CASCADE"), ('"ordering": ["id"]', '"ordering": ["-id"]'),
    ('{("order", "price")}', '[["order", "price"]]'), ("class Migration", "# a comment\nclass Migration"), ("update(n=1)", "update(\n        n=1,\n    )"),
    ('migrations.AddField("order", "when", ', 'migrations.AddField(model_name="order", name="when", field='),
    ('models.Index(fields=["n"], name="order_n")', "models.Index(name='order_n', fields=('n',))"),
]


def edits(scratch):
    here = scratch / "edits"
    made = package(here)
    (here / "manage.py").write_text("")
    (made / "0001_initial.py").write_text(FIRST)
    file = made / "0002_more.py"
    file.write_text(BASE)
    git(here, "init", "-q")
    commit(here)
    for wanted, list_of in (("error", ERRORS), ("warning", WARNINGS), (None, SILENT)):
        for before, after in list_of:
            text = BASE.replace(before, after, 1)
            if text == BASE:
                raise ValueError(f"{before!r} is not there")
            file.write_text(text)
            found = check(here, "--changed=HEAD")[2]["findings"]
            seen = {f["severity"] for f in found if f["rule"] in ("edited-applied", "edited-applied-code")}
            expect(f"{before!r} -> {after!r}: {wanted or 'silent'}", seen == ({wanted} if wanted else set()), [f["message"] for f in found])
    file.write_text(BASE)


def pull_request(scratch):
    shared = Shared(scratch, "pull")
    other = shared.clone_to("other")
    git(other, "checkout", "-qb", "feature")
    (other / "shop/migrations/0003_mine.py").write_text(index("mine", "0002_old"))
    commit(other)
    git(other, "checkout", "-q", "main")
    (other / "shop/migrations/0003_theirs.py").write_text(index("theirs", "0002_old"))
    commit(other)
    git(other, "merge", "-q", "--no-ff", "--no-edit", "feature")
    git(other, "push", "-q", "origin", "HEAD:refs/pull/1/merge")
    for depth in (2, None):
        here = shared.root / f"ci{depth}"
        here.mkdir()
        git(here, "init", "-q")
        git(here, "remote", "add", "origin", f"file://{shared.root}/origin.git")
        git(here, "fetch", "-q", *(["--depth", str(depth)] if depth else []), "origin", "refs/pull/1/merge")
        git(here, "checkout", "-q", "--detach", "FETCH_HEAD")
        code, judged, found, seen = check(here, CI="true", GITHUB_ACTIONS="true", GITHUB_REF="refs/pull/1/merge", GITHUB_BASE_REF="main")
        rules = {f["rule"] for f in found["findings"]}
        expect(f"pull request, depth {depth}: HEAD^1..HEAD, conflicts with the base's tip show", code == 1 and judged == ["0003_mine"]
               and {"blocking-index-build", "conflicting-leaves"} <= rules, seen)
    here = shared.root / "ci1"
    here.mkdir()
    git(here, "init", "-q")
    git(here, "remote", "add", "origin", f"file://{shared.root}/origin.git")
    git(here, "fetch", "-q", "--depth", "1", "origin", "refs/pull/1/merge")
    git(here, "checkout", "-q", "--detach", "FETCH_HEAD")
    pr = {"CI": "true", "GITHUB_REF": "refs/pull/1/merge", "GITHUB_BASE_REF": "main"}
    done = text_of(here, **pr)
    said = "cannot tell which migrations are new: clone has depth 1; fetch depth 2 (pull request) or 0"
    expect("shallow: refused with what to do", done.returncode == 2 and said in done.stderr and "--all" in done.stderr and not done.stdout, done.stderr)
    expect("shallow, --all: judged", check(here, "--all", **pr)[0] == 1)
    code, judged, found, seen = check(here, "shop/migrations/0003_mine.py", **pr)
    expect("shallow: files that are named", code == 1 and judged == ["0003_mine"], seen)
    code, judged, found, seen = check(shared.root / "ci2", CI="true", GITHUB_ACTIONS="true", GITHUB_BASE_REF="main")
    expect("the merge commit is enough", code == 1 and judged == ["0003_mine"], seen)
    # The head of the branch, its last commit the button "Update branch": HEAD^1 is the branch and not its target.
    git(other, "reset", "-q", "--hard", "HEAD^1")
    git(other, "push", "-q", "origin", "main")
    git(other, "checkout", "-q", "feature")
    git(other, "merge", "-q", "--no-edit", "main")
    code, judged, found, seen = check(other, CI="true", GITHUB_ACTIONS="true", GITHUB_BASE_REF="main", GITHUB_REF="refs/pull/1/merge", GITHUB_SHA="0" * 40)
    expect("pull request, the branch itself is checked out", judged == ["0003_mine"], seen)
    gitlab = check(shared.root / "ci2", CI="true", CI_MERGE_REQUEST_EVENT_TYPE="merged_result", CI_MERGE_REQUEST_TARGET_BRANCH_NAME="main")
    expect("GitLab's merged result", gitlab[1] == ["0003_mine"], gitlab[3])


def push(scratch):
    shared = Shared(scratch, "push")
    here = shared.clone
    before = git(here, "rev-parse", "HEAD")
    for name, parent in (("0003_a", "0002_old"), ("0004_b", "0003_a")):
        (here / f"shop/migrations/{name}.py").write_text(index(name[5:], parent))
        commit(here)
    git(here, "push", "-q", "origin", "main")
    event = here.parent / "event.json"
    event.write_text(json.dumps({"before": before, "after": "x"}))
    ci = {"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/heads/main", "GITHUB_EVENT_PATH": str(event)}
    code, judged, found, seen = check(here, **ci)
    expect("push: what GitHub says was there before", judged == ["0003_a", "0004_b"], seen)
    event.write_text(json.dumps({"before": "0" * 40}))
    code, judged, found, seen = check(here, **ci)
    expect("push without a before: the first parent", judged == ["0004_b"], seen)
    code, judged, found, seen = check(here, CI="true", CI_COMMIT_BRANCH="main", CI_DEFAULT_BRANCH="main", CI_COMMIT_BEFORE_SHA=before)
    expect("push: CI_COMMIT_BEFORE_SHA", judged == ["0003_a", "0004_b"], seen)
    event.write_text("not json")
    code, judged, found, seen = check(here, **ci)
    expect("push: an event that is none", judged == ["0004_b"], seen)


def pre_commit(scratch):
    here = Shared(scratch, "hook").clone
    git(here, "checkout", "-qb", "feature")
    made = here / "shop/migrations"
    (made / "0003_mine.py").write_text(index("mine", "0002_old"))
    commit(here)
    (made / "0003_second.py").write_text(HEAD + '    dependencies = [("shop", "0002_old")]\n    operations = []\n')
    git(here, "add", "-A")
    code, judged, found, seen = check(here, "--allow-empty", "shop/migrations/0003_second.py", PRE_COMMIT="1")
    expect("pre-commit: the passed files and the graph of their apps", code == 1 and judged == ["0003_second"]
           and "conflicting-leaves" in {f["rule"] for f in found["findings"]}, seen)
    code, judged, found, seen = check(here, "--allow-empty", "manage.py", PRE_COMMIT="1")
    expect("pre-commit: nothing selected is 0", code == 0, seen)


def no_git(scratch):
    here = scratch / "none"
    here.mkdir()
    (here / "manage.py").write_text("")
    made = package(here)
    (made / "0001_initial.py").write_text(FIRST)
    (made / "0002_old.py").write_text(index("old", "0001_initial"))
    code, judged, found, seen = check(here)
    expect("no git: everything", code == 1 and judged == ["0001_initial", "0002_old"], seen)
    expect("no git: says so", "no git" in text_of(here).stdout, text_of(here).stdout[-300:])
    expect("no git: --changed is a failure", check(here, "--changed")[0] == 2)
    (here / "plan.txt").write_text("shop\n [X] 0001_initial\n [X] 0002_old\n")
    code, judged, found, seen = check(here, "--applied", "plan.txt")
    expect("no git: --applied says what is old", code == 0 and judged == [], seen)


def several_projects(scratch):
    here = scratch / "several"
    for name in ("one", "two"):
        made = package(here / name)
        (here / name / "manage.py").write_text("")
        (made / "0001_initial.py").write_text(FIRST)
        (made / "0002_old.py").write_text(index("old", "0001_initial"))
    git(here, "init", "-q")
    code, judged, found, seen = check(here, "--all")
    files = {f["file"] for f in found["findings"] if f["rule"] == "blocking-index-build"}
    expect("several projects: paths from the repository's root", code == 1 and files == {f"{n}/shop/migrations/0002_old.py" for n in ("one", "two")}, (files, seen))
    text = text_of(here, "--all").stdout
    expect("several projects: each is named", "one" in text and "two" in text, text[-300:])


def alembic(scratch):
    here = scratch / "alembic"
    versions = here / "alembic" / "versions"
    versions.mkdir(parents=True)
    (here / "alembic.ini").write_text("[alembic]\nscript_location = alembic\n")
    (here / "alembic" / "env.py").write_text("")
    for name in ("a1", "b2"):
        (versions / f"{name}_x.py").write_text(f'from alembic import op\n\nrevision = "{name}"\ndown_revision = None\n\n\ndef upgrade():\n    op.drop_table("x")\n')
    done = text_of(here)
    expect("Alembic: not analysed, said with the command", done.returncode == 0 and "2 Alembic revisions not analysed" in done.stdout and "alembic upgrade" in done.stdout,
           done.stdout[-300:] + done.stderr)
    code, _, found, seen = check(here)
    expect("Alembic: counted as unanalyzed, no failure", code == 0 and found["summary"]["unanalyzed"] == 2, seen)
    code, _, _, seen = check(here, "--strict")
    expect("Alembic: --strict fails", code == 1, seen)


# What is staged and what is piped in are judged together.
def staged_beside_stdin(scratch):
    here = Shared(scratch, "staged").clone
    git(here, "checkout", "-qb", "feature")
    made = here / "shop/migrations/0003_mine.py"
    made.write_text(index("mine", "0002_old"))
    git(here, "add", "-A")
    made.write_text(HEAD + '    dependencies = [("shop", "0002_old")]\n    operations = []\n')
    done = subprocess.run([MLINT, "check", "--staged", ".", "-", "--stdin-filename", "sql/0001_x.sql", "--output", "json"], cwd=here, text=True,
                          input="CREATE INDEX i ON shop_order (n);\n", capture_output=True, timeout=60, env=CLEAN)
    found = {(f["rule"], f["file"]) for f in json.loads(done.stdout)["findings"] if f["severity"] == "error"} if done.stdout else set()
    expect("staged beside stdin", found == {("blocking-index-build", "sql/0001_x.sql"), ("blocking-index-build", "shop/migrations/0003_mine.py")},
           f"{found} {done.stderr[:300]}")


def main():
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(os.path.realpath(name))
        for test in (default_branch, feature_branch, edited, edits, pull_request, push, pre_commit, no_git, several_projects, alembic,
                     staged_beside_stdin):
            try:
                test(scratch)
            except Exception as error:  # the others still run
                expect(f"{test.__name__}: {type(error).__name__}", False, error)
    print(f"{len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
