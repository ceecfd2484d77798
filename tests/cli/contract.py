#!/usr/bin/env python3
"""What the command line promises, sentence by sentence: scopes, exit codes, keys of the JSON, positions.

usage: contract.py MLINT
"""
import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

MLINT = os.path.abspath(sys.argv[1])
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("GITHUB_", "CI", "GIT_", "MLINT_", "FORCE_", "NO_COLOR", "BITBUCKET_", "CHANGE_", "PRE_COMMIT"))}
GIT = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main"]
HEAD = "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
FIRST = HEAD + """    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel("Order", [("id", models.BigAutoField(primary_key=True)), ("n", models.IntegerField())]),
    ]
"""
failures = []


def migration(parent, *operations, app="shop"):
    lines = "".join(f"        {each},\n" for each in operations)
    return HEAD + f"    dependencies = [({app!r}, {parent!r})]\n    operations = [\n{lines}    ]\n"


def index(name="order_n"):
    return f'migrations.AddIndex("order", models.Index(fields=["n"], name="{name}"))'


def run(*args, cwd, text=None, env=None):
    return subprocess.run([MLINT, *args], cwd=cwd, input=text, capture_output=True, text=True, timeout=60, env={**CLEAN, **(env or {})})


def report(*args, cwd, text=None, env=None):
    done = run(*args, "--output", "json", cwd=cwd, text=text, env=env)
    try:
        return done.returncode, json.loads(done.stdout), done
    except ValueError:
        return done.returncode, {"findings": [], "summary": {"scope": {}}, "migrations": []}, done


def expect(what, holds, seen=None):
    if holds:
        return
    failures.append(what)
    if isinstance(seen, subprocess.CompletedProcess):
        seen = f"exit {seen.returncode}; stdout {seen.stdout[:400]!r}; stderr {seen.stderr[:400]!r}"
    print(f"FAILED: {what}" + (f"\n  {seen}" if seen is not None else ""))


def git(folder, *args):
    done = subprocess.run(GIT + list(args), cwd=folder, check=True, capture_output=True, text=True, env=CLEAN)
    return done.stdout.strip()


def commit(folder, message="more"):
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")


def project(folder, more=None, app="shop"):
    package = folder / app / "migrations"
    package.mkdir(parents=True)
    (folder / "manage.py").write_text("")
    (folder / app / "__init__.py").write_text("")
    (package / "__init__.py").write_text("")
    (package / "0001_initial.py").write_text(FIRST)
    for name, text in (more or {}).items():
        (package / f"{name}.py").write_text(text)
    return package


def rules_of(found):
    return {f["rule"] for f in found["findings"]}


# ---- exit codes and streams

