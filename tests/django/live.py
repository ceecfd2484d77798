#!/usr/bin/env python3
"""Compares mlint's lowering with real Djangos on a PostgreSQL of its own.

usage: live.py TESTS [--every N] [--only VERSION]

TESTS is the binary with the hidden test. The Djangos: the one of Debian's interpreter, and those of DJANGO_SOURCES, a
list of directories that hold a django/ package (with asgiref and sqlparse beside it, or installed). Exit code 77
(skipped) where no Django or no server is installed. exceptions.txt lists what is known to differ, and why.
"""
import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import truth  # noqa: E402

ASK = "import django, asgiref, sqlparse, psycopg2; print('%d.%d.%d' % django.VERSION[:3])"


def load_server():
    spec = importlib.util.spec_from_file_location("oracle_live", os.path.join(HERE, "..", "oracle", "live.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def version_of(python, path):
    done = subprocess.run([python, "-c", ASK], env=dict(os.environ, PYTHONPATH=path), capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else None


def djangos():
    """(version, interpreter, PYTHONPATH), one a release series."""
    found = []
    given = [path for path in os.environ.get("DJANGO_SOURCES", "").split(os.pathsep) if path]
    beside = os.environ.get("DJANGO_BESIDE", "")  # asgiref and sqlparse, where the interpreter has none
    for python, path in [("/usr/bin/python3", ""), (sys.executable, "")] + [(sys.executable, p) for p in given]:
        where = os.pathsep.join(p for p in (path, beside if path else "") if p)
        version = version_of(python, where) if os.path.exists(python) else None
        if version is None and path:
            print("skipped: no Django that can be imported with %s in %s" % (python, path))
        if version and version.split(".")[:2] not in [v.split(".")[:2] for v, _, _ in found]:
            found.append((version, python, where))
    return found


def lacks_postgis(python, path):
    """Why geometries cannot be compared here; empty where they can."""
    ask = ("import ctypes.util, os, psycopg2; c = psycopg2.connect(host=os.environ['PGHOST'], user='postgres').cursor();"
           "c.execute(\"SELECT count(*) FROM pg_available_extensions WHERE name IN ('postgis', 'postgis_raster')\");"
           "print(c.fetchone()[0], ctypes.util.find_library('gdal'), ctypes.util.find_library('geos_c'))")
    done = subprocess.run([python, "-c", ask], env=dict(os.environ, PYTHONPATH=path), capture_output=True, text=True)
    good = done.stdout.startswith("2 ") and "None" not in done.stdout
    return "" if good else "PostGIS, GDAL or GEOS is not installed (Debian: apt-get install postgresql-15-postgis-3)"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tests")
    parser.add_argument("--every", default="10")
    parser.add_argument("--only")
    parser.add_argument("--show", type=int, default=20)
    args = parser.parse_args()
    oracle = load_server()
    binaries = oracle.find_binaries(None)
    versions = [d for d in djangos() if not args.only or d[0].startswith(args.only)]
    if not binaries:
        print("skipped: no PostgreSQL server is installed here (Debian: apt-get install postgresql-15)")
        return 77
    if not versions:
        print("skipped: no Django is installed here (Debian: apt-get install python3-django python3-psycopg2)")
        return 77
    os.environ["EVERY"] = args.every
    os.environ["MLINT_LOWER_TOOL"] = args.tests
    server = oracle.Server(binaries)
    good = True
    try:
        server.start()
        os.environ.update(PGHOST=server.dir, PGPORT="5432", PGDATABASE="postgres")
        for version, python, path in versions:
            print("Django %s:" % version, end=" ", flush=True)
            with tempfile.TemporaryDirectory() as folder:
                good = truth.matrix_agrees(version, python, path, folder, args.show) and good
            print("Django %s, geometries:" % version, end=" ", flush=True)
            missing = lacks_postgis(python, path)
            if missing:
                print("skipped: " + missing)
                continue
            with tempfile.TemporaryDirectory() as folder:
                good = truth.matrix_agrees(version, python, path, folder, args.show, gis=True) and good
    finally:
        server.stop()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
