"""Generates migrations: every operation with the field classes and options that decide its statements.

Each case is an app of its own with a list of migrations; the first makes the tables, the next are what is compared.
"""
import os
import re

import matrix_gis
import matrix_more
import matrix_spec

ALONE = {"create_full", "create_rename", "create_delete", "create_table", "create_remove_index", "rename_model",
         "rename_fixed", "rename_named_index", "rename_unnamed_index"}
HEAD = """import datetime
import decimal
import uuid
import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.contrib.postgres.search
import django.db.models.lookups
import django.contrib.postgres.indexes
import django.contrib.postgres.constraints
import django.contrib.postgres.operations
import django.db.models.functions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = %s
    dependencies = []
    operations = [%s]
"""

FIELDS = {
    "int": "models.IntegerField(%s)", "bigint": "models.BigIntegerField(%s)", "small": "models.SmallIntegerField(%s)",
    "pos": "models.PositiveIntegerField(%s)", "possmall": "models.PositiveSmallIntegerField(%s)",
    "posbig": "models.PositiveBigIntegerField(%s)", "char": "models.CharField(max_length=20, %s)",
    "text": "models.TextField(%s)", "slug": "models.SlugField(%s)", "email": "models.EmailField(%s)",
    "url": "models.URLField(%s)", "file": "models.FileField(upload_to='x', %s)", "bool": "models.BooleanField(%s)",
    "date": "models.DateField(%s)", "datetime": "models.DateTimeField(%s)", "time": "models.TimeField(%s)",
    "duration": "models.DurationField(%s)", "decimal": "models.DecimalField(max_digits=8, decimal_places=2, %s)",
    "float": "models.FloatField(%s)", "ip": "models.GenericIPAddressField(%s)", "json": "models.JSONField(%s)",
    "uuid": "models.UUIDField(%s)", "binary": "models.BinaryField(%s)",
    "fk": "models.ForeignKey(to='APP.parent', on_delete=models.CASCADE, related_name='+', %s)",
    "fkchar": "models.ForeignKey(to='APP.coded', on_delete=models.CASCADE, related_name='+', %s)",
    "o2o": "models.OneToOneField(to='APP.parent', on_delete=models.CASCADE, related_name='+', %s)",
    "array": "django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=9), %s)",
    "intarray": "django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=3, %s)",
    "range": "django.contrib.postgres.fields.IntegerRangeField(%s)",
    "m2m": "models.ManyToManyField(to='APP.parent', related_name='+', %s)",
    "m2mself": "models.ManyToManyField(to='APP.thing', related_name='+', %s)",
}
DEFAULTS = {"int": "7", "bigint": "-7", "small": "1", "pos": "3", "possmall": "3", "posbig": "3", "char": "'it\\'s'",
            "text": "'a%b'", "slug": "'s'", "email": "'a@b.c'", "url": "'http://x'", "file": "'f'", "bool": "True",
            "date": "datetime.date(2020, 1, 2)", "datetime": "django.utils.timezone.now",
            "time": "datetime.time(12, 30)", "duration": "datetime.timedelta(days=1, hours=2)",
            "decimal": "decimal.Decimal('1.50')", "float": "1.5", "ip": "'127.0.0.1'", "json": "dict",
            "uuid": "uuid.uuid4", "binary": "b'ab'", "fk": "1", "fkchar": "'x'", "o2o": "1", "array": "list",
            "intarray": "[1, 2]", "range": None}
BASE = """
migrations.CreateModel('Parent', [('id', models.AutoField(primary_key=True)), ('n', models.IntegerField(null=True)), ('u', models.CharField(max_length=5, unique=True, default='u'))]),
migrations.CreateModel('Coded', [('code', models.CharField(max_length=8, primary_key=True))]),
migrations.CreateModel('Thing', [('id', models.AutoField(primary_key=True)), ('a', models.IntegerField()), ('b', models.CharField(max_length=10, null=True)), ('g', models.TextField(default='x')), ('active', models.BooleanField(default=True))%s]),
"""