def exits(scratch):
    folder = scratch / "exits"
    package = project(folder, {"0002_index": migration("0001_initial", index())})
    code, one, _ = report("check", cwd=folder)
    code_dot, two, _ = report("check", ".", cwd=folder)
    expect("`check` and `check .` are equal", (code, one) == (code_dot, two) and code == 1)
    expect("--fail-on never", run("check", "--fail-on", "never", cwd=folder).returncode == 0)
    expect("--fail-on warning is met by an error", run("check", "--fail-on", "warning", cwd=folder).returncode == 1)
    done = run("check", "--level", "blocking-index-build=info", cwd=folder)
    expect("--level lowers: 0", done.returncode == 0, done)
    done = run("check", "--level", "blocking-index-build=info", "--fail-on", "info", cwd=folder)
    expect("--fail-on info: 1", done.returncode == 1, done)
    expect("--level without a level: 2", run("check", "--level", "blocking-index-build", cwd=folder).returncode == 2)
    expect("--level of no rule: 2", run("check", "--level", "nothing=error", cwd=folder).returncode == 2)
    for bad in ("11", "20", "13,abc", "", "13,,", "13.2"):
        done = run("check", "--pg-version", bad, cwd=folder)
        expected = 1 if bad == "13,," else 2
        expect(f"--pg-version {bad!r}: {expected}", done.returncode == expected and (expected == 1 or not done.stdout), done)
    for good in ("12", "19", "12,13,14,15,16,17,18,19"):
        code, found, done = report("check", "--pg-version", good, cwd=folder)
        expect(f"--pg-version {good}", code == 1 and found["summary"]["postgresql"] == good, done)
    for command in ("sql", "explain"):
        expect(f"{command} without what: 2", run(command, cwd=folder).returncode == 2)
    expect("explain of nothing: 2", run("explain", "no-such-rule", cwd=folder).returncode == 2)
    expect("sql of no migration: 2", run("sql", "shop", "0009", cwd=folder).returncode == 2)
    expect("sql of no file: 2", run("sql", "gone.sql", cwd=folder).returncode == 2)
    expect("dump without a stage: 2", run("dump", cwd=folder).returncode == 2)
    expect("graph of no app: 2", run("graph", "nowhere", cwd=folder).returncode == 2)
    done = run("check", "shop/migrations/0002_index.py", "gone", cwd=folder)
    expect("a PATH that does not exist: 2", done.returncode == 2 and "gone" in done.stderr, done)
    (folder / "empty").mkdir()
    for args, code in ((("check", "empty"), 2), (("check", "empty", "--allow-empty"), 0), (("check", "gone", "--allow-empty"), 2),
                       (("check", "manage.py"), 2), (("check", "manage.py", "--allow-empty"), 0)):
        done = run(*args, cwd=folder)
        expect(f"{args}: {code}", done.returncode == code, done)
    (folder / "mlint.toml").write_text("nonsense = 1\n")
    done = run("check", cwd=folder)
    expect("a configuration that is wrong: 2, stdout empty", done.returncode == 2 and not done.stdout and "nonsense" in done.stderr, done)
    done = run("check", "--isolated", cwd=folder)
    expect("--isolated reads none", done.returncode == 1, done)
    (folder / "mlint.toml").write_text('[levels]\nblocking-index-build = "warning"\n')
    expect("the configuration's level", run("check", cwd=folder).returncode == 0)
    (folder / "db" / "migrations").mkdir(parents=True)
    (folder / "db" / "migrations" / "0001_a.sql").write_text("CREATE TABLE a (n int);\n")
    (folder / "other.toml").write_text('exclude = ["db"]\n')
    migrations = [report("check", "--all", *args, cwd=folder)[1]["summary"]["migrations"] for args in ((), ("--config", "other.toml"))]
    expect("a configuration named on the command line excludes too", migrations[0] == migrations[1] + 1, migrations)
    shutil.rmtree(folder / "db")
    (folder / "mlint.toml").unlink()
    # Not understood: a finding of severity error, and the rest is judged.
    (package / "0003_bad.py").write_text(migration("0002_index", "migrations.RunSQL(]"))
    code, found, done = report("check", cwd=folder)
    expect("broken syntax is a finding", code == 1 and {"unreadable-migration", "blocking-index-build"} <= rules_of(found), done)
    (package / "0003_bad.py").unlink()


def outputs(scratch):
    folder = scratch / "outputs"
    project(folder, {"0002_index": migration("0001_initial", index())})
    done = run("check", "--output", "json=a.json", "--output", "text", "--output", "sarif=b.sarif", cwd=folder)
    expect("several outputs from one run", done.returncode == 1 and "error[blocking-index-build]" in done.stdout
           and json.loads((folder / "a.json").read_text())["version"] == 1
           and json.loads((folder / "b.sarif").read_text())["version"] == "2.1.0", done)
    done = run("check", "--output", "json", "-v", "-j", "2", cwd=folder)
    expect("-v keeps the JSON on stdout alone", json.loads(done.stdout)["version"] == 1, done)
    done = run("check", "--output", "json=", cwd=folder)
    expect("--output with no file name: 2", done.returncode == 2, done)
    done = run("check", "--output", "json=/nowhere/at/all.json", cwd=folder)
    expect("an output that cannot be written: 2", done.returncode == 2 and "/nowhere/at/all.json" in done.stderr, done)
    for command, formats in {("graph",): ("text", "json", "dot", "mermaid"), ("rules",): ("text", "json"),
                             ("explain", "ML101"): ("text", "json"), ("explain", "ACCESS EXCLUSIVE"): ("text", "json"),
                             **{("dump", f"--stage={s}"): ("text", "json") for s in ("migrations", "operations", "schema", "effects")},
                             ("sql", "shop", "0002"): ("text", "sql", "json"),
                             ("sql", "shop", "0002", "--backwards"): ("text", "sql", "json")}.items():
        for each in formats:
            done = run(*command, "--output", each, cwd=folder)
            expect(f"{command} --output {each}", done.returncode == 0 and done.stdout.strip(), done)
            if each == "json":
                json.loads(done.stdout)
        done = run(*command, "--output", "nothing", cwd=folder)
        expect(f"{command} --output nothing: 2", done.returncode == 2, done)


