#!/usr/bin/env python3
"""Commands, what they print and how they exit, on scratch folders.

usage: run_cli.py MLINT SOURCE_TREE

SARIF is validated with the schema of the standard, from a package of npm's (skipped, in a line, where that is not reachable).
"""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import xml.dom.minidom

MLINT, SOURCE = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("GITHUB_", "CI", "GIT_", "MLINT_", "FORCE_", "NO_COLOR"))}
failures = []


def run(*args, cwd, text=None):
    return subprocess.run([MLINT, *args], cwd=cwd, input=text, capture_output=True, text=True, timeout=60, env=CLEAN)


def expect(what, holds, done=None):
    if not holds:
        failures.append(what)
        print(f"FAILED: {what}" + (f"\n  stdout: {done.stdout[:300]!r}\n  stderr: {done.stderr[:300]!r}" if done else ""))


def usage(folder):
    for args, code, words in [
        (["chekc"], 2, "did you mean `check`"),
        (["check", "--isolatd"], 2, "did you mean `--isolated`"),
        (["check", "--pg-version", "11"], 2, "12 to 19"),
        (["check", "--select", "blocking-index-biuld"], 2, "did you mean `blocking-index-build`"),
        (["check", "--output", "jsn"], 2, "did you mean `json`"),
        (["check", "nowhere"], 2, "does not exist"),
        (["check", "-"], 2, "--stdin-filename"),
        (["check", "-j", "-1"], 2, "not a number of threads"),
        (["explain"], 2, "needs a RULE"),
        (["sql"], 2, "needs a PATH, or APP NAME"),
        (["sql", "shop"], 2, "name the migration too"),
        ([], 2, "mlint check"),
        (["--help"], 0, ""),
        (["check", "--help"], 0, ""),
    ]:
        done = run(*args, cwd=folder)
        expect(f"{args}: exit {code}", done.returncode == code, done)
        expect(f"{args}: says {words!r} on stderr", words in done.stderr, done)
        expect(f"{args}: stdout is empty" if code else f"{args}: help on stdout", bool(done.stdout) == (code == 0), done)


def nothing_there(folder):
    empty = folder / "empty"
    empty.mkdir()
    expect("no migration: 2", run("check", cwd=empty).returncode == 2)
    expect("no migration, --allow-empty: 0", run("check", "--allow-empty", cwd=empty).returncode == 0)
    (empty / "manage.py").write_text('import os\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\nimport django\n')
    said = run("check", "--allow-empty", cwd=empty).stdout
    expect("no migration: no version of Django", "0 migrations judged (PostgreSQL 15 (the default))" in said, said)


def backwards(folder):
    project = folder / "backwards"
    shutil.copytree(SOURCE / "fixtures" / "projects" / "A6-reverse-loses-data" / "project", project)

    def reverse(name, output, *more):
        return run("sql", "shop", name, "--backwards", "--output", output, *more, cwd=project)

    done = reverse("0002", "sql", "--django-version", "5.2")
    lines = [line for line in done.stdout.splitlines() if not line.startswith("--")]
    expect("the reverse, last operation first", lines == [
        "BEGIN;", 'ALTER TABLE "shop_order" ADD COLUMN "total" integer NOT NULL;',
        'ALTER TABLE "shop_order" ALTER COLUMN "number" TYPE varchar(20);',
        'ALTER TABLE "shop_order" DROP COLUMN "note" CASCADE;', "COMMIT;"], done)
    statements = json.loads(reverse("0002", "json").stdout)["statements"]
    expect("dropping an added column loses data", [s["loses_data"] for s in statements] == [False, False, True])
    expect("… and cannot be undone", [s["reversible"] for s in statements] == [True, True, False])
    facts = reverse("0002", "sql", "--facts")
    expect("facts of the reverse", "ACCESS EXCLUSIVE" in facts.stdout, facts)
    refused = reverse("0003", "sql")
    expect("the step that has no reverse is named", "operation 2 (RunPython) cannot be reversed" in refused.stderr, refused)
    expect("… and nothing is printed", refused.stdout == "" and refused.returncode == 2, refused)
    empty = project / "shop" / "migrations" / "0004_empty.py"
    empty.write_text("from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n"
                     "    dependencies = [('shop', '%s')]\n    operations = []\n" % sorted(
                         p.stem for p in empty.parent.glob("0003*.py"))[0])
    done = run("sql", "shop", "0004", "--output", "sql", cwd=project)
    expect("no operations, no text", done.stdout == "" and "No operations found." in done.stderr, done)
    expect("a beginning that several have", run("sql", "shop", "000", cwd=project).returncode == 2)

    as_json = json.loads(reverse("0003", "json").stdout)
    expect("… in JSON too", "RunPython" in as_json["fails"] and as_json["statements"] == [])


