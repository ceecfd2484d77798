#!/usr/bin/env python3
"""Reads functions, operators, types, casts and operator classes from running PostgreSQL servers and writes
analyzer/schema/*_data.inc.

usage: generate_catalog_data.py OUTPUT_DIRECTORY 'psql options' ['psql options' …]

One server for each version that is supported, oldest first; a later server's answer replaces an earlier one's, except
that a function is kept at the more volatile of its answers from `worst_from` on, and of a type's output the former
volatility and the version of the change are kept. Extensions that a server offers are
created in a scratch database, which is dropped at the end.
"""

import subprocess
import sys

EXTENSIONS = ["btree_gin", "btree_gist", "citext", "cube", "earthdistance", "fuzzystrmatch", "hstore", "intarray",
              "isn", "lo", "ltree", "pg_trgm", "pgcrypto", "seg", "tablefunc", "unaccent", "uuid-ossp", "dblink",
              "postgres_fdw", "pg_stat_statements", "bloom", "dict_int", "tcn", "xml2", "autoinc", "moddatetime"]
RANK = {"i": 0, "s": 1, "v": 2}

EXTENSION_OF = """coalesce((select extname from pg_depend d join pg_extension e on e.oid = d.refobjid
  where d.classid = '{catalog}'::regclass and d.objid = {oid} and d.deptype = 'e'
    and d.refclassid = 'pg_extension'::regclass), '')"""
USER_SPACES = "('pg_catalog'::regnamespace, 'public'::regnamespace)"


