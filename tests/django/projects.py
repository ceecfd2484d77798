#!/usr/bin/env python3
"""Compares mlint with a real Django over every migration of a project.

usage: projects.py MLINT ROOT [--python PYTHON] [--django PATH] [--show N]

ROOT is a checkout with migrations. `mlint sql --all` says the order and its own statements; the Django that PYTHON
imports (with PATH before it) runs the same migrations on a PostgreSQL of its own, with stand-ins for modules that are
not installed. A migration that it cannot import, and one that it cannot run, are counted apart.
"""
import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import compare  # noqa: E402
import live  # noqa: E402


def lowered(mlint, root, version):
    """(app, name, statements) in mlint's order."""
    done = subprocess.run([mlint, "sql", "--all", "--output", "json", "--isolated", "--django-version", version], cwd=root, capture_output=True, text=True)
    out = []
    head = None
    for line in done.stdout.splitlines():
        if line.startswith("-- "):
            head = line[3:].split(".", 1)
        elif line.startswith("{"):
            statements = [s["sql"] for s in json.loads(line)["statements"] if not s.get("comment")]
            # Each half of a statement that Django joined of two is listed under the whole text.
            statements = [s for i, s in enumerate(statements)
                          if i == 0 or s != statements[i - 1] or "SET CONSTRAINTS" not in s]
            out.append((head[0], head[1], statements))
    unknown = re.findall(r"([\w-]+\.\w+): operation (\d+): (.*)", done.stderr)
    return out, unknown


def paths_of(mlint, root):
    done = subprocess.run([mlint, "dump", "--stage=migrations", "--isolated"], cwd=root, capture_output=True, text=True)
    return {(m["app"], m["name"]): m["file"] for m in json.loads(done.stdout)}


def recorded(args, entries):
    """What the real Django sends for each migration."""
    oracle = live.load_server()
    server = oracle.Server(oracle.find_binaries(None))
    try:
        server.start()
        with tempfile.TemporaryDirectory() as folder:
            listing, out = os.path.join(folder, "list.json"), os.path.join(folder, "real.json")
            with open(listing, "w") as file:
                json.dump({"default_auto_field": args.auto_field, "auth_user_model": args.auth_user,
                           "root": os.path.abspath(args.root), "packages": [p for p in args.packages.split(",") if p],
                           "migrations": entries}, file)
            environment = dict(os.environ, PYTHONPATH=args.django, PYTHONDONTWRITEBYTECODE="1", PYTHONHASHSEED="0",
                               PGHOST=server.dir, PGPORT="5432", PGDATABASE="postgres")
            subprocess.run([args.python, "-W", "ignore", os.path.join(HERE, "real.py"), listing, out], env=environment,
                           check=True)
            with open(out) as file:
                return json.load(file)
    finally:
        server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mlint")
    parser.add_argument("root")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--django", default="")
    parser.add_argument("--auth-user", default="auth.User")
    parser.add_argument("--auto-field", default="django.db.models.AutoField")
    parser.add_argument("--packages", default="", help="installed apps, with commas, that the project's models point at")
    parser.add_argument("--limit", type=int, default=0, help="compare only the first N migrations")
    parser.add_argument("--recorded", help="what Django sent, from an earlier run; written where it does not exist")
    parser.add_argument("--show", type=int, default=20)
    args = parser.parse_args()
    version = live.version_of(args.python, args.django)
    ours, unknown = lowered(os.path.abspath(args.mlint), args.root, version)
    ours = ours[:args.limit] if args.limit else ours
    paths = paths_of(os.path.abspath(args.mlint), args.root)
    entries = [{"app": app, "name": name, "path": os.path.join(os.path.abspath(args.root), paths[app, name]),
                "package": os.path.dirname(paths[app, name]).replace("/", ".")}
               for app, name, _ in ours]
    if args.recorded and os.path.exists(args.recorded):
        with open(args.recorded) as file:
            theirs = json.load(file)
    else:
        theirs = recorded(args, entries)
    if args.recorded and not os.path.exists(args.recorded):
        with open(args.recorded, "w") as file:
            json.dump(theirs, file)
    report(args, version, ours, theirs, unknown)
    return 0


def one_by_one(statements):
    """A statement that Django joined of two is two of ours."""
    out = []
    for statement in statements:
        match = re.fullmatch(r"(SET CONSTRAINTS \S+ IMMEDIATE); (.*)", statement, re.S)
        if match:
            out += [match[1], match[2]]
            continue
        match = re.fullmatch(r"(ALTER TABLE .*); (SET CONSTRAINTS \S+ IMMEDIATE)", statement, re.S)
        out += [match[1], match[2]] if match else [statement]
    return out


def report(args, version, ours, theirs, unknown):
    equal = total = different = failed = shown = 0
    reasons = collections.Counter()
    for (app, name, mine), real in zip(ours, theirs):
        if "fails" in real:
            failed += 1
            reasons[real["fails"][:100]] += 1
            continue
        same, of, differences = compare.compare(one_by_one(mine), one_by_one(real["statements"]))
        equal += same
        total += of
        if differences:
            different += 1
            if shown < args.show:
                shown += 1
                print("==", app, name)
                for left, right in differences:
                    for statement in left:
                        print("   -", statement[:300])
                    for statement in right:
                        print("   +", statement[:300])
                for error in real["errors"][:3]:
                    print("   !", error)
    for reason, count in reasons.most_common(15):
        print("%4d not run by Django: %s" % (count, reason))
    print("%s with Django %s: %d of %d statements identical (%.2f %%), %d of %d migrations differ, %d not run, "
          "%d operations not known" % (os.path.basename(os.path.abspath(args.root)), version, equal, total,
                                       100.0 * equal / max(total, 1), different, len(ours) - failed, failed,
                                       len(unknown)))


if __name__ == "__main__":
    sys.exit(main())
