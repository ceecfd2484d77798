"""Geometry columns and spatial indexes, as contrib.gis' schema editor for PostGIS makes them."""
FIELDS = {name.lower(): "django.contrib.gis.db.models.fields.%sField(%%s)" % name
          for name in ["Geometry", "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon",
                       "GeometryCollection", "Raster"]}
THING = ("migrations.CreateModel('Thing', [('id', models.AutoField(primary_key=True)), ('a', models.IntegerField()), "
         "('t', models.TextField(default='x')), ('g', django.contrib.gis.db.models.fields.PointField(null=True))%s]),")


def field(kind, options=""):
    return FIELDS[kind] % options


def add(name, definition):
    return "migrations.AddField('thing', '%s', %s)," % (name, definition)


def alter(name, definition):
    return "migrations.AlterField('thing', '%s', %s)," % (name, definition)


def cases(version):
    out = {}

    def case(name, *migrations, atomic=True):
        out["gis_" + name] = (migrations, atomic)

    def changed(name, *definitions):
        case(name, THING % (", ('f', %s)" % definitions[0]), *[alter("f", d) for d in definitions[1:]])

    for kind in FIELDS:
        options = ["null=True", "", "srid=3857", "spatial_index=False", "db_index=True", "db_index=True, spatial_index=False",
                   "unique=True", "db_column='Zed', srid=4326"]
        if kind != "raster":
            options += ["dim=3", "geography=True", "geography=True, dim=3, null=True", "dim=3, srid=3857, spatial_index=False"]
        for option in options:
            case("create_%s_%s" % (kind, option), THING % (", ('f', %s)" % field(kind, option)))
            case("add_%s_%s" % (kind, option), THING % "", add("f", field(kind, option)),
                 "migrations.RenameField('thing', 'f', 'h'),", "migrations.RemoveField('thing', 'h'),")
        changed("null_" + kind, field(kind, "null=True"), field(kind), field(kind, "null=True, blank=True"))
        changed("index_" + kind, field(kind, "spatial_index=False"), field(kind), field(kind, "spatial_index=False"),
                field(kind, "db_index=True, spatial_index=False"), field(kind, "spatial_index=False"),
                field(kind, "db_index=True"))
        changed("column_" + kind, field(kind), field(kind, "db_column='other'"))
        changed("unique_" + kind, field(kind), field(kind, "unique=True"), field(kind))
    changed("dimensions", field("point"), field("point", "dim=3"), field("point"), field("geometry", "dim=3"),
            field("geometry"), field("point", "dim=3, spatial_index=False"), field("point", "spatial_index=False"))
    changed("kinds", field("point"), field("geometry"), field("multipoint"), field("geometry", "srid=3857"),
            field("geometry"), field("geometry", "geography=True"), field("geometry"))
    changed("texts", "models.TextField(null=True)", field("point", "null=True"), "models.TextField(null=True)",
            field("raster", "null=True"), "models.BinaryField(null=True)", field("point", "null=True, spatial_index=False"))
    # What an earlier change of the same migration leaves behind in the editor
    case("after_another", THING % ", ('f', %s)" % field("point"),
         "migrations.AlterField('thing', 't', models.IntegerField(null=True))," + alter("f", field("geometry")),
         alter("f", field("point")) + "migrations.AlterField('thing', 'a', models.BigIntegerField())," + alter("f", field("geometry")))
    index = "migrations.AddIndex('thing', %s),"
    case("indexes", THING % (", ('z', %s), ('r', %s)" % (field("point", "dim=3, spatial_index=False"), field("raster", "spatial_index=False"))),
         index % "models.Index(fields=['g'], name='i1')" + index % "models.Index(fields=['-g'], name='i2')",
         index % "django.contrib.postgres.indexes.GistIndex(fields=['g'], name='i3')"
         + index % "django.contrib.postgres.indexes.GistIndex(fields=['g', 't'], name='i4', opclasses=['gist_geometry_ops_2d', 'gist_trgm_ops'])"
         + index % "models.Index(fields=['z'], name='i5')" + index % "models.Index(fields=['r'], name='i6')",
         index % "models.Index(fields=['g'], name='i7', condition=models.Q(a__gt=1), include=['a'])"
         + index % "models.Index(fields=['g', 'a'], name='i8')"
         + index % "django.contrib.postgres.indexes.SpGistIndex(fields=['g'], name='i9')",
         "migrations.RemoveIndex('thing', 'i1'), migrations.RemoveIndex('thing', 'i5'), migrations.RemoveIndex('thing', 'i9'),")
    case("meta", "migrations.CreateModel('Thing', [('id', models.AutoField(primary_key=True)), ('g', %s), ('n', models.IntegerField())], "
         "options={'indexes': [models.Index(fields=['g'], name='i1'), models.Index(fields=['n', 'g'], name='i2')], "
         "'unique_together': {('n', 'g')}})," % field("point", "spatial_index=False"),
         "migrations.RenameModel('Thing', 'Other')," "migrations.AlterField('other', 'g', %s)," % field("point", "srid=3857"),
         "migrations.AlterModelTable('other', 'APP_third'),", "migrations.DeleteModel('other'),")
    case("same_migration", THING % "", add("f", field("point")) + alter("f", field("point", "null=True, spatial_index=False")),
         add("h", field("point")) + "migrations.RenameField('thing', 'h', 'k'),", add("m", field("point")) + "migrations.RemoveField('thing', 'm'),")
    return out
