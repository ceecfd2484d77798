"""More cases of the generated matrix: what single fields and options do not show.

Each is (first version, name, migrations, atomic); APP stands for the app of the case, CONDITION for the keyword of
CheckConstraint, which changed its name.
"""
POSTGRES = "django.contrib.postgres."
THING = """
migrations.CreateModel('Parent', [('id', models.AutoField(primary_key=True)), ('n', models.IntegerField(null=True))]),
migrations.CreateModel('Thing', [('id', models.AutoField(primary_key=True)), ('a', models.IntegerField()), ('b', models.CharField(max_length=10, null=True)), ('g', models.TextField(default='x')), ('active', models.BooleanField(default=True)), ('p', models.ForeignKey(to='APP.parent', null=True, on_delete=models.CASCADE))]),
"""


def add(name, definition, more=""):
    return "migrations.AddField('thing', '%s', %s%s)," % (name, definition, more)


def alter(name, definition, more=""):
    return "migrations.AlterField('thing', '%s', %s%s)," % (name, definition, more)


def model(name, fields, options="{}"):
    return "migrations.CreateModel('%s', [('id', models.AutoField(primary_key=True)), %s], options=%s)," % (name, fields, options)


def pair(*definitions):
    """One field that is altered through all its definitions."""
    return [THING.replace("('a',", "('f', %s), ('a'," % definitions[0])] + [alter("f", d) for d in definitions[1:]]


def tablespaces():
    yield (3, 2), "tablespace", [
        model("T1", "('n', models.IntegerField(db_index=True, db_tablespace='pg_default')), ('u', models.CharField(max_length=9, unique=True, db_tablespace='pg_default'))", "{'db_tablespace': 'pg_default', 'indexes': [models.Index(fields=['n'], name='i1', db_tablespace='pg_default'), models.Index(fields=['n', 'u'], name='i2')], 'unique_together': {('n', 'u')}, 'constraints': [models.UniqueConstraint(fields=['n'], name='uq1')]}")
        + THING,
        add("f", "models.IntegerField(null=True, db_index=True, db_tablespace='pg_default')") + add("h", "models.SlugField(null=True, unique=True, db_tablespace='pg_default')")
        + "migrations.AddField('t1', 'k', models.ForeignKey(to='APP.parent', null=True, on_delete=models.CASCADE)),migrations.AddField('t1', 'm', models.ManyToManyField(to='APP.parent', related_name='+')),",
        "migrations.AddIndex('thing', models.Index(fields=['a'], name='i3', db_tablespace='pg_default')), migrations.AddIndex('t1', models.Index(fields=['k'], name='i4')),",
        alter("f", "models.IntegerField(null=True, db_index=True)"), alter("f", "models.IntegerField(null=True, unique=True, db_tablespace='pg_default')")]


def comments():
    yield (4, 2), "comments", [
        model("T1", "('n', models.IntegerField(db_comment='it\\'s n')), ('k', models.ForeignKey(to='self', null=True, on_delete=models.CASCADE, db_comment='key')), ('m', models.ManyToManyField(to='self'))", "{'db_table_comment': 'the table', 'db_table': 'APP_other'}"),
        "migrations.AlterField('t1', 'n', models.BigIntegerField(db_comment='it\\'s n')),", "migrations.AlterField('t1', 'n', models.BigIntegerField(db_comment='')),",
        "migrations.AlterField('t1', 'k', models.ForeignKey(to='self', null=True, on_delete=models.SET_NULL, db_comment='other')),", "migrations.AlterField('t1', 'k', models.OneToOneField(to='self', null=True, on_delete=models.SET_NULL, db_comment='other')),",
        "migrations.RenameField('t1', 'n', 'nn'),", "migrations.AlterModelTableComment('t1', 'new'), migrations.AlterModelTable('t1', None), migrations.AlterModelTableComment('t1', ''),",
        "migrations.AddField('t1', 'z', models.PositiveIntegerField(db_comment='c', default=3)),", "migrations.AlterField('t1', 'z', models.PositiveSmallIntegerField(db_comment='d', null=True, db_index=True)),"]


def collations():
    c = "db_collation='C'"
    yield (3, 2), "collation_change", pair("models.CharField(max_length=9)", "models.CharField(max_length=9, %s)" % c, "models.CharField(max_length=20, %s)" % c, "models.TextField(%s)" % c, "models.TextField(null=True)", "models.TextField(null=True, unique=True, %s)" % c, "models.CharField(max_length=9, null=True, db_index=True, db_collation='POSIX')")
    yield (3, 2), "collation_key", [
        "migrations.CreateModel('Coded', [('code', models.CharField(max_length=8, primary_key=True, db_collation='C'))])," + model("Ref", "('c', models.ForeignKey(to='APP.coded', on_delete=models.CASCADE)), ('o', models.OneToOneField(to='APP.coded', null=True, on_delete=models.CASCADE, related_name='+')), ('m', models.ManyToManyField(to='APP.coded', related_name='+'))"),
        "migrations.AlterField('coded', 'code', models.CharField(max_length=8, primary_key=True)),", "migrations.AlterField('coded', 'code', models.CharField(max_length=12, primary_key=True, db_collation='POSIX')),",
        "migrations.AddField('ref', 'c2', models.ForeignKey(to='APP.coded', null=True, on_delete=models.CASCADE, related_name='+')),"]


