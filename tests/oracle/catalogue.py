"""A server's catalogue in the form of `mlint dump --stage=schema --output json`, and the differences between the two.

What mlint says it does not know (a type, a table that is not complete, what may be gone) is no difference."""
import json
import re

KINDS = {"r": "table", "p": "partitioned table", "v": "view", "m": "materialized view", "f": "foreign table",
         "S": "sequence", "c": "composite type"}
CONTYPES = {"p": "primary key", "u": "unique", "c": "check", "f": "foreign key", "x": "exclusion", "n": "not null"}

OURS = """n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
  WHERE d.classid = '%s'::pg_catalog.regclass AND d.objid = %s.oid AND d.deptype = 'e')"""

RELATIONS = r"""
SELECT pg_catalog.json_build_object('name', pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname),
 'kind', c.relkind, 'unlogged', c.relpersistence = 'u',
 'columns', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', a.attname,
    'type', pg_catalog.format_type(a.atttypid, a.atttypmod), 'not_null', a.attnotnull, 'identity', a.attidentity,
    'generated', a.attgenerated <> '', 'default', a.atthasdef AND a.attgenerated = '', 'inherited', a.attinhcount > 0) ORDER BY a.attnum)
    FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
 'constraints', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', k.conname, 'kind', k.contype, 'valid', k.convalidated,
    'deferrable', k.condeferrable, 'deferred', k.condeferred, 'no_inherit', k.connoinherit, 'update', k.confupdtype, 'delete', k.confdeltype,
    'columns', (SELECT pg_catalog.json_agg(a.attname ORDER BY x.ord) FROM unnest(k.conkey) WITH ORDINALITY x(num, ord)
      JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = x.num),
    'referenced_columns', (SELECT pg_catalog.json_agg(a.attname ORDER BY x.ord) FROM unnest(k.confkey) WITH ORDINALITY x(num, ord)
      JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = x.num),
    'references', (SELECT pg_catalog.quote_ident(fn.nspname) || '.' || pg_catalog.quote_ident(f.relname) FROM pg_catalog.pg_class f
      JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace WHERE f.oid = k.confrelid),
    'index', CASE WHEN k.contype IN ('p', 'u', 'x') THEN (SELECT i.relname FROM pg_catalog.pg_class i WHERE i.oid = k.conindid) END,
    'definition', pg_catalog.pg_get_constraintdef(k.oid)))
    FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype <> 't'),
 'indexes', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', ic.relname, 'unique', i.indisunique, 'valid', i.indisvalid,
    'method', am.amname, 'where', i.indpred IS NOT NULL, 'definition', pg_catalog.pg_get_indexdef(i.indexrelid),
    'parts', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(CASE WHEN i.indkey[x.n] = 0 THEN NULL ELSE (SELECT a.attname
       FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = i.indkey[x.n]) END,
       x.n < i.indnkeyatts AND (i.indoption[x.n] & 1) = 1) ORDER BY x.n)
       FROM pg_catalog.generate_series(0, i.indnatts - 1) x(n)),
    'constraint', (SELECT k.conname FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')),
    'parent', (SELECT pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(p.relname) FROM pg_catalog.pg_inherits h
       JOIN pg_catalog.pg_class p ON p.oid = h.inhparent JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
       WHERE h.inhrelid = i.indexrelid)))
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid JOIN pg_catalog.pg_am am ON am.oid = ic.relam
    WHERE i.indrelid = c.oid),
 'triggers', (SELECT pg_catalog.json_agg(t.tgname) FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal),
 'policies', (SELECT pg_catalog.json_agg(p.polname) FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid),
 'rules', (SELECT pg_catalog.json_agg(w.rulename) FROM pg_catalog.pg_rewrite w WHERE w.ev_class = c.oid AND w.rulename <> '_RETURN'),
 'parents', (SELECT pg_catalog.json_agg(pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(p.relname))
    FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class p ON p.oid = h.inhparent JOIN pg_catalog.pg_namespace pn
    ON pn.oid = p.relnamespace WHERE h.inhrelid = c.oid),
 'owned_by', (SELECT pg_catalog.quote_ident(tn.nspname) || '.' || pg_catalog.quote_ident(t.relname) || '.' || pg_catalog.quote_ident(a.attname)
    FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class t ON t.oid = d.refobjid JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    WHERE c.relkind = 'S' AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
      AND d.refobjsubid > 0)
 ) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND """ + OURS % ("pg_catalog.pg_class", "c") + ";\n"

