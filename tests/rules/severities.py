#!/usr/bin/env python3
"""How serious a hazard is by what is known of its table, of the deploy and of the branch: every row of the table of severities.

usage: severities.py MLINT [-v]

A row names a rule, the change that has the hazard, and the severities for a table of unknown size, a large one, a busy one
and a small one; E error, W warning, I info, "-" silent. A change is operations of a Django migration, or the text of a .sql
file; both stand behind the same context.
"""
import argparse
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

DJANGO = """from django.db import migrations, models
import django.db.models.deletion

class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel("Customer", [("id", models.AutoField(primary_key=True)), ("name", models.CharField(max_length=50))]),
        migrations.CreateModel("Order", [
            ("id", models.AutoField(primary_key=True)),
            ("code", models.CharField(max_length=50, null=True)),
            ("amount", models.IntegerField(null=True)),
            ("other", models.IntegerField(null=True)),
            ("customer", models.ForeignKey("shop.Customer", models.CASCADE, null=True)),
        ]),
        migrations.AddIndex("order", models.Index(fields=["amount"], name="amount_idx")),
    ]
"""
SQL = """CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TYPE mood AS ENUM ('sad');
CREATE TABLE shop_customer (id integer PRIMARY KEY, name varchar(50));
CREATE TABLE shop_order (id integer PRIMARY KEY, code varchar(50), amount integer, other integer, customer_id integer REFERENCES shop_customer);
CREATE INDEX amount_idx ON shop_order (amount);
CREATE TABLE part (at integer NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (10);
CREATE TABLE part_2 (at integer NOT NULL);
CREATE MATERIALIZED VIEW totals AS SELECT sum(amount) FROM shop_order;
"""
HEAD = """from django.db import migrations, models
from django.contrib.postgres.operations import AddIndexConcurrently
%s
class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [%s]
"""
PYTHON = """
def step(apps, schema_editor):
    Order = apps.get_model("shop", "Order")
    %s
"""