def names_of_the_project(folder):
    """What a migration names, and the project's own modules hand on."""
    project = folder / "names"
    migrations = project / "shop" / "migrations"
    migrations.mkdir(parents=True)
    for path, text in {
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n",
        "settings.py": "INSTALLED_APPS = ['shop']\nDEFAULT_AUTO_FIELD = 'django.db.models.AutoField'\nRATE = 7\n",
        "shop/__init__.py": "", "shop/migrations/__init__.py": "",
        "shop/fields.py": "from phonenumber_field.modelfields import PhoneNumberField\n",
        "shop/defaults.py": "from django.conf import settings\n\n\ndef word():\n    \"\"\"Documented.\"\"\"\n    return 'new'\n\n\n"
                            "def rate():\n    return settings.RATE\n",
        "shop/migrations/0001_initial.py":
            "import shop.defaults\nimport shop.fields\nfrom django.conf import settings\n"
            "from django.db import migrations, models\nfrom django.db.models.functions import Cast\n"
            "from django.utils.module_loading import import_string\n\n\n"
            "class Migration(migrations.Migration):\n    operations = [\n"
            "        migrations.CreateModel('Order', [('id', import_string(settings.DEFAULT_AUTO_FIELD)(primary_key=True)),\n"
            "            ('long', import_string('django.db.models.BigIntegerField')()), ('a', models.IntegerField())]),\n"
            "        migrations.AddField('Order', 'phone', shop.fields.PhoneNumberField(null=True)),\n"
            "        migrations.AddField('Order', 'word', models.CharField(max_length=9, default=shop.defaults.word)),\n"
            "        migrations.AddField('Order', 'rate', models.IntegerField(default=shop.defaults.rate)),\n"
            "        migrations.AddIndex('Order', models.Index(Cast('a', models.FloatField()), name='i')),\n    ]\n",
    }.items():
        (project / path).write_text(text)
    for version, identity, spelled in [("3.2", "serial NOT NULL PRIMARY KEY", 'CAST("a" AS double precision)'),
                                       ("4.0", "serial NOT NULL PRIMARY KEY", '("a")::double precision'),
                                       ("5.2", "integer NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY",
                                        '("a")::double precision')]:
        done = run("sql", "shop", "0001", "--output", "sql", "--django-version", version, cwd=project)
        for what, part in [("import_string of a setting", '"id" ' + identity),
                           ("import_string of a class", '"long" bigint NOT NULL'),
                           ("a package's class, handed on", 'ADD COLUMN "phone" varchar(128) NULL'),
                           ("a function that returns a constant", "\"word\" varchar(9) DEFAULT 'new' NOT NULL"),
                           ("a function that returns a setting", '"rate" integer DEFAULT 7 NOT NULL'),
                           ("Cast", 'CREATE INDEX "i" ON "shop_order" ((%s))' % spelled)]:
            expect(f"Django {version}: {what}", part in done.stdout, done)


