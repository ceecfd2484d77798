#!/usr/bin/env python3
"""Compares `mlint dump --stage=migrations` with what Python imports, on the fixture projects of this repository.

usage: fixtures.py MLINT FIXTURES

Every Django project below FIXTURES is copied to a place of its own, dumped and handed to import_migrations.py, each in a
process of its own. Exit code 1 when something differs, 77 when no Python with Django is there.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

COMPARE = pathlib.Path(__file__).with_name("import_migrations.py")
FIGURES = re.compile(r"(\d+) migrations compared, (\d+) not importable; operations (\d+)/(\d+); arguments (\d+)/(\d+); (\d+) differences")

# What no Python imports, because that is what the project is about.
NOT_IMPORTABLE = {
    "projects/F1-arguments-not-known/project": 1,  # takes an argument from a package that is not there
    "projects/E3-concurrently-argument/project": 1,  # an argument that Django does not have
    "projects/F1-function-in-doubt/project": 1,  # wants a variable of the environment
    "projects/F2-helpers-and-sql-files/project": 1,  # wants a variable of the environment
}

# Differences of projects whose code mlint follows further than what is compared: settings and tables of models, which
# stand-ins take the place of, and calls of the project's and of packages' classes in terms of Django's own.
FOLLOWED = {
    "projects/F1-field-removed-in-two-steps/project": 1,
    "projects/F1-third-party-fields/project": 2,
    "projects/F2-code-that-is-followed/project": 12,
}


def python_with_django():
    for python in dict.fromkeys(filter(None, (sys.executable, "/usr/bin/python3", shutil.which("python3")))):
        if subprocess.run([python, "-c", "import django"], capture_output=True).returncode == 0:
            return python
    return None


def projects(fixtures):
    """Folders that are laid out as a project; those of a case with two sides are two."""
    yield fixtures / "demo-shop"
    for folder in sorted((fixtures / "projects").iterdir()):
        for side in ("project", "base", "head"):
            if (folder / side).is_dir():
                yield folder / side


def compare(mlint, python, project, scratch):
    """The figures of one project, and what differs."""
    place = scratch / "project"
    shutil.copytree(project, place)
    dump = subprocess.run([mlint, "dump", "--stage=migrations", "--output", "json", "."], cwd=place, capture_output=True, timeout=60)
    if b"no migration in" in dump.stderr:
        return None, []
    if dump.returncode != 0:
        return None, [f"dump: exit code {dump.returncode}: {dump.stderr.decode(errors='replace').strip()}"]
    (scratch / "dump.json").write_bytes(dump.stdout)
    done = subprocess.run([python, str(COMPARE), str(place), str(scratch / "dump.json"), "--verbose"], capture_output=True,
                          timeout=120, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    lines = done.stdout.decode(errors="replace").splitlines()
    found = FIGURES.search(lines[-1]) if lines else None
    if not found:
        return None, [f"no figures: {done.stderr.decode(errors='replace').strip()[-400:]}"]
    figures = [int(n) for n in found.groups()]
    return figures, lines[:-1] if figures[6] else []


def main():
    mlint, fixtures = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
    python = python_with_django()
    if python is None:
        print("skipped: no Python here can import django")
        return 77
    sums, problems, count = [0] * 7, [], 0
    for project in projects(fixtures):
        with tempfile.TemporaryDirectory() as scratch:
            figures, differences = compare(mlint, python, project, pathlib.Path(scratch))
        if figures:
            count += 1
            expected = NOT_IMPORTABLE.get(str(project.relative_to(fixtures)), 0)
            if figures[1] != expected:
                differences = differences or [f"{figures[1]} migrations are not importable, expected {expected}"]
            if differences and len(differences) == FOLLOWED.get(str(project.relative_to(fixtures))):
                figures[5], figures[6], differences = figures[5] - len(differences), 0, []
            sums = [a + b for a, b in zip(sums, figures)]
        problems += [f"{project.relative_to(fixtures)}: {line}" for line in differences]
    for line in problems:
        print(line)
    print(f"{count} projects: {sums[0]} migrations compared, {sums[1]} not importable; operations {sums[2]}/{sums[3]}; "
          f"arguments {sums[4]}/{sums[5]}; {sums[6]} differences")
    return 1 if problems or not sums[0] else 0


if __name__ == "__main__":
    sys.exit(main())
