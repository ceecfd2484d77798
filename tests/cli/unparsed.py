#!/usr/bin/env python3
"""SQL that does not parse, wherever it stands: said with its place, counted, and the statements around it are judged.

usage: unparsed.py MLINT
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

MLINT = os.path.abspath(sys.argv[1])
FILE = """CREATE TABLE t (a int);
ALTER TABEL t ADD COLUMN b int;
CREATE INDEX i ON t (a);
DO $$ BEGIN
  ALTER TABLE t ADD COLUMN c int;
  ALTER TABEL t DROP c;
END $$;
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  SELEC 1 FRO t;
  DELETE FROM t;
END $$;
SELECT f();
CREATE FUNCTION g() RETURNS int LANGUAGE sql AS $$
  SELEC 1 $$;
SELECT g();
DROP TABLE t;
"""
# Statement: line and column, and what is said of it.
WANTED = {1: (2, 1, "near `TABEL`"), 3: (4, 1, "line 3 of the body: "), 5: (12, 1, "line 2 of the body: "),
          7: (15, 1, "line 2 of the body: ")}
MIGRATION = """from django.db import migrations


class Migration(migrations.Migration):
    dependencies = []
    operations = [
        migrations.RunSQL(
            ["CREATE TABLE t (a int)", "ALTER TABEL t DROP a; DROP TABLE t"], migrations.RunSQL.noop
        ),
        migrations.RunSQL(
            '''
            CREATE TABLE w (a int);
            DO $$
            BEGIN
              ALTER TABEL w DROP a;
            END $$;
            CREATE TABLE x (a int);
            ''',
            migrations.RunSQL.noop,
        ),
    ]
"""
failures = []


def run(*args, cwd):
    return subprocess.run([MLINT, *args], cwd=cwd, capture_output=True, text=True, timeout=60)


def expect(what, holds, seen):
    if not holds:
        failures.append(what)
        print(f"FAILED: {what}\n  {seen}")


def of_a_file(folder):
    (folder / "a.sql").write_text(FILE)
    done = run("sql", "a.sql", "--output", "json", cwd=folder)
    statements = json.loads(done.stdout)["statements"]
    unknown = {s["index"]: s for s in statements if not s["known"]}
    expect("json: which are unknown", set(unknown) == set(WANTED), sorted(unknown))
    for index, (line, column, words) in WANTED.items():
        start, said = unknown[index]["range"]["start"], unknown[index]["assumptions"]
        expect(f"json: statement {index}", (start["line"], start["column"]) == (line, column) and words in "".join(said),
               unknown[index])
    drop = statements[-1]
    expect("json: the others are read", drop["kind"] == "drop_table" and drop["known"] and drop["locks"], drop)
    expect("stderr: where the file breaks", done.stderr.count("a.sql:2:7: ") == 1, done.stderr)
    text = run("sql", "a.sql", cwd=folder).stdout
    expect("text: each is marked", text.count("! not understood") == len(WANTED), text)
    expect("text: each says why", all(words in " ".join(text.split()) for _, _, words in WANTED.values()), text)
    sql = run("sql", "a.sql", "--facts", "--output", "sql", cwd=folder).stdout
    expect("sql: each is marked", sql.count("-- ! not understood") == len(WANTED), sql)
    expect("sql: each says why", all(words in sql for _, _, words in WANTED.values()), sql)
    expect("sql: every statement is written", all(line in sql for line in FILE.splitlines()), sql)
    report = json.loads(run("check", "a.sql", "--isolated", "--output", "json", cwd=folder).stdout)
    expect("check: counted", report["summary"]["unanalyzed"] == len(WANTED), report["summary"])


def of_a_project(folder):
    (folder / "shop" / "migrations").mkdir(parents=True)
    for name in ("manage.py", "shop/__init__.py", "shop/migrations/__init__.py"):
        (folder / name).write_text("")
    (folder / "shop" / "migrations" / "0001_initial.py").write_text(MIGRATION)
    report = json.loads(run("check", "--all", "--isolated", "--output", "json", cwd=folder).stdout)
    found = [f for f in report["findings"] if f["rule"] == "unparsed-sql"]
    start = found[0]["range"]["start"] if found else {}
    expect("project: the statement in the list", len(found) == 1 and (start["line"], start["column"]) == (8, 41), found)
    expect("project: the body counts", report["summary"]["unanalyzed"] == 2, report["summary"])
    text = run("check", "--all", "--isolated", "-v", cwd=folder).stdout
    expect("project: the body is said", "0001_initial.py:13:13: shop.0001_initial RunSQL: line 3 of the body: " in text, text)
    statements = json.loads(run("sql", "shop", "0001_initial", "--output", "json", cwd=folder).stdout)["statements"]
    kinds = [(s["kind"], s["known"]) for s in statements]
    expect("project: the others are read", kinds == [("create_table", True), ("unparsed", False), ("drop_table", True),
                                                     ("create_table", True), ("do", False), ("create_table", True)], kinds)
    # Nothing but a body that is not understood: no run of it is called safe.
    migration = folder / "shop" / "migrations" / "0001_initial.py"
    migration.write_text(MIGRATION.replace("ALTER TABEL t DROP a; ", ""))
    text = run("check", "--all", "--isolated", cwd=folder).stdout
    expect("project: a body alone", "1 operation of 2 could not be analysed" in text and "window" in text, text)


def main():
    for test in (of_a_file, of_a_project):
        with tempfile.TemporaryDirectory() as name:
            test(pathlib.Path(os.path.realpath(name)))
    print(f"{len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