def generated():
    field = "models.GeneratedField(expression=%s, output_field=%s, db_persist=True%s)"
    yield (5, 0), "generated_more", [
        THING, add("f", field % ("django.db.models.functions.Coalesce('b', models.Value('x'))", "models.CharField(max_length=20)", ", unique=True")),
        add("h", field % ("models.F('a') * 2 + models.F('id')", "models.BigIntegerField()", ", db_comment='twice'")),
        add("j", field % ("models.Case(models.When(a__gt=3, then=models.Value('big')), default=models.Value('small'))", "models.CharField(max_length=5)", ", db_index=True")),
        alter("h", field % ("models.F('a') * 2 + models.F('id')", "models.BigIntegerField()", ", db_index=True")),
        alter("j", field % ("models.Case(models.When(a__gt=3, then=models.Value('big')), default=models.Value('small'))", "models.CharField(max_length=9)", "")),
        "migrations.RenameField('thing', 'h', 'hh'),", "migrations.RemoveField('thing', 'hh'),",
        model("G", "('w', models.IntegerField()), ('area', %s), ('up', %s)" % (field % ("models.F('w') * models.F('w')", "models.IntegerField()", ""), field % ("models.Q(w__gt=1)", "models.BooleanField()", ""))),
        "migrations.AlterField('g', 'area', %s)," % (field % ("models.F('w') * models.F('w')", "models.IntegerField()", ", verbose_name='x'"))]
    yield (5, 0), "db_default_more", [
        THING, add("f", "models.BooleanField(db_default=True)") + add("h", "models.DecimalField(max_digits=5, decimal_places=2, db_default=decimal.Decimal('1.50'))") + add("j", "models.TextField(db_default='it\\'s 5%')") + add("k", "models.FloatField(db_default=1.5)"),
        add("l", "models.DateField(db_default=datetime.date(2020, 1, 2))") + add("m", "models.IntegerField(db_default=models.Value(2) + models.Value(3))") + add("o", "models.CharField(max_length=9, null=True, db_default=django.db.models.functions.Upper(models.Value('x')))"),
        add("q", "models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID())") + add("r", "models.ForeignKey(to='APP.parent', db_default=1, on_delete=models.CASCADE, related_name='+')"),
        alter("f", "models.BooleanField(default=True)"), alter("j", "models.TextField(null=True, db_default='y')"), alter("j", "models.TextField(db_default='y')"), alter("k", "models.IntegerField(db_default=4)"), alter("o", "models.CharField(max_length=9, db_default='z', default='w')"),
        alter("a", "models.IntegerField(db_default=9)"), alter("a", "models.BigIntegerField(null=True, db_default=9)"), alter("a", "models.BigIntegerField(default=9)"),
        alter("b", "models.CharField(max_length=10, db_default='')"), add("s", "models.JSONField(db_default=models.Value({'a': [1]}, models.JSONField()))"), add("t", "django.contrib.postgres.fields.ArrayField(models.IntegerField(), db_default=[1, 2])"),
        add("u", "models.IntegerField(unique=True, db_default=5, null=True)"), add("v", "models.IntegerField(db_default=None, null=True)"), alter("v", "models.IntegerField(null=True)")]


def composite():
    key = "('pk', models.CompositePrimaryKey('tenant_id', 'n', blank=True, editable=False, primary_key=True, serialize=False)), "
    yield (5, 2), "composite_more", [
        model("Tenant", "('x', models.IntegerField())") + "migrations.CreateModel('Item', [%s('tenant', models.ForeignKey(to='APP.tenant', on_delete=models.CASCADE)), ('n', models.IntegerField()), ('s', models.SlugField())], options={'unique_together': {('tenant', 's')}, 'constraints': [models.CheckConstraint(CONDITION=models.Q(n__gt=0), name='APP_ck'), models.UniqueConstraint(fields=['s'], name='APP_uq')]})," % key,
        "migrations.AddField('item', 'm', models.IntegerField(null=True, db_index=True)),", "migrations.RenameField('item', 'n', 'number'),", "migrations.AlterField('tenant', 'id', models.BigAutoField(primary_key=True)),", "migrations.AlterModelTable('item', 'APP_elsewhere'),", "migrations.DeleteModel('item'),"]