# ---- which rules

def selection(scratch):
    folder = scratch / "selection"
    project(folder, {"0002_index": migration("0001_initial", index()), "0003_drop": migration("0002_index", 'migrations.RemoveField("order", "n")')})
    every = rules_of(report("check", "--select", "all", cwd=folder)[1])
    default = rules_of(report("check", cwd=folder)[1])
    expect("--select all: policy too", default < every, (default, every))
    for name in ("blocking-index-build", "ML101", "squawk:require-concurrent-index-creation"):
        code, found, done = report("check", "--select", name, cwd=folder)
        expect(f"--select {name}", rules_of(found) == {"blocking-index-build"} and code == 1, done)
    expect("--select of several", rules_of(report("check", "--select", "blocking-index-build", "--select", "dropped-column", cwd=folder)[1])
           == {"blocking-index-build", "dropped-column"})
    expect("--ignore", "blocking-index-build" not in rules_of(report("check", "--ignore", "ML101", cwd=folder)[1]))
    expect("--ignore of no rule: 2", run("check", "--ignore", "nothing", cwd=folder).returncode == 2)
    expect("--select of no rule: 2", run("check", "--select", "nothing", cwd=folder).returncode == 2)


# ---- the JSON of check

def keys(scratch):
    folder = scratch / "keys" / "deep"
    package = project(folder, {
        "0002_index": HEAD + '    dependencies = [("shop", "0001_initial")]\n    operations = [\n'
                             '        "é😀" and ' + index() + ",\n        " + 'migrations.RunSQL("SELECT 1; CREATE INDEX é ON shop_order (n);"),\n    ]\n'})
    (package / "0002_index.py").write_text(migration("0001_initial", index(), 'migrations.RunSQL("/* é😀 */ CREATE INDEX sql_n ON shop_order (n);")'))
    code, found, done = report("check", cwd=folder)
    expect("the top", set(found) == {"version", "tool", "summary", "findings", "migrations"} and found["version"] == 1, list(found))
    expect("the tool", found["tool"]["name"] == "mlint" and found["tool"]["version"].count(".") == 2)
    summary = found["summary"]
    expect("the summary", {"scope", "postgresql", "django", "files", "migrations", "operations", "unanalyzed", "errors", "warnings", "infos",
                           "suppressed"} <= set(summary), sorted(summary))
    expect("the scope", {"kind", "judged", "context"} <= set(summary["scope"]), summary["scope"])
    builds = [f for f in found["findings"] if f["rule"] == "blocking-index-build"]
    expect("both index builds", len(builds) == 2, done)
    for each in builds:
        expect("keys of a finding", {"rule", "code", "severity", "message", "file", "range", "app", "migration", "operation", "path", "statement",
                                     "sql", "locks", "work", "help", "docs", "fingerprint"} <= set(each), sorted(each))
        expect("keys without a value are absent", all(v not in (None, "", [], {}) for v in each.values()), each)
        expect("file relative to the project root", each["file"] == "shop/migrations/0002_index.py", each["file"])
        text = (package / "0002_index.py").read_text()
        data = text.encode()
        for side in ("start", "end"):
            at = each["range"][side]
            before = data[: at["offset"]].decode()
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            expect(f"{side}: offsets are bytes, columns code points", (at["line"], at["column"]) == (line, column), (at, line, column))
    second = next((f for f in builds if f["operation"] == 1), {})
    expect("a statement inside a Python string", second.get("path") in ("1", "1.sql", "1.sql[0]") and second.get("range", {}).get("start", {}).get("line") == 8, second)
    expect("`statement` counts within the operation", second.get("statement") == 0, second)
    expect("locks", second.get("locks") == [{"relation": "public.shop_order", "kind": "table", "mode": "SHARE"}], second.get("locks"))
    expect("fingerprints differ", len({f["fingerprint"] for f in found["findings"]}) == len(found["findings"]))
    moved = (package / "0002_index.py").read_text().replace("class Migration", "# moved\n# down\nclass Migration")
    (package / "0002_index.py").write_text(moved)
    again = report("check", cwd=folder)[1]
    expect("fingerprints survive line moves", [f["fingerprint"] for f in again["findings"]] == [f["fingerprint"] for f in found["findings"]])
    from_above = report("check", "keys/deep", cwd=scratch)[1]
    expect("paths do not depend on the working directory", [f["file"] for f in from_above["findings"]] == [f["file"] for f in again["findings"]],
           [f["file"] for f in from_above["findings"]])
    verdicts = {m["name"]: m for m in found["migrations"]}
    expect("a verdict for each migration", set(verdicts) == {"0001_initial", "0002_index"}, verdicts)
    index_verdict = verdicts["0002_index"]
    expect("verdict of an index build", index_verdict["verdict"] == "window" and index_verdict["backup_first"] is False
           and all(found["findings"][i]["migration"] == "0002_index" for i in index_verdict["reasons"]) and index_verdict["reasons"], index_verdict)
    expect("verdict of a new table", verdicts["0001_initial"]["verdict"] == "unattended", verdicts["0001_initial"])
    (package / "0003_drop.py").write_text(migration("0002_index", 'migrations.RemoveField("order", "n")'))
    verdicts = {m["name"]: m for m in report("check", cwd=folder)[1]["migrations"]}
    expect("a drop: back up first", verdicts["0003_drop"]["backup_first"] is True and verdicts["0003_drop"]["verdict"] == "multi-release", verdicts["0003_drop"])


