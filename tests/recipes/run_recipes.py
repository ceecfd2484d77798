#!/usr/bin/env python3
"""Runs the recipes that `help:` prints on a PostgreSQL of its own.

usage: run_recipes.py MLINT FIXTURES [--bin DIRECTORY] [--only RULE] [-v]

Each bad fixture is judged; each help with steps is taken as it is printed, and its steps become migrations behind the
context: .sql files for psql, migrations for the Djangos that are installed (and those of DJANGO_SOURCES). They run one
after the other while another session holds an old snapshot on another table: a step in a transaction must end meanwhile,
under a short lock_timeout; a step that stands alone may wait for the snapshot to end, and must then succeed. Behind
them nothing is left invalid, the schema holds what the bad statement would have made, Django's state is the same, and
mlint says neither error nor warning about them. Queries that `help:` gives to look for rows are run where they would be.
Exit code 77 (skipped) where no server is installed.
"""
import argparse
import collections
import concurrent.futures
import importlib.util
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
HEADER = re.compile(r"(?:--|#) (?:step \d+(?:, )?)?((?:alone|outside|in|as) .*)?$")
MARKER = re.compile(r"\s+(?:#|--) (?:error|warning|info)\[ML\d+\]: .*$", re.M)
LOOK_FIRST = "look first: "
DJANGOS = ("3.2", "4.2", "5.2")  # that recipes are told apart for; which of them are installed is said at the end
Step = collections.namedtuple("Step", "alone text")
Case = collections.namedtuple("Case", "rule fixture django steps prelude")

ROWS = """
INSERT INTO author SELECT i, 'a' || i, 'e' || i, NULL FROM generate_series(1, 30) i;
INSERT INTO book (id, title, author_id, isbn, price, pages, sold, feeling)
  SELECT i, 't' || i, i, 'i' || i, i, i, now(), 'sad' FROM generate_series(1, 30) i;
INSERT INTO review SELECT i, i, 3, 'b' FROM generate_series(1, 30) i;
INSERT INTO reading SELECT '2024-05-01'::timestamptz + i * interval '1 hour', i FROM generate_series(1, 30) i;
INSERT INTO archive SELECT '2020-05-01'::timestamptz + i * interval '1 hour', i FROM generate_series(1, 30) i;
"""
DJANGO_ROWS = """
INSERT INTO app_author (name, email) SELECT 'a' || i, 'e' || i FROM generate_series(1, 30) i;
INSERT INTO app_book (title, isbn, pages, author_id) SELECT 't' || i, 'i' || i, i, i FROM generate_series(1, 30) i;
"""
BYSTANDER = "CREATE TABLE bystander AS SELECT 1 AS one;"
LEFT = """
SELECT 'index ' || indexrelid::regclass FROM pg_index WHERE NOT indisvalid
UNION ALL SELECT 'constraint ' || conname FROM pg_constraint WHERE NOT convalidated;
"""
# What a schema holds; what the bad statement makes has to be there after the recipe.
HOLDS = r"""
SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), ''
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index', c.relname, i.relname, replace(pg_get_indexdef(x.indexrelid), ' ONLY ', ' '), x.indisvalid::text
FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1, 2, 3;
"""
# Rules whose recipe ends elsewhere on purpose: another object does the work, or the bad form fails on the server.
ELSEWHERE = {
    "blocking-index-build/other.sql": "the indexes of partitions get names of their own",
    "table-rewrite-on-constrained-domain/minimal.sql": "the base type with the domain's CHECK",
    "table-rewrite-on-generated-column/minimal.sql": "a trigger keeps the column",
    "concurrently-on-partitioned-table/minimal.sql": "the server refuses the bad form",
    "concurrently-in-transaction/minimal.py": "the server refuses the bad form",
    "concurrently-in-transaction/minimal.sql": "the server refuses the bad form",
}

# What has to stand on the server because the fixture is about something that its context does not define.
ELSEWHERE_DEFINED = {"domain-constraint-scan/unknown.sql": "CREATE DOMAIN elsewhere AS integer"}


