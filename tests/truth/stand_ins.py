"""Lets Python import the migrations of a project whose dependencies are not installed."""
import importlib.abc
import importlib.machinery
import sys


class StubMeta(type):
    def __getattr__(cls, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return stub(f"{cls.dotted}.{name}")

    def __iter__(cls):
        return iter(())

    def __or__(cls, other):
        return cls

    __ror__ = __add__ = __radd__ = __or__

    def __ge__(cls, other):
        return True

    __le__ = __gt__ = __lt__ = __ge__

    def __getitem__(cls, key):
        return stub(f"{cls.dotted}[{key!r}]")

    def __len__(cls):
        return 0


class Stub(metaclass=StubMeta):
    dotted = "stub"

    def __new__(cls, *args, **kwargs):
        # Swapper names a model: not swapped.
        if cls.dotted == "swapper.is_swapped":
            return False
        if cls.dotted == "swapper.split" and args:
            return tuple(args[0].constructor[0])
        made = object.__new__(cls)
        made.constructor = (args, kwargs)
        return made

    def __init__(self, *args, **kwargs):
        pass

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__") or name == "constructor":
            raise AttributeError(name)
        return stub(f"{type(self).dotted}().{name}")

    def __call__(self, *args, **kwargs):
        return args[0] if len(args) == 1 and callable(args[0]) else Stub()

    def __iter__(self):
        return iter((stub("item.a"), stub("item.b")))

    def __getitem__(self, key):
        return stub(f"item[{key!r}]")

    def __or__(self, other):
        return self

    __ror__ = __and__ = __add__ = __radd__ = __or__


STUBS = {}


def stub(dotted):
    if dotted not in STUBS:
        STUBS[dotted] = StubMeta(dotted.rsplit(".", 1)[-1], (Stub,), {"dotted": dotted, "__module__": "stub"})
    return STUBS[dotted]


def lenient(module):
    """Names that this Django does not have stand for themselves."""

    def missing(name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return stub(f"{module.__name__}.{name}")

    module.__getattr__ = missing


class StubLoader(importlib.abc.Loader):
    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.__path__ = []
        lenient(module)


class StubFinder(importlib.abc.MetaPathFinder):
    """Asked last: nobody else has the module."""

    def find_spec(self, name, path, target=None):
        return importlib.machinery.ModuleSpec(name, StubLoader(), is_package=True)


class ProjectLoader(importlib.abc.Loader):
    """A module of the project, or a stand-in where it does not import without the project's settings."""

    def __init__(self, inner):
        self.inner = inner

    def create_module(self, spec):
        return self.inner.create_module(spec)

    def exec_module(self, module):
        try:
            self.inner.exec_module(module)
        except Exception:
            module.__dict__.setdefault("__path__", [])
        lenient(module)


class ProjectFinder(importlib.abc.MetaPathFinder):
    def __init__(self, root):
        self.root = root

    def find_spec(self, name, path, target=None):
        spec = importlib.machinery.PathFinder.find_spec(name, path if path is not None else [self.root])
        if spec is None or spec.origin is None or not spec.origin.startswith(self.root) or spec.loader is None:
            return None
        spec.loader = ProjectLoader(spec.loader)
        return spec


class Defaults:
    """Settings that Django does not have stand for themselves."""

    def __init__(self):
        from django.conf import global_settings

        self.globals = global_settings

    def __getattr__(self, name):
        try:
            return getattr(self.globals, name)
        except AttributeError:
            return stub(f"django.conf.settings.{name}")


def install(root):
    """What the project at `root` has is its own; what nobody has stands for itself."""
    sys.meta_path.insert(0, ProjectFinder(root))
    sys.meta_path.append(StubFinder())