AE = "migrations.AddField('order', 'note', models.TextField(null=True)),"
# rule, change, severities of a table that is: unknown, large, busy, small
ROWS = [
    # An index that is not built concurrently, the hidden ones of Django too.
    ("blocking-index-build", "CREATE INDEX i ON shop_order (code);", "EEE-"),
    ("blocking-index-build", "migrations.AddIndex('order', models.Index(fields=['code'], name='i'))", "EEE-"),
    ("blocking-index-build", "migrations.AddField('order', 'x', models.IntegerField(null=True, db_index=True))", "EEE-"),
    ("blocking-index-build", "migrations.AddField('order', 'x', models.ForeignKey('shop.Customer', models.CASCADE, null=True))", "EEE-"),
    ("blocking-index-build", "migrations.AlterField('order', 'code', models.CharField(max_length=50, null=True, db_index=True))", "EEE-"),
    ("blocking-index-build", "migrations.AlterIndexTogether('order', {('code', 'amount')})", "EEE-"),
    # A unique constraint built under its lock.
    ("blocking-unique-constraint", "ALTER TABLE shop_order ADD CONSTRAINT u UNIQUE (code);", "EEEI"),
    ("blocking-unique-constraint", "migrations.AlterUniqueTogether('order', {('code', 'amount')})", "EEEI"),
    ("blocking-unique-constraint", "migrations.AddConstraint('order', models.UniqueConstraint(fields=['code'], name='u'))", "EEEI"),
    ("blocking-unique-constraint", "migrations.AlterField('order', 'amount', models.IntegerField(null=True, unique=True))", "EEEI"),
    # A scan, or a wait for every user, under a hard lock.
    ("set-not-null-scan", "ALTER TABLE shop_order ALTER COLUMN code SET NOT NULL;", "WEE-"),
    ("set-not-null-scan", "migrations.AlterField('order', 'amount', models.IntegerField(default=0))", "WEE-"),
    ("blocking-check-validation", "ALTER TABLE shop_order ADD CONSTRAINT c CHECK (amount > 0);", "WEE-"),
    ("blocking-check-validation", "migrations.AddConstraint('order', models.CheckConstraint(check=models.Q(amount__gt=0), name='c'))", "WEE-"),
    ("blocking-index-drop", "DROP INDEX amount_idx;", "WEE-"),
    ("blocking-index-drop", "migrations.RemoveIndex('order', 'amount_idx')", "WEE-"),
    # A foreign key validated at once; partitions.
    ("blocking-foreign-key-validation", "ALTER TABLE shop_order ADD CONSTRAINT f FOREIGN KEY (other) REFERENCES shop_customer;", "WEEI"),
    ("parent-locked-by-new-partition", "CREATE TABLE part_3 PARTITION OF part FOR VALUES FROM (20) TO (30);", "WEEI", "part"),
    ("partition-attach-scan", "ALTER TABLE part ATTACH PARTITION part_2 FOR VALUES FROM (10) TO (20);", "WEEI", "part_2"),
    ("blocking-partition-detach", "ALTER TABLE part DETACH PARTITION part_1;", "WEEI", "part"),
    # A nullable column with a foreign key: a brief lock of the parent.
    ("parent-locked-by-new-foreign-key", "migrations.AddField('order', 'x', models.ForeignKey('shop.Customer', models.CASCADE, null=True, db_index=False))", "-WW-", "shop_customer"),
    ("parent-locked-by-new-foreign-key", "ALTER TABLE shop_order ADD COLUMN x integer REFERENCES shop_customer;", "-WW-", "shop_customer"),
    ("recreated-foreign-key", "migrations.AlterField('order', 'customer', models.ForeignKey('shop.Customer', models.CASCADE, default=1))", "EEEW"),
    # Rewrites.
    ("table-rewrite-on-type-change", "ALTER TABLE shop_order ALTER COLUMN amount TYPE bigint;", "EEEI"),
    ("table-rewrite-on-type-change", "migrations.AlterField('order', 'id', models.BigAutoField(primary_key=True))", "EEEI"),
    ("table-rewrite-on-type-change", "migrations.AlterField('customer', 'id', models.BigAutoField(primary_key=True))", "EEEI"),
    ("table-rewrite-on-volatile-default", "ALTER TABLE shop_order ADD COLUMN x uuid DEFAULT gen_random_uuid();", "EEEI"),
    ("table-rewrite-on-identity", "ALTER TABLE shop_order ADD COLUMN x bigserial;", "EEEI"),
    ("table-rewrite-on-identity", "ALTER TABLE shop_order ADD COLUMN x bigint GENERATED ALWAYS AS IDENTITY;", "EEEI"),
    ("table-rewrite-on-generated-column", "ALTER TABLE shop_order ADD COLUMN x integer GENERATED ALWAYS AS (amount * 2) STORED;", "EEEI"),
    ("table-rewrite-on-constrained-domain", "ALTER TABLE shop_order ADD COLUMN x positive;", "EEEI"),
    # Instant, but it queues.
    ("queued-lock-on-hot-table", "migrations.AddField('order', 'x', models.TextField(null=True))", "--W-"),
    ("queued-lock-on-hot-table", "ALTER TABLE shop_order ADD COLUMN x text;", "--W-"),
    ("queued-lock-on-hot-table", "SET lock_timeout = '2s';\nALTER TABLE shop_order ADD COLUMN x text;", "----"),
    # The parent of a foreign key that goes.
    ("parent-locked-by-foreign-key-drop", "ALTER TABLE shop_order DROP CONSTRAINT shop_order_customer_id_fkey;", "WEEI", "shop_customer"),
    ("parent-locked-by-foreign-key-drop", "migrations.RemoveField('order', 'customer')", "WEEI", "shop_customer"),
    ("parent-locked-by-foreign-key-drop", "migrations.DeleteModel('Order')", "WEEI", "shop_customer"),
    ("vacuum-full-or-cluster", "VACUUM FULL shop_order;", "EEEW"),
    ("vacuum-full-or-cluster", "CLUSTER shop_order USING amount_idx;", "EEEW"),
    ("table-rewrite-on-logged-change", "ALTER TABLE shop_order SET UNLOGGED;", "EEEW"),
    ("explicit-table-lock", "BEGIN;\nLOCK TABLE shop_order;\nCOMMIT;", "EEEW"),
    ("blocking-materialized-view-refresh", "REFRESH MATERIALIZED VIEW totals;", "EEEW", "totals"),
    ("locks-held-during-work", AE + "migrations.AddIndex('order', models.Index(fields=['code'], name='i'))", "WEE-"),
    # Refused, whatever the size.
    ("concurrently-in-transaction", "BEGIN;\nCREATE INDEX CONCURRENTLY i ON shop_order (code);\nCOMMIT;", "EEEE"),
    ("concurrently-in-transaction", "AddIndexConcurrently('order', models.Index(fields=['code'], name='i'))", "EEEE"),
    ("short-timeout-over-concurrent-build", "SET lock_timeout = '2s';\nCREATE INDEX CONCURRENTLY i ON shop_order (code);", "EEEE"),
    ("concurrently-on-partitioned-table", "CREATE INDEX CONCURRENTLY i ON part (at);", "EEEE", "part"),
    ("not-valid-on-partitioned-table", "ALTER TABLE part ADD CONSTRAINT f FOREIGN KEY (at) REFERENCES shop_customer NOT VALID;", "EEEE", "part"),
    ("unknown-argument", "migrations.AddIndex('order', models.Index(fields=['code'], name='i'), concurrently=True)", "EEEE"),
    ("enum-value-used-at-once", "BEGIN;\nALTER TYPE mood ADD VALUE 'odd';\nALTER TABLE shop_order ADD COLUMN m mood DEFAULT 'odd';\nCOMMIT;", "EEEE"),
    ("pending-trigger-events", "migrations.RunSQL('UPDATE shop_order SET customer_id = 1 WHERE id = 2'), migrations.AddField('order', 'x', models.TextField(null=True))", "EEEE"),
    # What the rows decide.
    ("not-null-without-default", "ALTER TABLE shop_order ADD COLUMN x integer NOT NULL;", "EEEW"),
    ("may-fail-on-existing-rows", "ALTER TABLE shop_order ADD CONSTRAINT u UNIQUE (code);", "WWWI"),
    ("may-fail-on-existing-rows", "migrations.AddConstraint('order', models.UniqueConstraint(fields=['code'], name='u'))", "WWWI"),
    ("truncate-cascade", "TRUNCATE shop_customer CASCADE;", "EEEW", "shop_customer"),
    ("cascading-drop", "DROP TABLE shop_customer CASCADE;", "EEEW", "shop_customer"),
    ("delete-without-where", "DELETE FROM shop_order;", "EEEW"),
    ("update-without-where", "UPDATE shop_order SET code = '';", "EEEW"),
    ("dropped-column", "migrations.RemoveField('order', 'code')", "WWWI"),
    ("dropped-table", "migrations.DeleteModel('Order')", "WWWI"),
    ("looks-like-rename", "migrations.RemoveField('order', 'code'), migrations.AddField('order', 'code_name', models.CharField(max_length=50, null=True))", "EEEW"),
    ("narrowed-type", "migrations.AlterField('order', 'code', models.CharField(max_length=20, null=True))", "WEEW"),
    # Data steps.
    ("irreversible-operation", "migrations.RunSQL('ALTER TABLE shop_order ALTER COLUMN code SET STATISTICS 100')", "III-"),
    ("unbatched-loop", "PY for o in Order.objects.all(): o.save()", "WEE-"),
    ("whole-table-update", "PY Order.objects.update(code='')", "WEE-"),
    ("direct-model-import", "PY from shop.models import Customer; Customer.objects.count()", "WWWW"),
    ("loaded-fixture", "PY from django.core.management import call_command; call_command('loaddata', 'x')", "WWWW"),
    ("missing-lock-timeout", "ALTER TABLE shop_order ADD COLUMN x text;", "IWW-"),
]
# rule, change, severities where the deploy is: rolling, not known, one that stops the site
DEPLOY = [
    ("removed-column-in-use", "migrations.RemoveField('order', 'code')", "EWI"),
    ("removed-table-in-use", "migrations.DeleteModel('Order')", "EWI"),
    ("renamed-column", "migrations.RenameField('order', 'code', 'name')", "EWI"),
    ("renamed-table", "migrations.RenameModel('Order', 'Purchase')", "EWI"),
    ("renamed-column", "ALTER TABLE shop_order RENAME COLUMN code TO name;", "EWI"),
    ("removed-column-in-use", "ALTER TABLE shop_order DROP COLUMN code;", "EWI"),
    ("dropped-default", "migrations.AddField('order', 'x', models.IntegerField(default=0))", "WI-"),
    ("tightened-column", "migrations.AlterField('order', 'amount', models.IntegerField(default=0))", "WI-"),
]
# What does not depend on a table.
LEVELS = {
    "E": "conflicting-leaves dependency-cycle missing-dependency-node duplicate-label edited-applied deleted-applied "
         "missing-app-dependency",
    "W": "edited-applied-code duplicate-migration-number out-of-order-migration untracked-migration",
}
WORD = {"error": "E", "warning": "W", "info": "I"}


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def lay_out(folder, change, config):
    if change.rstrip().endswith(";"):
        write(folder + "/migrations/0001_schema.sql", SQL)
        write(folder + "/migrations/0002_change.sql", change)
        path = "migrations/0002_change.sql"
    else:
        body = ""
        if change.startswith("PY "):
            body, change = PYTHON % change[3:], "migrations.RunPython(step, migrations.RunPython.noop)"
        for name in ("/manage.py", "/shop/__init__.py", "/shop/migrations/__init__.py"):
            write(folder + name, "")
        write(folder + "/shop/migrations/0001_initial.py", DJANGO)
        path = "shop/migrations/0002_change.py"
        write(folder + "/" + path, HEAD % (body, change))
    write(folder + "/mlint.toml", config)
    return path


