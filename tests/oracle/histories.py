#!/usr/bin/env python3
"""Runs whole histories of SQL migrations on a real PostgreSQL and compares every statement, and the schema at the end,
with what mlint says.

usage: histories.py MLINT [--bin DIRECTORY] [--show N] [--write DIRECTORY] HISTORY...

A HISTORY is a folder, whose .sql files run in the order of their names, or a file that lists the paths of .sql files,
one a line, in order. Every statement runs in a transaction of its own and is committed, so that later ones meet real
objects (outside of one where the server asks for that); BEGIN and COMMIT of the files are left out. Tables are given
a row as soon as they exist, for scans show only with rows; where a row of ours is in a statement's way it is taken out
again. Statements that the server refuses are listed and left out of the text that mlint is asked about, which is then
one file: its state before each statement is replayed from all those before. A difference is "assumed" where mlint says on
the statement itself what it does not know, "unknown" where it says that it did not understand it. Nothing is fetched: histories are yours.
Exit code 77 (skipped) where no server is installed.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import catalogue
import live
import rows

CONTROL = {"begin", "commit", "rollback", "savepoint", "release", "rollback_to", "transaction", "prepare_transaction"}
NOT_HERE = re.compile(r"\s*(copy\b.*\bstdin\b|(create|drop|alter) (database|tablespace|subscription)\b|vacuum\b|checkpoint|set\s+transaction\b)",
                      re.I | re.S)
DOWN = re.compile(r"^-- *(\+goose Down|migrate:down|\+migrate Down|@?undo)\b", re.I | re.M)
UNLIKE_ROWS = ("22", "23", "21", "P0")  # data exceptions, violated constraints, cardinality, RAISE
DIFFERENCE = re.compile(r"(.*): server (.*), mlint (.*)")


def paths_of(history):
    if os.path.isdir(history):
        return sorted(os.path.join(folder, name) for folder, _, names in os.walk(history) for name in names
                      if name.endswith(".sql"))
    return [line.strip() for line in open(history) if line.strip()]


def ask_mlint(mlint, version, folder, text, *command):
    """Runs in an empty folder, so that nothing but the text is read."""
    with open(os.path.join(folder, "history.sql"), "w") as file:
        file.write(text)
    done = subprocess.run([mlint, *command, "--isolated", "--pg-version", str(version), "--output", "json", "history.sql"],
                          capture_output=True, text=True, timeout=600, cwd=folder)
    if not done.stdout:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


def statements_of(mlint, version, folder, paths):
    """(file, text) of each statement that can run by itself, and how many were not read."""
    found, unread = [], []
    for path in paths:
        text = open(path, encoding="utf-8-sig").read()
        down = DOWN.search(text)
        text = text[:down.start()] if down else text
        if not text.strip():
            continue
        for said in ask_mlint(mlint, version, folder, text, "sql")["statements"]:
            if said["kind"] == "unparsed":
                unread.append((path, said["sql"]))
            elif said["kind"] not in CONTROL and not NOT_HERE.match(said["sql"]):
                found.append((path, said["sql"].rstrip("; \n")))
    return found, unread


class Run:
    """One history on the server."""

    def __init__(self, psql, empty):
        self.psql, self.empty = psql, empty
        self.filled = []

    def once(self, sql, block=True):
        script = "ROLLBACK;\n" + ("BEGIN;\n" if block else "")
        script += "\\echo BEFORE\n" + live.SNAPSHOT + "\\echo RUN\n" + sql + "\n;\n\\echo STATE :SQLSTATE :LAST_ERROR_MESSAGE\n"
        script += live.SNAPSHOT + ("COMMIT;\n\\echo ENDED :SQLSTATE :LAST_ERROR_MESSAGE\n" if block else "")
        lines = self.psql.ask(script)
        start = lines.index("RUN")
        state, message = next(line.split(" ", 2)[1:] for line in lines if line.startswith("STATE "))
        ended = next((line.split(" ", 2)[1:] for line in lines if line.startswith("ENDED ")), ["00000", ""])
        if state == "00000" and ended[0] != "00000":  # deferred constraints
            state, message = ended
        return state, message, live.snapshot(lines[:start]), live.snapshot(lines[start:])

    def statement(self, sql):
        """State, message, snapshots before and after; the rows that are in its way are taken out."""
        result = self.once(sql)
        if result[0][:2] in UNLIKE_ROWS and not self.empty and not self.in_its_way(result, sql):
            for take_out in (self.fill_anew, lambda: rows.take_out(self.psql, self.filled),
                             lambda: rows.take_out(self.psql, None)):
                take_out()
                again = self.once(sql)
                if again[0] == "00000":
                    result = again
                    break
        if result[0] == "25001":
            outside = self.once(sql, block=False)
            result = ("25001" if outside[0] == "00000" else outside[0], *outside[1:])
        return result

    @staticmethod
    def in_its_way(result, sql):
        return result[0][:2] == "P0" and not live.DML.match(sql)

    def fill(self):
        if not self.empty:
            self.filled = sorted(set(self.filled) | set(rows.fill(self.psql)))

    def fill_anew(self):
        rows.take_out(self.psql, self.filled)
        self.fill()


def scans_too_many(said, before, sql):
    """Tables with rows that mlint says are read, and the server did not."""
    if said["validates_foreign_keys"] or live.DML.match(sql) or said["transaction"] == "refused":
        return []
    names = {live.bare(name) for name in said["scans"]}
    return ["%s: server does not read it, mlint scans" % relation["name"] for relation in before.values()
            if relation["name"] in names and relation.get("unread")]


def seen(before, after):
    """What the server showed of a statement, so that a comparison of nothing with nothing is visible."""
    pairs = [(relation, after[oid]) for oid, relation in before.items() if oid in after]
    return ([what for what, key in (("rewrite", "file"), ("read", "read")) if any(a[key] != b[key] for a, b in pairs)] +
            (["lock"] if any(b["mode"] > max(a["mode"], 1) for a, b in pairs) else []))


def kind_of(sentence):
    found = DIFFERENCE.match(sentence)
    if found:
        server, mlint = ((live.MODES + ["scans"]).index(words) if words in live.MODES + ["scans"] else -1 for words in found.groups()[1:])
        return "too weak" if server > mlint else "too strong"
    if "the server rewrites it" in sentence or "reads it in full" in sentence or "refuses it" in sentence:
        return "too weak"
    return "too strong"


def run_history(args, server, version, client, name, paths, folder):
    admin = live.Psql(server, client)
    admin.ask("DROP DATABASE IF EXISTS history;\nCREATE DATABASE history TEMPLATE template0;")
    psql = live.Psql(server, client, "history")
    found, unread = statements_of(args.mlint, version, folder, paths)
    run = Run(psql, args.empty)
    done, refused = [], []
    for path, sql in found:
        state, message, before, after = run.statement(sql)
        if state not in ("00000", "25001"):
            refused.append((path, sql, message))
            continue
        silent = [oid for oid, relation in before.items() if relation["kind"] == "r" and oid in after and
                  after[oid]["mode"] >= 4 and all(after[oid][key] == relation[key] for key in ("read", "file"))]
        for oid in rows.with_rows(psql, silent):
            before[oid]["unread"] = True
        done.append((path, sql, state, before, after))
        if set(before) != set(after) or not live.DML.match(sql):
            run.fill()
    text = "".join(sql + "\n;\n" for _, sql, *_ in done)
    if args.write:
        with open(os.path.join(args.write, name + ".sql"), "w") as file:
            file.write(text)
    said = ask_mlint(args.mlint, version, folder, text, "sql")["statements"]
    schema = ask_mlint(args.mlint, version, folder, text, "dump", "--stage=schema")
    tally = {"files": len(paths), "statements": len(found), "refused": len(refused), "unread": len(unread),
             "compared": 0, "lock": 0, "rewrite": 0, "read": 0, "unknown": 0, "assumed": 0, "too weak": 0, "too strong": 0, "schema": 0}
    print("== %s" % name, flush=True)
    for path, sql, message in refused[:args.show]:
        print("refused: %s: %s\n  %s" % (os.path.relpath(path), message, short(sql)))
    for path, sql in unread[:args.show]:
        print("unread: %s\n  %s" % (os.path.relpath(path), short(sql)))
    if len(said) != len(done):
        raise RuntimeError("%d statements ran, mlint reads %d" % (len(done), len(said)))
    for (path, sql, state, before, after), one in zip(done, said):
        wrong = live.compare({"sql": sql}, one, state, before, after)
        # The world is open: of a table that the history never made, the server's word is not the last.
        wrong = wrong and [sentence for sentence in wrong if "locks what is not there" not in sentence]
        if state == "00000" and one["known"] and wrong is not None:
            wrong = wrong + scans_too_many(one, before, sql)
        if wrong is None:
            tally["unknown"] += 1
            print("unknown: %s\n  %s" % (os.path.relpath(path), short(sql)))
            continue
        tally["compared"] += 1
        for what in seen(before, after):
            tally[what] += 1
        kinds = {kind_of(sentence) for sentence in wrong}
        if kinds and one["assumptions"]:
            kinds = {"assumed"}
            wrong = wrong + ["mlint assumes that " + text for text in one["assumptions"]]
        for kind in kinds:
            tally[kind] += 1
        if wrong:
            print("%s: %s\n  %s\n  %s" % (" and ".join(sorted(kinds)), os.path.relpath(path), short(sql), "\n  ".join(wrong)))
    for sentence in catalogue.compare(catalogue.of_server(psql), schema, all(one["known"] for one in said)):
        tally["schema"] += 1
        print("schema: " + sentence)
    print("%s: %s" % (name, ", ".join("%d %s" % (count, what) for what, count in tally.items())), flush=True)
    for session in (psql, admin):
        session.proc.stdin.close()
        session.proc.wait(10)
    return tally


def one_transaction(psql, statements):
    """Snapshots before and after the statements in one transaction, or nothing: one of them failed, all are undone."""
    script = "ROLLBACK;\nBEGIN;\n\\echo BEFORE\n" + live.SNAPSHOT + "\\echo RUN\n"
    script += "".join(sql + "\n;\n\\echo STATE :SQLSTATE\n" for sql in statements) + live.SNAPSHOT + "COMMIT;\n\\echo STATE :SQLSTATE"
    lines = psql.ask(script)
    if any(line.startswith("STATE ") and line != "STATE 00000" for line in lines):
        psql.ask("ROLLBACK;")
        return None
    start = lines.index("RUN")
    return live.snapshot(lines[:start]), live.snapshot(lines[start:])


def held_differences(before, after, said):
    """What is held at the end of a transaction on relations from before it; ACCESS SHARE is left out on both sides."""
    held = {}
    for lock in said.get("held", []):
        name, mode = live.bare(lock["relation"]), live.RANK[lock["mode"]] + 1
        held[name] = max(held.get(name, 0), mode)
    for oid, relation in before.items():
        now = after.get(oid)
        # The name it has now, or had: mlint keeps the one under which it was locked.
        named = {relation["name"]} | ({now["name"]} if now else set())
        said_mode = max([held.get(name, 0) for name in named])
        mode = now["mode"] if now else 8
        if mode < said_mode <= 3:  # of keys and rules that no row asked for
            continue
        if max(mode, said_mode) > 1 and mode != said_mode:
            yield "%s: server %s, mlint %s" % (relation["name"], live.MODES[mode - 1] if mode else "nothing",
                                               live.MODES[said_mode - 1] if said_mode else "nothing")


def run_files(args, server, version, client, name, paths, folder):
    """Each file as one transaction: the locks held at its end."""
    admin = live.Psql(server, client)
    admin.ask("DROP DATABASE IF EXISTS history;\nCREATE DATABASE history TEMPLATE template0;")
    psql = live.Psql(server, client, "history")
    found, unread = statements_of(args.mlint, version, folder, paths)
    run, text, ends = Run(psql, True), [], {}
    for path in dict.fromkeys(path for path, _ in found):
        statements = [sql for of, sql in found if of == path]
        result = one_transaction(psql, statements)
        if result:
            text += ["BEGIN", *statements, "SELECT 1", "COMMIT"]
            ends[len(text) - 2] = (path, len(statements), *result)
        else:
            text += [sql for sql in statements if run.statement(sql)[0] in ("00000", "25001")]
    said = ask_mlint(args.mlint, version, folder, "".join(sql + "\n;\n" for sql in text), "sql")["statements"]
    if len(said) != len(text):
        raise RuntimeError("%d statements ran, mlint reads %d" % (len(text), len(said)))
    tally = {"files": len(paths), "transactions": len(ends), "unknown": 0, "too weak": 0, "too strong": 0}
    print("== %s" % name, flush=True)
    for end, (path, count, before, after) in ends.items():
        inside = said[end - count:end]
        if not all(one["known"] for one in inside):
            tally["unknown"] += 1
            continue
        assumed = any(one["assumptions"] for one in inside)
        wrong = list(held_differences(before, after, said[end]))
        kinds = {kind_of(sentence) for sentence in wrong}
        for kind in kinds:
            tally[kind] += 1
        if wrong:
            print("%s%s: %s\n  %s" % (" and ".join(sorted(kinds)), " (assumed)" if assumed else "", os.path.relpath(path),
                                       "\n  ".join(wrong)))
    print("%s: %s" % (name, ", ".join("%d %s" % (count, what) for what, count in tally.items())), flush=True)
    for session in (psql, admin):
        session.proc.stdin.close()
        session.proc.wait(10)
    return tally


def short(sql):
    text = " ".join(sql.split())
    return text if len(text) < 400 else text[:400] + " ..."


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mlint")
    parser.add_argument("history", nargs="+")
    parser.add_argument("--bin")
    parser.add_argument("--show", type=int, default=20, help="refused statements to list, of each history")
    parser.add_argument("--write", help="folder that gets the text of each history as mlint was asked about it")
    parser.add_argument("--files", action="store_true", help="each file as one transaction: the locks held at its end")
    parser.add_argument("--empty", action="store_true", help="give the tables no rows")
    args = parser.parse_args()
    args.mlint = os.path.abspath(args.mlint)
    binaries, client = live.find_binaries(args.bin), shutil.which("psql")
    if not binaries or not client:
        print("skipped: no PostgreSQL server is installed here (Debian: apt-get install postgresql-15)")
        return 77
    server, total = live.Server(binaries), {}
    try:
        server.start()
        asked = live.Psql(server, client)
        version = int(asked.ask("SHOW server_version_num;")[0]) // 10000
        for history in args.history:
            name = os.path.splitext(os.path.basename(history.rstrip("/")))[0]
            with tempfile.TemporaryDirectory() as folder:
                tally = (run_files if args.files else run_history)(args, server, version, client, name, paths_of(history), folder)
            total = {what: total.get(what, 0) + count for what, count in tally.items()}
        asked.proc.stdin.close()
        asked.proc.wait(10)
    finally:
        server.stop()
    print("PostgreSQL %d: %d histories, %s" %
          (version, len(args.history), ", ".join("%d %s" % (count, what) for what, count in total.items())))
    return 1 if any(total.get(what) for what in ("too weak", "too strong", "schema")) else 0


if __name__ == "__main__":
    sys.exit(main())
