#!/usr/bin/env python3
"""Compares mlint's lowering with real Djangos.

    truth.py matrix VERSION     the generated matrix; the Django is the one on sys.path of PYTHON_DJANGO
Environment: MLINT_LOWER_TOOL (a binary with the hidden test), DJANGO_PATH (PYTHONPATH of the Django to ask), PYTHON.
"""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import compare  # noqa: E402
import matrix  # noqa: E402


def real(listing, out):
    environment = dict(os.environ, PYTHONPATH=os.environ.get("DJANGO_PATH", ""))
    subprocess.run([os.environ.get("PYTHON", "python3"), os.path.join(HERE, "real.py"), listing, out],
                   env=environment, check=True)
    with open(out) as file:
        return json.load(file)


def ours(listing):
    subprocess.run([os.environ["MLINT_LOWER_TOOL"], "[.lower]"], env=dict(os.environ, MLINT_LOWER=listing), check=True,
                   stdout=subprocess.DEVNULL)
    with open(listing + ".out") as file:
        return json.load(file)


def report(entries, lowered, recorded, verbose):
    equal = total = bad = 0
    refused = set()  # what the server refused is missing from its catalogue: later migrations of that case say nothing
    for entry, mine, theirs in zip(entries, lowered, recorded):
        if mine.get("unread"):
            print("UNREAD", entry["path"])
            continue
        if entry["app"] in refused:
            continue
        if theirs["errors"]:
            refused.add(entry["app"])
        sql = [s["sql"] for s in mine["statements"]]
        if "fails" in theirs and "fails" in mine:
            continue
        same, of, differences = compare.compare(sql, theirs["statements"])
        equal += same
        total += of
        if differences or ("fails" in theirs) != ("fails" in mine):
            bad += 1
            if bad <= verbose:
                print("==", entry.get("case", ""), entry["app"], os.path.basename(entry["path"]),
                      "BACKWARDS" if entry.get("backwards") else "", theirs.get("fails", ""), "| ours:",
                      mine.get("fails", ""), mine["unknown"])
                for left, right in differences:
                    for statement in left:
                        print("   -", statement[:400])
                    for statement in right:
                        print("   +", statement[:400])
                for error in theirs["errors"]:
                    print("   !", error)
    print("identical: %d of %d statements (%.2f %%); migrations that differ: %d of %d"
          % (equal, total, 100.0 * equal / max(total, 1), bad, len(entries)))
    return bad == 0


def main():
    version = tuple(int(part) for part in sys.argv[2].split("."))
    with tempfile.TemporaryDirectory() as directory:
        entries = matrix.write(directory, version)
        listing = os.path.join(directory, "list.json")
        with open(listing, "w") as file:
            json.dump({"version": sys.argv[2], "default_auto_field": "django.db.models.BigAutoField",
                       "migrations": entries}, file)
        lowered = ours(listing)
        recorded = real(listing, os.path.join(directory, "real.json"))
        return 0 if report(entries, lowered, recorded, int(os.environ.get("VERBOSE", "40"))) else 1


sys.exit(main())
