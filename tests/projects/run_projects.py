#!/usr/bin/env python3
"""Runs mlint on every project of fixtures/projects (and fixtures/incidents) and compares with what its case.json expects.

usage: run_projects.py MLINT FIXTURES [NAME…]

A case is a folder with case.json and either project/ (no git), or base/ and head/ ("git": "branch": base is on main and
pushed, head is the branch checked out; untracked/ is laid over it without a commit). case.json:
  scenario, about   what it shows
  args              of mlint, run in the project; "stdin" goes to its standard input; "runs" is a list of such runs
  expect            findings of severity warning and error, strict both ways; "any": do not look.
                    A finding: severity, rule, file, and if given line, app, locks, help (part of it), text (the source
                    that its range covers begins with it), labels (files)
  also              "severity rule" that may stand beside them
  infos             info findings that must be there, as "rule file:line"
  apps              labels that `mlint graph` must know
  unanalyzed        the summary's count
  notes             parts of the summary's notes
  goldens           formats whose whole output goldens/FORMAT holds; MLINT_UPDATE=1 rewrites them: read the difference
  exit              default: 1 with an error expected, else 0
  open              why it does not work yet: the case must then fail, and is counted apart
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

GIT = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main"]
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("GITHUB_", "CI", "GIT_", "MLINT_"))}


def git(folder, *args):
    subprocess.run(GIT + list(args), cwd=folder, check=True, capture_output=True, env=CLEAN)


def lay_out(case_folder, case, scratch):
    project = scratch / "work"
    if case.get("git") != "branch":
        shutil.copytree(case_folder / "project", project)
        return project
    shutil.copytree(case_folder / "base", project)
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "base")
    git(scratch, "clone", "-q", "--bare", str(project), str(scratch / "origin.git"))
    git(project, "remote", "add", "origin", str(scratch / "origin.git"))
    git(project, "fetch", "-q", "origin")
    git(project, "remote", "set-head", "origin", "main")
    git(project, "checkout", "-qb", "feature")
    for entry in project.iterdir():
        if entry.name != ".git":
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    shutil.copytree(case_folder / "head", project, dirs_exist_ok=True)
    git(project, "read-tree", "--empty")  # copies of one size and time look unchanged to the index
    git(project, "add", "-A")
    git(project, "commit", "--allow-empty", "-qm", "head")
    if (case_folder / "untracked").exists():
        shutil.copytree(case_folder / "untracked", project, dirs_exist_ok=True)
    return project


def matches(want, finding, project):
    for key in ("severity", "rule", "file", "app"):
        if key in want and want[key] != finding.get(key):
            return False
    start = finding.get("range", {}).get("start", {})
    if "line" in want and want["line"] != start.get("line"):
        return False
    locks = {f"{lock['relation']} {lock['mode']}" for lock in finding.get("locks", [])}
    if not set(want.get("locks", [])) <= locks:
        return False
    if want.get("help", "") not in finding.get("help", ""):
        return False
    if not set(want.get("labels", [])) <= {label.get("file") for label in finding.get("labels", [])}:
        return False
    if "text" in want:
        source = (project / finding["file"]).read_bytes()[start["offset"]:]
        return source.startswith(want["text"].encode())
    return True


def compare(run, report, code, project):
    problems = []
    findings = report["findings"]
    serious = [f for f in findings if f["severity"] in ("error", "warning")]
    if run.get("expect", "any") != "any":
        left = list(serious)
        for want in run["expect"]:
            hit = next((f for f in left if matches(want, f, project)), None)
            if hit is None:
                problems.append(f"missing {json.dumps(want)}")
            else:
                left.remove(hit)
        allowed = set(run.get("also", []))
        for finding in left:
            if f"{finding['severity']} {finding['rule']}" not in allowed:
                line = finding.get("range", {}).get("start", {}).get("line")
                problems.append(f"not expected: {finding['severity']}[{finding['rule']}] {finding.get('file')}:{line} {finding['message']}")
        error = any(f["severity"] == "error" for f in serious)
        if code != run.get("exit", 1 if error else 0):
            problems.append(f"exit code {code}")
    infos = {f"{f['rule']} {f.get('file')}:{f.get('range', {}).get('start', {}).get('line')}" for f in findings}
    problems += [f"missing info {want}" for want in run.get("infos", []) if want not in infos]
    said = report["summary"].get("notes", [])
    problems += [f"missing note {want!r}" for want in run.get("notes", []) if not any(want in note for note in said)]
    if "unanalyzed" in run and report["summary"]["unanalyzed"] != run["unanalyzed"]:
        problems.append(f"unanalyzed: {report['summary']['unanalyzed']}, expected {run['unanalyzed']}")
    verdicts = {m["name"]: m["verdict"] for m in report.get("migrations", [])}
    for name, verdict in run.get("verdicts", {}).items():
        if verdicts.get(name) != verdict:
            problems.append(f"verdict of {name}: {verdicts.get(name)}, expected {verdict}")
    return problems


def run_one(mlint, run, project):
    done = subprocess.run([mlint, *run["args"], "--output", "json"], cwd=project, input=run.get("stdin", "").encode(),
                          capture_output=True, timeout=60, env=CLEAN)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return [f"no JSON (exit {done.returncode}): {done.stdout[:200]!r} {done.stderr.decode(errors='replace')[:400]}"]
    problems = compare(run, report, done.returncode, project)
    if "apps" in run:
        graph = subprocess.run([mlint, "graph", "--output", "json"], cwd=project, capture_output=True, timeout=60, env=CLEAN)
        known = graph.stdout.decode(errors="replace")
        problems += [f"graph does not know app {app}" for app in run["apps"] if f'"{app}"' not in known]
    return problems


def compare_goldens(mlint, run, project, folder):
    problems = []
    for each in run.get("goldens", []):
        done = subprocess.run([mlint, *run["args"], "--output", each], cwd=project, capture_output=True, timeout=60, env=CLEAN)
        golden = folder / each
        if os.environ.get("MLINT_UPDATE"):
            folder.mkdir(exist_ok=True)
            golden.write_bytes(done.stdout)
        if not golden.exists() or golden.read_bytes() != done.stdout:
            problems.append(f"{each} is not what goldens/{each} holds")
    return problems


def check(mlint, case_folder):
    case = json.loads((case_folder / "case.json").read_text())
    with tempfile.TemporaryDirectory() as scratch:
        project = lay_out(case_folder, case, pathlib.Path(scratch))
        problems = [p for run in case.get("runs", [case]) for p in run_one(mlint, run, project)]
        return problems + compare_goldens(mlint, case, project, case_folder / "goldens")


def main():
    mlint, fixtures, *names = sys.argv[1:]
    mlint = os.path.abspath(mlint)
    failed = passed = still_open = 0
    for folder in sorted(p.parent for p in pathlib.Path(fixtures).glob("*/case.json")):
        if names and not any(folder.name.startswith(n) for n in names):
            continue
        problems = check(mlint, folder)
        if json.loads((folder / "case.json").read_text()).get("open"):
            still_open += 1
            problems = [] if problems else ["works now: take its \"open\" away"]
        failed, passed = failed + bool(problems), passed + (not problems)
        for problem in problems:
            print(f"{folder.name}: {problem}")
    if still_open:
        print(f"{still_open} of them are open: they are known not to work yet")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