def constraints():
    unique = "migrations.AddConstraint('thing', models.UniqueConstraint(%s, name='APP_uc')), "
    remove = "migrations.RemoveConstraint('thing', 'APP_uc'),"
    variants = [((4, 0), "django.db.models.functions.Lower('b'), models.F('a').desc()"), ((4, 0), "django.db.models.functions.Lower('b').desc(), condition=models.Q(a__gt=1)"), ((3, 2), "fields=['a', 'b'], include=['g'], condition=models.Q(b__isnull=False)"),
                ((3, 2), "fields=['b', 'g'], opclasses=['varchar_pattern_ops', 'text_pattern_ops'], include=['a']"), ((5, 0), "fields=['a'], nulls_distinct=True"), ((5, 0), "fields=['a', 'b'], nulls_distinct=False, include=['g']"), ((5, 0), "django.db.models.functions.Lower('b'), nulls_distinct=False"),
                ((4, 1), "fields=['a'], violation_error_message='no'"), ((5, 0), "fields=['a'], violation_error_code='x', violation_error_message='no'"), ((3, 2), "fields=['p', 'a']"), ((3, 2), "fields=['p'], condition=models.Q(p__isnull=False)"), ((4, 0), "models.F('p'), django.db.models.functions.Lower('g')"),
                ((3, 2), "fields=['a'], condition=models.Q(p=5)"), ((3, 2), "fields=['a'], condition=models.Q(active=True) & ~models.Q(b__in=['x', 'y'])"), ((4, 0), "django.contrib.postgres.indexes.OpClass(django.db.models.functions.Lower('b'), name='text_pattern_ops')")]
    for n, (version, text) in enumerate(variants):
        yield version, "unique_more_%d" % n, [THING, unique % text, remove, model("T2", "('a', models.IntegerField()), ('b', models.CharField(max_length=10, null=True)), ('g', models.TextField()), ('active', models.BooleanField()), ('p', models.ForeignKey(to='APP.parent', null=True, on_delete=models.CASCADE, related_name='+'))", "{'constraints': [models.UniqueConstraint(%s, name='APP_u2')]}" % text)]
    checks = ["models.Q(a__gte=0, a__lte=100)", "models.Q(a__gt=models.F('p'))", "models.Q(p=1)", "models.Q(p__isnull=True) | models.Q(b='x')", "~models.Q(models.Q(a=1, b='x') | models.Q(active=False))", "models.Q(b__in=['it\\'s', '5%', 'q'])", "models.Q(b__endswith='z')", "models.Q(b__icontains='Q%')",
              "models.Q(g__iregex='^x')", "models.Q(active=models.F('active'))", "models.Q(a__in=[1])", "models.Q(a=models.F('id') * 2 - 1)", "models.Q(b__exact=models.functions.Lower('g'))".replace("models.functions", "django.db.models.functions"), "models.Q(a__lt=decimal.Decimal('2.5'))", "models.Q(b=None)", "models.Q(b__gt='m')",
              "models.Q(('active', True), ('b__isnull', False), ('a__gt', 2), _connector='XOR')", "models.Q(b__istartswith='Ab')", "models.Q(a__gte=models.Value(3))", "models.Q(g__contains='a\\\\b')", "models.Q(b__iexact=models.F('g'))", "models.Q(b__startswith=models.F('g'))", "models.Q(a__range=(models.F('id'), 10))", "models.Q(pk__gt=0)", "models.Q(p_id=3)", "models.Q(('a__gte', 0), models.Q(('b', 'x'), ('b', 'y'), _connector='OR'))",
              "models.Q(models.Q(('a', 1)))", "models.Q(models.Q(('a', 1), _negated=True), ('b', 'x'), _negated=True)", "models.Q(a__gt=-3)", "models.Q(a__lte=2.0)", "models.Q(g='') | ~models.Q(g='')", "~(models.Q(a=1) | models.Q(a=2)) & models.Q(active=True)"]
    for n, check in enumerate(checks):
        version = (4, 1) if "XOR" in check else (4, 0) if "functions" in check else (3, 2)
        yield version, "check_more_%d" % n, [THING, "migrations.AddConstraint('thing', models.CheckConstraint(CONDITION=%s, name='APP_ck'))," % check, "migrations.RemoveConstraint('thing', 'APP_ck'),",
                                             "migrations.AddIndex('thing', models.Index(fields=['a'], name='i', condition=%s))," % check]
    yield (4, 0), "check_expressions", [THING] + ["migrations.AddConstraint('thing', models.CheckConstraint(CONDITION=%s, name='APP_e%d'))," % (text, n) for n, text in enumerate([
        "django.db.models.lookups.Exact(models.F('a'), 1)", "django.db.models.lookups.GreaterThan(models.F('a') + models.F('id'), 0)", "models.Q(django.db.models.lookups.LessThan(models.F('a'), models.F('id')))", "models.ExpressionWrapper(models.Q(a__gt=1), output_field=models.BooleanField())"])]
    yield (4, 1), "check_violation", [THING, "migrations.AddConstraint('thing', models.CheckConstraint(CONDITION=models.Q(a__gt=0), name='APP_ck', violation_error_message='no %% way')),".replace("%%", "%"), "migrations.RemoveConstraint('thing', 'APP_ck'),"]
    yield (5, 2), "alter_constraint", [THING, "migrations.AddConstraint('thing', models.CheckConstraint(condition=models.Q(a__gt=0), name='APP_ck')),", "migrations.AlterConstraint('thing', 'APP_ck', models.CheckConstraint(condition=models.Q(a__gt=0), name='APP_ck', violation_error_message='no')),", "migrations.RemoveConstraint('thing', 'APP_ck'),"]
    exclude = "django.contrib.postgres.constraints.ExclusionConstraint(name='APP_ex', expressions=[%s])"
    gist = "django.contrib.postgres.operations.BtreeGistExtension(),"
    ranged = gist + THING + add("r", "django.contrib.postgres.fields.DateTimeRangeField(null=True)") + add("s", "models.DateTimeField(null=True)") + add("e", "models.DateTimeField(null=True)")
    operators = "django.contrib.postgres.fields.RangeOperators."
    for n, text in enumerate(["('r', %sOVERLAPS), ('p', %sEQUAL)" % (operators, operators), "(models.F('a'), '='), ('r', '-|-')", "('r', '&&')], condition=models.Q(active=True, a__gt=1), deferrable=models.Deferrable.IMMEDIATE, index_type='gist'", "('r', '&&'), ('a', '=')], include=['b', 'g']", "('r', '&&')], index_type='SPGIST'",
                              "(models.Func('s', 'e', django.contrib.postgres.fields.RangeBoundary(), function='tstzrange'), '&&')"]):
        definition = (exclude % text).replace("])", ")") if "]," in text else exclude % text
        versions = (4, 2) if "deferrable" in text else (3, 2)  # before, a condition and deferrable excluded each other
        yield versions, "exclusion_%d" % n, [ranged, "migrations.AddConstraint('thing', %s)," % definition, "migrations.RemoveConstraint('thing', 'APP_ex'),"]


def indexes():
    i = "django.contrib.postgres.indexes."
    listed = ["%sBloomIndex(fields=['a'], name='i', length=80, columns=[4])" % i, "%sBrinIndex(fields=['a'], name='i')" % i, "%sBTreeIndex(fields=['-a', 'b'], name='i')" % i, "%sGinIndex(fields=['ar'], name='i', gin_pending_list_limit=128)" % i, "%sGistIndex(fields=['r'], name='i', buffering=True, fillfactor=80)" % i,
              "%sGistIndex(fields=['r'], name='i', buffering=False, condition=models.Q(a=1))" % i, "%sHashIndex(fields=['b'], name='i', fillfactor=70)" % i, "%sSpGistIndex(fields=['r'], name='i')" % i, "%sGistIndex(fields=['r'], name='i', include=['a'])" % i, "%sGinIndex(fields=['ar', 'j'], name='i')" % i,
              "%sGinIndex(fields=['j'], name='i', opclasses=['jsonb_path_ops'], fastupdate=True)" % i, "models.Index(fields=['a', '-b'], name='i', include=['g'], condition=models.Q(p__isnull=True))", "models.Index(fields=['b', 'g'], name='i', opclasses=['varchar_pattern_ops', 'text_pattern_ops'])", "models.Index(fields=['p', '-a'], name='i')"]
    later = ["models.Index(models.F('b').desc(nulls_last=True), 'a', name='i')", "models.Index(models.functions.Lower('b').asc(), models.functions.Upper('g'), name='i')", "models.Index(models.functions.Round('a'), name='i')", "models.Index(models.functions.Collate('b', 'C'), name='i')", "models.Index(models.functions.Collate('b', 'C').desc(), name='i', include=['a'])",
             "models.Index(models.functions.Cast('a', models.FloatField()), name='i')", "models.Index(models.functions.Substr('b', 1, 3), name='i')", "models.Index(models.functions.Left('b', 3), models.F('a'), name='i')", "models.Index(models.functions.Length('b'), name='i')", "models.Index(models.F('a') * 2 - models.F('id'), name='i')", "models.Index(models.Case(models.When(a__gt=1, then=models.F('b')), default=models.Value('x')), name='i')",
             "models.Index(models.functions.Abs('a'), condition=models.Q(b__isnull=False), name='i')", "models.Index(models.Func(models.F('b'), function='reverse'), name='i')", "models.Index(models.functions.Trim('b'), name='i')", "models.Index(models.functions.ExtractYear('dt'), name='i')", "models.Index(models.functions.Coalesce('b', 'g'), name='i')",
             "%sGinIndex(%sOpClass(models.functions.Lower('b'), name='gin_trgm_ops'), name='i', fastupdate=True)" % (i, i), "models.Index(%sOpClass(models.F('b'), name='varchar_pattern_ops').desc(), name='i')" % i, "%sGistIndex(%sOpClass('b', name='gist_trgm_ops'), name='i')" % (i, i), "models.Index(models.functions.NullIf('b', models.Value('')), name='i')", "models.Index(models.functions.MD5('b'), name='i')", "models.Index(models.functions.Greatest('a', 'id'), name='i')",
             "models.Index(models.ExpressionWrapper(models.F('a') + 1, output_field=models.IntegerField()), name='i')", "%sGinIndex(django.contrib.postgres.search.SearchVector('b', 'g', config='english'), name='i')" % i, "%sGinIndex(django.contrib.postgres.search.SearchVector('g', weight='A', config='simple'), name='i')" % i]
    base = ("django.contrib.postgres.operations.TrigramExtension(), django.contrib.postgres.operations.BloomExtension()," + THING + add("r", "django.contrib.postgres.fields.IntegerRangeField(null=True)") + add("ar", "django.contrib.postgres.fields.ArrayField(models.IntegerField(), null=True)") + add("j", "models.JSONField(null=True)") + add("dt", "models.DateTimeField(null=True)"))
    for n, index in enumerate(listed + later):
        text = index.replace("models.functions.", "django.db.models.functions.").replace("django.db.django.db.", "django.db.")
        yield (3, 2), "index_more_%d" % n, [base, "migrations.AddIndex('thing', %s)," % text, "migrations.RemoveIndex('thing', 'i'),", "migrations.AddIndex('parent', models.Index(fields=['n'], name='k')),"]
        if n % 7 == 0:
            yield (3, 2), "index_later_%d" % n, [base, "django.contrib.postgres.operations.AddIndexConcurrently('thing', %s)," % text, "django.contrib.postgres.operations.RemoveIndexConcurrently('thing', 'i'),", False]


