"""Rows for tables that have none: one each, with a value in every column, so that a server shows what it reads."""

# Values by type; a foreign key takes what the referenced table has. Without triggers, so that nothing else happens;
# a row that some constraint does not like is tried with its required columns alone, then left out.
FILL = r"""
BEGIN;
SET LOCAL session_replication_role = replica;
SET LOCAL client_min_messages = error;
DO $mlint$
DECLARE
  the_table record; the_column record; names text; vals text; some_names text; some_vals text; value text; pass int;
  filled boolean := true;
BEGIN
  FOR pass IN 1..4 LOOP
  EXIT WHEN NOT filled;
  filled := false;
  FOR the_table IN SELECT c.oid, c.oid::pg_catalog.regclass AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n
      ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
      AND pg_catalog.pg_relation_size(c.oid) = 0 ORDER BY c.oid LOOP
    names := ''; vals := ''; some_names := ''; some_vals := '';
    FOR the_column IN SELECT a.*, y.typtype, y.typcategory, y.typname,
        (SELECT pg_catalog.format('(SELECT r.%I FROM %s r LIMIT 1)', f.attname, k.confrelid::pg_catalog.regclass)
         FROM pg_catalog.pg_constraint k, unnest(k.conkey, k.confkey) AS pair(mine, theirs), pg_catalog.pg_attribute f
         WHERE k.conrelid = the_table.oid AND k.contype = 'f' AND pair.mine = a.attnum AND f.attrelid = k.confrelid
           AND f.attnum = pair.theirs ORDER BY k.confrelid = the_table.oid LIMIT 1) AS referenced
        FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
        WHERE a.attrelid = the_table.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity = ''
        ORDER BY a.attnum LOOP
      value := CASE
        WHEN the_column.referenced IS NOT NULL THEN the_column.referenced
        WHEN the_column.atthasdef THEN 'DEFAULT'
        WHEN the_column.typtype = 'e' THEN (SELECT pg_catalog.quote_literal(e.enumlabel) FROM pg_catalog.pg_enum e
          WHERE e.enumtypid = the_column.atttypid ORDER BY e.enumsortorder LIMIT 1)
        WHEN the_column.typcategory = 'A' THEN '''{}'''
        WHEN the_column.typcategory = 'N' THEN '1'
        WHEN the_column.typcategory = 'B' THEN 'false'
        WHEN the_column.typcategory = 'D' THEN '''2020-01-01 00:00:00'''
        WHEN the_column.typcategory = 'S' THEN '''1'''
        WHEN the_column.typcategory = 'T' THEN '''1 day'''
        WHEN the_column.typcategory = 'I' THEN '''10.0.0.1'''
        WHEN the_column.typcategory = 'V' THEN '''1'''
        WHEN the_column.typname = 'uuid' THEN '''a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'''
        WHEN the_column.typname IN ('json', 'jsonb') THEN '''{}'''
        WHEN the_column.typname = 'bytea' THEN '''\x00'''
        WHEN the_column.typname = 'xml' THEN '''<a/>'''
        WHEN the_column.typname IN ('tsvector', 'hstore', 'citext', 'ltree') THEN '''a'''
        WHEN the_column.typname LIKE '%range' THEN '''empty'''
        ELSE 'NULL' END;
      names := names || ', ' || pg_catalog.quote_ident(the_column.attname);
      vals := vals || ', ' || value;
      IF the_column.attnotnull THEN
        some_names := some_names || ', ' || pg_catalog.quote_ident(the_column.attname);
        some_vals := some_vals || ', ' || value;
      END IF;
    END LOOP;
    CONTINUE WHEN names = '';
    BEGIN
      EXECUTE pg_catalog.format('INSERT INTO %s (%s) VALUES (%s)', the_table.name, pg_catalog.substr(names, 3), pg_catalog.substr(vals, 3));
    EXCEPTION WHEN OTHERS THEN
      IF some_names <> '' THEN
        BEGIN
          EXECUTE pg_catalog.format('INSERT INTO %s (%s) VALUES (%s)', the_table.name, pg_catalog.substr(some_names, 3), pg_catalog.substr(some_vals, 3));
        EXCEPTION WHEN OTHERS THEN CONTINUE;
        END;
      ELSE
        CONTINUE;
      END IF;
    END;
    filled := true;
  END LOOP;
  END LOOP;
END $mlint$;
COMMIT;
"""

HAVING = r"""
SELECT 'H', c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
  AND pg_catalog.pg_relation_size(c.oid) > 0;
"""


def having(psql):
    """The tables that have a page, if only of rows that are gone."""
    return {int(line.split("\t")[1]) for line in psql.ask(HAVING) if line.startswith("H\t")}


def with_rows(psql, tables):
    """Those of the tables that have a row."""
    if not tables:
        return set()
    asked = "SELECT format('SELECT ''H'', %%s WHERE EXISTS (SELECT 1 FROM %%s)', oid, oid::pg_catalog.regclass) " \
        "FROM pg_catalog.pg_class WHERE oid IN (%s) \\gexec" % ", ".join(map(str, tables))
    return {int(line.split("\t")[1]) for line in psql.ask(asked) if line.startswith("H\t")}


def fill(psql):
    """Gives every empty table a row; the tables that got one."""
    before = having(psql)
    psql.ask(FILL)
    return having(psql) - before


def take_out(psql, tables):
    """Empties the tables that were filled here; without a list, all of them."""
    found = sorted(having(psql) if tables is None else set(tables) & having(psql))
    names = [psql.ask("SELECT %d::pg_catalog.regclass;" % oid)[0] for oid in found]
    if names:
        psql.ask("BEGIN;\nSET LOCAL client_min_messages = error;\nSET LOCAL session_replication_role = replica;\n"
                 "TRUNCATE %s CASCADE;\nCOMMIT;" % ", ".join(names))
