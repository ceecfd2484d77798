#!/usr/bin/python3
"""What Django's own MigrationLoader makes of migration graphs.

Reads graphs from standard input, one migration a line, `app name dep,dep before,before replaces,replaces` with `-` for
nothing and keys as `app.name`; an empty line ends a graph. Prints for each: the order, the leaves, the conflicts, or
the exception's name. Exit code 77 when Django is not installed.
"""
import sys

try:
    import django
    from django.conf import settings
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.migration import Migration
except ImportError:
    print("skipped: this Python cannot import django")
    sys.exit(77)


def keys(text):
    return [] if text == "-" else [tuple(key.split(".")) for key in text.split(",")]


class Loader(MigrationLoader):
    def __init__(self, lines):
        self.lines = lines
        super().__init__(None)

    def load_disk(self):
        self.disk_migrations = {}
        self.unmigrated_apps = {"plain"}
        self.migrated_apps = set()
        for line in sorted(self.lines):
            app, name, dependencies, before, replaces = line.split()
            made = type("Migration", (Migration,), {"dependencies": keys(dependencies), "run_before": keys(before),
                                                    "replaces": keys(replaces)})
            self.disk_migrations[app, name] = made(name, app)
            self.migrated_apps.add(app)


def shown(items):
    return " ".join(".".join(key) for key in items) or "-"


def main():
    settings.configure()
    django.setup()
    for block in sys.stdin.read().strip("\n").split("\n\n"):
        try:
            graph = Loader(block.split("\n")).graph
        except Exception as error:
            print(type(error).__name__)
            continue
        plan = []
        for leaf in graph.leaf_nodes():
            plan += [key for key in graph.forwards_plan(leaf) if key not in plan]
        apps = sorted({key[0] for key in graph.nodes})
        conflicts = [app for app in apps if len(graph.leaf_nodes(app)) > 1]
        print(shown(plan), "|", shown(graph.leaf_nodes()), "|", " ".join(conflicts) or "-")


if __name__ == "__main__":
    main()