def extensions():
    names = ["BloomExtension", "BtreeGinExtension", "BtreeGistExtension", "CITextExtension", "CryptoExtension", "HStoreExtension", "TrigramExtension", "UnaccentExtension"]
    yield (3, 2), "extensions", ["".join("django.contrib.postgres.operations.%s()," % name for name in names) + "django.contrib.postgres.operations.CreateExtension('fuzzystrmatch'),", THING]
    yield (3, 2), "extension_twice", [THING + "django.contrib.postgres.operations.TrigramExtension(),", "django.contrib.postgres.operations.CreateExtension('pg_trgm'), django.contrib.postgres.operations.CreateExtension(name='tablefunc'),"]
    yield (3, 2), "extension_fields", ["django.contrib.postgres.operations.HStoreExtension()," + THING, add("h", "django.contrib.postgres.fields.HStoreField(null=True)") + add("k", "django.contrib.postgres.fields.HStoreField(default=dict)"), alter("h", "django.contrib.postgres.fields.HStoreField(default=dict)"), add("v", "django.contrib.postgres.search.SearchVectorField(null=True)"), "migrations.AddIndex('thing', django.contrib.postgres.indexes.GinIndex(fields=['v'], name='vi')),"]
    yield (3, 2), "collations", ["django.contrib.postgres.operations.CreateCollation('APP_de', locale='de-u-co-phonebk-x-icu', provider='icu'),", "django.contrib.postgres.operations.CreateCollation('APP_c', 'C'), django.contrib.postgres.operations.CreateCollation('APP_n', 'und-u-ks-level2', provider='icu', deterministic=False),", "django.contrib.postgres.operations.RemoveCollation('APP_c', 'C'),"]


