"""Fixtures as projects: laid out as tests/fixture_test.cpp lays them out, and judged by mlint."""
import json
import os
import re
import shutil
import subprocess

BYSTANDER = "CREATE TABLE bystander AS SELECT 1 AS one;"
MARKER = re.compile(r"\s+(?:#|--) (?:error|warning|info)\[ML\d+\]: .*$", re.M)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def read(path):
    with open(path) as file:
        return MARKER.sub("", file.read())


def lay_out(folder, fixtures, entry, django):
    """The context and the fixture, as tests/fixture_test.cpp lays them out."""
    if os.path.isdir(entry):
        shutil.copytree(entry, folder, dirs_exist_ok=True)
        for base, _, names in os.walk(folder):
            for name in names:
                text = read(os.path.join(base, name))
                write(os.path.join(base, name), text)
    elif django:
        scaffold(folder, fixtures)
        write(os.path.join(folder, "app/migrations/0002_change.py"), read(entry))
    else:
        write(os.path.join(folder, "migrations/0001_schema.sql"), read(os.path.join(fixtures, "context/0001_schema.sql")))
        write(os.path.join(folder, "migrations/0002_change.sql"), read(entry))


def scaffold(folder, fixtures):
    write(os.path.join(folder, "manage.py"), "import os, sys\nos.environ['DJANGO_SETTINGS_MODULE'] = 'settings'\n"
          "from django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n")
    write(os.path.join(folder, "settings.py"), "SECRET_KEY = 'x'\nINSTALLED_APPS = ['django.contrib.postgres', 'app']\n"
          "USE_TZ = True\nDEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'\nimport os\n"
          "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': os.environ.get('CASE_DATABASE', ''),\n"
          "    'USER': 'postgres', 'HOST': os.environ.get('PGHOST', '')}}\n")
    for name in ("app/__init__.py", "app/migrations/__init__.py"):
        write(os.path.join(folder, name), "")
    write(os.path.join(folder, "app/migrations/0001_initial.py"), read(os.path.join(fixtures, "context/0001_initial.py")))


def check(mlint, folder, version):
    command = [mlint, "check", "--all", "--output", "json", folder]
    done = subprocess.run(command + (["--django-version", version] if version else []), capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)["findings"]


def is_django(entry):
    if os.path.isdir(entry):
        return any(name.endswith(".py") for _, _, files in os.walk(entry) for name in files)
    return entry.endswith(".py")


def told(mlint, folder, version, allowed):
    return ["mlint says at step %s: %s[%s] %s" % (f["file"], f["severity"], f["rule"], f["message"])
            for f in check(mlint, folder, version)
            if f["severity"] in ("error", "warning") and f["file"] not in allowed]