def rules_json(scratch):
    done = run("rules", "--output", "json", cwd=scratch)
    listed = json.loads(done.stdout)
    wanted = {"code", "name", "group", "severity", "enabled", "fixable", "since", "summary", "effect", "instead", "equivalents"}
    expect("rules: version", listed["version"] == 1)
    for rule in listed["rules"]:
        expect(f"rules: keys of {rule.get('name')}", wanted <= set(rule), wanted - set(rule))
        expect(f"rules: group of {rule['name']}", rule["group"] in ("locking", "data-loss", "deploy", "history", "reversibility", "transactions", "data",
                                                                   "policy", "style", "input"), rule["group"])
        expect(f"rules: {rule['name']} is off", not (rule["group"] in ("policy", "style") and rule["enabled"] and rule["name"] != "missing-lock-timeout"), rule)


def sql_json(scratch):
    folder = scratch / "sql"
    folder.mkdir()
    (folder / "schema.sql").write_text("CREATE TABLE orders (id int PRIMARY KEY, n int);\n")
    (folder / "change.sql").write_text("BEGIN;\nSET lock_timeout = '2s';\n/* é */ ALTER TABLE orders ADD c int;\nnonsense here;\nCOMMIT;\n")
    done = run("sql", "--schema", "schema.sql", "change.sql", "--output", "json", cwd=folder)
    found = json.loads(done.stdout)
    wanted = {"index", "sql", "kind", "range", "transaction", "locks", "rewrites", "scans", "builds_indexes", "validates_foreign_keys", "loses_data",
              "reversible", "known", "assumptions"}
    expect("sql: one for each statement", [s["index"] for s in found["statements"]] == [0, 1, 2, 3, 4], done)
    for each in found["statements"]:
        expect(f"sql: keys of {each['index']}", wanted <= set(each), wanted - set(each))
        expect(f"sql: transaction of {each['index']}", each["transaction"] in ("allowed", "refused"))
    unparsed = found["statements"][3]
    expect("sql: unparsed", unparsed["kind"] == "unparsed" and unparsed["known"] is False, unparsed)
    alter = found["statements"][2]
    data = (folder / "change.sql").read_bytes()
    begin, end = alter["range"]["start"], alter["range"]["end"]
    expect("sql: range", data[begin["offset"]:end["offset"]].decode().startswith("ALTER TABLE") and begin["line"] == 3 and begin["column"] == 9, alter["range"])
    done = run("sql", "change.sql", "--output", "json", cwd=folder)
    expect("sql: exit 0 with what does not parse", done.returncode == 0, done)
    alone = json.loads(done.stdout)["statements"][2]
    expect("sql: without the schema an assumption", alone["locks"] == [{"relation": "public.orders", "kind": "table", "mode": "ACCESS EXCLUSIVE"}], alone)
    (folder / "vacuum.sql").write_text("VACUUM orders;\n")
    plain = json.loads(run("sql", "vacuum.sql", "--output", "json", cwd=folder).stdout)["statements"][0]
    inside = json.loads(run("sql", "--assume-in-transaction", "vacuum.sql", "--output", "json", cwd=folder).stdout)["statements"][0]
    expect("sql: refused, and fails inside a block", plain["transaction"] == "refused" and "fails" not in plain and inside.get("fails"), (plain, inside))