def tables():
    through = model("Link", "('t', models.ForeignKey(to='APP.thing', on_delete=models.CASCADE)), ('p', models.ForeignKey(to='APP.parent', on_delete=models.CASCADE))")
    m2m = "models.ManyToManyField(to='APP.parent', related_name='+'%s)"
    yield (3, 2), "m2m_more", [THING, add("m", m2m % ""), alter("m", m2m % ", db_table='APP_mm'"), alter("m", m2m % ", db_table='APP_mm', db_constraint=False"), alter("m", "models.ManyToManyField(to='APP.thing', related_name='+')"), alter("m", "models.ManyToManyField(to='auth.User', related_name='+', blank=True)"), "migrations.RenameField('thing', 'm', 'mm'),", "migrations.AlterModelTable('thing', 'APP_things'),", "migrations.RenameModel('Thing', 'Entry'),", "migrations.RemoveField('entry', 'mm'),"]
    yield (3, 2), "m2m_through_more", [THING + through + add("m", m2m % ", through='APP.Link'"), alter("m", m2m % ", through='APP.Link', blank=True"), "migrations.RenameModel('Link', 'Bond'),", "migrations.RenameField('bond', 't', 'thing'),", "migrations.RenameModel('Parent', 'Elder'),", "migrations.RemoveField('thing', 'm'), migrations.DeleteModel('bond'),"]
    yield (3, 2), "m2m_state_only", [THING + add("m", "models.ManyToManyField(to='APP.parent', related_name='+')"), "migrations.SeparateDatabaseAndState(database_operations=[migrations.RunSQL('ALTER TABLE APP_thing_m RENAME TO APP_link', 'ALTER TABLE APP_link RENAME TO APP_thing_m')], state_operations=[%s]), migrations.AddField('link', 'note', models.TextField(default=''))," % ("migrations.CreateModel('Link', [('id', models.AutoField(primary_key=True)), ('thing', models.ForeignKey(to='APP.thing', on_delete=models.CASCADE)), ('parent', models.ForeignKey(to='APP.parent', on_delete=models.CASCADE))]), " + alter("m", m2m % ", through='APP.Link'"))]
    yield (3, 2), "m2m_self_more", [THING, add("f", "models.ManyToManyField('self', symmetrical=False, related_name='back')"), "migrations.RenameModel('Thing', 'Entry'),", "migrations.AlterModelTable('entry', 'APP_e'),", "migrations.AlterModelTable('entry', 'APP_f'), migrations.RenameField('entry', 'f', 'ff'),"]
    yield (3, 2), "table_moves", [THING + "migrations.AlterModelTable('thing', 'APP_x'), migrations.AlterModelTable('thing', 'APP_x'), migrations.AlterModelTable('thing', None),", "migrations.AlterModelTable('thing', 'APP_y'), migrations.AddField('thing', 'f', models.IntegerField(null=True, db_index=True)), migrations.AlterModelTable('thing', 'APP_z'),", alter("b", "models.CharField(max_length=10, null=True, unique=True)"), "migrations.RenameModel('Thing', 'Entry'),", "migrations.AlterField('entry', 'b', models.CharField(max_length=10, null=True)),", "migrations.AlterField('entry', 'p', models.ForeignKey(to='APP.parent', on_delete=models.PROTECT, default=1)),"]
    yield (3, 2), "rename_related", [THING + model("Far", "('t', models.ForeignKey(to='APP.thing', on_delete=models.CASCADE, related_name='fars')), ('o', models.OneToOneField(to='APP.thing', on_delete=models.CASCADE)), ('m', models.ManyToManyField(to='APP.thing', related_name='mfars')), ('hidden', models.ForeignKey(to='APP.thing', on_delete=models.CASCADE, related_name='+')), ('hm', models.ManyToManyField(to='APP.thing', related_name='+'))")
                                     + model("Near", "('t', models.ForeignKey(to='APP.thing', on_delete=models.CASCADE, to_field='id', db_constraint=False)), ('f', models.ForeignKey(to='APP.far', null=True, on_delete=models.CASCADE))") + add("own", "models.ForeignKey(to='self', null=True, on_delete=models.CASCADE)"),
                                     "migrations.RenameModel('Thing', 'Entry'),", "migrations.RenameModel('Far', 'Away'),", "migrations.RenameModel('Parent', 'Elder'),", "migrations.RenameModel('Near', 'Aaa'),", "migrations.RenameModel('Entry', 'Zzz'), migrations.RenameField('zzz', 'own', 'mine'),", "migrations.DeleteModel('aaa'), migrations.DeleteModel('away'),"]
    yield (3, 2), "order_more", [THING + "migrations.AlterOrderWithRespectTo('thing', 'p'),", "migrations.AlterOrderWithRespectTo('thing', 'a'),", "migrations.RenameModel('Thing', 'Entry'),", "migrations.AlterOrderWithRespectTo('entry', None), migrations.AlterOrderWithRespectTo('entry', 'p'),", "migrations.RemoveField('entry', 'a'),"]
    yield (3, 2), "together_more", [THING + "migrations.AlterUniqueTogether('thing', {('a', 'b')}),", "migrations.AlterUniqueTogether('thing', {('a', 'b'), ('p', 'g')}),", "migrations.AlterIndexTogether('thing', [('a', 'g')]), migrations.AlterUniqueTogether('thing', {('p', 'g')}),", "migrations.RenameField('thing', 'g', 'gg'),", "migrations.AlterIndexTogether('thing', None), migrations.AlterUniqueTogether('thing', []),", "migrations.AlterUniqueTogether('thing', {('a', 'p')}), migrations.AddConstraint('thing', models.UniqueConstraint(fields=['a', 'p'], name='APP_same')),", "migrations.AlterUniqueTogether('thing', set()),"]
    yield (3, 2), "together_created", [model("T1", "('a', models.IntegerField()), ('b', models.IntegerField()), ('p', models.ForeignKey(to='self', null=True, on_delete=models.CASCADE))", "{'unique_together': {('a', 'b')}, 'constraints': [models.UniqueConstraint(fields=['b'], name='APP_b')]}"), "migrations.AlterUniqueTogether('t1', {('a', 'p')}),", "migrations.AlterField('t1', 'b', models.IntegerField(unique=True)),", "migrations.AlterField('t1', 'b', models.IntegerField()),", "migrations.RemoveConstraint('t1', 'APP_b'), migrations.AlterUniqueTogether('t1', set()),"]
    if True:
        yield (3, 2), "inherited", [THING + "migrations.CreateModel('Child', [('thing_ptr', models.OneToOneField(auto_created=True, on_delete=models.CASCADE, parent_link=True, primary_key=True, serialize=False, to='APP.thing')), ('c', models.IntegerField())], bases=('APP.thing',)), migrations.CreateModel('Grand', [('child_ptr', models.OneToOneField(auto_created=True, on_delete=models.CASCADE, parent_link=True, primary_key=True, serialize=False, to='APP.child')), ('d', models.IntegerField())], bases=('APP.child',)), migrations.CreateModel('Implied', [('e', models.IntegerField())], bases=('APP.thing',)), migrations.CreateModel('Shadow', [], options={'proxy': True}, bases=('APP.child',)),"
                                    + model("Owner", "('g', models.ForeignKey(to='APP.grand', on_delete=models.CASCADE)), ('s', models.ForeignKey(to='APP.shadow', null=True, on_delete=models.CASCADE, related_name='+')), ('m', models.ManyToManyField(to='APP.child'))"),
                                    "migrations.AlterField('thing', 'id', models.BigAutoField(primary_key=True)),", "migrations.AddField('child', 'f', models.ForeignKey(to='APP.implied', null=True, on_delete=models.CASCADE)),", "migrations.AlterField('child', 'thing_ptr', models.OneToOneField(on_delete=models.PROTECT, parent_link=True, primary_key=True, serialize=False, to='APP.thing')),", "migrations.RenameField('child', 'c', 'cc'), migrations.DeleteModel('owner'),", "migrations.RenameModel('Grand', 'Lesser'),", "migrations.DeleteModel('shadow'), migrations.DeleteModel('lesser'),"]
        yield (3, 2), "swapped", [THING + "migrations.CreateModel('Person', [('id', models.AutoField(primary_key=True)), ('n', models.IntegerField())], options={'swappable': 'AUTH_USER_MODEL'})," + model("Ref", "('u', models.ForeignKey(to=settings.AUTH_USER_MODEL, on_delete=models.CASCADE)), ('us', models.ManyToManyField(to=settings.AUTH_USER_MODEL, related_name='+'))"), "migrations.AddField('person', 'x', models.IntegerField(null=True)),", "migrations.AlterField('ref', 'u', models.ForeignKey(to=settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)),", "migrations.AlterModelOptions('thing', {'managed': False}), migrations.AddField('thing', 'zz', models.IntegerField(null=True)),", "migrations.AlterModelOptions('thing', {}), migrations.AddField('thing', 'yy', models.IntegerField(null=True)),", "migrations.DeleteModel('person'),"]