def ask(options, database, sql):
    command = ["psql", *options.split(), "-d", database, "-XAtF", "\t", "-c", sql]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def quote(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def functions(options, database):
    return ask(options, database, f"""
        select proname,
               array_to_string(array(select t.typname from unnest(proargtypes) with ordinality a(o, n)
                                     join pg_type t on t.oid = a.o order by n), ','),
               (select typname from pg_type where oid = prorettype), provolatile,
               {EXTENSION_OF.format(catalog='pg_proc', oid='p.oid')}, pronargdefaults, provariadic <> 0
        from pg_proc p where pronamespace in {USER_SPACES} and prokind in ('f', 'p', 'w', 'a')
          and prorettype not in ('internal'::regtype, 'cstring'::regtype, 'trigger'::regtype)
          and not ('internal'::regtype = any(proargtypes) or 'cstring'::regtype = any(proargtypes))""")


def operators(options, database):
    return ask(options, database, f"""
        select oprname, coalesce((select typname from pg_type where oid = oprleft), ''),
               (select typname from pg_type where oid = oprright), (select typname from pg_type where oid = oprresult),
               provolatile, {EXTENSION_OF.format(catalog='pg_operator', oid='o.oid')}
        from pg_operator o join pg_proc p on p.oid = oprcode where oprnamespace in {USER_SPACES}""")


def types(options, database):
    return ask(options, database, f"""
        select typname, typcategory, typispreferred, i.provolatile, o.provolatile,
               coalesce((select typname from pg_type e where e.oid = t.typelem and t.typcategory = 'A'), ''), typtype,
               {EXTENSION_OF.format(catalog='pg_type', oid='t.oid')}
        from pg_type t join pg_proc i on i.oid = typinput join pg_proc o on o.oid = typoutput
        where typnamespace in {USER_SPACES} and typtype in ('b', 'r', 'm', 'p', 'd')
          and typcategory <> 'A'""")


def casts(options, database):
    return ask(options, database, f"""
        select s.typname, t.typname, castmethod, castcontext,
               coalesce((select provolatile from pg_proc where oid = castfunc), 'i'),
               coalesce((select pronargs > 1 from pg_proc where oid = castfunc), false),
               {EXTENSION_OF.format(catalog='pg_cast', oid='c.oid')}
        from pg_cast c join pg_type s on s.oid = castsource join pg_type t on t.oid = casttarget
        where s.typnamespace in {USER_SPACES} and t.typnamespace in {USER_SPACES}""")


def operator_classes(options, database):
    return ask(options, database, f"""
        select amname, opcname, t.typname, opcdefault, opfname,
               {EXTENSION_OF.format(catalog='pg_opclass', oid='c.oid')}
        from pg_opclass c join pg_am a on a.oid = opcmethod join pg_type t on t.oid = opcintype
          join pg_opfamily f on f.oid = opcfamily
        where opcnamespace in {USER_SPACES} and t.typnamespace in {USER_SPACES}""")


def merge_functions(merged, rows):
    for name, arguments, result, volatility, extension, defaults, variadic in rows:
        key = (name, arguments, extension)
        merged[key] = (result, volatility, int(defaults), variadic == "t")


def function_lines(merged, worse):
    by_name = {}
    for (name, arguments, extension), value in merged.items():
        by_name.setdefault((name, extension), []).append((arguments, value))
    for (name, extension), overloads in sorted(by_name.items()):
        same = {(result, volatility) for _, (result, volatility, _, _) in overloads}
        older = any((name, arguments, extension) in worse for arguments, _ in overloads)
        if len(same) == 1 and not older:
            result, volatility = same.pop()
            yield [quote(name), quote("*"), quote(result), f"'{volatility}'", f"'{volatility}'", "0", quote(extension)]
            continue
        for arguments, (result, volatility, defaults, variadic) in sorted(overloads):
            before = worse.get((name, arguments, extension), volatility)
            yield [quote(name), quote(arguments + (",..." if variadic else "")), quote(result), f"'{volatility}'",
                   f"'{before}'", str(defaults), quote(extension)]


def write(directory, name, lines):
    with open(f"{directory}/{name}", "w", encoding="utf-8") as out:
        out.write("// Generated by cmake/generate_catalog_data.py from PostgreSQL 12 to 18; do not edit.\n")
        for line in lines:
            out.write("{" + ", ".join(line) + "},\n")


def boolean(text):
    return "true" if text == "t" else "false"


def main():
    directory, servers = sys.argv[1], sys.argv[2:]
    all_functions, all_operators, all_types, all_casts, all_classes, worse = {}, {}, {}, {}, {}, {}
    outputs = {}
    for options in servers:
        database = "mlint_catalog_data"
        ask(options, "postgres", f"drop database if exists {database}")
        ask(options, "postgres", f"create database {database}")
        for extension in EXTENSIONS:
            subprocess.run(["psql", *options.split(), "-d", database, "-qc", f'create extension "{extension}" cascade'],
                           capture_output=True, check=False)
        before = dict(all_functions)
        merge_functions(all_functions, functions(options, database))
        for key, (_, volatility, _, _) in before.items():
            if RANK[all_functions[key][1]] < RANK[volatility]:
                worse[key] = volatility
        for row in operators(options, database):
            all_operators[(row[0], row[1], row[2], row[5])] = row
        version = int(ask(options, database, "show server_version_num")[0][0]) // 10000
        for row in types(options, database):
            key = (row[0], row[7])
            if key in all_types and all_types[key][4] != row[4]:
                outputs[key] = [f"'{all_types[key][4]}'", str(version)]
            all_types[key] = row
        for row in casts(options, database):
            all_casts[(row[0], row[1])] = row
        for row in operator_classes(options, database):
            all_classes[(row[0], row[1], row[5])] = row
        ask(options, "postgres", f"drop database {database}")

    write(directory, "functions_data.inc", function_lines(all_functions, worse))
    write(directory, "operators_data.inc",
          ([quote(n), quote(l), quote(r), quote(result), f"'{v}'", quote(e)]
           for n, l, r, result, v, e in sorted(all_operators.values())))
    write(directory, "types_data.inc",
          ([quote(n), f"'{c}'", boolean(p), f"'{i}'", f"'{o}'", f"'{t}'", quote(e)] + outputs.get((n, e), [])
           for n, c, p, i, o, _, t, e in sorted(all_types.values())))
    write(directory, "casts_data.inc",
          ([quote(s), quote(t), f"'{m}'", f"'{c}'", f"'{v}'", boolean(length), quote(e)]
           for s, t, m, c, v, length, e in sorted(all_casts.values())))
    write(directory, "operator_classes_data.inc",
          ([quote(a), quote(n), quote(t), boolean(d), quote(f), quote(e)]
           for a, n, t, d, f, e in sorted(all_classes.values())))


if __name__ == "__main__":
    main()