def said(mlint, rule, change, config):
    with tempfile.TemporaryDirectory() as folder:
        path = lay_out(folder, change, config)
        done = subprocess.run([mlint, "check", "--all", "--output", "json", "--select", rule, "--django-version", "4.2", folder],
                              capture_output=True, text=True)
        if done.returncode not in (0, 1):
            raise RuntimeError(done.stderr)
        found = [WORD[f["severity"]] for f in json.loads(done.stdout)["findings"] if f["file"].endswith(path) and f["rule"] == rule]
        return max(found, key="IWE".index) if found else "-"


def cases():
    for rule, change, expected, *about in ROWS:
        table = about[0] if about else "shop_*"
        for size, level in zip(("unknown", "large", "hot", "small"), expected):
            yield rule, change, size, level, "" if size == "unknown" else '[tables]\n%s = ["%s"]\n' % (size, table)
    for rule, change, expected in DEPLOY:
        for deploy, level in zip(("rolling", "unknown", "stop-the-world"), expected):
            yield rule, change, deploy, level, "" if deploy == "unknown" else 'deploy = "%s"\n' % deploy


def git(folder, *arguments):
    subprocess.run(["git", "-C", folder, "-c", "user.name=a", "-c", "user.email=a@b", *arguments], check=True,
                   capture_output=True)


