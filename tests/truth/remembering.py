"""Django, made to remember what its constructors were given."""
import django

from stand_ins import Defaults, lenient


NEWER = {  # operations that Debian's Django does not have, with their parameters
    "RenameIndex": "model_name new_name old_name old_fields",
    "AlterConstraint": "model_name name constraint",
    "AlterModelTableComment": "name table_comment",
}
NEWER_OF_POSTGRES = {
    "AddConstraintNotValid": "model_name constraint",
    "ValidateConstraint": "model_name name",
}


def set_up():
    from django.conf import settings

    settings.configure(
        default_settings=Defaults(),
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sites"],
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "x"}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )
    django.setup()
    from django.contrib.postgres import constraints, fields, functions, indexes, operations, search, validators
    from django.core import validators as core_validators
    from django.db import migrations, models
    from django.db.models import constraints as core_constraints
    from django.db.models import expressions

    for name, parameters in NEWER.items():
        if hasattr(migrations, name):
            continue
        made = type(name, (migrations.operations.base.Operation,), {"parameters": parameters.split()})
        made.__init__ = lambda self, *args, **kwargs: None
        setattr(migrations, name, made)
    for module in (models, migrations, operations, indexes, fields, constraints, functions, search, validators,
                   core_validators, models.functions):
        lenient(module)
    for owner in (models.Field, models.Index, core_constraints.BaseConstraint, expressions.BaseExpression,
                  expressions.F, models.Q):
        remember(owner)


def remember(owner):
    original = owner.__new__
    init = owner.__init__

    def new(cls, *args, **kwargs):
        made = object.__new__(cls) if original is object.__new__ else original(cls, *args, **kwargs)
        made.constructor = (args, kwargs)
        return made

    def tolerant(self, *args, **kwargs):
        try:
            init(self, *args, **kwargs)
        except TypeError:
            for newer in ("db_default", "db_comment", "db_collation", "nulls_distinct", "violation_error_message",
                          "violation_error_code"):
                kwargs.pop(newer, None)
            try:
                init(self, *args, **kwargs)
            except Exception:
                pass

    owner.__new__ = new
    owner.__init__ = tolerant
    for cls in all_subclasses(owner):
        own = cls.__dict__.get("__init__")
        if own is not None:
            cls.__init__ = quiet(own)


def all_subclasses(cls):
    for child in cls.__subclasses__():
        yield child
        yield from all_subclasses(child)


def quiet(init):
    def tolerant(self, *args, **kwargs):
        try:
            init(self, *args, **kwargs)
        except (TypeError, ValueError):
            pass

    return tolerant
