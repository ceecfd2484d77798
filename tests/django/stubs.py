"""Lets real.py import the migrations of a project whose dependencies are not installed."""
import importlib.util
import os
import sys


def hook(root):
    """tests/truth/import_migrations.py, which has the stand-ins."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "truth", "import_migrations.py")
    spec = importlib.util.spec_from_file_location("import_migrations", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.ROOT = root
    return module


def install(module):
    sys.meta_path.insert(0, module.ProjectFinder())
    sys.meta_path.append(module.StubFinder())