def thing(extra=""):
    return BASE % (", " + extra if extra else "")


def field(kind, options=""):
    return FIELDS[kind] % options


def cases(version):
    out = {}

    def case(name, *migrations, atomic=True):
        out[name] = (migrations, atomic)

    def add(name, definition, preserve=""):
        return "migrations.AddField('thing', '%s', %s%s)," % (name, definition, preserve)

    def alter(name, definition, preserve=""):
        return "migrations.AlterField('thing', '%s', %s%s)," % (name, definition, preserve)

    for kind in FIELDS:
        if kind.startswith("m2m"):
            continue
        case("create_" + kind, thing("('f', %s)" % field(kind)))
        case("create_null_" + kind, thing("('f', %s)" % field(kind, "null=True")))
        case("create_unique_" + kind, thing("('f', %s)" % field(kind, "unique=True")))
        case("create_index_" + kind, thing("('f', %s)" % field(kind, "db_index=True")))
        for option in ["null=True", "", "null=True, blank=True", "blank=True", "db_index=True, null=True",
                       "unique=True, null=True", "db_column='Zed', null=True", "db_index=False, null=True"]:
            case("add_%s_%s" % (kind, option), thing(), add("f", field(kind, option)))
        if DEFAULTS.get(kind):
            case("add_default_" + kind, thing(), add("f", field(kind, "default=" + DEFAULTS[kind])))
            case("add_null_default_" + kind, thing(), add("f", field(kind, "null=True, default=" + DEFAULTS[kind])))
            case("add_preserve_" + kind, thing(), add("f", field(kind, "default=" + DEFAULTS[kind]), ", preserve_default=False"),
                 alter("f", field(kind, "null=True")))
            for before, after in [("null=True", "default=" + DEFAULTS[kind]),
                                  ("null=True, default=" + DEFAULTS[kind], "default=" + DEFAULTS[kind]),
                                  ("default=" + DEFAULTS[kind], ""), ("", "default=" + DEFAULTS[kind])]:
                case("alter_default_%s_%s_%s" % (kind, before, after), thing("('f', %s)" % field(kind, before)),
                     alter("f", field(kind, after)))
        for before, after in [("null=True", ""), ("", "null=True"), ("null=True", "blank=True"), ("", "unique=True"),
                              ("unique=True", ""), ("", "db_index=True"), ("db_index=True", ""), ("", "db_index=False"),
                              ("unique=True", "db_index=True"), ("db_index=True", "unique=True"),
                              ("", "db_column='other'"), ("", "help_text='x'"), ("", "verbose_name='y', editable=False"),
                              ("unique=True, null=True", "unique=True")]:
            case("alter_%s_%s_%s" % (kind, before, after), thing("('f', %s)" % field(kind, before)),
                 alter("f", field(kind, after)))
        case("rename_" + kind, thing("('f', %s)" % field(kind)), "migrations.RenameField('thing', 'f', 'h'),")
        case("rename_index_" + kind, thing("('f', %s)" % field(kind, "db_index=True")),
             "migrations.RenameField('thing', 'f', 'h'),", alter("h", field(kind)))
        case("remove_" + kind, thing("('f', %s)" % field(kind)), "migrations.RemoveField('thing', 'f'),")
        case("add_remove_" + kind, thing(), add("f", field(kind, "null=True, db_index=True")) + "migrations.RemoveField('thing', 'f'),")
        case("add_rename_" + kind, thing(), add("f", field(kind, "null=True, db_index=True")) + "migrations.RenameField('thing', 'f', 'h'),")
        case("add_alter_" + kind, thing(), add("f", field(kind, "null=True, db_index=True")) + alter("f", field(kind, "null=True")))
    kinds = ["int", "bigint", "small", "pos", "possmall", "char", "text", "slug", "email", "file", "bool", "decimal", "float",
             "uuid", "fk", "fkchar", "o2o", "json", "array", "intarray", "datetime", "date"]
    for before in kinds:
        for after in kinds:
            if before != after:
                case("type_%s_%s" % (before, after), thing("('f', %s)" % field(before, "null=True, db_column='f'")),
                     alter("f", field(after, "null=True, db_column='f'")))
                case("type_index_%s_%s" % (before, after), thing("('f', %s)" % field(before, "null=True, db_index=True")),
                     alter("f", field(after, "null=True, db_index=True")))
    chars = ["models.CharField(max_length=5%s)", "models.CharField(max_length=50%s)", "models.TextField(%s)",
             "models.SlugField(max_length=50%s)"]
    for i, before in enumerate(chars):
        for j, after in enumerate(chars):
            for option in ["", "unique=True", "db_index=True"]:
                text = ", " + option if option else ""
                case("chars_%d_%d_%s" % (i, j, option), thing("('f', %s)" % (before % text).replace("(, ", "(")),
                     alter("f", (after % text).replace("(, ", "(")))
    for a, b in [("max_digits=5, decimal_places=2", "max_digits=9, decimal_places=2")]:
        case("decimal_grow", thing("('f', models.DecimalField(%s))" % a), alter("f", "models.DecimalField(%s)" % b))
    # keys
    for auto, name in [("models.BigAutoField(primary_key=True)", "big"), ("models.SmallAutoField(primary_key=True)", "small"),
                       ("models.IntegerField(primary_key=True)", "plain"), ("models.UUIDField(primary_key=True)", "uuid")]:
        extra = "('f', %s), ('o', %s), ('m', %s)" % (field("fk"), field("o2o", "null=True"), field("m2m"))
        case("key_" + name, thing(extra), "migrations.AlterField('parent', 'id', %s)," % auto)
        case("key_alone_" + name, thing(), "migrations.AlterField('thing', 'id', %s)," % auto)
    case("key_from_int", "migrations.CreateModel('Thing', [('id', models.IntegerField(primary_key=True))]),",
         "migrations.AlterField('thing', 'id', models.AutoField(primary_key=True)),")
    case("key_inherited", thing() + "migrations.CreateModel('Child', [('parent_ptr', models.OneToOneField(auto_created=True, on_delete=models.CASCADE, parent_link=True, primary_key=True, serialize=False, to='APP.parent')), ('c', models.IntegerField())], bases=('APP.parent',)),"
         "migrations.CreateModel('Owner', [('id', models.AutoField(primary_key=True)), ('child', models.ForeignKey(to='APP.child', on_delete=models.CASCADE))]),",
         "migrations.AlterField('parent', 'id', models.BigAutoField(primary_key=True)),")
    case("char_key", thing("('f', %s)" % field("fkchar")), "migrations.AlterField('coded', 'code', models.CharField(max_length=20, primary_key=True)),")
    case("new_key", "migrations.CreateModel('Thing', [('id', models.AutoField(primary_key=True)), ('code', models.CharField(max_length=9))]),",
         "migrations.AlterField('thing', 'id', models.IntegerField()), migrations.AlterField('thing', 'code', models.CharField(max_length=9, primary_key=True)),")
    case("to_field", thing("('f', models.ForeignKey(to='APP.parent', to_field='u', on_delete=models.CASCADE))"),
         "migrations.AlterField('thing', 'f', models.ForeignKey(to='APP.parent', on_delete=models.CASCADE)),",
         "migrations.AlterField('thing', 'f', models.ForeignKey(to='APP.parent', to_field='u', on_delete=models.CASCADE)),",
         "migrations.AlterField('parent', 'u', models.CharField(max_length=30, unique=True)),",
         "migrations.RenameField('parent', 'u', 'w'),")
    case("fk_options", thing("('f', %s)" % field("fk")),
         alter("f", "models.ForeignKey(to='APP.parent', on_delete=models.PROTECT, related_name='+')"),
         alter("f", "models.ForeignKey(to='APP.parent', on_delete=models.PROTECT, related_name='things')"),
         alter("f", "models.ForeignKey(to='APP.parent', on_delete=models.PROTECT, db_constraint=False)"),
         alter("f", "models.ForeignKey(to='APP.parent', on_delete=models.PROTECT)"),
         alter("f", "models.ForeignKey(to='APP.parent', on_delete=models.PROTECT, default=1)"),
         alter("f", "models.ForeignKey(to='APP.parent', on_delete=models.PROTECT, default=1, serialize=False)"),
         alter("f", "models.ForeignKey(to='APP.coded', on_delete=models.PROTECT)"),
         alter("f", "models.ForeignKey(to='APP.coded', on_delete=models.PROTECT, choices=[('a', 'b')])"),
         alter("f", "models.ForeignKey(to='auth.User', on_delete=models.PROTECT, db_index=False)"),
         alter("f", "models.ForeignKey(to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, db_index=False)"))
    # models
    full = ("migrations.CreateModel('Thing', [('id', models.BigAutoField(primary_key=True)), ('p', %s), ('c', %s), ('s', models.SlugField()),"
            " ('u', models.CharField(max_length=9, unique=True)), ('n', models.PositiveIntegerField(db_index=True)), ('m', %s), ('x', %s)],"
            " options={'db_table': 'custom', 'unique_together': {('n', 's')}, 'indexes': [models.Index(fields=['n', '-u'], name='i1')],"
            " 'constraints': [models.UniqueConstraint(fields=('n',), name='uq1'), models.UniqueConstraint(fields=('s',), condition=models.Q(n__gt=1), name='uq2')]}),"
            % (field("fk"), field("fkchar"), field("m2m"), "models.ManyToManyField(to='APP.thing')"))
    parents = thing().replace("'Thing'", "'Other'")
    case("create_full", parents + full, "migrations.DeleteModel('thing'),")
    case("create_rename", parents + full + "migrations.RenameModel('Thing', 'Item'), migrations.RenameField('item', 'n', 'nn'),")
    case("create_delete", parents + full + "migrations.DeleteModel('Thing'),")
    case("create_table", parents + full + "migrations.AlterModelTable('thing', 'elsewhere'),",
         "migrations.AlterModelTable('thing', None),")
    case("create_remove_index", parents + full + "migrations.RemoveIndex('thing', 'i1'),")
    case("rename_model", thing("('f', %s), ('m', %s), ('z', %s)" % (field("fk"), field("m2m"), "models.ManyToManyField(to='APP.thing')")),
         "migrations.RenameModel('Parent', 'Folder'),", "migrations.RenameModel('Thing', 'Item'),",
         "migrations.AlterField('item', 'm', models.ManyToManyField(to='APP.folder', db_table='mm')),",
         "migrations.RenameField('item', 'm', 'mmm'),", "migrations.AlterField('item', 'mmm', models.ManyToManyField(to='APP.coded')),",
         "migrations.RemoveField('item', 'mmm'),", "migrations.AlterField('item', 'b', models.CharField(max_length=10, unique=True, null=True)),",
         "migrations.AlterField('item', 'b', models.CharField(max_length=10, null=True)),")
    case("rename_fixed", thing() + "migrations.AlterModelTable('parent', 'fixed'), migrations.AddField('thing', 'f', %s), migrations.AddField('thing', 'm', %s)," % (field("fk", "null=True"), field("m2m")),
         "migrations.RenameModel('Parent', 'Folder'),")
    case("m2m", thing(), add("m", field("m2m")), add("z", field("m2mself")), add("w", "models.ManyToManyField(to='APP.parent', db_table='w_table', db_constraint=False, related_name='+')"),
         alter("m", "models.ManyToManyField(to='APP.parent', blank=True, help_text='x', related_name='things')"),
         alter("w", "models.ManyToManyField(to='APP.parent', related_name='+')"), alter("m", "models.ManyToManyField(to='APP.coded')"),
         "migrations.RemoveField('thing', 'm'),")
    case("m2m_through", thing() + "migrations.CreateModel('Link', [('id', models.AutoField(primary_key=True)), ('t', models.ForeignKey(to='APP.thing', on_delete=models.CASCADE)), ('p', models.ForeignKey(to='APP.parent', on_delete=models.CASCADE))]),",
         add("m", "models.ManyToManyField(to='APP.parent', through='APP.Link')"), "migrations.RemoveField('thing', 'm'),")
    case("long_names", "migrations.CreateModel('AVeryLongModelNameThatGoesOnAndOnUntilItIsMuchTooLongForPostgres', [('id', models.AutoField(primary_key=True)), ('a_field_with_a_very_long_name_indeed_that_goes_on', models.CharField(max_length=5, unique=True)), ('parent', models.ForeignKey(to='self', null=True, on_delete=models.CASCADE)), ('others', models.ManyToManyField(to='self'))]),",
         "migrations.AlterField('averylongmodelnamethatgoesonandonuntilitismuchtoolongforpostgres', 'a_field_with_a_very_long_name_indeed_that_goes_on', models.CharField(max_length=5)),",
         "migrations.AddField('averylongmodelnamethatgoesonandonuntilitismuchtoolongforpostgres', '_1', models.ForeignKey(to='self', null=True, related_name='+', on_delete=models.CASCADE)),")
    case("unmanaged", thing() + "migrations.CreateModel('View', [('id', models.AutoField(primary_key=True))], options={'managed': False}), migrations.CreateModel('Proxy', [], options={'proxy': True}, bases=('APP.thing',)),",
         "migrations.AddField('view', 'x', models.IntegerField(null=True)),", "migrations.DeleteModel('view'),", "migrations.DeleteModel('proxy'),")
    case("together", thing(), "migrations.AlterUniqueTogether('thing', {('a', 'b')}),", "migrations.AlterUniqueTogether('thing', [['a', 'g']]),",
         "migrations.AlterUniqueTogether('thing', ('a', 'b')),", "migrations.AlterUniqueTogether('thing', set()),",
         "migrations.AlterIndexTogether('thing', {('a', 'b')}),", "migrations.AlterIndexTogether('thing', set()),")
    case("order", thing("('f', %s)" % field("fk")), "migrations.AlterOrderWithRespectTo('thing', 'f'),", "migrations.AlterOrderWithRespectTo('thing', None),",
         "migrations.AlterModelOptions('thing', {'ordering': ['a']}),", "migrations.AlterModelManagers('thing', []),")
    case("order_created", thing() + "migrations.CreateModel('Ordered', [('id', models.AutoField(primary_key=True)), ('t', models.ForeignKey(to='APP.thing', on_delete=models.CASCADE))], options={'order_with_respect_to': 't'}),")
    indexes = ["models.Index(fields=['a'], name='i')", "models.Index(fields=['-a', 'b'], name='i')",
               "models.Index(fields=['b'], name='i', opclasses=['varchar_pattern_ops'])",
               "models.Index(fields=['a'], name='i', condition=models.Q(active=True))", "models.Index(fields=['a'], name='i', condition=models.Q(active=False, a__gt=3))",
               "models.Index(fields=['a'], name='i', condition=models.Q(b='it\\'s 5%'))", "models.Index(fields=['a'], name='i', include=['b', 'g'])",
               "models.Index(fields=['a'], name='i', condition=models.Q(('b__isnull', True), ('a__in', [1, 2]), _connector='OR'))",
               "models.Index(fields=['a'], name='i', condition=~models.Q(b='x'))", "models.Index(fields=['a'], name='i', condition=~models.Q(g='x'))",
               "models.Index(fields=['a'], name='i', condition=models.Q(b__startswith='ab') | models.Q(g__icontains='q_') & ~models.Q(a__range=(1, 5)))",
               "django.contrib.postgres.indexes.GinIndex(fields=['b'], name='i', opclasses=['gin_trgm_ops'], fastupdate=False)",
               "django.contrib.postgres.indexes.BrinIndex(fields=['a'], name='i', pages_per_range=4, autosummarize=True)",
               "django.contrib.postgres.indexes.BTreeIndex(fields=['a'], name='i', fillfactor=50)", "django.contrib.postgres.indexes.HashIndex(fields=['a'], name='i')",
               "django.contrib.postgres.indexes.SpGistIndex(fields=['g'], name='i', fillfactor=60)"]
    expressions = ["models.Index(models.functions.Lower('b'), name='i')".replace("models.functions", "django.db.models.functions"),
                   "models.Index(django.db.models.functions.Lower('b').desc(), 'a', name='i')", "models.Index(models.F('a').asc(nulls_last=True), models.F('b').desc(), name='i')",
                   "models.Index(models.F('a') + 1, name='i')", "django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.Upper('b'), name='gin_trgm_ops'), name='i')",
                   "models.Index(django.db.models.functions.Coalesce('b', models.Value('x')), name='i', condition=models.Q(a=1))"]
    for n, index in enumerate(indexes + expressions):
        case("index_%d" % n, thing(), "migrations.AddIndex('thing', %s)," % index, "migrations.RemoveIndex('thing', 'i'),")
        case("index_created_%d" % n, thing(), "migrations.CreateModel('T2', [('id', models.AutoField(primary_key=True)), ('a', models.IntegerField()), ('b', models.CharField(max_length=10, null=True)), ('g', models.TextField(default='x')), ('active', models.BooleanField(default=True))], options={'indexes': [%s]})," % index)
    case("index_concurrently", thing(), "django.contrib.postgres.operations.AddIndexConcurrently('thing', models.Index(fields=['a'], name='i')),",
         "django.contrib.postgres.operations.RemoveIndexConcurrently('thing', 'i'),", atomic=False)
    condition = "condition" if version >= (5, 1) else "check"
    checks = ["models.Q(a__gte=1)", "models.Q(a__gte=1, b='x')", "models.Q(a__lt=models.F('id'))", "models.Q(('a__in', [3, 1]), ('b__isnull', False), _connector='OR')",
              "~models.Q(b='x')", "~models.Q(g='x')", "~models.Q(a=1) & ~models.Q(b__isnull=True)", "models.Q(models.Q(('a', 1), ('b', 'y')), models.Q(('a', 2), ('g', 'z')), _connector='OR')",
              "models.Q(a__range=(1, 5))", "models.Q(b__contains='5%_')", "models.Q(active=True)", "models.Q(a__gt=models.F('id') + 2)", "models.Q(b__regex='^a')", "models.Q(b__iexact='Q')",
              "models.Q(('a__isnull', True), models.Q(('a__gte', 0), ('a__lte', 9)), _negated=True)"]
    for n, check in enumerate(checks):
        text = "models.CheckConstraint(%s=%s, name='ck')" % (condition, check)
        case("check_%d" % n, thing(), "migrations.AddConstraint('thing', %s)," % text, "migrations.RemoveConstraint('thing', 'ck'),")
    if version >= (4, 0):
        case("not_valid", thing(), "django.contrib.postgres.operations.AddConstraintNotValid('thing', models.CheckConstraint(%s=models.Q(a__gt=0), name='ck'))," % condition,
         "django.contrib.postgres.operations.ValidateConstraint('thing', 'ck'),")
    uniques = ["fields=['a']", "fields=['a', 'b'], deferrable=models.Deferrable.DEFERRED", "fields=['a'], deferrable=models.Deferrable.IMMEDIATE", "fields=['a'], include=['b']",
               "fields=['b'], opclasses=['varchar_pattern_ops']", "fields=['a'], condition=models.Q(active=True)"]
    if version >= (4, 0):
        uniques += ["django.db.models.functions.Lower('b'), "]
    if version >= (5, 0):
        uniques += ["fields=['a'], nulls_distinct=False", "fields=['a'], nulls_distinct=False, condition=models.Q(a=1)"]
    for n, unique in enumerate(uniques):
        text = "models.UniqueConstraint(%s, name='uc')" % unique.rstrip(", ")
        case("unique_%d" % n, thing(), "migrations.AddConstraint('thing', %s)," % text, "migrations.RemoveConstraint('thing', 'uc'),")
        case("unique_created_%d" % n, thing(), "migrations.CreateModel('T2', [('id', models.AutoField(primary_key=True)), ('a', models.IntegerField()), ('b', models.CharField(max_length=10, null=True)), ('active', models.BooleanField(default=True))], options={'constraints': [%s]})," % text)
    case("exclusion", "django.contrib.postgres.operations.BtreeGistExtension()," + thing("('r', %s)" % field("range", "null=True")),
         "migrations.AddConstraint('thing', django.contrib.postgres.constraints.ExclusionConstraint(name='ex', expressions=[('r', '&&'), ('a', '=')], condition=models.Q(active=True))),",
         "migrations.RemoveConstraint('thing', 'ex'),", "django.contrib.postgres.operations.BtreeGistExtension(),")
    case("collation", "django.contrib.postgres.operations.CreateCollation('ci', locale='und-u-ks-level2', provider='icu', deterministic=False)," + thing("('f', models.CharField(max_length=9, db_collation='ci', unique=True))"),
         alter("f", "models.CharField(max_length=9, unique=True)"), alter("f", "models.CharField(max_length=9, unique=True, db_collation='C')"),
         add("k", "models.CharField(max_length=9, null=True, db_index=True, db_collation='C')"), alter("k", "models.TextField(null=True, db_index=True, db_collation='C')"))
    case("sql", thing(), "migrations.RunSQL('CREATE TABLE APP_x (id int); INSERT INTO APP_x VALUES (1)'), migrations.RunSQL(['DROP TABLE APP_x', ('SELECT %%s', [1])]), migrations.RunPython(lambda a, b: None), migrations.RunSQL(migrations.RunSQL.noop),".replace("%%", "%"))
    case("separate", thing(), "migrations.SeparateDatabaseAndState(database_operations=[migrations.RunSQL('ALTER TABLE APP_thing ADD COLUMN q integer')], state_operations=[migrations.AddField('thing', 'q', models.IntegerField(null=True))]),",
         alter("q", "models.BigIntegerField(null=True)"), "migrations.SeparateDatabaseAndState(database_operations=[migrations.AddField('thing', 'zz', models.IntegerField(null=True)), migrations.AlterField('thing', 'zz', models.TextField(null=True))]),")
    case("schema_table", "migrations.RunSQL('CREATE SCHEMA IF NOT EXISTS sch'), migrations.CreateModel('Thing', [('id', models.AutoField(primary_key=True)), ('n', models.IntegerField(db_index=True))], options={'db_table': 'sch\".\"tab_APP'}),",
         "migrations.AddField('thing', 'f', models.ForeignKey(to='self', null=True, on_delete=models.CASCADE)),")
    case("handmade_index", thing("('f', models.IntegerField(db_index=True))"), "migrations.RunSQL('CREATE INDEX APP_hand ON APP_thing (f)'),", alter("f", "models.IntegerField()"))
    case("generic_auto", "migrations.CreateModel('Thing', [('n', models.IntegerField()), ('m', models.ManyToManyField(to='self'))]),")
    case("auto_now", thing(), add("f", "models.DateTimeField(auto_now_add=True)"), add("h", "models.DateField(auto_now=True)"), add("k", "models.DateTimeField(null=True)"), alter("k", "models.DateTimeField(auto_now_add=True)"))
    if version >= (4, 1):
        case("rename_named_index", thing(), "migrations.AddIndex('thing', models.Index(fields=['a'], name='i')),", "migrations.RenameIndex('thing', new_name='j', old_name='i'),")
        case("rename_unnamed_index", thing(), "migrations.AlterIndexTogether('thing', {('a', 'b')}),", "migrations.RenameIndex('thing', new_name='j', old_fields=('a', 'b')),")
    if version >= (4, 2):
        case("comment", thing(), add("f", "models.IntegerField(null=True, db_comment='it\\'s')"), alter("f", "models.IntegerField(null=True, db_comment='new')"), alter("f", "models.IntegerField(null=True)"),
             "migrations.AlterModelTableComment('thing', 'hello'),", "migrations.AlterModelTableComment('thing', None),", "migrations.CreateModel('T2', [('id', models.AutoField(primary_key=True)), ('n', models.IntegerField(db_comment='c'))], options={'db_table_comment': 't'}),",
             add("h", "models.ForeignKey(to='APP.parent', null=True, on_delete=models.CASCADE)"), alter("h", "models.ForeignKey(to='APP.parent', null=True, on_delete=models.CASCADE, db_comment='k')"))
        case("varchar_free", thing(), add("f", "models.CharField(null=True)"), alter("f", "models.CharField(null=True, max_length=7)"))
    if version >= (5, 0):
        case("db_default", thing(), add("f", "models.IntegerField(db_default=5)"), add("h", "models.DateTimeField(db_default=django.db.models.functions.Now())"), add("k", "models.CharField(max_length=9, db_default='x', default='y')"),
             alter("f", "models.IntegerField(db_default=6)"), alter("f", "models.IntegerField()"), alter("f", "models.IntegerField(null=True)"), alter("f", "models.IntegerField(db_default=models.Value(3))"),
             "migrations.CreateModel('T2', [('id', models.AutoField(primary_key=True)), ('n', models.IntegerField(db_default=1))], options={'constraints': [models.UniqueConstraint(fields=['n'], name='n_uq'), models.CheckConstraint(%s=models.Q(n__gt=0), name='n_ck')]})," % condition,
             add("j", "models.JSONField(db_default={})") if False else "")
        case("generated", thing(), add("f", "models.GeneratedField(expression=models.F('a') + 1, output_field=models.IntegerField(), db_persist=True)"), add("h", "models.GeneratedField(expression=django.db.models.functions.Lower('b'), output_field=models.CharField(max_length=10), db_persist=True, db_index=True)"))
    if version >= (5, 2):
        case("composite", "migrations.CreateModel('Thing', [('pk', models.CompositePrimaryKey('a', 'b', blank=True, editable=False, primary_key=True, serialize=False)), ('a', models.IntegerField()), ('b', models.IntegerField())]),")
    out.update(matrix_more.cases(version))
    out.update(matrix_more.cases(version, matrix_spec.groups(), "spec_"))
    return out


