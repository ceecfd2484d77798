"""The good form of each rule's pair, which its page prints: it must run on a server with rows in it, beside an old
snapshot on another table. A step in a transaction has a short lock_timeout; one with CONCURRENTLY may wait."""
import json
import os
import re
import subprocess
import tempfile

import layout
from layout import read
from reasons import DEFINED, GOOD_FORMS_NOT_RUN

ALONE = re.compile(r"\bCONCURRENTLY\b|\bVACUUM\b|\bREPACK\b", re.I)
# What a Django has to know before the fixture can be run by it.
NEEDS = {"db_default": (5, 0), "GeneratedField": (5, 0), "AddConstraintNotValid": (4, 0), "ValidateConstraint": (4, 0),
         "condition=": (5, 1), "RenameIndex": (4, 1)}


def shown(folder, django):
    """The one that the page prints: minimal.*, else the first of the language (cli/example.cpp)."""
    entries = [os.path.join(folder, name) for name in sorted(os.listdir(folder))] if os.path.isdir(folder) else []
    entries = [entry for entry in entries if layout.is_django(entry) == django]
    return next((one for one in entries if os.path.basename(one).startswith("minimal.")), entries[0] if entries else None)


def cases_of(fixtures, only):
    """(rule, fixture) of every good form that a page prints and that can be run."""
    found = []
    for folder in sorted(os.listdir(fixtures)):
        if folder == "context" or (only and only not in folder):
            continue
        for entry in {shown(os.path.join(fixtures, folder, "good"), django) for django in (False, True)} - {None}:
            if "%s/%s" % (folder[6:], os.path.basename(entry)) in GOOD_FORMS_NOT_RUN:
                continue
            if not (os.path.isdir(entry) and layout.is_django(entry)):
                found.append((folder[6:], entry))
    return found


def needed(entry):
    return max((version for word, version in NEEDS.items() if word in read(entry)), default=(0, 0))


def run_sql(bench, fixtures, rule, entry):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        layout.lay_out(folder, fixtures, entry, False)
        migrations = os.path.join(folder, "migrations")
        names = sorted(os.listdir(migrations))
        if os.path.isdir(entry):
            database = bench.database("template1")
            bench.psql(database, "-c", layout.BYSTANDER)
        else:
            database, names = bench.database("sql_context"), names[1:]
        bench.define(database, DEFINED.get("%s/%s" % (rule, os.path.basename(entry)), ()))
        for name in names:
            path = os.path.join(migrations, name)
            alone = bool(ALONE.search(read(path)))
            command = ["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database, "-f", path]
            wrong = bench.run(command, database, alone, "0" if alone else "500ms", folder)
            if wrong:
                return [name + ": " + wrong]
        return invalid(bench, database)


def invalid(bench, database):
    """A constraint may be NOT VALID behind the first of two steps; an index may not."""
    return ["left behind: " + what for what in bench.left(database) if what.startswith("index")]


def run_django(bench, fixtures, entry, version, python, path):
    with tempfile.TemporaryDirectory() as folder:
        layout.lay_out(folder, fixtures, entry, True)
        database = bench.database("django_context_" + "_".join(version.split(".")[:2]))
        alone = "atomic = False" in read(entry)
        wrong = bench.run([python, "manage.py", "migrate", "app", "0002_change", "-v", "0"], database, alone,
                          "0" if alone else "500ms", folder, path)
        return [wrong] if wrong else invalid(bench, database)


def rules_of(mlint):
    done = subprocess.run([mlint, "rules", "--output", "json"], capture_output=True, text=True)
    return [rule["name"] for rule in json.loads(done.stdout)["rules"]]
