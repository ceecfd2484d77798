"""Cases of the generated matrix about what Django refuses, what the catalogue decides, and the settings of times.

As in matrix_more.py: (first version, name, migrations, False where the migration is not atomic).
"""
from matrix_more import POSTGRES, THING, add, alter, model, pair

# What failed cannot be undone.
ONLY_FORWARDS = {"spec_column_to_m2m", "spec_m2m_to_column", "spec_m2m_gets_through", "spec_generated_changes", "spec_generated_ends",
                 "spec_index_without_name", "spec_constraint_without_name"}
OPERATIONS = POSTGRES + "operations."


def refused():
    """What raises while it runs: mlint must say so, and what was sent before counts."""
    unique = "migrations.AlterUniqueTogether('t1', %s),"
    created = model("T1", "('a', models.IntegerField()), ('b', models.IntegerField())", "{'unique_together': {('a', 'b')}}")
    yield (3, 2), "together_deferred", [THING + created + unique % "set()"]
    yield (3, 2), "together_twice", [THING + created, unique % "set()" + unique % "{('a', 'b')}" + unique % "set()"]
    yield (3, 2), "concurrently_atomic", [THING, OPERATIONS + "AddIndexConcurrently('thing', models.Index(fields=['a'], name='i')),"]
    yield (3, 2), "concurrently_removed", [THING + "migrations.AddIndex('thing', models.Index(fields=['a'], name='i')),",
                                           OPERATIONS + "RemoveIndexConcurrently('thing', 'i'),"]
    yield (3, 2), "m2m_to_column", [THING + add("m", "models.ManyToManyField(to='APP.parent', related_name='+')"), alter("m", "models.IntegerField(null=True)")]
    yield (3, 2), "column_to_m2m", [THING, alter("a", "models.ManyToManyField(to='APP.parent', related_name='+')")]
    yield (3, 2), "m2m_gets_through", [THING + model("Link", "('t', models.ForeignKey(to='APP.thing', on_delete=models.CASCADE)), ('p', models.ForeignKey(to='APP.parent', on_delete=models.CASCADE))")
                                       + add("m", "models.ManyToManyField(to='APP.parent', related_name='+')"),
                                       alter("m", "models.ManyToManyField(to='APP.parent', related_name='+', through='APP.Link')")]
    yield (5, 0), "generated_changes", [THING + add("f", "models.GeneratedField(expression=models.F('a') + 1, output_field=models.IntegerField(), db_persist=True)"),
                                        alter("f", "models.GeneratedField(expression=models.F('a') + 2, output_field=models.IntegerField(), db_persist=True)")]
    yield (5, 0), "generated_ends", [THING + add("f", "models.GeneratedField(expression=models.F('a') + 1, output_field=models.IntegerField(), db_persist=True)"),
                                     alter("f", "models.IntegerField(null=True)")]
    yield (3, 2), "index_without_name", [THING, "migrations.RemoveIndex('thing', 'nobody'),"]
    yield (3, 2), "constraint_without_name", [THING, "migrations.RemoveConstraint('thing', 'nobody'),"]
    yield (3, 2), "rename_case", [THING, "migrations.RenameModel('Thing', 'THING'),"]
    yield (3, 2), "rename_inherited", [THING + "migrations.CreateModel('Child', [('c', models.IntegerField())], bases=('APP.thing',)),", "migrations.RenameModel('Thing', 'Entry'),"]
    yield (3, 2), "irreversible", [THING, "migrations.RunSQL('SELECT 1'), " + add("f", "models.IntegerField(null=True)")]
    yield (3, 2), "irreversible_inside", [THING, "migrations.SeparateDatabaseAndState(database_operations=[migrations.RunSQL('SELECT 1')]), " + add("f", "models.IntegerField(null=True)")]
    yield (3, 2), "empty_element", [THING, "migrations.RunSQL(['SELECT 1', '', ('SELECT 5 % 3', None), ('SELECT 7 %% 3', [])]),"]


