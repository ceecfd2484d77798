"""Runs migrations through a real Django on a real PostgreSQL and records what its schema editor sends.

    real.py LIST OUT        LIST is JSON: {"default_auto_field", "migrations": [{"app", "path", "fresh", "backwards"}]}

Django is whichever this interpreter imports. Every statement runs, so that what Django asks the catalogue is answered;
one that the server refuses is rolled back alone and the run goes on.
"""
import importlib.util
import json
import os
import sys

import django
from django.conf import settings

APPS = ["contenttypes", "auth", "admin", "sessions", "sites", "redirects", "flatpages"]


def configure(default_auto_field, auth_user_model, packages):
    # The log of the admin points at the user, whose app is not installed when it is the project's own.
    apps = [app for app in APPS if app != "admin" or auth_user_model == "auth.User"]
    settings.configure(
        SECRET_KEY="x", INSTALLED_APPS=["django.contrib." + app for app in apps + ["postgres"]] + packages, USE_TZ=True,
        SITE_ID=1,
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"],
                               "USER": "postgres", "HOST": os.environ["PGHOST"], "PORT": os.environ["PGPORT"]}},
        DEFAULT_AUTO_FIELD=default_auto_field, STATIC_URL="/static/", DJSTRIPE_FOREIGN_KEY_TO_FIELD="djstripe_id",
        MIDDLEWARE=["allauth.account.middleware.AccountMiddleware"])  # what packages ask for; nothing is served here
    django.setup()
    settings.AUTH_USER_MODEL = auth_user_model  # the project's own models are not installed, its migrations make them


class Recorder:
    """Stands in for BaseDatabaseSchemaEditor.execute."""

    def __init__(self, connection):
        self.connection = connection
        self.statements = []
        self.errors = []

    def install(self):
        from django.db.backends.base.schema import BaseDatabaseSchemaEditor
        recorder = self

        def execute(editor, sql, params=()):
            sql = str(sql)
            with recorder.connection.cursor() as cursor:
                if params:
                    sql = cursor.cursor.mogrify(sql, params).decode()
                    params = None
                elif params is not None:
                    sql = cursor.cursor.mogrify(sql, ()).decode() if "%" in sql else sql
                    params = None
                recorder.statements.append(sql)
                recorder.run(cursor, sql)

        BaseDatabaseSchemaEditor.execute = execute

    def run(self, cursor, sql):
        transaction = self.connection.in_atomic_block
        if transaction:
            cursor.execute("SAVEPOINT one_statement")
        try:
            cursor.execute(sql)
        except Exception as error:  # noqa: BLE001
            self.errors.append(str(error).splitlines()[0])
            if transaction:
                cursor.execute("ROLLBACK TO SAVEPOINT one_statement")
        if transaction:
            cursor.execute("RELEASE SAVEPOINT one_statement")


def load(entry, number):
    spec = importlib.util.spec_from_file_location("migration_%d" % number, entry["path"])
    module = importlib.util.module_from_spec(spec)
    if entry.get("package"):
        module.__package__ = entry["package"]
    spec.loader.exec_module(module)
    return module.Migration(os.path.basename(entry["path"])[:-3], entry["app"])


def reset(connection):
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


def contrib_state(connection, recorder):
    from django.db.migrations.loader import MigrationLoader
    loader = MigrationLoader(None)
    state = loader.project_state()
    empty = type(state)()
    from django.db.migrations.executor import MigrationExecutor  # noqa: F401
    plan = []
    for leaf in sorted(loader.graph.leaf_nodes()):
        for node in loader.graph.forwards_plan(leaf):
            if node not in plan:
                plan.append(node)
    state = empty
    state.apps
    for node in plan:
        migration = loader.graph.nodes[node]
        with connection.schema_editor(atomic=migration.atomic) as editor:
            state = migration.apply(state, editor)
    recorder.statements.clear()
    recorder.errors.clear()
    return state


def prepare(migration):
    """Python code is not run: what it does to rows is nobody's business here."""
    from django.db.migrations.operations import RunPython

    def walk(operations):
        for operation in operations:
            if isinstance(operation, RunPython):
                operation.database_forwards = operation.database_backwards = lambda *args, **kwargs: None
            for inner in getattr(operation, "database_operations", None) or ():
                walk([inner])
    walk(migration.operations)


def main():
    with open(sys.argv[1]) as file:
        listed = json.load(file)
    stand_ins = None
    if listed.get("root"):
        sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
        import stubs
        stand_ins = stubs.hook(listed["root"])
    configure(listed["default_auto_field"], listed.get("auth_user_model", "auth.User"), listed.get("packages", []))
    if stand_ins:
        stubs.install(stand_ins)
    from django.db import connection
    recorder = Recorder(connection)
    recorder.install()
    reset(connection)
    start = contrib_state(connection, recorder)
    if stand_ins:  # the project's own settings, which installed packages do not see
        settings._wrapped.default_settings = stand_ins.Defaults()
    keep = None
    results = []
    state = start.clone()
    for number, entry in enumerate(listed["migrations"]):
        result = {"app": entry["app"], "name": os.path.basename(entry["path"])[:-3]}
        if entry.get("fresh") and number:
            with connection.cursor() as cursor:
                cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
                tables = [row[0] for row in cursor.fetchall() if row[0] not in keep]
                for table in tables:
                    cursor.execute('DROP TABLE IF EXISTS "%s" CASCADE' % table)
            state = start.clone()
        if keep is None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
                keep = {row[0] for row in cursor.fetchall()}
        recorder.statements = []
        recorder.errors = []
        before = state.clone()
        try:
            migration = load(entry, number)
            prepare(migration)
            if entry.get("backwards"):
                with connection.schema_editor(atomic=migration.atomic) as editor:
                    migration.unapply(previous.clone(), editor)
                state = previous
            else:
                previous = before
                state.apps
                with connection.schema_editor(atomic=migration.atomic) as editor:
                    state = migration.apply(state, editor)
        except Exception as error:  # noqa: BLE001
            result["fails"] = "%s: %s" % (type(error).__name__, str(error).splitlines()[0] if str(error) else "")
            try:
                state = before
                migration = load(entry, number)  # what failed half way has bound its fields
                for operation in migration.operations:
                    operation.state_forwards(entry["app"], state)
            except Exception as again:  # noqa: BLE001
                result["state"] = str(again)
        result["statements"] = recorder.statements
        result["errors"] = recorder.errors
        results.append(result)
    with open(sys.argv[2], "w") as file:
        json.dump(results, file, indent=1)


main()
