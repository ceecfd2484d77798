#!/usr/bin/env python3
"""Which files the runners of plain SQL can run, and what mlint says about them.

usage: transactions.py MLINT

Each runner that is on PATH applies small migrations to a server of the test's own: CREATE INDEX CONCURRENTLY alone in its
file, beside another statement, and both again with the runner's way to do without a transaction. mlint must report
concurrently-in-transaction exactly where the server refuses, and the way is the one that its help prints. For drizzle, NODE_PATH has drizzle-orm and pg. Exit code 77
(skipped) where no server or no runner is installed; docs/runners.md has what was measured.
"""
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = "CREATE INDEX CONCURRENTLY i ON t (a);\n"
OTHER = "INSERT INTO t VALUES (1);\n"
DRIZZLE = """
const { Client } = require("pg"), { drizzle } = require("drizzle-orm/node-postgres");
const { migrate } = require("drizzle-orm/node-postgres/migrator");
(async () => {
  const client = new Client({ host: process.argv[1], user: "postgres", database: process.argv[2] });
  await client.connect();
  try { await migrate(drizzle(client), { migrationsFolder: "drizzle" }); }
  catch (e) { console.error(e.message, e.cause && e.cause.message); process.exitCode = 1; }
  await client.end();
})();
"""


def journal(names):
    entries = [{"idx": i, "version": "7", "when": 1700000000000 + i, "tag": name, "breakpoints": True}
               for i, name in enumerate(names)]
    return json.dumps({"version": "7", "dialect": "postgresql", "entries": entries})


def split(text):
    return "--> statement-breakpoint\n".join(line + "\n" for line in text.splitlines())


# name: program, files of a migration by (text, opts out), command by (program, host, database); None: no way to opt out
def goose(text, out):
    return {"m/00002_b.sql": ("-- +goose NO TRANSACTION\n" if out else "") + "-- +goose Up\n" + text + "-- +goose Down\n"}


def dbmate(text, out):
    head = "-- migrate:up" + (" transaction:false" if out else "") + "\n"
    return {"db/migrations/20240102000000_b.sql": head + text + "-- migrate:down\n"}


def golang_migrate(text, out):
    return None if out else {"m/000002_b.up.sql": text, "m/000002_b.down.sql": "SELECT 1;\n"}


def sqlx(text, out):
    return {"migrations/20240102000000_b.sql": ("-- no-transaction\n" if out else "") + text,
            "Cargo.toml": "[dependencies]\nsqlx = \"0.8\"\n"}


def diesel(text, out):
    folder = "migrations/2024-01-02-000000_b/"
    files = {"diesel.toml": "", folder + "up.sql": text, folder + "down.sql": "SELECT 1;\n"}
    if out:
        files[folder + "metadata.toml"] = "run_in_transaction = false\n"
    return files


def drizzle(text, out):
    return None if out else {"drizzle/0000_b.sql": split(text), "drizzle/meta/_journal.json": journal(["0000_b"])}


def url(host, database):
    return "postgres://postgres@/%s?host=%s&sslmode=disable" % (database, host)


RUNNERS = {
    "goose": ("goose", goose, lambda p, h, d: [p, "-dir", "m", "postgres", "host=%s user=postgres dbname=%s" % (h, d), "up"]),
    "dbmate": ("dbmate", dbmate, lambda p, h, d: [p, "--url", url(h, d), "--no-dump-schema", "up"]),
    "golang-migrate": ("migrate", golang_migrate, lambda p, h, d: [p, "-path", "m", "-database", url(h, d), "up"]),
    "sqlx": ("sqlx", sqlx, lambda p, h, d: [p, "migrate", "run", "--database-url", url(h, d).replace("@/", "@localhost/")]),
    "diesel": ("diesel", diesel, lambda p, h, d: [p, "--database-url", url(h, d), "migration", "run"]),
    "drizzle": ("node", drizzle, lambda p, h, d: [p, "-e", DRIZZLE, h, d]),
}