def fields_of_packages(folder):
    """Values that a class of the project writes in its own way are not guessed; a sorted many-to-many has its column."""
    project = folder / "fields"
    (project / "shop" / "migrations").mkdir(parents=True)
    for path, text in {
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n",
        "settings.py": "INSTALLED_APPS = ['shop']\nDEFAULT_AUTO_FIELD = 'django.db.models.AutoField'\n"
                       "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3'}}\n",
        "shop/__init__.py": "", "shop/migrations/__init__.py": "",
        "shop/fields.py":
            "import json\nfrom django.db import models\n\n\n"
            "class Written(models.JSONField):\n    def get_db_prep_save(self, value, connection):\n"
            "        if isinstance(value, str):\n            return value\n        return json.dumps(value)\n\n\n"
            "class Cleaned(models.CharField):\n    def get_prep_value(self, value):\n"
            "        if value is None:\n            return None\n        return value.strip()\n\n\n"
            "class Passed(models.CharField):\n    def get_prep_value(self, value):\n"
            "        value = super().get_prep_value(value)\n        return value\n",
        "shop/migrations/0001_initial.py":
            "import shop.fields\nimport sortedm2m.fields\nfrom django.conf import settings\n"
            "from django.db import migrations, models\nfrom sortedm2m.operations import AlterSortedManyToManyField\n\n"
            "NAME = 'number'\nif settings.DATABASES['default']['ENGINE'].find('sqlite') > -1:\n    NAME = ''\n\n\n"
            "class Migration(migrations.Migration):\n    operations = [\n"
            "        migrations.CreateModel('Order', [('id', models.AutoField(primary_key=True, db_column=NAME)),\n"
            "            ('parts', sortedm2m.fields.SortedManyToManyField(to='shop.Order')),\n"
            "            ('plain', models.ManyToManyField(to='shop.Order'))]),\n"
            "        migrations.AddField('Order', 'cleaned', shop.fields.Cleaned(max_length=9, default=' a')),\n"
            "        migrations.AddField('Order', 'nothing', shop.fields.Cleaned(max_length=9, null=True)),\n"
            "        AlterSortedManyToManyField('order', 'plain', sortedm2m.fields.SortedManyToManyField(to='shop.Order')),\n"
            "    ]\n",
        "shop/migrations/0002_more.py":
            "import shop.fields\nfrom django.db import migrations\n\n\n"
            "class Migration(migrations.Migration):\n    dependencies = [('shop', '0001_initial')]\n    operations = [\n"
            "        migrations.AddField('Order', 'written', shop.fields.Written(null=True)),\n"
            "        migrations.AddField('Order', 'passed', shop.fields.Passed(max_length=9, null=True)),\n    ]\n",
    }.items():
        (project / path).write_text(text)
    done = run("sql", "shop", "0001", "--output", "sql", "--django-version", "5.2", cwd=project)
    for what, part in [("the engine is PostgreSQL's", '"shop_order" ("number" integer NOT NULL'),
                       ("a sorted many-to-many", '"sort_value" integer NOT NULL, "from_order_id"'),
                       ("a value that a class writes", """"cleaned" varchar(9) DEFAULT '<Cleaned.get_prep_value(` a`)>' NOT"""),
                       ("None that it leaves", 'ADD COLUMN "nothing" varchar(9) NULL;'),
                       ("a many-to-many that is sorted", 'ALTER TABLE "shop_order_plain" ADD COLUMN "sort_value" integer DEFAULT 0')]:
        expect(what, part in done.stdout, done)
    expect("all is known", "not all known" not in done.stderr, done)
    done = run("sql", "shop", "0002", "--output", "sql", "--django-version", "5.2", cwd=project)
    for what, part in [("None that it writes", """"written" jsonb DEFAULT '<Written.get_db_prep_save(None)>' NULL;"""),
                       ("None that it passes on", 'ADD COLUMN "passed" varchar(9) NULL;')]:
        expect(what, part in done.stdout, done)
    expect("all of it is known", "operation" not in done.stderr, done)


def lone_sql(folder):
    """SQL that is named is judged wherever it lies, without a project too, and the same through stdin."""
    place = folder / "lone"
    (place / "deep").mkdir(parents=True)
    text = "CREATE INDEX i ON foo (x);\n"
    (place / "deep" / "change.sql").write_text(text)
    for what, done in [
        ("named", run("check", "deep/change.sql", cwd=place)),
        ("piped", run("check", "-", "--stdin-filename", "deep/change.sql", cwd=place, text=text)),
        ("piped, no such file", run("check", "-", "--stdin-filename", "other.sql", cwd=place, text=text)),
    ]:
        expect(f"lone SQL, {what}: 1", done.returncode == 1, done)
        expect(f"lone SQL, {what}: its finding", "blocking-index-build" in done.stdout, done)
    done = run("dump", "--stage=effects", "deep/change.sql", cwd=place)
    expect("lone SQL, dumped", done.returncode == 0 and "SHARE" in done.stdout, done)
    expect("lone SQL in a directory is no migration: 2", run("check", "deep", cwd=place).returncode == 2)