def renamed():
    fixed = "models.IntegerField(null=True, db_column='Fixed', db_index=True)"
    yield (3, 2), "rename_fixed_column", [THING + add("f", fixed), "migrations.RenameField('thing', 'f', 'h'),", alter("h", "models.IntegerField(null=True, db_column='Fixed')")]
    key = "models.ForeignKey(to='APP.parent', null=True, on_delete=models.CASCADE, related_name='+', db_column='owner')"
    yield (3, 2), "rename_fixed_key", [THING + add("f", key), "migrations.RenameField('thing', 'f', 'h'),"]
    yield (3, 2), "rename_composed", [THING + "migrations.AlterUniqueTogether('thing', {('a', 'b')}), migrations.AddIndex('thing', models.Index(fields=['a'], name='i')),",
                                      "migrations.RenameField('thing', 'a', 'aa'), migrations.AlterUniqueTogether('thing', set()),", "migrations.RemoveIndex('thing', 'i'),"]
    yield (3, 2), "rename_checked", [THING + add("f", "models.PositiveIntegerField(null=True)"), "migrations.RenameField('thing', 'f', 'h'), " + alter("h", "models.IntegerField(null=True)")]
    yield (3, 2), "unique_comes_and_goes", pair("models.CharField(max_length=9, unique=True)", "models.CharField(max_length=9)", "models.CharField(max_length=9, unique=True)", "models.CharField(max_length=9)",
                                                "models.CharField(max_length=9, db_index=True)", "models.CharField(max_length=9, unique=True, db_index=True)")
    yield (3, 2), "unique_by_hand", [THING + add("f", "models.IntegerField(null=True, unique=True)"), "migrations.RunSQL('ALTER TABLE APP_thing ADD CONSTRAINT APP_hand UNIQUE (f)', ''),", alter("f", "models.IntegerField(null=True)")]
    yield (3, 2), "check_by_hand", [THING + "migrations.AddConstraint('thing', models.CheckConstraint(CONDITION=models.Q(a__gt=0), name='APP_thing_f_check')),",
                                    add("f", "models.PositiveIntegerField(null=True)"), "migrations.RunSQL('ALTER TABLE APP_thing ADD CHECK (f > 7)', ''),", alter("f", "models.IntegerField(null=True)")]


def seen_by_others():
    view = "migrations.RunSQL('CREATE VIEW APP_v AS SELECT a, b FROM APP_thing', 'DROP VIEW APP_v'),"
    yield (3, 2), "view_of_field", [THING + view, "migrations.RemoveField('thing', 'b'),"]
    yield (3, 2), "view_of_model", [THING + view, "migrations.DeleteModel('thing'),"]
    free = "models.%s(to='APP.parent', on_delete=models.DO_NOTHING, related_name='+', null=True, db_constraint=False%s)"
    yield (3, 2), "unconstrained", [THING, add("f", free % ("ForeignKey", "")) + add("h", free % ("OneToOneField", "")) + add("k", free % ("ForeignKey", ", db_index=False")), alter("f", free % ("ForeignKey", ", db_index=False"))]
    yield (3, 2), "default_called", [THING, add("f", "models.CharField(max_length=50, default=django.utils.timezone.get_current_timezone_name)")]


def times():
    f = "django.db.models.functions."
    base = THING + add("dt", "models.DateTimeField(null=True)") + add("d", "models.DateField(null=True)") + add("t", "models.TimeField(null=True)") + add("du", "models.DurationField(null=True)")
    wanted = ["ExtractYear('dt')", "ExtractIsoYear('d')", "ExtractWeekDay('dt')", "ExtractIsoWeekDay('d')", "ExtractSecond('dt')", "ExtractHour('t')", "ExtractSecond('t')", "ExtractQuarter('dt')", "ExtractDay('du')",
              "Extract('dt', 'month')", "Extract('dt', lookup_name='week', tzinfo=datetime.timezone.utc)", "TruncMonth('dt')", "TruncDay('d')", "TruncHour('t')", "TruncDate('dt')", "TruncTime('dt')", "TruncDate('d')", "Trunc('dt', 'year')",
              "TruncMonth('dt', output_field=models.DateField())", "TruncDate('dt', tzinfo=datetime.timezone.utc)", "ExtractYear(models.F('dt')) + 1"]
    for n, text in enumerate(wanted):
        yield (3, 2), "time_%d" % n, [base, "migrations.AddIndex('thing', models.Index(%s%s, name='i'))," % (f, text)]
    yield (4, 0), "time_unique", [base, "migrations.AddConstraint('thing', models.UniqueConstraint(%sTruncDate('dt'), models.F('a'), name='APP_u'))," % f, "migrations.RemoveConstraint('thing', 'APP_u'),"]


def groups():
    return refused, renamed, seen_by_others, times