TYPES = r"""
SELECT pg_catalog.json_build_object('name', pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(y.typname), 'kind', y.typtype,
 'not_null', y.typnotnull, 'base', CASE WHEN y.typtype = 'd' THEN pg_catalog.format_type(y.typbasetype, y.typtypmod) END,
 'values', (SELECT pg_catalog.json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = y.oid),
 'attributes', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod))
    ORDER BY a.attnum) FROM pg_catalog.pg_attribute a WHERE y.typtype = 'c' AND a.attrelid = y.typrelid AND a.attnum > 0
    AND NOT a.attisdropped),
 'constraints', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(k.conname, k.convalidated)) FROM pg_catalog.pg_constraint k
    WHERE k.contypid = y.oid AND k.contype = 'c'))
FROM pg_catalog.pg_type y JOIN pg_catalog.pg_namespace n ON n.oid = y.typnamespace LEFT JOIN pg_catalog.pg_class c ON c.oid = y.typrelid
WHERE y.typtype IN ('e', 'd', 'c', 'r') AND (y.typtype <> 'c' OR c.relkind = 'c') AND """ + OURS % ("pg_catalog.pg_type", "y") + ";\n"

FUNCTIONS = r"""
SELECT pg_catalog.json_build_object('name', pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname), 'arguments', p.pronargs,
 'volatility', p.provolatile) FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.prokind IN ('f', 'p') AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend i WHERE i.objid = p.oid AND i.deptype = 'i')
  AND """ + OURS % ("pg_catalog.pg_proc", "p") + ";\n"


def of_server(psql):
    def rows(query):
        return [json.loads(line) for line in psql.ask("ROLLBACK;\nRESET ROLE;\nSET search_path = '';\n" + query) if line.startswith("{")]
    extensions = psql.ask("SELECT extname FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql';")
    return {"relations": rows(RELATIONS), "types": rows(TYPES), "functions": rows(FUNCTIONS), "extensions": extensions}


def by_name(items):
    return {item["name"]: item for item in items or []}


def bare_type(text):
    """The same for a type in public however its name is written; the base of a name that search_path decides."""
    return re.sub(r'(?<![\w."])public\.', "", text)


def differences(what, name, server, mlint, of_two):
    for key in sorted(set(server) | set(mlint)):
        label = "%s: %s %s" % (name, what, key)
        if key not in mlint:
            yield label + " is missing in mlint's schema"
        elif key not in server:
            if not mlint[key].get("may_be_gone"):
                yield label + " is not on the server"
        else:
            for sentence in of_two(server[key], mlint[key]):
                yield "%s: %s" % (label, sentence)


def unequal(what, server, mlint):
    if server != mlint:
        yield "%s is %s on the server, %s in mlint's schema" % (what, json.dumps(server), json.dumps(mlint))


def of_column(server, mlint):
    if mlint.get("may_be_gone"):
        return
    if mlint["type"] != "unknown":
        yield from unequal("type", bare_type(server["type"]), bare_type(mlint["type"]))
    if mlint["not_null"] is not None:
        yield from unequal("not null", server["not_null"], mlint["not_null"])
    yield from unequal("default", server["default"], "default" in mlint)
    yield from unequal("generated", server["generated"], "generated" in mlint)
    if not server["inherited"]:  # since PostgreSQL 17 a partition has its parent's, by the same sequence
        yield from unequal("identity", {"a": "always", "d": "by default", "": None}[server["identity"]], mlint.get("identity"))
    yield from unequal("inherited", server["inherited"], mlint.get("inherited", False))