def table_of_a_branch(mlint):
    """A table that another migration of the branch makes counts as small."""
    with tempfile.TemporaryDirectory() as folder:
        lay_out(folder, "SELECT 1;", "")
        os.remove(folder + "/migrations/0002_change.sql")
        git(folder, "init", "-q")
        git(folder, "add", ".")
        git(folder, "commit", "-qm", "base")
        write(folder + "/migrations/0002_made.sql", "CREATE TABLE made (a integer);\n")
        write(folder + "/migrations/0003_index.sql", "CREATE INDEX i ON made (a);\nALTER TABLE made ADD CONSTRAINT u UNIQUE (a);\n")
        git(folder, "add", ".")
        git(folder, "commit", "-qm", "change")
        done = subprocess.run([mlint, "check", "--changed=HEAD^", "--output", "json", folder], capture_output=True, text=True)
        found = {f["rule"]: f["severity"] for f in json.loads(done.stdout)["findings"]}
        return [] if found.get("blocking-unique-constraint") == "info" and "blocking-index-build" not in found else [
            "a table of the branch: %s" % found]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mlint")
    parser.add_argument("-v", action="store_true")
    args = parser.parse_args()
    work = list(cases())
    problems = table_of_a_branch(args.mlint)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        levels = pool.map(lambda case: said(args.mlint, case[0], case[1], case[4]), work)
        for (rule, change, known, expected, _), level in zip(work, levels):
            if level != expected:
                problems.append("%s (%s): %s, not %s: %s" % (rule, known, level, expected, change))
    done = subprocess.run([args.mlint, "rules", "--output", "json"], capture_output=True, text=True, check=True)
    defaults = {rule["name"]: WORD.get(rule["severity"]) for rule in json.loads(done.stdout)["rules"]}
    for level, rules in LEVELS.items():
        problems += ["%s: %s, not %s" % (rule, defaults.get(rule), level) for rule in rules.split() if defaults.get(rule) != level]
    print("\n".join(problems + ["%d severities, %d wrong" % (len(work), len(problems))]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
