#!/usr/bin/python3
"""Compares `mlint dump --stage=migrations` with what Python itself imports.

usage: import_migrations.py ROOT DUMP.json [--verbose]

Every migration of the dump is imported with Django under an import hook that stands in for modules that are not
installed. Arguments are compared with those that the constructors were called with. Prints one line of figures and the
differences; exit code 1 when something differs, 77 when Django is not installed.
"""
import importlib.util
import base64
import inspect
import json
import os
import sys
import types

try:
    import django  # noqa: F401
except ImportError:
    print("skipped: this Python cannot import django")
    sys.exit(77)
import stand_ins
from remembering import NEWER_OF_POSTGRES, set_up
from stand_ins import Stub

ROOT = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else "."


class Differs(Exception):
    pass


def constructed(value):
    own = getattr(value, "__dict__", {})
    # Django's own record first: its __new__ calls the patched one without arguments.
    return own.get("_constructor_args") or own.get("constructor")


class Comparer:
    def __init__(self, module, package):
        self.module = module
        self.package = package

    def resolve(self, dotted):
        if dotted.startswith("."):
            dotted = importlib.util.resolve_name(dotted, self.package)
        head, _, rest = dotted.partition(".")
        for scope in (vars(self.module.Migration), vars(self.module)):
            if head in scope and (rest == "" or not isinstance(scope[head], types.ModuleType)):
                return self.walk(scope[head], rest)
        import builtins

        if not rest and hasattr(builtins, head):
            return getattr(builtins, head)
        if dotted.startswith("django.conf.settings."):
            from django.conf import settings

            return self.walk(settings, dotted[len("django.conf.settings."):])
        module = importlib.import_module(head)
        parts = dotted.split(".")
        for i in range(1, len(parts)):
            if hasattr(module, parts[i]):
                return self.walk(module, ".".join(parts[i:]))
            module = importlib.import_module(".".join(parts[: i + 1]))
        return module

    @staticmethod
    def walk(value, rest):
        for part in rest.split(".") if rest else []:
            value = getattr(value, part)
        return value

    def same(self, ours, theirs, where):
        if isinstance(ours, dict):
            return self.same_object(ours, theirs, where)
        if isinstance(ours, list):
            if not isinstance(theirs, (list, tuple)) or len(ours) != len(theirs):
                raise Differs(f"{where}: {ours!r} / {theirs!r}")
            for i, (a, b) in enumerate(zip(ours, theirs)):
                self.same(a, b, f"{where}[{i}]")
            return
        plain = isinstance(theirs, str) and isinstance(ours, str) and str.__str__(theirs) == ours
        if not plain and (type(ours) is not type(theirs) or ours != theirs):
            raise Differs(f"{where}: {ours!r} / {theirs!r}")

    def same_object(self, ours, theirs, where):
        keys = set(ours)
        if keys == {"expr"}:
            if ours["expr"].startswith("lambda") and inspect.isfunction(theirs) and theirs.__name__ == "<lambda>":
                return
            raise Differs(f"{where}: not evaluated: {ours['expr'][:60]!r}")
        if keys == {"name"}:
            named = self.resolve(ours["name"])
            if named is theirs or (not isinstance(named, type) and named == theirs):
                return
            if inspect.isroutine(named) and getattr(named, "__func__", named) is getattr(theirs, "__func__", theirs):
                return
            raise Differs(f"{where}: {ours['name']} / {theirs!r}")
        if keys == {"class", "args", "kwargs"}:
            return self.same_call(ours, theirs, where)
        if keys == {"set"}:
            return self.same_set(ours["set"], theirs, where)
        if keys == {"bytes"}:
            if base64.b64decode(ours["bytes"]) == theirs:
                return
            raise Differs(f"{where}: bytes differ")
        if keys == {"op", "args"}:
            made = self.build(ours)
            if made == theirs or isinstance(theirs, Stub):
                return
            raise Differs(f"{where}: {ours!r} / {theirs!r}")
        pairs = ours["dict"] if keys == {"dict"} else list(ours.items())
        if not isinstance(theirs, dict) or len(pairs) != len(theirs):
            raise Differs(f"{where}: {ours!r} / {theirs!r}")
        for (key, value), (their_key, their_value) in zip(pairs, theirs.items()):
            self.same(key, their_key, where + ".key")
            self.same(value, their_value, f"{where}.{key}")

    def same_set(self, items, theirs, where):
        if not isinstance(theirs, (set, frozenset)) or len(items) != len(theirs):
            raise Differs(f"{where}: {items!r} / {theirs!r}")
        rest = list(theirs)
        for item in items:
            for candidate in rest:
                try:
                    self.same(item, candidate, where)
                except Differs:
                    continue
                rest.remove(candidate)
                break
            else:
                raise Differs(f"{where}: {item!r} not in {theirs!r}")

    def same_call(self, ours, theirs, where):
        callee = self.resolve(ours["class"])
        given = constructed(theirs)
        if given is None or not isinstance(callee, type) or type(theirs) is not callee:
            made = self.build(ours)
            if made == theirs or repr(made) == repr(theirs) or (isinstance(made, Stub) and type(made) is type(theirs)):
                return
            if inspect.isroutine(theirs) and getattr(made, "__qualname__", None) == theirs.__qualname__:
                return  # two closures of one function
            raise Differs(f"{where}: {ours['class']}(…) / {theirs!r}")
        args, kwargs = given
        self.same(ours["args"], list(args), where + ".args")
        self.same_named(ours["kwargs"], kwargs, where)

    def same_named(self, ours, theirs, where):
        if set(ours) != set(theirs):
            raise Differs(f"{where}: arguments {sorted(ours)} / {sorted(theirs)}")
        for name, value in ours.items():
            self.same(value, theirs[name], f"{where}.{name}")

    def build(self, ours):
        """The Python value that JSON says."""
        if isinstance(ours, list):
            return [self.build(item) for item in ours]
        if not isinstance(ours, dict):
            return ours
        if "name" in ours and len(ours) == 1:
            return self.resolve(ours["name"])
        if "class" in ours:
            args = [self.build(item) for item in ours["args"]]
            return self.resolve(ours["class"])(*args, **{k: self.build(v) for k, v in ours["kwargs"].items()})
        if "op" in ours:
            import operator

            args = [self.build(item) for item in ours["args"]]
            names = {"|": operator.or_, "&": operator.and_, "~": operator.invert, "+": operator.add,
                     "-": operator.sub, "*": operator.mul, "/": operator.truediv, ">=": operator.ge}
            return names[ours["op"]](*args)
        if "set" in ours:
            return {self.build(item) for item in ours["set"]}
        return {key: self.build(value) for key, value in ours.items()}