ACTIONS = {"r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}


def of_constraint(server, mlint):
    yield from unequal("kind", CONTYPES[server["kind"]], mlint["kind"])
    if not mlint.get("may_be_gone"):
        yield from unequal("validity", server["valid"], mlint["valid"])
    if server["kind"] in "puf":
        yield from unequal("columns", server["columns"], mlint.get("columns"))
    text = mlint["definition"]
    if server["kind"] == "f":
        yield from unequal("referenced table", server["references"], mlint.get("references"))
        yield from unequal("referenced columns", server["referenced_columns"], mlint.get("referenced_columns"))
        for when, key in (("update", "update"), ("delete", "delete")):
            said = re.search(r"\bon %s (restrict|cascade|set null|set default)" % when, text)
            yield from unequal("on " + when, ACTIONS.get(server[key]), said.group(1) if said else None)
    if server["kind"] in "pufx":
        yield from unequal("deferrable", server["deferrable"], " deferrable" in text or " initially deferred" in text)
        yield from unequal("deferred", server["deferred"], " initially deferred" in text)
    if server["kind"] in "pux":
        yield from unequal("index", server["index"], mlint.get("index"))
    if server["kind"] == "c":
        yield from unequal("no inherit", server["no_inherit"], " no inherit" in text)


def parts_of(definition):
    """[column or null, descending] of each part of what the dump says of an index."""
    start = definition.index("(")
    depth, quoted, parts, text = 0, "", [], ""
    for at, letter in enumerate(definition[start:]):
        if quoted:
            quoted = "" if letter == quoted else quoted
        elif letter in "'\"":
            quoted = letter
        elif letter == "(":
            depth += 1
            if depth == 1:
                continue
        elif letter == ")":
            depth -= 1
            if depth == 0:
                break
        elif letter == "," and depth == 1:
            parts.append(text.strip())
            text = ""
            continue
        text += letter
    parts.append(text.strip())
    rest = definition[start + at + 1:]
    include = re.match(r" include \((.*?)\)", rest)
    out = [[None if part.startswith("(") else name_in(part), bool(re.search(r" desc( nulls (first|last))?$", part))] for part in parts]
    return out + [[name_in(part.strip()), False] for part in (include.group(1).split(",") if include else [])]


def name_in(part):
    found = re.match(r'"((?:[^"]|"")*)"|\S+', part)
    return found.group(1).replace('""', '"') if found.group(1) is not None else found.group(0)


def of_index(server, mlint):
    for what in ("unique", "valid", "method"):
        yield from unequal(what, server[what], mlint[what])
    yield from unequal("constraint", server["constraint"], mlint.get("constraint"))
    yield from unequal("parent", server["parent"], mlint.get("parent"))
    yield from unequal("columns", server["parts"], parts_of(mlint["definition"]))
    yield from unequal("predicate", server["where"], " where " in mlint["definition"])


def of_relation(server, mlint):
    yield from unequal("kind", KINDS[server["kind"]], mlint["kind"])
    yield from unequal("unlogged", server["unlogged"], mlint["persistence"] == "unlogged")
    if server["kind"] == "S":
        yield from unequal("owner", server["owned_by"], mlint.get("owned_by"))
        return
    whole = mlint["complete"]
    columns = [c["name"] for c in server["columns"] or []], [c["name"] for c in mlint.get("columns", [])]
    if whole and server["kind"] != "v":
        yield from unequal("columns", *columns)
    if mlint.get("may_be_gone"):
        return
    for what, key, of_two in (("column", "columns", of_column), ("constraint", "constraints", of_constraint),
                              ("index", "indexes", of_index)):
        if server["kind"] in "vm" and what != "index":
            continue
        mine = by_name(mlint.get(key))
        theirs = {n: v for n, v in by_name(server[key]).items() if (n in mine or what != "constraint" or v["kind"] != "n")
                  and (whole or n in mine)}
        if what == "column":
            mine = {n: v for n, v in mine.items() if n in theirs}
        if what == "constraint":
            mine = {n: v for n, v in mine.items() if n in theirs or v["kind"] != "not null"}
        yield from differences(what, "", theirs, mine, of_two)
    for what in ("triggers", "policies", "rules", "parents"):
        if whole:
            yield from unequal(what, sorted(server[what] or []), sorted(mlint.get(what, [])))


def of_type(server, mlint):
    yield from unequal("kind", {"e": "enum", "d": "domain", "c": "composite", "r": "range"}[server["kind"]], mlint["kind"])
    yield from unequal("values", server["values"] or [], mlint.get("values", []))
    yield from unequal("not null", server["not_null"], mlint.get("not_null", False))
    if server["kind"] == "d":
        yield from unequal("base", bare_type(server["base"]), bare_type(mlint["base"]))
        yield from unequal("constraints", sorted(server["constraints"] or []),
                           sorted([c["name"], c["valid"]] for c in mlint.get("constraints", []) if c["kind"] == "check"))
    if server["kind"] == "c":
        yield from unequal("attributes", [[n, bare_type(t)] for n, t in server["attributes"] or []],
                           [[a["name"], bare_type(a["type"])] for a in mlint.get("attributes", [])])


def compare(server, mlint, all_known):
    """Sentences, one for each difference; where a statement was not understood, there may be more than is known."""
    ours = {name: item for name, item in by_name(mlint["relations"]).items()
            if item["kind"] in KINDS.values() and item["kind"] != "composite type" and item["persistence"] != "temporary"}
    theirs = by_name(server["relations"])
    if not all_known:
        theirs = {name: item for name, item in theirs.items() if name in ours}
        ours = {name: item for name, item in ours.items() if name in theirs or item["complete"]}
    out = list(differences("relation", "", theirs, ours, of_relation))
    out += differences("type", "", by_name(server["types"]), by_name(mlint["types"]), of_type)
    functions = sorted("%s/%d" % (f["name"], f["arguments"]) for f in server["functions"])
    said = sorted(function_key(text) for text in mlint["functions"])
    out += ["function %s is missing in mlint's schema" % f for f in sorted(set(functions) - set(said))]
    out += ["function %s is not on the server" % f for f in sorted(set(said) - set(functions))]
    out += unequal("extensions", sorted(server["extensions"]), sorted(e for e in mlint["extensions"] if e != "plpgsql"))
    return [sentence.removeprefix(": ") for sentence in out]


def function_key(text):
    name = re.match(r'((?:"(?:[^"]|"")*"|[^"(.]+)(?:\.(?:"(?:[^"]|"")*"|[^"(]+))?)\(', text).group(1)
    depth, count, at = 1, 0, len(name) + 1
    inside = ""
    while depth and at < len(text):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 1 and text[at] == ",":
            count += 1
        inside += text[at]
        at += 1
    return "%s/%d" % (name, count + 1 if inside.strip(")").strip() else 0)
