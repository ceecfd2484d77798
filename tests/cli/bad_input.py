#!/usr/bin/env python3
"""What is broken, hostile or unreachable, through the real binary: a clear message, bounded time, nothing else hidden.

usage: bad_input.py MLINT

Every case lays one bad thing beside a project whose index build must still be reported. Not understood: a finding of
severity error, exit code 1. Not readable: exit code 2 after everything else was reported.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

MLINT = os.path.abspath(sys.argv[1])
SECONDS = 20  # generous: shared machines and sanitizers; what is quadratic takes minutes
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("GITHUB_", "CI", "GIT_", "MLINT_"))}
HEAD = "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
FIRST = HEAD + """    operations = [
        migrations.CreateModel("Order", [("id", models.BigAutoField(primary_key=True)), ("n", models.IntegerField())]),
    ]
"""
INDEX = HEAD + """    dependencies = [("shop", "0001_initial")]
    operations = [migrations.AddIndex("order", models.Index(fields=["n"], name="order_n_idx"))]
"""
N = 100_000
failures = []


def good_project(folder):
    package = folder / "shop" / "migrations"
    package.mkdir(parents=True)
    for name, text in {"__init__": "", "0001_initial": FIRST, "0002_index": INDEX}.items():
        (package / f"{name}.py").write_text(text)
    (folder / "shop" / "__init__.py").write_text("")
    (folder / "manage.py").write_text("")
    return package


def run(folder, *args, prefix=()):
    begin = time.monotonic()
    try:
        done = subprocess.run([*prefix, MLINT, *args], cwd=folder, capture_output=True, timeout=SECONDS * 3, env=CLEAN)
    except subprocess.TimeoutExpired:
        return None, None, SECONDS * 3
    return done, done.stdout, time.monotonic() - begin


def check(name, folder, code, words, *, rule=None, file=None, args=("check", "--all"), prefix=(), silent=False):
    done, out, took = run(folder, *args, "--output", "json", prefix=prefix)
    if done is None:
        failures.append(f"{name}: does not end")
        return
    said = done.stderr.decode(errors="replace")
    problems = []
    if took > SECONDS:
        problems.append(f"took {took:.1f} s")
    if done.returncode != code:
        problems.append(f"exit code {done.returncode}, expected {code}")
    try:
        findings = json.loads(out)["findings"]
    except ValueError:
        findings = []
        problems.append("no JSON" if not silent else "")
    if not silent and not any(f["rule"] == "blocking-index-build" for f in findings):
        problems.append("the finding of the file beside it is hidden")
    if rule:
        mine = [f for f in findings if f["rule"] == rule and (file is None or f["file"].endswith(file))]
        if not any(f["severity"] == "error" and words in f["message"] for f in mine):
            problems.append(f"no error [{rule}] that says {words!r}: {[f['message'][:120] for f in mine]}")
    elif words not in said:
        problems.append(f"stderr does not say {words!r}")
    for problem in filter(None, problems):
        failures.append(f"{name}: {problem}; stderr: {said.strip()[:300]}")


def operations(text):
    return (HEAD + f"    dependencies = [('shop', '0002_index')]\n    operations = [{text}]\n").encode()


def bad_python(scratch):
    rule = "unreadable-migration"
    cases = {
        "binary": (bytes(range(256)) * 16, ""),
        "nul": (operations("migrations.RunSQL('SELECT \0 1')"), "NUL"),
        "invalid UTF-8": (operations("migrations.RunSQL('caf\xe9')").decode().encode("latin-1"), "UTF-8"),
        "10 MB": (b"# " + b"x" * 10_000_000, "larger than"),
        "syntax error": (operations("migrations.RunSQL(]"), ""),
        "nested brackets": (operations("[" * N + "]" * N), "nest"),
        "open brackets": (operations("[" * N), ""),
        "long sum": (operations("migrations.RunSQL('SELECT 1', hints={'a': " + "+".join(["1"] * N) + "})"), "nest"),
    }
    for name, (text, words) in cases.items():
        folder = scratch / ("py " + name)
        (good_project(folder) / "0003_bad.py").write_bytes(text)
        check(f"python, {name}", folder, 1, words, rule=rule, file="0003_bad.py")
    # No migration at all: nothing is said, and the rest is.
    folder = scratch / "py empty"
    (good_project(folder) / "0003_bad.py").write_bytes(b"")
    check("python, empty", folder, 1, "")


def bad_sql(scratch):
    whole, part = "unreadable-migration", "unparsed-sql"
    cases = {
        "binary": (bytes(range(256)) * 16, "", whole),
        "nul": (b"SELECT 1;\nSELECT \0 2;\n", "NUL", whole),
        "invalid UTF-8": (b"SELECT 'caf\xe9';\n", "UTF-8", whole),
        "10 MB": (b"-- " + b"x" * 10_000_000, "larger than", whole),
        "nested brackets": (b"SELECT " + b"(" * N + b"1" + b")" * N + b";\n", "", part),
        "long sum": (b"SELECT " + b"+".join([b"1"] * N) + b";\n", "", part),
        "nested comments": (b"/*" * N + b" SELECT 1;\n", "", part),
        "empty": (b"", "", None),
        "closed comments": (b"/*" * N + b"*/" * N + b" SELECT 1;\n", "", None),
    }
    for name, (text, words, wanted) in cases.items():
        folder = scratch / ("sql " + name)
        folder.mkdir()
        (folder / "migrations").mkdir()
        (folder / "migrations" / "0001_bad.up.sql").write_bytes(text)
        (folder / "migrations" / "0002_index.up.sql").write_text("CREATE INDEX order_n_idx ON orders (n);\n")
        check(f"SQL, {name}", folder, 1, words, rule=wanted, file="0001_bad.up.sql" if wanted else None)


def long_values(scratch):
    """A text of sqlmigrate beside its migration, both with a value that is longer than any stack is deep."""
    folder = scratch / "long values"
    package = good_project(folder)
    value = "a" * (3 * N)
    added = "migrations.AddField('Order', 'm', models.IntegerField(default=0)), migrations.RunSQL(\"SELECT '<%s>'\")" % value
    (package / "0003_long.py").write_bytes(operations(added))
    (package / "0003_long.sql").write_text("ALTER TABLE shop_order ADD COLUMN m text DEFAULT '%s';\n" % value)
    check("long values beside each other", folder, 1, "")


def unreadable(scratch):
    """Root reads everything: the binary then runs as nobody."""
    folder = scratch / "unreadable"
    path = good_project(folder) / "0003_secret.py"
    path.write_bytes(operations(""))
    prefix = ()
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            print("skipped: permissions (root reads everything, and there is no setpriv)")
            return
        prefix = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
        if subprocess.run([*prefix, MLINT, "version"], capture_output=True).returncode != 0:
            print("skipped: permissions (the binary cannot be run as nobody)")
            return
    for parent in (scratch, folder):
        parent.chmod(0o755)
    path.chmod(0)
    check("a file without permission", folder, 2, "0003_secret.py", prefix=prefix)
    path.chmod(0o644)
    path.parent.parent.parent.joinpath("closed").mkdir()
    path.parent.parent.parent.joinpath("closed").chmod(0)
    check("a directory without permission", folder, 2, "closed", prefix=prefix)
    path.parent.parent.parent.joinpath("closed").chmod(0o755)


def links(scratch):
    folder = scratch / "links"
    package = good_project(folder)
    (folder / "shop" / "again").symlink_to("..")
    (package / "migrations").symlink_to(".")
    check("a directory that links to one above it", folder, 1, "")
    (package / "0003_circle.py").symlink_to("0004_circle.py")
    (package / "0004_circle.py").symlink_to("0003_circle.py")
    check("links in a circle", folder, 2, "circle")


def places(scratch):
    folder = scratch / "no commits"
    good_project(folder)
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True, env=CLEAN)
    check("a repository without commits", folder, 1, "", args=("check",))
    check("a repository without commits, all", folder, 1, "")
    check("a base that is not there", folder, 2, "nowhere", args=("check", "--changed=nowhere"), silent=True)
    check("a path that does not exist", folder, 2, "does not exist", args=("check", "no/where"), silent=True)
    check("a path that does not exist beside one that does", folder, 2, "does not exist", args=("check", "shop", "gone.py"), silent=True)
    check("a file that is no migration", folder, 2, "no migration", args=("check", "manage.py"), silent=True)


def special_files(scratch):
    """Reading them would wait for ever, or never end."""
    folder = scratch / "special"
    package = good_project(folder)
    os.mkfifo(package / "0003_pipe.py")
    check("a pipe", folder, 2, "0003_pipe.py")
    (package / "0003_pipe.py").unlink()
    (package / "0003_zero.py").symlink_to("/dev/zero")
    check("a device", folder, 2, "0003_zero.py")
    check("a device as list of what is applied", folder, 2, "/dev/zero", args=("check", "--applied", "/dev/zero"), silent=True)
    folder = scratch / "directory"
    (good_project(folder) / "0003_directory.py").mkdir()
    check("a directory with the name of a migration", folder, 1, "")


def strange_repositories(scratch):
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "protocol.file.allow=always"]
    inner = scratch / "inner"
    good_project(inner)
    for args in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "base"]):
        subprocess.run(git + args, cwd=inner, check=True, env=CLEAN)
    outer = scratch / "outer"
    outer.mkdir()
    for args in (["init", "-q"], ["submodule", "-q", "add", str(inner), "sub"], ["commit", "-qm", "base"]):
        subprocess.run(git + args, cwd=outer, check=True, env=CLEAN, capture_output=True)
    check("a submodule, from outside", outer, 1, "", args=("check", "--all"))
    subprocess.run(git + ["clone", "-q", "--bare", str(inner), str(scratch / "bare.git")], check=True, env=CLEAN)
    check("a bare repository", scratch / "bare.git", 2, "no migration", args=("check",), silent=True)
    folder = scratch / "no git here"
    good_project(folder)
    check("no git and no repository", folder, 1, "", args=("check",), prefix=(shutil.which("env"), "PATH=/nonexistent"))
    check("no git, and a repository", inner, 2, "git is not installed", args=("check",), prefix=(shutil.which("env"), "PATH=/nonexistent"), silent=True)
    check("no home", folder, 1, "", args=("check",), prefix=("env", "-u", "HOME"))


def no_threads(scratch):
    """A stack larger than any memory: no thread can be started, as under a limit of processes."""
    folder = scratch / "no threads"
    good_project(folder)
    limited = ("bash", "-c", 'ulimit -S -s 68719476736 2> /dev/null; exec "$@"', "bash")
    check("no threads", folder, 1, "", args=("check", "--all", "-j", "4"), prefix=limited)


def configurations(scratch):
    for number, (text, words) in enumerate({"pg-version = [\n": "mlint.toml:", "x = \"\n": "mlint.toml:", "= 1\n": "mlint.toml:1:", "a = {\n": "mlint.toml:",
                                            "[tables]\nlarg = ['a']\n": "mlint.toml:2:1: unknown key `larg`; did you mean `large`?",
                                            "ignore = [\n  'no-such-rule',\n]\n": "mlint.toml:2:3: unknown rule `no-such-rule`",
                                            "[levels]\ndropped-colum = 'info'\n": "mlint.toml:2:1: unknown rule `dropped-colum`; did you mean `dropped-column`?"}.items()):
        folder = scratch / f"configuration {number}"
        good_project(folder)
        (folder / "mlint.toml").write_text(text)
        check(f"configuration {text!r}", folder, 2, words, args=("check",), silent=True)


def outputs(scratch):
    folder = scratch / "outputs"
    good_project(folder)
    check("a report into a directory that is not there", folder, 2, "/nowhere/x.json", args=("check", "--all", "--output", "json=/nowhere/x.json"))
    for target, code in (("/dev/full", 2), ("/dev/null", 1)):
        with open(target, "w") as out:
            done = subprocess.run([MLINT, "check", "--all"], cwd=folder, stdout=out, stderr=subprocess.PIPE, timeout=60, env=CLEAN)
        if done.returncode != code:
            failures.append(f"report to {target}: exit {done.returncode}")
    done = subprocess.run(f"'{MLINT}' check --all | true; echo ${{PIPESTATUS[0]}}", shell=True, executable="/bin/bash", cwd=folder,
                          capture_output=True, timeout=60, env=CLEAN)
    if done.stdout.strip() != b"1" or done.stderr:
        failures.append(f"a reader that went away: {done.stdout} {done.stderr}")
    escaping = scratch / "es\x1b[31m"
    (good_project(escaping) / "0003_\x1b[31m\nx.py").write_text(INDEX)
    for format in ("text", "github"):
        done = subprocess.run([MLINT, "check", "--all", "--output", format], cwd=escaping, capture_output=True, timeout=60, env=CLEAN)
        if b"\x1b" in done.stdout + done.stderr or done.returncode != 1:
            failures.append(f"{format}: a name that moves the terminal is printed as it is")


def damaged(scratch):
    """An object of the base is gone: what was edited cannot be told, which is no reason to say that nothing was."""
    folder = scratch / "damaged"
    package = good_project(folder)
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    for args in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "base"]):
        subprocess.run(git + args, cwd=folder, check=True, env=CLEAN)
    asked = subprocess.run(git + ["rev-parse", "HEAD:shop/migrations/0002_index.py"], cwd=folder, check=True, capture_output=True, env=CLEAN)
    name = asked.stdout.decode().strip()
    (folder / ".git" / "objects" / name[:2] / name[2:]).unlink()
    (package / "0002_index.py").write_text(INDEX.replace("order_n_idx", "order_other_idx"))
    check("a damaged base", folder, 2, "git diff failed", args=("check", "--changed=HEAD"), silent=True)


def main():
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        for cases in (bad_python, bad_sql, long_values, unreadable, links, places, special_files, strange_repositories, no_threads, configurations, outputs, damaged):
            cases(scratch)
    for failure in failures:
        print(failure)
    print(f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