def unmarked(folder):
    """A migration that is named brings its app along, where no manage.py and no repository marks the project."""
    with tempfile.TemporaryDirectory() as scratch:
        place = pathlib.Path(scratch)
        shutil.copytree(folder / "orders", place / "orders")
        for cwd, path in [(place, "orders/migrations/0002_order_status_idx.py"), (place, "orders/migrations"),
                          (place / "orders" / "migrations", "0002_order_status_idx.py"), (place, "orders"),
                          ("/", str(place / "orders" / "migrations" / "0002_order_status_idx.py"))]:
            done = run("check", path, "--output", "json", cwd=cwd)
            found = json.loads(done.stdout or '{"findings": []}')["findings"]
            expect(f"unmarked {path}: no more than the project is read", '"files": 5' in done.stdout, done)
            expect(f"unmarked {path}", any(f["rule"] == "blocking-index-build" and f["app"] == "orders" for f in found), done)


def judged(folder):
    expect("errors: 1", run("check", "--all", cwd=folder).returncode == 1)
    expect("--fail-on never: 0", run("check", "--all", "--fail-on", "never", cwd=folder).returncode == 0)
    first, second = (run("check", "--all", "--output", "json", "-j", jobs, cwd=folder) for jobs in ("1", "4"))
    expect("two runs are equal", first.stdout == second.stdout)
    report = json.loads(first.stdout)
    summary = report["summary"]
    expect("counts", summary["errors"] == sum(f["severity"] == "error" for f in report["findings"]) > 0)
    one = run("check", "--all", "--select", "blocking-index-build", "--output", "json", cwd=folder)
    expect("--select", {f["rule"] for f in json.loads(one.stdout)["findings"]} == {"blocking-index-build"}, one)
    off = run("check", "--all", "--level", "blocking-index-build=off", "--output", "json", cwd=folder)
    expect("--level off", "blocking-index-build" not in {f["rule"] for f in json.loads(off.stdout)["findings"]}, off)
    quiet = run("check", "--all", "--color", "never", cwd=folder)
    expect("no escapes without colour", "\x1b" not in quiet.stdout)
    expect("colour on demand", "\x1b" in run("check", "--all", "--color", "always", cwd=folder).stdout)


def sarif_schema(folder):
    """The schema as @microsoft/jest-sarif carries it, pinned by version and content."""
    package, digest = "@microsoft/jest-sarif@1.0.0-beta.0", "748e2c3d1a842e7bb258416685c7ea3a0da40005b72267b2052c2856d48ad102"
    if not shutil.which("npm"):
        return None
    try:
        subprocess.run(["npm", "pack", "--silent", "--ignore-scripts", package], cwd=folder, capture_output=True, timeout=60, check=True,
                       env={**CLEAN, "npm_config_cache": str(folder / "npm")})
    except (subprocess.SubprocessError, OSError):
        return None
    archive = next(folder.glob("microsoft-jest-sarif-*.tgz"))
    expect("the package of the SARIF schema is the pinned one", hashlib.sha256(archive.read_bytes()).hexdigest() == digest)
    with tarfile.open(archive) as files:
        return files.extractfile("package/lib/schemas/sarif-2.1.0-rtm.5.json").read()


def written(folder):
    outputs = ["sarif", "junit", "checkstyle", "gitlab", "github", "markdown", "concise"]
    done = run("check", "--all", *[f"--output={each}=out.{each}" for each in outputs], cwd=folder)
    expect("files are written, stdout is empty", done.stdout == "" and all((folder / f"out.{e}").exists() for e in outputs), done)
    for each in ("junit", "checkstyle"):
        xml.dom.minidom.parse(str(folder / f"out.{each}"))
    expect("gitlab", json.loads((folder / "out.gitlab").read_text()))
    lines = (folder / "out.github").read_text().splitlines()
    expect("github", lines and all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines))
    sarif = json.loads((folder / "out.sarif").read_text())
    try:
        import jsonschema
    except ImportError:
        print("skipped: no python3-jsonschema, SARIF was not validated")
        return
    text = sarif_schema(folder)
    if text is None:
        print("skipped: the SARIF schema cannot be fetched from npm, SARIF was not validated")
        return
    schema = json.loads(text)
    problems = list(jsonschema.validators.validator_for(schema)(schema).iter_errors(sarif))
    expect(f"SARIF is valid: {[p.message for p in problems[:3]]}", not problems)


