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

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from recorder import Recorder, leave_rows_alone  # noqa: E402

APPS = ["contenttypes", "auth", "admin", "sessions", "sites", "redirects", "flatpages"]


def configure(default_auto_field, auth_user_model, packages, gis, time_zone):
    # The log of the admin points at the user, whose app is not installed when it is the project's own.
    apps = [app for app in APPS if app != "admin" or auth_user_model == "auth.User"]
    settings.configure(
        SECRET_KEY="x", INSTALLED_APPS=["django.contrib." + app for app in apps + ["postgres"] + ["gis"] * gis] + packages,
        SITE_ID=1, USE_TZ=True, TIME_ZONE=time_zone,
        DATABASES={"default": {"ENGINE": "django.contrib.gis.db.backends.postgis" if gis else "django.db.backends.postgresql",
                               "NAME": os.environ["PGDATABASE"],
                               "USER": "postgres", "HOST": os.environ["PGHOST"], "PORT": os.environ["PGPORT"]}},
        DEFAULT_AUTO_FIELD=default_auto_field, STATIC_URL="/static/", DJSTRIPE_FOREIGN_KEY_TO_FIELD="djstripe_id",
        MIDDLEWARE=["allauth.account.middleware.AccountMiddleware"])  # what packages ask for; nothing is served here
    django.setup()
    settings.AUTH_USER_MODEL = auth_user_model  # the project's own models are not installed, its migrations make them


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


def main():
    with open(sys.argv[1]) as file:
        listed = json.load(file)
    root = listed.get("root")
    if root:
        sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "truth"))
        import stand_ins
        del sys.path[0]  # the project may have modules of the same names
    configure(listed["default_auto_field"], listed.get("auth_user_model", "auth.User"), listed.get("packages", []),
              bool(listed.get("gis")), listed.get("time_zone", "UTC"))
    if root:
        stand_ins.install(root)
    from django.db import connection
    recorder = Recorder(connection)
    recorder.install()
    reset(connection)
    kept = ["plpgsql"] + ["postgis", "postgis_raster", "pg_trgm"] * bool(listed.get("gis"))
    with connection.cursor() as cursor:
        for extension in kept[1:]:
            cursor.execute('CREATE EXTENSION "%s"' % extension)
    start = contrib_state(connection, recorder)
    if root:  # the project's own settings, which installed packages do not see
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
                cursor.execute("SELECT extname FROM pg_extension WHERE NOT extname = ANY (%s)", [kept])
                for extension in cursor.fetchall():
                    cursor.execute('DROP EXTENSION "%s" CASCADE' % extension)
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
            leave_rows_alone(migration)
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
