#!/usr/bin/env python3
"""Compares `mlint sql APP NAME --output sql` with Django's sqlmigrate, line by line.

usage: sqlmigrate.py MLINT PROJECT APP [--python PYTHON] [--django PATH]

Each migration of APP is printed by both and then applied to a PostgreSQL of its own, for what Django asks the catalogue.
"""
import argparse
import difflib
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import compare  # noqa: E402
import live  # noqa: E402

ASK = """
import io, json, os, sys
import django
from django.conf import settings
from django.core.management import call_command
settings.configure(SECRET_KEY="x", USE_TZ=True,
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.postgres", sys.argv[1]],
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "postgres", "USER": "postgres",
                           "HOST": os.environ["PGHOST"]}})
sys.path.insert(0, os.getcwd())
django.setup()
from django.db.migrations.loader import MigrationLoader
app = sys.argv[1].rpartition(".")[2]
loader = MigrationLoader(None)
names = [key[1] for key in loader.graph.forwards_plan(loader.graph.leaf_nodes(app)[0]) if key[0] == app]
texts = {}
for name in names:
    out = io.StringIO()
    try:
        call_command("sqlmigrate", app, name, stdout=out, no_color=True)
        texts[name] = out.getvalue()
        call_command("migrate", app, name, verbosity=0)
    except Exception as error:
        texts.setdefault(name, None)
        print(name, type(error).__name__, error, file=sys.stderr)
        break
json.dump(texts, sys.stdout)
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mlint")
    parser.add_argument("project")
    parser.add_argument("app")
    parser.add_argument("--python", default="/usr/bin/python3")
    parser.add_argument("--django", default="")
    args = parser.parse_args()
    version = live.version_of(args.python, args.django)
    oracle = live.load_server()
    binaries = oracle.find_binaries(None)
    if not version or not binaries:
        print("skipped: no Django or no PostgreSQL server is installed here")
        return 77
    server = oracle.Server(binaries)
    try:
        server.start()
        environment = dict(os.environ, PGHOST=server.dir, PYTHONPATH=args.django, PYTHONDONTWRITEBYTECODE="1")
        done = subprocess.run([args.python, "-W", "ignore", "-c", ASK, args.app], cwd=args.project, env=environment,
                              stdout=subprocess.PIPE, text=True, check=True)
    finally:
        server.stop()
    differ = 0
    theirs = {name: text for name, text in json.loads(done.stdout).items() if text is not None}
    for name, text in theirs.items():
        ours = subprocess.run([os.path.abspath(args.mlint), "sql", args.app, name, "--output", "sql",
                               "--django-version", version], cwd=args.project, capture_output=True, text=True).stdout
        # The clock and random sources speak anew each time.
        text, ours = (compare.CLOCK.sub("CLOCK", compare.RANDOM.sub("RANDOM", t)) for t in (text, ours))
        lines = list(difflib.unified_diff(text.splitlines(), ours.splitlines(), "Django " + version, "mlint", n=0,
                                          lineterm=""))
        differ += bool(lines or text != ours)
        print("\n".join([name + ":"] + lines) if lines else name + (": identical" if text == ours else ": ends differ"))
    return 1 if differ or not theirs else 0


if __name__ == "__main__":
    sys.exit(main())
