#!/usr/bin/env python3
"""docs/incidents.md from fixtures/incidents: what mlint says about public incidents, misses included.

usage: incidents_page.py ROOT [--write]

Without --write it fails when the page is stale. That mlint says what the page says is the test `incidents`, which
compares every case with what its case.json expects.
"""
import json
import os
import sys


def said(run):
    findings = ["%s [%s](rules/%s.md)" % (f["severity"], f["rule"], f["rule"]) for f in run["expect"]]
    return ", ".join(findings) or "**nothing**"


def page(root):
    folder = os.path.join(root, "fixtures", "incidents")
    rows, notes, found, configured = [], [], 0, 0
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name, "case.json")) as file:
            case = json.load(file)
        runs = case.get("runs") or [case]
        found += bool(runs[0]["expect"])
        configured += bool(runs[-1]["expect"])
        who = "[%s](%s)" % (case["scenario"], case["source"]) if "source" in case else case["scenario"]
        rows.append("| %s | %s | %s | %s |" % (who, case["about"].split(": silent until")[0], said(runs[0]),
                                               said(runs[-1]) if len(runs) > 1 else "the same"))
        if "honest" in case:
            notes.append("- %s: %s" % (case["scenario"], case["honest"]))
    return ("# Public incidents\n\nEach is rebuilt as a small project of our own in `fixtures/incidents`, as far as its "
            "public account goes. Of %d, mlint reports %d with no configuration and %d when the configuration names the "
            "tables that are hot.\n\n| incident | what happened | no configuration | with configuration |\n|---|---|---|---|\n"
            "%s\n\n## What it does not see\n\n%s\n" % (len(rows), found, configured, "\n".join(rows), "\n".join(notes)))


def main():
    root, write = sys.argv[1], "--write" in sys.argv[2:]
    path = os.path.join(root, "docs", "incidents.md")
    text = page(root)
    old = open(path).read() if os.path.exists(path) else ""
    if write:
        with open(path, "w") as file:
            file.write(text)
    elif old != text:
        print("docs/incidents.md is stale; `python3 tests/projects/incidents_page.py . --write` writes it")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