def parameters_of(operation):
    if hasattr(type(operation), "parameters"):
        return type(operation).parameters
    names = list(inspect.signature(type(operation).__init__).parameters)[1:]
    return names


def bound(operation):
    args, kwargs = operation._constructor_args
    result = dict(zip(parameters_of(operation), args))
    result.update(kwargs)
    return result


class Figures:
    def __init__(self):
        self.migrations = self.operations = self.found = self.arguments = self.equal = 0
        self.problems = []


def compare_operations(ours, theirs, comparer, figures, where):
    theirs = list(theirs)
    figures.operations += len(theirs)
    if len(ours) != len(theirs):
        figures.problems.append(f"{where}: {len(ours)} operations / {len(theirs)}")
    for i, (mine, yours) in enumerate(zip(ours, theirs)):
        place = f"{where}[{i}]"
        if mine["type"] != type(yours).__name__:
            figures.problems.append(f"{place}: {mine['type']} / {type(yours).__name__}")
            continue
        figures.found += 1
        compare_arguments(mine, yours, comparer, figures, f"{place} {mine['type']}")


def compare_arguments(mine, yours, comparer, figures, place):
    expected = bound(yours) if "_constructor_args" in vars(yours) else {}
    if "constructor" in vars(yours) and not expected:
        args, kwargs = yours.constructor
        names = NEWER_OF_POSTGRES.get(type(yours).__name__, "").split() or [str(i) for i in range(len(args))]
        expected = dict(kwargs, **dict(zip(names, args)))
    for name in sorted(set(expected) | set(mine["args"])):
        nested = name in ("database_operations", "state_operations") and isinstance(mine["args"].get(name), list)
        if nested and name in expected:
            compare_operations(mine["args"][name], expected[name], comparer, figures, f"{place}.{name}")
            continue
        figures.arguments += 1
        if name not in expected or name not in mine["args"]:
            figures.problems.append(f"{place}: argument {name} only {'here' if name in mine['args'] else 'in Python'}")
            continue
        try:
            comparer.same(mine["args"][name], expected[name], f"{place}.{name}")
            figures.equal += 1
        except Differs as problem:
            figures.problems.append(str(problem))
        except Exception as error:
            figures.problems.append(f"{place}.{name}: {type(error).__name__} {error}")


def same_links(ours, theirs):
    def shown(link):
        setting = getattr(link, "setting", None)
        return {"swappable": setting} if setting else list(link)

    def plain(link):
        # "settings.AUTH_USER_MODEL" stands for its value in what Python imports.
        return {"swappable": "auth.User"} if link == {"swappable": "settings.AUTH_USER_MODEL"} else link

    expected = []
    for link in theirs:
        item = shown(link)
        if isinstance(item, dict) and item["swappable"] == "AUTH_USER_MODEL":
            item = {"swappable": "auth.User"}
        expected.append(item)
    return [plain(link) for link in ours] == expected


def compare_migration(mine, figures):
    dotted = mine["file"][: -len(".py")].replace("/", ".")
    package = dotted.rsplit(".", 1)[0]
    path = os.path.join(ROOT, mine["file"])
    spec = importlib.util.spec_from_file_location(dotted, path)
    module = importlib.util.module_from_spec(spec)
    module.__package__ = package
    spec.loader.exec_module(module)
    yours = module.Migration
    figures.migrations += 1
    for name in ("dependencies", "run_before", "replaces"):
        if not same_links(mine[name], getattr(yours, name)):
            figures.problems.append(f"{mine['file']}: {name} {mine[name]} / {getattr(yours, name)}")
    if mine["atomic"] != bool(yours.atomic):
        figures.problems.append(f"{mine['file']}: atomic")
    if mine.get("initial") != yours.initial:
        figures.problems.append(f"{mine['file']}: initial")
    compare_operations(mine["operations"], yours.operations, Comparer(module, package), figures, mine["file"])


def main():
    sys.dont_write_bytecode = True
    sys.setrecursionlimit(5000)
    set_up()
    stand_ins.install(ROOT)
    figures = Figures()
    failed = []
    with open(sys.argv[2], encoding="utf-8") as file:
        migrations = json.load(file)
    for mine in migrations:
        try:
            compare_migration(mine, figures)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            failed.append(f"{mine['file']}: Python does not import it: {type(error).__name__} {error}")
    for line in failed + figures.problems[: None if "--verbose" in sys.argv else 40]:
        print(line)
    print(f"{figures.migrations} migrations compared, {len(failed)} not importable; operations {figures.found}/"
          f"{figures.operations}; arguments {figures.equal}/{figures.arguments}; {len(figures.problems)} differences")
    return 1 if figures.problems else 0


if __name__ == "__main__":
    sys.exit(main())