def dump_json(scratch):
    folder = scratch / "dump"
    package = project(folder, {"0002_more": migration("0001_initial", 'migrations.AddField("order", "c", models.CharField(max_length=unknown(), choices={"a", "b"}, default=b"x"))',
                                                      "migrations.RunSQL('SELECT 1', hints={1: 2})")})
    (package / "0003_swap.py").write_text(HEAD + "    dependencies = [('shop', '0002_more'), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]\n"
                                          "    run_before = [('blog', '0001_initial')]\n    replaces = [('shop', '0000_x')]\n    atomic = False\n    initial = False\n    operations = []\n")
    done = run("dump", "--stage=migrations", ".", cwd=folder)
    found = {m["name"]: m for m in json.loads(done.stdout)}
    expect("dump: keys", set(found["0002_more"]) == {"app", "name", "file", "dependencies", "run_before", "replaces", "atomic", "operations"}, sorted(found["0002_more"]))
    expect("dump: initial true, false or absent", found["0001_initial"]["initial"] is True and found["0003_swap"]["initial"] is False)
    swap = found["0003_swap"]
    expect("dump: links", swap["dependencies"][0] == ["shop", "0002_more"] and "swappable" in swap["dependencies"][1] and swap["run_before"] == [["blog", "0001_initial"]]
           and swap["replaces"] == [["shop", "0000_x"]] and swap["atomic"] is False, swap)
    add, sql = found["0002_more"]["operations"]
    expect("dump: bound to names", add["type"] == "AddField" and set(add["args"]) == {"model_name", "name", "field"} and set(add) == {"type", "args", "range", "evaluated"}, add)
    kwargs = add["args"]["field"]["kwargs"]
    expect("dump: values", kwargs["max_length"] == {"expr": "unknown()"} or "class" in kwargs["max_length"] or "name" in kwargs["max_length"], kwargs)
    expect("dump: sets sorted, bytes in base64", kwargs["choices"] == {"set": ["a", "b"]} and kwargs["default"] == {"bytes": "eA=="}, kwargs)
    expect("dump: a dict of other keys", sql["args"]["hints"] == {"dict": [[1, 2]]}, sql)
    expect("dump: class", add["args"]["field"]["class"] == "django.db.models.CharField", add)