def found(name, program):
    if name == "drizzle":
        check = subprocess.run([program, "-e", "require('drizzle-orm'); require('pg')"], capture_output=True) if shutil.which(program) else None
        return shutil.which(program) if check and check.returncode == 0 else None
    return shutil.which(program)


def write(folder, files):
    for path, text in files.items():
        path = os.path.join(folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)


def refused(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    text = done.stdout + done.stderr
    if done.returncode and "cannot run inside a transaction block" not in text and "pipeline" not in text:
        raise RuntimeError(text)
    return done.returncode != 0


def says(mlint, folder):
    done = subprocess.run([mlint, "check", "--all", "--isolated", "--output", "json", "."], cwd=folder, capture_output=True, text=True)
    findings = json.loads(done.stdout)["findings"]
    return any(f["rule"] == "concurrently-in-transaction" for f in findings)


def unadvised(mlint):
    """Runners whose way to do without a transaction is not the one that mlint's help prints."""
    wrong = []
    for name, (_, files_of, _) in RUNNERS.items():
        opted_out = files_of(BUILD, True)
        if opted_out is None:
            continue
        with tempfile.TemporaryDirectory() as folder:
            write(folder, files_of(BUILD.replace(" CONCURRENTLY", ""), False))
            done = subprocess.run([mlint, "check", "--all", "--isolated", "--output", "json", "."], cwd=folder,
                                  capture_output=True, text=True)
            helps = [f["help"] for f in json.loads(done.stdout)["findings"] if f["rule"] == "blocking-index-build"]
        marks = re.findall("`([^`]+)`", helps[0]) if helps else []
        if not any(mark in text for mark in marks for text in opted_out.values()):
            wrong.append("%s: help says %s" % (name, helps))
    return wrong


def main():
    mlint = os.path.abspath(sys.argv[1])
    for line in unadvised(mlint):
        print(line)
        return 1
    spec = importlib.util.spec_from_file_location("oracle_live", os.path.join(HERE, "..", "oracle", "live.py"))
    oracle = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(oracle)
    programs = {name: found(name, program) for name, (program, _, _) in RUNNERS.items()}
    absent = sorted(name for name, program in programs.items() if program is None)
    binaries = oracle.find_binaries(None)
    if not binaries or not shutil.which("psql") or len(absent) == len(programs):
        print("skipped: no PostgreSQL server, or none of the runners %s" % ", ".join(sorted(programs)))
        return 77
    server, wrong, ran = oracle.Server(binaries), [], 0
    try:
        server.start()
        for name, program in programs.items():
            for case, text, out in (("alone", BUILD, False), ("first", BUILD + OTHER, False), ("last", OTHER + BUILD, False),
                                    ("opted out, alone", BUILD, True), ("opted out, first", BUILD + OTHER, True),
                                    ("opted out, last", OTHER + BUILD, True)):
                files = RUNNERS[name][1](text, out) if program else None
                if files is None:
                    continue
                ran += 1
                database = "case%d" % ran
                for sql, where in (("CREATE DATABASE " + database, "postgres"), ("CREATE TABLE t (a integer)", database)):
                    subprocess.run(["psql", "-Xq", "-h", server.dir, "-U", "postgres", "-d", where, "-c", sql], check=True)
                with tempfile.TemporaryDirectory() as folder:
                    write(folder, files)
                    measured = refused(RUNNERS[name][2](program, server.dir, database), folder)
                    if measured != says(mlint, folder):
                        wrong.append("%s, %s: %s" % (name, case, "refused" if measured else "accepted"))
    finally:
        server.stop()
    print("\n".join(wrong + ["runners: %d cases of %s; %d wrong" % (ran, ", ".join(n for n, p in programs.items() if p), len(wrong))]))
    if absent:
        print("not installed: " + ", ".join(absent))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