def keys():
    dependants = model("Ref", "('f', models.ForeignKey(to='APP.parent', on_delete=models.CASCADE)), ('o', models.OneToOneField(to='APP.parent', null=True, on_delete=models.CASCADE, related_name='+')), ('m', models.ManyToManyField(to='APP.parent', related_name='mm')), ('nc', models.ForeignKey(to='APP.parent', null=True, db_constraint=False, on_delete=models.CASCADE, related_name='nc'))") + model("Ref2", "('r', models.OneToOneField(to='APP.ref', on_delete=models.CASCADE))")
    for name, definition in [("big", "models.BigAutoField(primary_key=True)"), ("plain", "models.BigIntegerField(primary_key=True)"), ("char", "models.CharField(max_length=36, primary_key=True)"), ("uuid", "models.UUIDField(primary_key=True, default=uuid.uuid4)"), ("positive", "models.PositiveIntegerField(primary_key=True)")]:
        yield (3, 2), "key_more_" + name, [THING + dependants, "migrations.AlterField('parent', 'id', %s)," % definition, "migrations.AlterField('parent', 'id', models.BigAutoField(primary_key=True)),", "migrations.AlterField('ref', 'f', models.ForeignKey(to='APP.parent', null=True, on_delete=models.SET_NULL)), migrations.AlterField('ref', 'm', models.ManyToManyField(to='APP.thing', related_name='mm')),"]
    yield (3, 2), "key_renamed", [THING + dependants, "migrations.RenameField('parent', 'id', 'key'),", "migrations.AlterField('parent', 'key', models.BigAutoField(primary_key=True, db_column='id2')),", "migrations.AddField('ref2', 'x', models.ForeignKey(to='APP.parent', null=True, on_delete=models.CASCADE)),"]
    yield (3, 2), "key_to_field", [model("Named", "('slug', models.SlugField(unique=True)), ('num', models.IntegerField(unique=True))") + model("Ref", "('s', models.ForeignKey(to='APP.named', to_field='slug', on_delete=models.CASCADE)), ('n', models.ForeignKey(to='APP.named', to_field='num', on_delete=models.CASCADE, related_name='+'))"), "migrations.AlterField('named', 'slug', models.SlugField(unique=True, max_length=100)),", "migrations.AlterField('named', 'num', models.BigIntegerField(unique=True)),", "migrations.AlterField('ref', 's', models.ForeignKey(to='APP.named', to_field='slug', null=True, on_delete=models.CASCADE)),", "migrations.RenameField('named', 'slug', 'name'),", "migrations.AlterField('named', 'num', models.IntegerField(null=True, unique=True)),"]
    yield (3, 2), "fk_kinds", pair(*["models.%s" % t for t in ["ForeignKey(to='APP.parent', on_delete=models.CASCADE, related_name='+')", "OneToOneField(to='APP.parent', on_delete=models.CASCADE, related_name='+')", "OneToOneField(to='APP.parent', null=True, on_delete=models.CASCADE, related_name='+')", "ForeignKey(to='APP.parent', null=True, unique=True, on_delete=models.CASCADE, related_name='+')", "ForeignKey(to='APP.parent', null=True, db_index=False, on_delete=models.CASCADE, related_name='+')",
                                         "IntegerField(null=True, db_column='f_id')", "PositiveIntegerField(null=True, db_column='f_id', db_index=True)", "ForeignKey(to='APP.parent', null=True, on_delete=models.DO_NOTHING, related_name='+', db_constraint=False)", "ForeignKey(to='auth.User', null=True, on_delete=models.DO_NOTHING, related_name='+')", "ForeignKey(to='auth.User', on_delete=models.DO_NOTHING, related_name='+', default=1)", "ForeignKey(to='contenttypes.ContentType', on_delete=models.DO_NOTHING, related_name='+', default=1, db_column='ct')", "CharField(max_length=10, null=True)"]])
    yield (3, 2), "auto_kinds", [model("T1", "('n', models.IntegerField())"), "migrations.AlterField('t1', 'id', models.SmallAutoField(primary_key=True)),", "migrations.AlterField('t1', 'id', models.IntegerField(primary_key=True)),", "migrations.AlterField('t1', 'id', models.BigAutoField(primary_key=True)),", "migrations.RenameModel('T1', 'T2'),", "migrations.AlterField('t2', 'id', models.AutoField(primary_key=True)),", "migrations.AlterField('t2', 'id', models.BigIntegerField()), migrations.AddField('t2', 'k', models.UUIDField(primary_key=True, default=uuid.uuid4)),"]