# ---- stdin, --before, --applied, --strict

def piped(scratch):
    folder = scratch / "piped"
    package = project(folder, {"0002_code": migration("0001_initial", 'migrations.AddField("order", "code", models.CharField(max_length=20, null=True))')})
    text = "BEGIN;\nALTER TABLE shop_order ALTER COLUMN code TYPE varchar({});\nCOMMIT;\n"
    for args in (("--before", "shop.0003_wider"), ("--before", "shop.0003")):
        pass
    (package / "0003_wider.py").write_text(migration("0002_code", 'migrations.AlterField("order", "code", models.CharField(max_length=100, null=True))'))
    for before in ("shop.0003_wider", "shop.0003"):
        code, found, done = report("check", "-", "--stdin-filename", "x.sql", "--before", before, cwd=folder, text=text.format(100))
        expect(f"--before {before}: widening is silent", code == 0 and not [f for f in found["findings"] if f["severity"] != "info"], done)
        code, found, done = report("check", "-", "--stdin-filename", "x.sql", "--before", before, cwd=folder, text=text.format(10))
        expect(f"--before {before}: narrowing is an error", code == 1 and "narrowed-type" in rules_of(found), done)
    expect("--before of nothing: 2", run("check", "-", "--stdin-filename", "x.sql", "--before", "nothing", cwd=folder, text="").returncode == 2)
    done = run("check", "-", "--stdin-filename", "x.sql", "--before", "shop.0099_gone", cwd=folder, text=text.format(10))
    expect("--before a migration that is not there: 2", done.returncode == 2, done)
    code, found, done = report("check", "-", "--stdin-filename", "shop/migrations/0003_wider.sql", cwd=folder, text=text.format(10))
    expect("the app and number in --stdin-filename", code == 1, done)
    # An editor's unsaved buffer stands for the file.
    code, found, done = report("check", "-", "--stdin-filename", "shop/migrations/0002_code.py", cwd=folder, text=migration("0001_initial", index()))
    expect("- stands for a migration", "blocking-index-build" in rules_of(found) and all(f["file"] == "shop/migrations/0002_code.py" for f in found["findings"]
           if f["rule"] == "blocking-index-build"), done)
    plan = scratch / "applied.txt"
    plan.write_text("shop\n [X] 0001_initial\n [X] 0002_code\n [ ] 0003_wider\n")
    code, found, done = report("check", "--applied", str(plan), cwd=folder)
    expect("--applied: what is pending is judged", [m["name"] for m in found["migrations"]] == ["0003_wider"], done)
    expect("--applied of no such file: 2", run("check", "--applied", "gone", cwd=folder).returncode == 2)
    (package / "0003_wider.py").write_text(migration("0002_code", "strange.Operation()"))
    code, found, done = report("check", cwd=folder)
    expect("what is unanalyzed is counted", found["summary"]["unanalyzed"] == 1 and code == 0, done)
    done = run("check", "-v", cwd=folder)
    expect("-v lists what is unanalyzed", "strange.Operation" in done.stdout or "Operation" in done.stdout, done)
    code, found, done = report("check", "--strict", cwd=folder)
    expect("--strict makes it an error", code == 1 and "unanalyzed-operation" in rules_of(found), done)


# ---- graph findings, scope

# What --all merges, or leaves out because another rule says it, is not counted on the default branch either.
def counted_as_listed(folder):
    (folder / "shop/migrations/0003_copied.py").write_text(migration("0002_old", '''migrations.RunSQL([
            "ALTER TABLE shop_order ADD COLUMN b integer", "UPDATE shop_order SET b = n WHERE id > 0",
            "ALTER TABLE shop_order DROP COLUMN n", "DROP TABLE shop_order"])'''))
    commit(folder, "copied")
    _, history, done = report("check", cwd=folder)
    _, everything, _ = report("check", "--all", cwd=folder)
    listed = collections.Counter(each["rule"] for each in everything["findings"])
    counted = collections.Counter(history["summary"]["unlisted"]) + collections.Counter(f["rule"] for f in history["findings"])
    expect("default branch: counts are those of --all", counted == listed and len(listed) > 2, done)
    git(folder, "reset", "-q", "--hard", "HEAD^")


