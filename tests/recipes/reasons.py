"""What a server needs besides the context, what is left out of the run, and why."""

# Rules whose recipe ends elsewhere on purpose: another object does the work, or the bad form fails on the server.
ELSEWHERE = {
    "blocking-index-build/other.sql": "the indexes of partitions get names of their own",
    "table-rewrite-on-constrained-domain/minimal.sql": "the base type with the domain's CHECK",
    "table-rewrite-on-generated-column/minimal.sql": "a trigger keeps the column",
    "concurrently-on-partitioned-table/minimal.sql": "the server refuses the bad form",
    "concurrently-in-transaction/minimal.py": "the server refuses the bad form",
    "concurrently-in-transaction/minimal.sql": "the server refuses the bad form",
    "not-valid-on-partitioned-table/partitioned": "the server refuses the bad form",
    "renamed-column/minimal.sql": "the old column goes a release later",
    "blocking-index-build/beside_a_constraint.py": "the constraints have recipes of their own",
}

# What has to stand on the server because the fixture is about something that its context does not define.
DEFINED = {
    "domain-constraint-scan/unknown.sql": ["CREATE DOMAIN elsewhere AS integer CONSTRAINT large CHECK (VALUE > 9)"],
    "table-copy-on-tablespace-change/minimal.sql": ["CREATE TABLESPACE fast LOCATION '%s'"],
    "dropped-owned-objects/minimal.sql": ["CREATE ROLE intern", "CREATE ROLE admin"],
    "grant-on-database/minimal.sql": ["CREATE DATABASE shop", "CREATE ROLE deploy"],
    "replaced-function-in-use/minimal.sql": [
        "CREATE FUNCTION total(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 + 1'"],
    "new-trigger/minimal.sql": ["CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"],
    "duplicate-column-assignment/parts.sql": [
        "CREATE TYPE point_of AS (x integer, y integer)", "DROP TABLE archive",
        "CREATE TABLE archive (at timestamptz, value integer[], place point_of)"],
}

# Good forms that a server without their surroundings cannot run.
GOOD_FORMS_NOT_RUN = {
    "table-rewrite-on-access-method/minimal.sql": "the access method comes with an extension",
    "refused-statement/after_dynamic_sql.py": "silent because nobody knows whether the server takes it",
    "row-made-by-signal/minimal.py": "needs django.contrib.auth",
}

# Rules whose advice has no SQL and no operation that a server could run.
NOTHING_TO_RUN = {
    "conflicting-leaves": "about the files of two branches",
    "edited-applied": "about a file's history in git",
    "edited-applied-code": "about a file's history in git",
    "deleted-applied": "about a file's history in git",
    "untracked-migration": "about a file that git does not have",
    "literal-user-model": "about the name that a migration gives to the user model; the SQL stays",
    "missing-swappable-dependency": "about the order of migrations",
    "user-model-introduced-late": "about the order of migrations",
    "shared-app-depends-on-tenant-app": "about the order of migrations, with django-tenants",
    "out-of-order-migration": "about the names of files",
    "squash-differs": "the advice is to run squashmigrations again",
    "squash-lost-data-step": "about what a squash leaves out",
    "app-label-renamed": "about rows of django_migrations",
    "migrate-in-start-command": "about a Procfile or a Dockerfile",
    "stale-replaces": "about the names that a squash replaces",
    "stale-sqlmigrate-text": "about a text beside a migration, which nobody runs",
    "unlisted-migration": "about a saved list of what is applied",
    "tenant-migration-touches-public": "about the place of a migration, with django-tenants",
    "other-connection": "its good form is a project with django-tenants",
    "row-made-by-signal": "its good forms need django.contrib.auth and contenttypes",
    "table-rewrite-on-access-method": "the access method comes with an extension",
    "unanalyzed-operation": "says that something could not be read",
}
