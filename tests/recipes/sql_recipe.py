"""A printed recipe in SQL, and a query that help gives: run on the server."""
import os
import tempfile

import layout
from layout import read, write
from reasons import DEFINED, ELSEWHERE


def query_case(bench, query, before):
    database = bench.database("sql_context")
    done = bench.psql(database, "-c", before) if before.strip() else None
    if done is None or done.returncode == 0:
        done = bench.psql(database, "-c", query)
    return done.stderr.strip()


def sql_case(bench, mlint, fixtures, case):
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        layout.lay_out(folder, fixtures, case.fixture, False)
        migrations = os.path.join(folder, "migrations")
        context, change = sorted(os.listdir(migrations))[0], sorted(os.listdir(migrations))[-1]
        bad_text = read(os.path.join(migrations, change))
        os.remove(os.path.join(migrations, change))
        if os.path.isdir(case.fixture):
            template = bench.database("template1")
            bench.psql(template, "-f", os.path.join(migrations, context))
            bench.psql(template, "-c", layout.BYSTANDER)
        else:
            template = "sql_context"
        defined = DEFINED.get("%s/%s" % (case.rule, os.path.basename(case.fixture)))
        if defined:
            template = bench.database(template)
            bench.define(template, defined)
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
        problems += layout.told(mlint, folder, None, allowed)
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
