#!/usr/bin/env python3
"""Runs what mlint recommends on a PostgreSQL of its own.

usage: run_recipes.py MLINT FIXTURES [--bin DIRECTORY] [--only RULE] [-v]

Each bad fixture is judged; each help with steps is taken as it is printed, and its steps become migrations behind the
context: .sql files for psql, migrations for the Djangos that are installed (and those of DJANGO_SOURCES). They run one
after the other while another session holds an old snapshot on another table: a step in a transaction must end meanwhile,
under a short lock_timeout; a step that stands alone may wait for the snapshot to end, and must then succeed. Behind
them nothing is left invalid, the schema holds what the bad statement would have made, Django's state is the same, and
mlint says neither error nor warning about them. Queries that `help:` gives to look for rows are run where they would be.
The good form of every rule, which its page prints, is run in the same way; that mlint is silent about it is a unit test.
A rule of which nothing was run has a reason in reasons.py. Exit code 77 (skipped) where no server is installed.
"""
import argparse
import collections
import concurrent.futures
import importlib.util
import os
import shutil
import sys
import time

import django_recipe
import good_form
import printed
import sql_recipe
from bench import Bench, prepare, proves_itself
from reasons import NOTHING_TO_RUN

HERE = os.path.dirname(os.path.abspath(__file__))
DJANGOS = ("3.2", "4.2", "5.2")  # that recipes are told apart for; which of them are installed is said at the end
Job = collections.namedtuple("Job", "kind rule fixture run")


def load(name, *path):
    spec = importlib.util.spec_from_file_location(name, os.path.join(HERE, "..", *path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def jobs_of(bench, args, versions):
    """Everything that is run; each returns what went wrong."""
    jobs = [Job("SQL", case.rule, case.fixture, lambda c=case: sql_recipe.sql_case(bench, args.mlint, args.fixtures, c))
            for case in printed.cases_of(args.mlint, args.fixtures, "sql", None, args.only)]
    for version, python, path in versions:
        short = ".".join(version.split(".")[:2])
        for case in printed.cases_of(args.mlint, args.fixtures, "django", short, args.only):
            jobs.append(Job("Django " + short, case.rule, case.fixture, lambda c=case, v=version, p=python, w=path:
                            django_recipe.django_case(bench, args.mlint, args.fixtures, c, v, p, w)))
    for rule, fixture, query, before in printed.queries_of(args.mlint, args.fixtures, args.only):
        jobs.append(Job("queries", rule, fixture, lambda q=query, b=before: [
            q + ": " + wrong for wrong in [sql_recipe.query_case(bench, q, b)] if wrong]))
    newest = max(versions, key=lambda one: [int(part) for part in one[0].split(".")[:2]], default=None)
    for rule, entry in good_form.cases_of(args.fixtures, args.only):
        if not entry.endswith(".py"):
            jobs.append(Job("good forms", rule, entry, lambda r=rule, e=entry: good_form.run_sql(bench, args.fixtures, r, e)))
        elif newest and django_recipe.at_least(newest[0], *good_form.needed(entry)):
            jobs.append(Job("good forms", rule, entry, lambda e=entry: good_form.run_django(
                bench, args.fixtures, e, *newest)))
    return jobs


def unexplained(mlint, fixtures, jobs, versions):
    """Rules of which nothing ran and nobody says why; and reasons that are none any more. A good form that asks for a
    newer Django than is installed is reason enough."""
    ran = {job.rule for job in jobs} | {rule for rule, _ in good_form.cases_of(fixtures, None)}
    rules = good_form.rules_of(mlint)
    problems = ["%s: nothing of it was run, and reasons.py does not say why" % rule for rule in rules
                if rule not in ran and rule not in NOTHING_TO_RUN] if versions else []
    return problems + ["reasons.py gives a reason for %s, which %s" % (rule, "was run" if rule in ran else "is no rule")
                       for rule in NOTHING_TO_RUN if rule in ran or rule not in rules]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mlint")
    parser.add_argument("fixtures")
    parser.add_argument("--bin")
    parser.add_argument("--only")
    parser.add_argument("-v", action="store_true")
    args = parser.parse_args()
    args.mlint, args.fixtures = os.path.abspath(args.mlint), os.path.abspath(args.fixtures)
    oracle, live = load("oracle_live", "oracle", "live.py"), load("django_live", "django", "live.py")
    binaries = oracle.find_binaries(args.bin)
    if not binaries or not shutil.which("psql"):
        print("skipped: no PostgreSQL server is installed here (Debian: apt-get install postgresql-15)")
        return 77
    started = time.monotonic()
    versions = live.djangos()
    server = oracle.Server(binaries)
    ran, failed = collections.Counter(), 0
    try:
        server.start()
        bench = Bench(server)
        prepare(bench, args.fixtures, versions)
        if not proves_itself(bench, server.dir):
            print("a build that must be cancelled was not")
            return 1
        jobs = jobs_of(bench, args, versions)
        pool = concurrent.futures.ThreadPoolExecutor(4)  # they mostly wait
        for job, problems in zip(jobs, pool.map(lambda one: one.run(), jobs)):
            ran[job.kind] += 1
            failed += bool(problems)
            if problems or args.v:
                print("%s %s (%s)" % (job.rule, os.path.relpath(job.fixture, args.fixtures), job.kind))
                for problem in problems:
                    print("  " + problem)
        for problem in unexplained(args.mlint, args.fixtures, jobs, versions) if not args.only else []:
            failed += 1
            print(problem)
    finally:
        server.stop()
    here = [".".join(version.split(".")[:2]) for version, _, _ in versions]
    absent = [wanted for wanted in DJANGOS if wanted not in here]
    print("recipes: %s; %d failed, %.0f s%s" %
          (", ".join("%d %s" % (count, kind) for kind, count in sorted(ran.items())), failed, time.monotonic() - started,
           "; not installed, so not run: Django " + ", ".join(absent) if absent else ""))
    return 1 if failed or not ran else 0


if __name__ == "__main__":
    sys.exit(main())
