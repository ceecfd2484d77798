"""What `help:` prints: steps that can be pasted, and queries to look with first."""
import collections
import os
import re
import tempfile

import layout

HEADER = re.compile(r"(?:--|#) (?:step \d+(?:, )?)?((?:alone|outside|in|as) .*)?$")
LOOK_FIRST = "look first: "
Step = collections.namedtuple("Step", "alone text")
Case = collections.namedtuple("Case", "rule fixture django steps prelude")


def steps_of(help_text):
    lines = help_text.split("\n")
    while lines and not lines[0].endswith(":"):
        return []
    steps, alone, body = [], False, []
    for line in lines[1:]:
        header = HEADER.match(line)
        if not header:
            body.append(line)
            continue
        if body:
            steps.append(Step(alone, "\n".join(body) + "\n"))
        body, alone = [], bool(re.search(r"alone|outside|file of its own|only statement", header[1] or ""))
    return steps + ([Step(alone, "\n".join(body) + "\n")] if body else [])


def cases_of(mlint, fixtures, language, version, only):
    found, seen = [], set()
    for rule in sorted(os.listdir(fixtures)):
        bad = os.path.join(fixtures, rule, "bad")
        for name in sorted(os.listdir(bad)) if os.path.isdir(bad) and (not only or only in rule) else []:
            entry = os.path.join(bad, name)
            django = layout.is_django(entry)
            if django != (language == "django") or (django and os.path.isdir(entry)):
                continue
            with tempfile.TemporaryDirectory() as folder:
                layout.lay_out(folder, fixtures, entry, django)
                for finding in layout.check(mlint, folder, version):
                    steps = steps_of(finding.get("help", ""))
                    if finding["code"] != rule[:5] or not steps or (finding["help"], name) in seen:
                        continue
                    seen.add((finding["help"], name))
                    found.append(Case(finding["rule"], entry, django, steps, prelude(folder, finding, django)))
    return found


def queries_of(mlint, fixtures, only):
    """What `help:` says to look for first, of fixtures in SQL: (rule, fixture, query, statements before)."""
    found = []
    for rule in sorted(os.listdir(fixtures)):
        bad = os.path.join(fixtures, rule, "bad")
        for name in sorted(os.listdir(bad)) if os.path.isdir(bad) and (not only or only in rule) else []:
            entry = os.path.join(bad, name)
            if not name.endswith(".sql"):
                continue
            with tempfile.TemporaryDirectory() as folder:
                layout.lay_out(folder, fixtures, entry, False)
                found += [(finding["rule"], entry, finding["help"][len(LOOK_FIRST):], prelude(folder, finding, False))
                          for finding in layout.check(mlint, folder, None) if finding.get("help", "").startswith(LOOK_FIRST)]
    return found


def prelude(folder, finding, django):
    """The statements before the one that is spoken about, which a recipe leaves as they are."""
    if django:
        return ""
    with open(os.path.join(folder, finding["file"]), "rb") as file:
        before = file.read()[:finding["range"]["start"]["offset"]].decode()
    return "" if "BEGIN;" in before else before