def deferred():
    yield (3, 2), "many_at_once", [THING, add("f", "models.ForeignKey(to='APP.parent', null=True, on_delete=models.CASCADE, related_name='+')") + "migrations.RunSQL('UPDATE APP_thing SET a = 1')," + add("h", "models.SlugField(default='')") + model("New", "('t', models.ForeignKey(to='APP.thing', on_delete=models.CASCADE)), ('s', models.SlugField(unique=True))") + alter("a", "models.BigIntegerField(db_index=True)") + "migrations.RenameField('new', 't', 'tt'), migrations.RemoveField('thing', 'f')," + alter("h", "models.SlugField(max_length=80, default='')") + "migrations.AddIndex('new', models.Index(fields=['s', '-tt'], name='APP_ni')),"]
    yield (3, 2), "not_atomic", [THING, add("f", "models.ForeignKey(to='APP.parent', null=True, on_delete=models.CASCADE, related_name='+')") + "migrations.RunPython(migrations.RunPython.noop, migrations.RunPython.noop)," + model("New", "('t', models.ForeignKey(to='APP.thing', on_delete=models.CASCADE)), ('m', models.ManyToManyField('APP.parent'))") + alter("b", "models.CharField(max_length=10, default='x')") + "migrations.AddConstraint('thing', models.UniqueConstraint(fields=['a'], name='APP_u', condition=models.Q(active=True))),", False]
    yield (3, 2), "created_altered", [THING + "migrations.CreateModel('New', [('id', models.AutoField(primary_key=True)), ('f', models.ForeignKey(to='APP.thing', on_delete=models.CASCADE)), ('c', models.CharField(max_length=5, db_index=True)), ('u', models.IntegerField())], options={'unique_together': {('f', 'u')}, 'indexes': [models.Index(fields=['u'], name='APP_iu')]}), migrations.AlterField('new', 'f', models.ForeignKey(to='APP.thing', null=True, on_delete=models.CASCADE)), migrations.AlterField('new', 'c', models.TextField(db_index=True)), migrations.RenameField('new', 'u', 'uu'), migrations.RemoveField('new', 'c'), migrations.AlterModelTable('new', 'APP_newer'), migrations.AddField('new', 'z', models.ManyToManyField('APP.thing', related_name='+')), migrations.RenameModel('Thing', 'Entry'),"]
    yield (3, 2), "circular", ["migrations.CreateModel('A', [('id', models.AutoField(primary_key=True)), ('n', models.IntegerField())]), migrations.CreateModel('B', [('id', models.AutoField(primary_key=True)), ('a', models.ForeignKey(to='APP.a', on_delete=models.CASCADE)), ('a2', models.OneToOneField(to='APP.a', on_delete=models.CASCADE, related_name='+'))]), migrations.AddField('a', 'b', models.ForeignKey(to='APP.b', null=True, on_delete=models.CASCADE)), migrations.AddField('a', 'bs', models.ManyToManyField(to='APP.b', related_name='+')),", "migrations.DeleteModel('B'),"]
    yield (3, 2), "removed_again", [THING, add("f", "models.IntegerField(null=True, db_index=True)") + "migrations.AddIndex('thing', models.Index(fields=['f'], name='APP_fi')), migrations.RemoveIndex('thing', 'APP_fi'), migrations.RemoveField('thing', 'f')," + add("f", "models.TextField(null=True, unique=True)")]
    yield (4, 1), "rename_index_more", [THING + "migrations.AddIndex('thing', models.Index(fields=['a', 'p'], name='APP_old')), migrations.AlterIndexTogether('thing', {('b', 'g')}),", "migrations.RenameIndex('thing', new_name='APP_new', old_name='APP_old'),", "migrations.RenameIndex(model_name='thing', new_name='APP_bg', old_fields=['b', 'g']),", "migrations.RenameIndex('thing', 'APP_bg2', old_name='APP_bg'), migrations.RemoveIndex('thing', 'APP_new'),"]


def changes():
    for name, definitions in {
            "nulls": ["CharField(max_length=9, null=True)", "CharField(max_length=9, blank=True)", "CharField(max_length=9, default='x')", "CharField(max_length=12, null=True, default='x')", "CharField(max_length=12, default='x')", "TextField(default='y', null=True)", "TextField(default='z', db_index=True)"],
            "numbers": ["IntegerField(null=True)", "PositiveIntegerField(default=3)", "PositiveSmallIntegerField(default=3)", "PositiveBigIntegerField(null=True, default=4)", "DecimalField(max_digits=9, decimal_places=3, null=True)", "DecimalField(max_digits=12, decimal_places=2, default=0)", "FloatField(default=1.5)", "BooleanField(default=False)", "SmallIntegerField(unique=True, null=True)", "PositiveIntegerField(unique=True, default=1)"],
            "times": ["DateField(null=True)", "DateTimeField(auto_now=True)", "DateTimeField(auto_now_add=True, null=True)", "TimeField(default=datetime.time(1, 2))", "DurationField(null=True)", "CharField(max_length=30, default='')", "DateTimeField(default=datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc))", "DateField(default=datetime.date.today)"],
            "texts": ["SlugField(unique=True)", "SlugField(unique=True, max_length=90)", "SlugField(db_index=False)", "CharField(max_length=90, db_index=True)", "TextField(unique=True)", "EmailField(unique=True)", "URLField(null=True, unique=True)", "FileField(upload_to='x', max_length=500)", "FilePathField(path='/x')", "ImageField(upload_to='y', null=True)", "GenericIPAddressField(null=True)", "UUIDField(null=True, db_index=True)", "JSONField(default=dict)", "JSONField(null=True)", "BinaryField(default=b'x')"]}.items():
        yield (3, 2), "changes_" + name, pair(*["models." + d for d in definitions])
    f = "django.contrib.postgres.fields."
    yield (3, 2), "changes_arrays", pair(*[f + d for d in ["ArrayField(models.IntegerField(), null=True)", "ArrayField(models.BigIntegerField(), default=list)", "ArrayField(models.CharField(max_length=5), default=list, size=4)", "ArrayField(models.CharField(max_length=9, blank=True), default=list, size=None, db_index=True)", "ArrayField(models.TextField(), null=True)", "ArrayField(django.contrib.postgres.fields.ArrayField(models.IntegerField(), size=2), size=3, null=True)"]])
    yield (3, 2), "changes_ranges", pair(*[f + d for d in ["IntegerRangeField(null=True)", "BigIntegerRangeField(null=True)", "DecimalRangeField(null=True)", "DateRangeField(null=True)", "DateTimeRangeField(null=True)"]])
    yield (3, 2), "preserve", [THING, add("f", "models.CharField(max_length=5, default='q')", ", preserve_default=False"), alter("f", "models.CharField(max_length=5, null=True)"), alter("f", "models.CharField(max_length=5, default='w')", ", preserve_default=False"), add("h", "models.ForeignKey(to='APP.parent', default=1, on_delete=models.CASCADE, related_name='+')", ", preserve_default=False"), add("k", "models.UUIDField(default=uuid.uuid4, unique=True)", ", preserve_default=False")]
    yield (3, 2), "column_names", pair("models.IntegerField(db_column='Mixed Case')", "models.IntegerField(db_column='mixed', db_index=True)", "models.PositiveIntegerField(db_column='Other', unique=True)", "models.PositiveIntegerField(db_column='2nd', db_index=True)", "models.ForeignKey(to='APP.parent', db_column='Owner Id', on_delete=models.CASCADE, related_name='+')", "models.ForeignKey(to='APP.parent', on_delete=models.CASCADE, related_name='+')")
    yield (3, 2), "defaults", [THING] + [add("f%d" % n, d) for n, d in enumerate(["models.CharField(max_length=50, default='a\"b\\\\c')", "models.TextField(default='line\\nnext')", "models.TextField(default='üñ€')", "models.IntegerField(default=-5)", "models.FloatField(default=1e20)", "models.FloatField(default=-0.1)", "models.DecimalField(max_digits=8, decimal_places=3, default=1.1)", "models.DecimalField(max_digits=8, decimal_places=3, default='2.50')", "models.BooleanField(default=0)", "models.JSONField(default=list)", "models.JSONField(default={'a': 1, 'b': [True, None, 'x\"y']})", "models.DurationField(default=datetime.timedelta(0))", "models.DurationField(default=datetime.timedelta(hours=30, seconds=2, microseconds=5))", "models.DateTimeField(default=datetime.datetime(2020, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))", "models.UUIDField(default='12345678123456781234567812345678')", "models.CharField(max_length=9, default=5)", "models.IntegerField(default='7')", "models.SlugField(default='', db_index=False)", "models.GenericIPAddressField(default='::1')", "django.contrib.postgres.fields.ArrayField(models.CharField(max_length=3), default=['a', 'b\\'c'])", "django.contrib.postgres.fields.ArrayField(models.IntegerField(), default=[])", "models.BinaryField(default=b'\\x00\\xff')", "models.BinaryField(blank=True)", "models.CharField(max_length=4, default=str)", "models.IntegerField(default=int)", "models.TimeField(default=datetime.time(23, 59, 59, 1))", "models.DateField(default='2020-02-03')", "models.BigIntegerField(default=9999999999)", "models.SmallIntegerField(default=True)", "models.FileField(upload_to='x', default='')", "models.JSONField(default=None, null=True)", "models.CharField(max_length=5, null=True, default=None)", "models.JSONField(default='text')", "models.JSONField(default=3)"])]


