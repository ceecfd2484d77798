"""Lowers the generated matrix with mlint and with a real Django, and compares."""
import fnmatch
import json
import os
import subprocess

import compare
import matrix

HERE = os.path.dirname(os.path.abspath(__file__))


def real(listing, out, python, path):
    environment = dict(os.environ, PYTHONPATH=path, PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1")
    subprocess.run([python, "-W", "ignore", os.path.join(HERE, "real.py"), listing, out], env=environment, check=True)
    with open(out) as file:
        return json.load(file)


def ours(listing):
    subprocess.run([os.environ["MLINT_LOWER_TOOL"], "[.lower]"], env=dict(os.environ, MLINT_LOWER=listing), check=True,
                   stdout=subprocess.DEVNULL)
    with open(listing + ".out") as file:
        return json.load(file)


def exceptions(version):
    """Patterns of cases that may differ under this version; the file gives the reason beside each."""
    patterns = []
    with open(os.path.join(HERE, "exceptions.txt")) as file:
        for line in file:
            words = line.split("#")[0].split()
            if words and (words[0] == "*" or (version + ".").startswith(words[0] + ".")):
                patterns.append(words[1])
    return patterns


def describe(entry, mine, theirs, differences):
    print("==", entry.get("case", ""), entry["app"], os.path.basename(entry["path"]),
          "BACKWARDS" if entry.get("backwards") else "", theirs.get("fails", ""), "| ours:", mine.get("fails", ""),
          mine["unknown"])
    for left, right in differences:
        for statement in left:
            print("   -", statement[:400])
        for statement in right:
            print("   +", statement[:400])
    for error in theirs["errors"]:
        print("   !", error)


class Tally:
    def __init__(self):
        self.equal = self.total = self.bad = self.listed = self.compared = 0

    def line(self):
        return ("%d of %d statements identical (%.2f %%), %d of %d migrations differ, %d more as listed"
                % (self.equal, self.total, 100.0 * self.equal / max(self.total, 1), self.bad, self.compared,
                   self.listed))


def report(entries, lowered, recorded, version, show):
    tally = Tally()
    refused = set()  # what the server refused is missing from its catalogue: later migrations of that case say nothing
    patterns = exceptions(version)
    for entry, mine, theirs in zip(entries, lowered, recorded):
        if entry["app"] in refused:
            continue
        if theirs["errors"]:
            refused.add(entry["app"])
        unread = bool(mine.get("unread"))
        if not unread and "fails" in theirs and "fails" in mine:
            continue
        tally.compared += 1
        sql = [] if unread else [s["sql"] for s in mine["statements"]]
        same, of, differences = compare.compare(sql, theirs["statements"])
        if differences and version.startswith(("3.2", "4.0")) and compare.same_retyped(sql, theirs["statements"]):
            same, differences = of, []
        tally.equal += same
        tally.total += of
        if not unread and not differences and ("fails" in theirs) == ("fails" in mine):
            continue
        if any(fnmatch.fnmatchcase(entry["case"].replace(" ", ""), pattern) for pattern in patterns):
            tally.listed += 1
            continue
        tally.bad += 1
        if tally.bad <= show:
            describe(entry, mine, theirs, differences)
    print(tally.line())
    return tally.bad == 0


def matrix_agrees(version, python, path, directory, show, gis=False):
    entries = matrix.write(directory, tuple(int(part) for part in version.split(".")), gis)
    listing = os.path.join(directory, "list.json")
    with open(listing, "w") as file:
        json.dump({"version": version, "default_auto_field": "django.db.models.BigAutoField", "migrations": entries,
                   "gis": gis, "time_zone": "Europe/Berlin"}, file)
    recorded = real(listing, os.path.join(directory, "real.json"), python, path)
    return report(entries, ours(listing), recorded, version, show)
