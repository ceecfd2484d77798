"""A printed recipe in Django's operations: run as migrations."""
import os
import re
import subprocess
import tempfile

import layout
from layout import write
from reasons import ELSEWHERE
from sql_recipe import missing

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
        layout.lay_out(bad, fixtures, case.fixture, True)
        layout.scaffold(good, fixtures)
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
        problems += layout.told(mlint, good, short, ("app/migrations/0001_initial.py",))
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