def load(name, *path):
    spec = importlib.util.spec_from_file_location(name, os.path.join(HERE, "..", *path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def read(path):
    with open(path) as file:
        return MARKER.sub("", file.read())


def steps_of(help_text):
    lines = help_text.split("\n")
    while lines and not lines[0].endswith(":"):
        return []
    steps, alone, body = [], False, []
    for line in lines[1:]:
        header = HEADER.match(line)
        if not header:
            body.append(line)
            continue
        if body:
            steps.append(Step(alone, "\n".join(body) + "\n"))
        body, alone = [], bool(re.search(r"alone|outside|file of its own|only statement", header[1] or ""))
    return steps + ([Step(alone, "\n".join(body) + "\n")] if body else [])


def lay_out(folder, fixtures, entry, django):
    """The context and the fixture, as tests/fixture_test.cpp lays them out."""
    if os.path.isdir(entry):
        shutil.copytree(entry, folder, dirs_exist_ok=True)
        for base, _, names in os.walk(folder):
            for name in names:
                text = read(os.path.join(base, name))
                write(os.path.join(base, name), text)
    elif django:
        scaffold(folder, fixtures)
        write(os.path.join(folder, "app/migrations/0002_change.py"), read(entry))
    else:
        write(os.path.join(folder, "migrations/0001_schema.sql"), read(os.path.join(fixtures, "context/0001_schema.sql")))
        write(os.path.join(folder, "migrations/0002_change.sql"), read(entry))


def scaffold(folder, fixtures):
    write(os.path.join(folder, "manage.py"), "import os, sys\nos.environ['DJANGO_SETTINGS_MODULE'] = 'settings'\n"
          "from django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n")
    write(os.path.join(folder, "settings.py"), "SECRET_KEY = 'x'\nINSTALLED_APPS = ['django.contrib.postgres', 'app']\n"
          "USE_TZ = True\nDEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'\nimport os\n"
          "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': os.environ.get('CASE_DATABASE', ''),\n"
          "    'USER': 'postgres', 'HOST': os.environ.get('PGHOST', '')}}\n")
    for name in ("app/__init__.py", "app/migrations/__init__.py"):
        write(os.path.join(folder, name), "")
    write(os.path.join(folder, "app/migrations/0001_initial.py"), read(os.path.join(fixtures, "context/0001_initial.py")))


def check(mlint, folder, version):
    command = [mlint, "check", "--all", "--output", "json", folder]
    done = subprocess.run(command + (["--django-version", version] if version else []), capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)["findings"]


def cases_of(mlint, fixtures, language, version, only):
    found, seen = [], set()
    for rule in sorted(os.listdir(fixtures)):
        bad = os.path.join(fixtures, rule, "bad")
        for name in sorted(os.listdir(bad)) if os.path.isdir(bad) and (not only or only in rule) else []:
            entry = os.path.join(bad, name)
            django = name.endswith(".py")
            if os.path.isdir(entry):
                django = any(f.endswith(".py") for _, _, files in os.walk(entry) for f in files)
            if django != (language == "django") or (django and os.path.isdir(entry)):
                continue
            with tempfile.TemporaryDirectory() as folder:
                lay_out(folder, fixtures, entry, django)
                for finding in check(mlint, folder, version):
                    steps = steps_of(finding.get("help", ""))
                    if finding["code"] != rule[:5] or not steps or (finding["help"], name) in seen:
                        continue
                    seen.add((finding["help"], name))
                    found.append(Case(finding["rule"], entry, django, steps, prelude(folder, finding, django)))
    return found


def queries_of(mlint, fixtures, only):
    """What `help:` says to look for first, of fixtures in SQL: (rule, fixture, query, statements before)."""
    found = []
    for rule in sorted(os.listdir(fixtures)):
        bad = os.path.join(fixtures, rule, "bad")
        for name in sorted(os.listdir(bad)) if os.path.isdir(bad) and (not only or only in rule) else []:
            entry = os.path.join(bad, name)
            if not name.endswith(".sql"):
                continue
            with tempfile.TemporaryDirectory() as folder:
                lay_out(folder, fixtures, entry, False)
                found += [(finding["rule"], entry, finding["help"][len(LOOK_FIRST):], prelude(folder, finding, False))
                          for finding in check(mlint, folder, None) if finding.get("help", "").startswith(LOOK_FIRST)]
    return found


def query_case(bench, query, before):
    database = bench.database("sql_context")
    done = bench.psql(database, "-c", before) if before.strip() else None
    if done is None or done.returncode == 0:
        done = bench.psql(database, "-c", query)
    return done.stderr.strip()


def prelude(folder, finding, django):
    """The statements before the one that is spoken about, which a recipe leaves as they are."""
    if django:
        return ""
    with open(os.path.join(folder, finding["file"]), "rb") as file:
        before = file.read()[:finding["range"]["start"]["offset"]].decode()
    return "" if "BEGIN;" in before else before


class Session:
    """psql that is kept open."""

    def __init__(self, host, database):
        self.proc = subprocess.Popen(["psql", "-XqAt", "-h", host, "-U", "postgres", database], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def ask(self, text):
        self.proc.stdin.write(text + "\n\\echo END-OF-ANSWER\n")
        self.proc.stdin.flush()
        return list(iter(lambda: self.proc.stdout.readline().rstrip("\n"), "END-OF-ANSWER"))

    def close(self):
        self.proc.stdin.close()
        self.proc.wait(10)
        self.proc.stdout.close()


class Bench:
    def __init__(self, server):
        self.host = server.dir
        self.numbers = itertools.count(1)

    def psql(self, database, *arguments, options=""):
        return subprocess.run(["psql", "-XqAt", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-h", self.host, "-U", "postgres",
                               "-d", database, *arguments], capture_output=True, text=True,
                              env=dict(os.environ, PGOPTIONS=options))

    def database(self, template):
        name = "case%d" % next(self.numbers)
        done = self.psql("postgres", "-c", "CREATE DATABASE %s TEMPLATE %s" % (name, template))
        if done.returncode:
            raise RuntimeError(done.stderr)
        return name

    def run(self, command, database, alone, timeout, folder, path=""):
        """Runs a step beside an old snapshot; what went wrong, or nothing."""
        old = Session(self.host, database)
        old.ask("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM bystander;")
        env = dict(os.environ, PGHOST=self.host, CASE_DATABASE=database, PGOPTIONS="-c lock_timeout=%s" % timeout,
                   PYTHONPATH=path, PYTHONDONTWRITEBYTECODE="1")
        step = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder)
        closed = False
        try:
            if alone:  # it may wait for the snapshot; it must not need anything else
                waiting = ("SELECT 1 FROM pg_stat_activity WHERE datname = '%s' AND wait_event_type = 'Lock' AND "
                           "wait_event = 'virtualxid'" % database)
                for _ in range(200):
                    if step.poll() is not None:
                        break
                    if self.psql("postgres", "-c", waiting).stdout.strip():
                        break
                    time.sleep(0.02)
                old.close()
                closed = True
            try:
                text, _ = step.communicate(timeout=15)
            except subprocess.TimeoutExpired:
                step.kill()
                step.communicate()
                return "it waits for the old snapshot"
            return None if step.returncode == 0 else text.strip().split("\n")[-1] if text.strip() else "failed"
        finally:
            if not closed:
                old.close()

    def holds(self, database):
        return set(self.psql(database, "-c", HOLDS).stdout.splitlines())

    def left(self, database):
        return self.psql(database, "-c", LEFT).stdout.split("\n")[:-1]


def told(mlint, folder, version, allowed):
    return ["mlint says at step %s: %s[%s] %s" % (f["file"], f["severity"], f["rule"], f["message"])
            for f in check(mlint, folder, version)
            if f["severity"] in ("error", "warning") and f["file"] not in allowed]


def sql_case(bench, mlint, fixtures, case):
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        lay_out(folder, fixtures, case.fixture, False)
        migrations = os.path.join(folder, "migrations")
        context, change = sorted(os.listdir(migrations))[0], sorted(os.listdir(migrations))[-1]
        bad_text = read(os.path.join(migrations, change))
        os.remove(os.path.join(migrations, change))
        if os.path.isdir(case.fixture):
            template = bench.database("template1")
            bench.psql(template, "-f", os.path.join(migrations, context))
            bench.psql(template, "-c", BYSTANDER)
        else:
            template = "sql_context"
        defined = ELSEWHERE_DEFINED.get("%s/%s" % (case.rule, os.path.basename(case.fixture)))
        if defined:
            template = bench.database(template)
            bench.psql(template, "-c", defined)
        database = bench.database(template)
        allowed = ["migrations/" + context]
        if statements(case.prelude):
            allowed.append("migrations/0002_before.sql")
            path = os.path.join(folder, allowed[-1])
            write(path, case.prelude)
            bench.psql(database, "-f", path)
        for number, step in enumerate(case.steps, len(allowed) + 1):
            text = step.text if step.alone or step.text.count(";\n") < 2 else "BEGIN;\n" + step.text + "COMMIT;\n"
            path = os.path.join(migrations, "%04d_step.sql" % number)
            write(path, text)
            command = ["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database, "-f", path]
            wrong = bench.run(command, database, step.alone, "0" if step.alone else "500ms", folder)
            if wrong:
                problems.append("step %d: %s" % (number - len(allowed), wrong))
                break
        problems += ["left behind: " + what for what in bench.left(database)]
        problems += told(mlint, folder, None, allowed)
        problems += missing(bench, case, database, template, lambda other: bench.psql(other, *[a for one in statements(bad_text) for a in ("-c", one)]))
    return problems


def statements(text):
    lines = [line for line in text.split("\n") if not line.startswith("--")]
    return [one for one in "\n".join(lines).split(";\n") if one.strip()]


def missing(bench, case, database, template, do_bad):
    if "%s/%s" % (case.rule, os.path.basename(case.fixture)) in ELSEWHERE:
        return []
    other = bench.database(template)
    before = bench.holds(other)
    done = do_bad(other)
    if done.returncode:
        return ["the bad form fails: " + done.stderr.strip().split("\n")[-1]]
    after = bench.holds(other)
    now = bench.holds(database)
    problems = ["not made: " + " ".join(line.split("\t")) for line in sorted(after - before - now)]
    return problems + ["not gone: " + " ".join(line.split("\t")) for line in sorted((before - after) & now)]


MIGRATION = """from django.contrib.postgres.operations import %s
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
%s    dependencies = [("app", "%s")]
    operations = [
%s    ]
"""
STATE = """
from django.db.migrations.loader import MigrationLoader
state = MigrationLoader(None).project_state()
for key, model in sorted(state.models.items()):
    fields = model.fields.items() if hasattr(model.fields, 'items') else model.fields
    print(key, sorted((name, repr(field.deconstruct()[1:])) for name, field in fields))
    for name in ('indexes', 'constraints', 'unique_together', 'index_together'):
        print(key, name, sorted(repr(one.deconstruct()) if hasattr(one, 'deconstruct') else repr(one)
                                for one in model.options.get(name, ())))
"""


def at_least(version, *wanted):
    return tuple(int(part) for part in version.split(".")[:2]) >= wanted


def django_case(bench, mlint, fixtures, case, version, python, path):
    problems = []
    short = ".".join(version.split(".")[:2])
    env = dict(os.environ, PGHOST=bench.host, PYTHONPATH=path, PYTHONDONTWRITEBYTECODE="1")
    with tempfile.TemporaryDirectory() as top:
        good, bad = os.path.join(top, "good"), os.path.join(top, "bad")
        lay_out(bad, fixtures, case.fixture, True)
        scaffold(good, fixtures)
        database = bench.database("django_context_" + short.replace(".", "_"))
        before = "0001_initial"
        operations = ", ".join(["AddIndexConcurrently", "RemoveIndexConcurrently"] +
                               (["AddConstraintNotValid", "ValidateConstraint"] if at_least(version, 4, 0) else []))
        for number, step in enumerate(case.steps, 2):
            name = "%04d_step" % number
            body = "".join("        " + line + "\n" if line else "\n" for line in step.text.split("\n")[:-1])
            write(os.path.join(good, "app/migrations", name + ".py"),
                  MIGRATION % (operations, "    atomic = False\n" if step.alone else "", before, body))
            before = name
            wrong = bench.run([python, "manage.py", "migrate", "app", name, "-v", "0"], database, step.alone,
                              "0" if step.alone else "500ms", good, path)
            if wrong:
                problems.append("step %d: %s" % (number - 1, wrong))
                break
        problems += ["left behind: " + what for what in bench.left(database)]
        problems += told(mlint, good, short, ("app/migrations/0001_initial.py",))
        if "%s/%s" % (case.rule, os.path.basename(case.fixture)) not in ELSEWHERE:
            states = [subprocess.run([python, "manage.py", "shell", "-c", STATE], cwd=folder, capture_output=True, text=True,
                                     env=dict(env, CASE_DATABASE=database)) for folder in (good, bad)]
            lines = [set(re.sub(" at 0x[0-9a-f]+", "", done.stdout).splitlines()) for done in states]
            problems += ["Django's state is %s" % line for line in sorted(lines[0] - lines[1])]
            problems += ["Django's state is not %s" % line for line in sorted(lines[1] - lines[0])]
            problems += [] if lines[0] else [states[0].stderr]
            problems += missing(bench, case, database, "django_context_" + short.replace(".", "_"),
                                lambda other: subprocess.run([python, "manage.py", "migrate", "app", "-v", "0"], cwd=bad, text=True,
                                                             capture_output=True, env=dict(env, CASE_DATABASE=other)))
    return problems


def prepare(bench, fixtures, versions):
    bench.psql("postgres", "-c", "CREATE DATABASE sql_context")
    done = bench.psql("sql_context", "-f", os.path.join(fixtures, "context/0001_schema.sql"))
    done = done if done.returncode else bench.psql("sql_context", "-c", ROWS + BYSTANDER)
    if done.returncode:
        raise RuntimeError(done.stderr)
    for version, python, path in versions:
        name = "django_context_" + "_".join(version.split(".")[:2])
        bench.psql("postgres", "-c", "CREATE DATABASE " + name)
        with tempfile.TemporaryDirectory() as folder:
            scaffold(folder, fixtures)
            done = subprocess.run([python, "manage.py", "migrate", "-v", "0"], cwd=folder, capture_output=True, text=True,
                                  env=dict(os.environ, PGHOST=bench.host, CASE_DATABASE=name, PYTHONPATH=path,
                                           PYTHONDONTWRITEBYTECODE="1"))
        done = done if done.returncode else bench.psql(name, "-c", DJANGO_ROWS + BYSTANDER)
        if done.returncode:
            raise RuntimeError(done.stderr)


def proves_itself(bench, folder):
    """A concurrent build under a short lock_timeout has to fail beside the snapshot, or this test sees nothing."""
    database = bench.database("sql_context")
    command = ["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database, "-c",
               "CREATE INDEX CONCURRENTLY probe ON book (pages)"]
    wrong = bench.run(command, database, False, "200ms", folder)
    return bool(wrong) and bench.left(database) == ["index probe"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mlint")
    parser.add_argument("fixtures")
    parser.add_argument("--bin")
    parser.add_argument("--only")
    parser.add_argument("-v", action="store_true")
    args = parser.parse_args()
    args.mlint, args.fixtures = os.path.abspath(args.mlint), os.path.abspath(args.fixtures)
    oracle, live = load("oracle_live", "oracle", "live.py"), load("django_live", "django", "live.py")
    binaries = oracle.find_binaries(args.bin)
    if not binaries or not shutil.which("psql"):
        print("skipped: no PostgreSQL server is installed here (Debian: apt-get install postgresql-15)")
        return 77
    started = time.monotonic()
    versions = live.djangos()
    server = oracle.Server(binaries)
    ran, failed = collections.Counter(), 0
    try:
        server.start()
        bench = Bench(server)
        prepare(bench, args.fixtures, versions)
        if not proves_itself(bench, server.dir):
            print("a build that must be cancelled was not")
            return 1
        work = [(case, "SQL", lambda c: sql_case(bench, args.mlint, args.fixtures, c))
                for case in cases_of(args.mlint, args.fixtures, "sql", None, args.only)]
        for version, python, path in versions:
            short = ".".join(version.split(".")[:2])
            for case in cases_of(args.mlint, args.fixtures, "django", short, args.only):
                work.append((case, "Django " + short, lambda c, v=version, p=python, w=path:
                             django_case(bench, args.mlint, args.fixtures, c, v, p, w)))
        for rule, fixture, query, before in queries_of(args.mlint, args.fixtures, args.only):
            ran["queries"] += 1
            wrong = query_case(bench, query, before)
            if wrong:
                failed += 1
                print("%s %s: %s\n  %s" % (rule, os.path.relpath(fixture, args.fixtures), query, wrong))
        pool = concurrent.futures.ThreadPoolExecutor(2)
        for (case, kind, _), problems in zip(work, pool.map(lambda one: one[2](one[0]), work)):
            ran[kind] += 1
            failed += bool(problems)
            if problems or args.v:
                print("%s %s (%s)" % (case.rule, os.path.relpath(case.fixture, args.fixtures), kind))
                for problem in problems:
                    print("  " + problem)
    finally:
        server.stop()
    here = [".".join(version.split(".")[:2]) for version, _, _ in versions]
    absent = [wanted for wanted in DJANGOS if wanted not in here]
    print("recipes: %s; %d failed, %.0f s%s" %
          (", ".join("%d %s" % (count, kind) for kind, count in sorted(ran.items())), failed, time.monotonic() - started,
           "; not installed, so not run: Django " + ", ".join(absent) if absent else ""))
    return 1 if failed or not ran else 0


if __name__ == "__main__":
    sys.exit(main())
