"""A PostgreSQL of the test's own: databases made from templates, and steps that run beside an old snapshot."""
import itertools
import os
import shutil
import subprocess
import tempfile
import time

import layout

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

    def define(self, database, statements):
        """What a case needs besides its context."""
        for statement in statements:
            if "%s" in statement:  # of a tablespace
                place = tempfile.mkdtemp(dir=self.host)
                shutil.chown(place, "postgres") if os.getuid() == 0 else None
                statement %= place
            done = self.psql(database, "-c", statement)
            if done.returncode:
                raise RuntimeError(done.stderr)

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


def prepare(bench, fixtures, versions):
    bench.psql("postgres", "-c", "CREATE DATABASE sql_context")
    done = bench.psql("sql_context", "-f", os.path.join(fixtures, "context/0001_schema.sql"))
    done = done if done.returncode else bench.psql("sql_context", "-c", ROWS + layout.BYSTANDER)
    if done.returncode:
        raise RuntimeError(done.stderr)
    for version, python, path in versions:
        name = "django_context_" + "_".join(version.split(".")[:2])
        bench.psql("postgres", "-c", "CREATE DATABASE " + name)
        with tempfile.TemporaryDirectory() as folder:
            layout.scaffold(folder, fixtures)
            done = subprocess.run([python, "manage.py", "migrate", "-v", "0"], cwd=folder, capture_output=True, text=True,
                                  env=dict(os.environ, PGHOST=bench.host, CASE_DATABASE=name, PYTHONPATH=path,
                                           PYTHONDONTWRITEBYTECODE="1"))
        done = done if done.returncode else bench.psql(name, "-c", DJANGO_ROWS + layout.BYSTANDER)
        if done.returncode:
            raise RuntimeError(done.stderr)


def proves_itself(bench, folder):
    """A concurrent build under a short lock_timeout has to fail beside the snapshot, or this test sees nothing."""
    database = bench.database("sql_context")
    command = ["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database, "-c",
               "CREATE INDEX CONCURRENTLY probe ON book (pages)"]
    wrong = bench.run(command, database, False, "200ms", folder)
    return bool(wrong) and bench.left(database) == ["index probe"]