def empty_keys():
    key = "models.ForeignKey(to='APP.parent', on_delete=models.CASCADE, %s)"
    # '' is no key of a number, but one of a string; default=None fills with NULL, which the server refuses only in rows.
    yield (3, 2), "key_of_nothing", [
        "migrations.CreateModel('Coded', [('code', models.CharField(max_length=8, primary_key=True))])," + THING,
        add("x", key % "null=True, default='', related_name='+'") + add("y", "models.ForeignKey(to='APP.coded', null=True, default='', related_name='+', on_delete=models.CASCADE)") + add("z", key % "null=True, related_name='+'"),
        alter("z", key % "default=None, related_name='+'"), alter("x", key % "default='', related_name='+'"),
        add("i", "models.IntegerField(null=True)"), alter("i", "models.IntegerField(default=None)")]


def names():
    long = "a_rather_long_field_name_that_fills_the_line_well"
    yield (3, 2), "names_more", [model("VeryLongModelNameForATableThatIsCutSomewhere", "('%s', models.PositiveIntegerField(unique=True)), ('%s2', models.PositiveIntegerField()), ('k', models.ForeignKey(to='self', null=True, on_delete=models.CASCADE))" % (long, long), "{'unique_together': {('%s', '%s2')}}" % (long, long)), "migrations.AlterField('verylongmodelnameforatablethatiscutsomewhere', '%s', models.IntegerField())," % long, "migrations.AlterField('verylongmodelnameforatablethatiscutsomewhere', '%s2', models.IntegerField(unique=True, db_index=True))," % long, "migrations.RenameField('verylongmodelnameforatablethatiscutsomewhere', '%s', 'short'), migrations.AlterUniqueTogether('verylongmodelnameforatablethatiscutsomewhere', set())," % long, "migrations.RenameModel('VeryLongModelNameForATableThatIsCutSomewhere', 'B'),", "migrations.AddField('b', '%s_m', models.ManyToManyField(to='self'))," % long]
    yield (3, 2), "names_quoted", [model("T1", "('Zed', models.CharField(max_length=4, unique=True)), ('n', models.PositiveIntegerField(db_column='select'))", "{'db_table': '\"APP_quoted\"'}") + model("T2", "('t', models.ForeignKey(to='APP.t1', on_delete=models.CASCADE)), ('m', models.ManyToManyField(to='APP.t1', related_name='+'))", "{'db_table': 'APP Spaced Table'}"), "migrations.AlterField('t1', 'Zed', models.CharField(max_length=4)), migrations.AlterField('t1', 'n', models.IntegerField(db_column='select')),", "migrations.AlterField('t2', 't', models.ForeignKey(to='APP.t1', null=True, on_delete=models.CASCADE)),", "migrations.AlterModelTable('t2', None), migrations.AlterModelTable('t1', None),"]


def sql():
    yield (3, 2), "sql_more", [THING, "migrations.RunSQL('SELECT 1; SELECT 2;'), migrations.RunSQL(['SELECT 3', ('SELECT %s, %s', ['x', 2]), ('SELECT 5', None)], reverse_sql='SELECT 6'), migrations.RunSQL('', ''), migrations.RunSQL([], []), migrations.RunSQL(sql='SELECT 1 -- 100%', reverse_sql=migrations.RunSQL.noop),".replace("SELECT 2;')", "SELECT 2;', '')"),
                               "migrations.RunSQL('ALTER TABLE APP_thing ADD COLUMN q integer DEFAULT 5; CREATE INDEX APP_q ON APP_thing (q)', 'ALTER TABLE APP_thing DROP COLUMN q', state_operations=[%s]), %s" % (add("q", "models.IntegerField(null=True, db_index=True)"), alter("q", "models.BigIntegerField(null=True)")),
                               "migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField('thing', 'q')]), migrations.SeparateDatabaseAndState(database_operations=[migrations.RunSQL('ALTER TABLE APP_thing DROP COLUMN q', 'ALTER TABLE APP_thing ADD COLUMN q integer'), migrations.RunPython(migrations.RunPython.noop, migrations.RunPython.noop)]),",
                               "migrations.SeparateDatabaseAndState(database_operations=[migrations.SeparateDatabaseAndState(database_operations=[%s])], state_operations=[%s]), %s" % (add("z", "models.IntegerField(null=True)"), add("z", "models.IntegerField(null=True)"), alter("z", "models.IntegerField(default=4)"))]


GROUPS = (tablespaces, comments, collations, generated, composite, constraints, indexes, extensions, tables, keys,
          deferred, changes, empty_keys, names, sql)


def cases(version, groups=GROUPS, prefix="more_"):
    """{name: (migrations, atomic)}"""
    out = {}
    condition = "condition" if version >= (5, 1) else "check"
    for group in groups:
        for first, name, migrations in group():
            if version[:2] < first:
                continue
            atomic = migrations[-1] is not False
            out[prefix + name] = ([m.replace("CONDITION", condition) for m in migrations if m is not False], atomic)
    return out