def branches(scratch):
    folder = scratch / "branches"
    package = project(folder, {"0002_old": migration("0001_initial", index("old"))})
    git(folder, "init", "-q")
    commit(folder, "base")
    code, found, done = report("check", cwd=folder)
    expect("default branch: counted, not listed", code == 0 and found["summary"].get("unlisted", {}).get("blocking-index-build") == 1
           and not found["findings"], done)
    done = run("check", cwd=folder)
    expect("default branch: the text says so", "blocking-index-build" in done.stdout and "--all" in done.stdout
           and "existing history of 2 migrations counted" in done.stdout, done)
    counted_as_listed(folder)
    code, found, done = report("check", "shop/migrations/0002_old.py", cwd=folder)
    expect("a file named is in scope", code == 1 and "blocking-index-build" in rules_of(found), done)
    code, found, done = report("check", "shop", cwd=folder)
    expect("a directory narrows", code == 0, done)
    code, found, done = report("check", "--all", cwd=folder)
    expect("--all", code == 1, done)
    git(folder, "checkout", "-qb", "feature")
    (package / "0003_left.py").write_text(migration("0002_old", 'migrations.AddField("order", "a", models.TextField(null=True))'))
    commit(folder)
    git(folder, "checkout", "-q", "main")
    (package / "0003_right.py").write_text(migration("0002_old", 'migrations.AddField("order", "b", models.TextField(null=True))'))
    commit(folder)
    git(folder, "checkout", "-q", "feature")
    git(folder, "merge", "-q", "--no-edit", "main")
    code, found, done = report("check", "--changed=main", cwd=folder)
    leaves = [f for f in found["findings"] if f["rule"] == "conflicting-leaves"]
    expect("conflicting leaves stand on the one of this branch, the other is a label", len(leaves) == 1 and leaves[0]["file"] == "shop/migrations/0003_left.py"
           and [label["file"] for label in leaves[0]["labels"]] == ["shop/migrations/0003_right.py"] and "range" in leaves[0]["labels"][0], leaves)
    expect("blocked", {m["name"]: m["verdict"] for m in found["migrations"]}.get("0003_left") == "blocked", found["migrations"])
    code, found, done = report("check", "--all", cwd=folder)
    expect("scope of --all", found["summary"]["scope"]["kind"] == "all", found["summary"])
    (package / "0002_old.py").unlink()
    (package / "0003_left.py").write_text(migration("0001_initial", 'migrations.AddField("order", "a", models.TextField(null=True))'))
    code, found, done = report("check", "--changed=main", cwd=folder)
    gone = [f for f in found["findings"] if f["rule"] == "deleted-applied"]
    expect("a deleted migration: its file and no range", code == 1 and len(gone) == 1 and gone[0]["file"] == "shop/migrations/0002_old.py" and "range" not in gone[0], done)
    git(folder, "checkout", "-q", ".")
    # Staged: the index is read, not the work tree.
    (package / "0004_staged.py").write_text(migration("0003_left", index("staged")))
    git(folder, "add", "-A")
    (package / "0004_staged.py").write_text(migration("0003_left"))
    code, found, done = report("check", "--staged", cwd=folder)
    expect("--staged reads what is staged", "blocking-index-build" in rules_of(found), done)
    for pair in (("--all", "--staged"), ("--staged", "--changed"), ("--all", "--changed=main")):
        expect(f"{pair} exclude each other", run("check", *pair, cwd=folder).returncode == 2)


def main():
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(os.path.realpath(name))
        for test in (exits, outputs, selection, keys, rules_json, sql_json, dump_json, piped, branches):
            try:
                test(scratch)
            except Exception as error:  # the others still run
                expect(f"{test.__name__}: {type(error).__name__}: {error}", False)
    print(f"{len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
