"""Runs every migration of an installed project, under its own settings, and records what Django prints and sends.

    installed_run.py OUT PATH TEXTS     DJANGO_SETTINGS_MODULE names the settings

For each migration, in the order of `migrate`: what is executed, and with TEXTS ("yes") what sqlmigrate prints forwards
and backwards. Where squashes and what they replace are both there, PATH ("squashed" or "replaced") says which run; of
the other path only what OUT does not hold yet is recorded.
"""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.getcwd())


def set_up():
    sys.modules["psycopg"] = None  # one spelling of literals: psycopg 2's
    import django.db.backends.postgresql.base  # noqa: F401
    del sys.modules["psycopg"]
    import django
    from django.conf import settings
    settings.DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"],
                                      "USER": "postgres", "HOST": os.environ["PGHOST"], "PORT": os.environ["PGPORT"]}}
    settings.DATABASE_ROUTERS = []
    django.setup()
    from django.contrib.postgres import operations
    for name in ("AddIndexConcurrently", "RemoveIndexConcurrently"):  # all of it runs inside a transaction here
        getattr(operations, name)._ensure_not_in_transaction = lambda self, editor: None


def graph_of(path):
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader
    if path == "squashed":
        return MigrationLoader(connection).graph
    graph = MigrationLoader(connection, replace_migrations=False).graph
    for key, migration in list(graph.nodes.items()):
        if migration and any(tuple(replaced) in graph.nodes for replaced in migration.replaces):
            graph.remove_replacement_node(key, migration.replaces)
    return graph


def plan_of(graph):
    plan = []
    for leaf in sorted(graph.leaf_nodes()):
        plan += [key for key in graph.forwards_plan(leaf) if key not in plan]
    return [graph.nodes[key] for key in plan]


def first_line(error):
    return "%s: %s" % (type(error).__name__, (str(error).splitlines() or [""])[0])


def printed(connection, migration, state, backwards):
    """What sqlmigrate would print."""
    with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        (migration.unapply if backwards else migration.apply)(state.clone(), editor, collect_sql=True)
    lines = editor.collected_sql
    if migration.atomic and lines:
        lines = ["BEGIN;"] + lines + ["COMMIT;"]
    return "".join(line + "\n" for line in lines)


def executed(connection, migration, state):
    with connection.schema_editor(atomic=migration.atomic) as editor:
        return migration.apply(state.clone(), editor)


def executed_back(connection, migration, state, recorder):
    """What is executed to undo it, from the tables as they are; then everything is as it was."""
    from django.db import transaction
    recorder.take()
    with transaction.atomic():
        try:
            with connection.schema_editor(atomic=migration.atomic) as editor:
                migration.unapply(state.clone(), editor)
        finally:
            transaction.set_rollback(True)
    return recorder.take()[0]


def attempt(result, name, function, *arguments):
    try:
        result[name] = function(*arguments)
    except Exception as error:  # noqa: BLE001
        result.setdefault("fails", {})[name] = first_line(error)


def run(connection, recorder, migration, state, texts):
    from recorder import leave_rows_alone
    result = {"app": migration.app_label, "name": migration.name}
    if texts:
        attempt(result, "forwards_text", printed, connection, migration, state, False)
    leave_rows_alone(migration)
    recorder.take()
    attempt(result, "after", executed, connection, migration, state)
    result["forwards"], result["errors"] = recorder.take()
    after = result.pop("after", None) or migration.mutate_state(state)
    if texts:
        after.apps
        attempt(result, "backwards_text", printed, connection, migration, state, True)
        attempt(result, "backwards", executed_back, connection, migration, state, recorder)
    return result, after


def main():
    set_up()
    from django.db import connection
    from django.db.migrations.state import ProjectState
    from recorder import Recorder
    out, path, texts = sys.argv[1:]
    recorder = Recorder(connection)
    recorder.install()
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    results = {}
    if os.path.exists(out):
        with open(out) as file:
            results = {(result["app"], result["name"]): result for result in json.load(file)}
    state = ProjectState(real_apps=set(graph_apps()))
    state.apps
    for migration in plan_of(graph_of(path)):
        key = migration.app_label, migration.name
        result, state = run(connection, recorder, migration, state, texts == "yes" and key not in results)
        results.setdefault(key, result)
    with open(out, "w") as file:
        json.dump(list(results.values()), file, indent=1)


def graph_apps():
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader
    return MigrationLoader(connection).unmigrated_apps


main()