def suppressed(folder):
    sql = "CREATE TABLE t (id int);\nCREATE INDEX i ON other (id);{}\n"
    args = ["check", "-", "--stdin-filename", "x.sql", "--output", "json"]
    done = json.loads(run(*args, cwd=folder, text=sql.format("")).stdout)
    expect("found", [f["rule"] for f in done["findings"] if f["severity"] == "error"] == ["blocking-index-build"])
    done = json.loads(run(*args, cwd=folder, text=sql.format(" -- mlint: ignore[blocking-index-build] -- small")).stdout)
    expect("suppressed", done["summary"]["suppressed"] == 1 and done["summary"]["errors"] == 0)
    done = json.loads(run(*args, cwd=folder, text=sql.format(" -- mlint: ignore")).stdout)
    expect("malformed suppresses nothing", {"blocking-index-build", "malformed-suppression"} <= {f["rule"] for f in done["findings"]})


def filled_in(_):
    with tempfile.TemporaryDirectory() as scratch:
        project = pathlib.Path(scratch)
        (project / "migrations").mkdir()
        sql = 'ALTER TABLE {{ index .Options "Namespace" }}.users ALTER COLUMN a SET NOT NULL;\n'
        (project / "migrations" / "1_a.up.sql").write_text("SELECT 1;\n" + sql)
        done = json.loads(run("check", "--all", "--output", "json", cwd=project).stdout)
        expect("a template is one finding", [f["rule"] for f in done["findings"]] == ["sql-template"], done["findings"])
        expect("and blocks nothing", done["migrations"][0]["verdict"] == "window", done["migrations"])
        (project / "mlint.toml").write_text('[placeholders]\nNamespace = "auth"\n')
        done = json.loads(run("check", "--all", "--output", "json", cwd=project).stdout)
        found = {f["rule"]: f for f in done["findings"]}
        scan = found.get("set-not-null-scan")
        expect("filled in, it is judged", scan and "sql-template" not in found, found)
        expect("under its name", scan and scan["locks"][0]["relation"] == "auth.users", scan)
        expect("where the file says it", scan and scan["range"]["start"]["line"] == 2 and scan["range"]["end"]["column"] == len(sql) - 1, scan)


def links(folder):
    """A directory that is a link is where it leads to; an output that is a link stays one."""
    here = folder.parent
    (here / "link").symlink_to(folder)
    through = run("check", "--all", "link", cwd=here)
    expect("a link to the project", through.returncode == 1 and "lies outside" not in through.stderr, through)
    (here / "real.json").write_text("old")
    (here / "link.json").symlink_to("real.json")
    run("check", "--all", "-o", "json=../link.json", cwd=folder)
    expect("the link stays", (here / "link.json").is_symlink() and json.loads((here / "real.json").read_text())["version"] == 1)


def several_versions(folder):
    """`sql` of a Django migration: versions of the command line, else of the configuration."""
    done = json.loads(run("sql", "orders", "0002", "-o", "json", "--pg-version", "13,16", cwd=folder).stdout)
    expect("the first version leads", done["postgresql"] == "13" and [d["postgresql"] for d in done["differences"]] == ["16"])
    (folder / "lone.sql").write_text("SELECT 1;")
    (folder / ".mlint.toml").write_text("pg-version = [14]\n")
    for args in (["orders", "0002"], ["lone.sql"]):
        done = json.loads(run("sql", *args, "-o", "json", cwd=folder).stdout)
        expect(f"sql {args}: the configured version", done["postgresql"] == "14")
    done = json.loads(run("sql", "lone.sql", "-o", "json", "--isolated", cwd=folder).stdout)
    expect("… not when isolated", done["postgresql"] == "15")
    (folder / ".mlint.toml").unlink()
    (folder / "lone.sql").unlink()


def drawn(folder):
    """A first migration alone in its app is drawn too."""
    project = folder / "drawn" / "solo" / "migrations"
    project.mkdir(parents=True)
    (project / "__init__.py").write_text("")
    (project / "0001_initial.py").write_text("from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    pass\n")
    for form in ("dot", "mermaid"):
        expect(f"graph -o {form}", "solo.0001_initial" in run("graph", "-o", form, cwd=folder / "drawn").stdout)


def main():
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch) / "shop"
        shutil.copytree(SOURCE / "fixtures" / "demo-shop", folder)
        for test in (usage, nothing_there, lone_sql, unmarked, backwards, names_of_the_project, fields_of_packages, judged, written, suppressed, filled_in, links, several_versions, drawn):
            test(folder)
    print(f"{len(failures)} failed")
    sys.exit(1 if failures else 0)


main()
