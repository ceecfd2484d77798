#!/usr/bin/env python3
"""Writes the models that no project's own migrations make, as the Django that runs this knows them.

    PYTHONPATH=<directory with django/> contrib_models.py > analyzer/django/contrib_data.cpp
    PYTHONPATH=<directory with the packages> contrib_models.py --packages > analyzer/django/package_data.cpp

Of packages only what other tables may reference: tables, primary keys and unique columns; a swappable model too, for it
stands unless a setting names another. Those that are not installed are left out; django-celery-beat, dj-stripe, django-allauth, wagtail … as pip finds them.

The state is the one after all migrations of the contrib apps; arguments without influence on the database are left out.
Django 3.2, 4.0, 4.1, 4.2, 5.0, 5.1, 5.2 and 6.0 all give the same text.
"""
import importlib.util
import sys

import django
from django.conf import settings

APPS = ["contenttypes", "auth", "admin", "sessions", "sites", "redirects", "flatpages"]
PACKAGES = [
    "taggit", "allauth", "allauth.account", "allauth.socialaccount", "allauth.mfa", "allauth.usersessions", "djstripe",
    "django_celery_beat", "django_celery_results", "guardian", "oauth2_provider", "rest_framework",
    "rest_framework.authtoken", "rest_framework_simplejwt.token_blacklist", "reversion", "axes", "django_otp",
    "django_otp.plugins.otp_totp", "django_otp.plugins.otp_static", "django_otp.plugins.otp_email", "waffle",
    "easy_thumbnails", "filer", "social_django", "django_q", "push_notifications", "pgtrigger", "pghistory",
    "modelcluster", "wagtail", "wagtail.users", "wagtail.admin", "wagtail.images", "wagtail.documents",
    "wagtail.embeds", "wagtail.search", "wagtail.sites", "wagtail.snippets", "wagtail.contrib.forms",
    "wagtail.contrib.redirects", "wagtail.contrib.search_promotions", "wagtail.contrib.settings", "menus", "treebeard",
    "cms", "organizations", "openwisp_users", "openwisp_ipam"]
DROPPED = {"verbose_name", "help_text", "validators", "error_messages", "choices", "editable", "serialize",
           "limit_choices_to", "related_query_name"}
OF_PACKAGES = "--packages" in sys.argv


def installed(app):
    try:
        return importlib.util.find_spec(app) is not None
    except ImportError:
        return False


OWN = ["django.contrib." + app for app in APPS + (["messages", "postgres"] if OF_PACKAGES else [])]
settings.configure(SECRET_KEY="x", INSTALLED_APPS=OWN + ([app for app in PACKAGES if installed(app)] if OF_PACKAGES else []),
                   USE_TZ=True, SITE_ID=1, CMS_CONFIRM_VERSION4=True, LANGUAGE_CODE="en", LANGUAGES=[("en", "English")],
                   AUTH_USER_MODEL="openwisp_users.User" if OF_PACKAGES and installed("openwisp_users") else "auth.User", DJSTRIPE_FOREIGN_KEY_TO_FIELD="id", STRIPE_TEST_SECRET_KEY="sk_test_x",
                   WAGTAIL_SITE_NAME="x", WAGTAILADMIN_BASE_URL="http://x", ROOT_URLCONF="x", STATIC_URL="/static/",
                   TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {
                       "context_processors": ["django.template.context_processors.request",
                                              "sekizai.context_processors.sekizai"]}}], MIDDLEWARE=[
                       "allauth.account.middleware.AccountMiddleware"],
                   DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "x"}},
                   DEFAULT_AUTO_FIELD="django.db.models.AutoField")
django.setup()
from django.apps import apps  # noqa: E402
from django.db.migrations.loader import MigrationLoader  # noqa: E402
from django.db.migrations.serializer import serializer_factory  # noqa: E402


def field_text(field):
    _, path, args, kwargs = field.deconstruct()
    parts = [serializer_factory(a).serialize()[0] for a in args]
    for name in sorted(kwargs):
        if name in DROPPED:
            continue
        value = kwargs[name]
        parts.append("%s=%s" % (name, serializer_factory(value).serialize()[0]))
    return "%s(%s)" % (path.replace("django.db.", ""), ", ".join(parts))


def contrib_lines(state):
    for app in APPS:
        for (label, _), model in state.models.items():
            if label != app:
                continue
            options = {k: v for k, v in model.options.items()
                       if k in ("db_table", "unique_together", "swappable", "indexes", "constraints") and v}
            yield "    (%r, %r, [" % (label, model.name)
            for name, field in model.fields.items():
                yield "        (%r, %s)," % (name, field_text(field))
            yield "    ], %s)," % serializer_factory(options).serialize()[0]


CLASSES = {"AutoField", "BigAutoField", "SmallAutoField", "IntegerField", "BigIntegerField", "UUIDField", "CharField",
           "SlugField", "EmailField", "OneToOneField", "TextField", "PositiveIntegerField"}


def key_text(field):
    """Of a key what other tables take over: its type."""
    kind = type(field).__name__
    while kind not in CLASSES:  # a package's own subclass
        kind = next(base.__name__ for base in type(field).__mro__ if base.__name__ in CLASSES)
    words = ["primary_key=True"] if field.primary_key else ["unique=True"]
    if getattr(field, "max_length", None) and kind in ("CharField", "SlugField", "EmailField"):
        words.append("max_length=%d" % field.max_length)
    if field.remote_field:
        words += ["to=%r" % field.remote_field.model._meta.label_lower, "on_delete=models.CASCADE"]
    return "models.%s(%s)" % (kind, ", ".join(words))


def package_lines(state):
    own = {config.label for config in apps.get_app_configs() if config.name in PACKAGES}
    for (label, name) in sorted(state.models):
        model = state.apps.get_model(label, name)
        if label not in own or model._meta.proxy or not model._meta.managed:
            continue
        keys = [f for f in model._meta.local_concrete_fields if f.primary_key or (f.unique and not f.remote_field)]
        yield "    (%r, %r, [%s], %r)," % (
            label, model.__name__, ", ".join("(%r, %s)" % (f.name, key_text(f)) for f in keys),
            {"db_table": model._meta.db_table} if model._meta.db_table != "%s_%s" % (label, name) else {})


state = MigrationLoader(None).project_state()
lines = ["import django.utils.timezone", "from django.conf import settings", "from django.db import models", "",
         "models_of_%s = [" % ("packages" if OF_PACKAGES else "contrib")]
lines += package_lines(state) if OF_PACKAGES else contrib_lines(state)
lines.append("]")
text = "\n".join(lines) + "\n"
if "--python" in sys.argv:
    sys.stdout.write(text)
else:
    function = "package_models" if OF_PACKAGES else "contrib_models"
    sys.stdout.write("#include \"analyzer/django/contrib_data.h\"\n\n// Generated by tests/django/contrib_models.py%s.\n"
                     "namespace mlint::django {\n\nstd::string_view %s() {\n  return R\"python(%s"
                     ")python\";\n}\n\n}  // namespace mlint::django\n"
                     % (" --packages" if OF_PACKAGES else "", function, text))