def wanted(all_cases, step):
    """Of the many alike one in `step`; of those that stand alone every one."""
    alike = re.compile(r"(create|add|alter|type|rename|remove|chars)_")
    return [case for i, case in enumerate(all_cases.items())
            if i % step == 0 or (not alike.match(case[0]) and step <= 10) or case[0] in ALONE]


def write(directory, version, gis=False):
    """Files and the list that real.py and mlint read."""
    entries = []
    all_cases = matrix_gis.cases(version) if gis else cases(version)
    head = HEAD.replace("import decimal", "import decimal\nimport django.contrib.gis.db.models.fields") if gis else HEAD
    step = int(os.environ.get("EVERY", "1"))
    for number, (name, (migrations, atomic)) in enumerate(wanted(all_cases, step)):
        app = "c%d" % number
        folder = os.path.join(directory, app, "migrations")
        os.makedirs(folder, exist_ok=True)
        listed = []
        for i, operations in enumerate(m for m in migrations if m):
            path = os.path.join(folder, "%04d_m.py" % (i + 1))
            with open(path, "w") as file:
                file.write(head % (atomic, operations.replace("APP", app)))
            listed.append({"app": app, "path": path, "case": name, "fresh": i == 0})
        entries += listed
        if listed and len(listed) > 1 and name not in matrix_spec.ONLY_FORWARDS:
            entries.append(dict(listed[-1], backwards=True, fresh=False))
    return entries
