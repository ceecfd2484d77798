#!/usr/bin/env python3
"""Compares mlint with a real Django over every migration of a project whose dependencies are installed.

usage: installed.py MLINT ROOT --python PYTHON --settings MODULE [--directory DIR] [--set NAME=VALUE ...]

What sqlmigrate prints, forwards and backwards, is compared with `mlint sql APP NAME --output sql` line by line, and what
is executed with its statements. DIR is where manage.py is. With --executed sqlmigrate is not asked, which is quicker.
"""
import argparse
import collections
import difflib
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
from statements import split  # noqa: E402


def recorded(args):
    """What installed_run.py wrote, first with the squashes, then with what they replace."""
    oracle = live.load_server()
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out.json")
        for path in ("squashed", "replaced"):
            server = oracle.Server(oracle.find_binaries(None))
            try:
                server.start()
                environment = dict(os.environ, DJANGO_SETTINGS_MODULE=args.settings, PGHOST=server.dir, PGPORT="5432",
                                   PGDATABASE="postgres", PYTHONDONTWRITEBYTECODE="1", PYTHONHASHSEED="0",
                                   **dict(pair.split("=", 1) for pair in args.set))
                subprocess.run([args.python, "-W", "ignore", os.path.join(HERE, "installed_run.py"), out, path,
                                "no" if args.executed else "yes"],
                               cwd=args.directory or args.root, env=environment, check=True)
            finally:
                server.stop()
        with open(out) as file:
            return json.load(file)


def ours(args, version, *flags):
    """{(app, name): text} of `mlint sql --all`."""
    done = subprocess.run([os.path.abspath(args.mlint), "sql", "--all", "--django-version", version, *flags],
                          cwd=args.root, capture_output=True, text=True)
    texts, key = {}, None
    for line in done.stdout.split("\n"):
        head = re.fullmatch(r"-- ([\w.]+)\.([\w-]+)", line)
        if head:
            key = head[1], head[2]
            texts[key] = []
        elif key:
            texts[key].append(line)
    return {key: "\n".join(lines) for key, lines in texts.items()}, done.stderr


def normal(text):
    return compare.CLOCK.sub("CLOCK", compare.RANDOM.sub("RANDOM", text))


class Tally:
    def __init__(self, what):
        self.what, self.equal, self.total, self.shown, self.as_executed = what, 0, 0, 0, 0

    def add(self, key, equal, total, lines, show):
        self.equal += equal
        self.total += total
        if lines and self.shown < show:
            self.shown += 1
            print("== %s.%s: %s" % (key + (self.what,)))
            print("\n".join("   " + line[:400] for line in lines))

    def line(self):
        text = "%s: %d of %d identical (%.2f %%)" % (self.what, self.equal, self.total,
                                                     100.0 * self.equal / max(self.total, 1))
        return text + (", %d of them as executed, not as printed" % self.as_executed if self.as_executed else "")


def compare_texts(key, mine, theirs, sent, tally, show):
    """Line by line. Where sqlmigrate prints less than migrate executes, because it does not see what earlier operations
    of the same migration do to the catalogue, what is executed counts."""
    mine, theirs = normal(mine).rstrip("\n").split("\n"), normal(theirs).rstrip("\n").split("\n")
    if not compare.compare(mine, theirs)[2]:
        return tally.add(key, 1, 1, [], show)
    comments = [[line for line in text if line.startswith("--") and "no-op" not in line] for text in (mine, theirs)]
    if comments[0] == comments[1] and sent is not None:
        statements = [one for statement in sent for one in executed(statement)]
        if not compare.compare(executed("\n".join(mine)), statements)[2]:
            tally.as_executed += 1
            return tally.add(key, 1, 1, [], show)
    lines = list(difflib.unified_diff(theirs, mine, n=0, lineterm=""))[2:]
    tally.add(key, 0, 1, [line for line in lines if not line.startswith("@@")], show)


def compare_statements(key, mine, theirs, tally, show):
    equal, total, differences = compare.compare(executed(mine), [one for statement in theirs for one in executed(statement)])
    lines = ["-" + s for _, right in differences for s in right] + ["+" + s for left, _ in differences for s in left]
    tally.add(key, equal, total, lines, show)


def executed(text):
    return [statement for statement in split(text) if statement not in ("BEGIN", "COMMIT")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mlint")
    parser.add_argument("root")
    parser.add_argument("--python", required=True)
    parser.add_argument("--settings", required=True)
    parser.add_argument("--directory")
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--recorded", help="what Django did, from an earlier run; written where it does not exist")
    parser.add_argument("--executed", action="store_true")
    parser.add_argument("--show", type=int, default=20)
    args = parser.parse_args()
    version = live.version_of(args.python, "")
    if args.recorded and os.path.exists(args.recorded):
        with open(args.recorded) as file:
            theirs = json.load(file)
    else:
        theirs = recorded(args)
        if args.recorded:
            with open(args.recorded, "w") as file:
                json.dump(theirs, file)
    tally = Tally("statements")
    tallies = [tally]
    statements, notes = ours(args, version, "--output", "sql")
    refused = 0
    for result in theirs:
        key = (result["app"], result["name"])
        if key not in statements:
            continue  # a package's
        if result["errors"] or "after" in result.get("fails", {}):
            refused += 1
            print("!! %s.%s: %s" % (key + (result["errors"] or [result["fails"]["after"]],)))
        if "after" not in result.get("fails", {}):
            compare_statements(key, statements[key], result["forwards"], tally, args.show)
    for direction, flags in (("forwards", []), ("backwards", ["--backwards"])):
        if args.executed:
            continue
        texts = ours(args, version, "--output", "sql", *flags)[0] if flags else statements
        tallies.append(Tally(direction + " text"))
        for result in theirs:
            key = (result["app"], result["name"])
            if key not in texts:
                continue
            text = result.get(direction + "_text", "")
            mine = texts[key]
            if direction + "_text" in result.get("fails", {}):  # its message names addresses in memory
                text, mine = "-- " + result["fails"][direction + "_text"].split(":")[0], mine.split(":")[0]
            compare_texts(key, mine, text, result.get(direction), tallies[-1], args.show)
    print("%s with Django %s; %d migrations that the server or Django refused" % (
        os.path.basename(os.path.abspath(args.root)), version, refused))
    for tally in tallies:
        print("  " + tally.line())
    unknown = re.findall(r"operation (\d+): (.*)", notes)
    print("  operations that are not all known: %d" % len(unknown))
    for reason, count in collections.Counter(reason for _, reason in unknown).most_common(15):
        print("    %4d %s" % (count, reason))
    return 0


if __name__ == "__main__":
    sys.exit(main())
