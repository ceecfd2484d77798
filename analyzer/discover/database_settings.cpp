#include "analyzer/discover/database_settings.h"

#include <charconv>
#include <string>

#include "analyzer/discover/setting_value.h"

namespace mlint {
namespace {

std::string engine_of_url(std::string_view url) {
  const std::string_view scheme = url.substr(0, url.find(':'));
  if (scheme.starts_with("postgres") || scheme == "pgsql" || scheme == "psql") return "django.db.backends.postgresql";
  if (scheme == "postgis") return "django.contrib.gis.db.backends.postgis";
  if (scheme.starts_with("sqlite")) return "django.db.backends.sqlite3";
  if (scheme == "spatialite") return "django.contrib.gis.db.backends.spatialite";
  if (scheme.starts_with("mysql")) return "django.db.backends.mysql";
  return {};
}

// "5000", "5s", "2min" in milliseconds.
std::optional<std::int64_t> milliseconds(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || number < 0 || number > 1'000'000'000) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit.starts_with("ms")) return number;
  if (unit.starts_with("min")) return number * 60'000;
  if (unit.starts_with("s")) return number * 1'000;
  if (unit.starts_with("h")) return number * 3'600'000;
  return number;
}

// "-c lock_timeout=5000" as libpq's `options` has it; also "lock_timeout%3D5000" of a URL.
std::optional<std::int64_t> timeout_in(std::string_view text, std::string_view parameter) {
  for (std::size_t at = text.find(parameter); at != std::string_view::npos; at = text.find(parameter, at + 1)) {
    const bool whole = at == 0 || !is_name_byte(text[at - 1]) || text.substr(0, at).ends_with("-c");
    std::string_view rest = text.substr(at + parameter.size());
    while (rest.starts_with(' ') || rest.starts_with('\'')) rest.remove_prefix(1);
    if (!whole || !(rest.starts_with('=') || rest.starts_with("%3D"))) continue;
    rest.remove_prefix(rest[0] == '=' ? 1 : 3);
    while (rest.starts_with(' ') || rest.starts_with('\'')) rest.remove_prefix(1);
    if (const auto found = milliseconds(rest)) return found;
  }
  return std::nullopt;
}

void read_timeouts(std::string_view text, DjangoSettings& settings) {
  if (const auto found = timeout_in(text, "lock_timeout")) settings.lock_timeout_ms = found;
  if (const auto found = timeout_in(text, "statement_timeout")) settings.statement_timeout_ms = found;
}

bool is_postgresql(std::string_view engine) {
  return engine.find("postgres") != std::string_view::npos || engine.find("postgis") != std::string_view::npos ||
         engine.find("psqlextra") != std::string_view::npos || engine.find("cockroach") != std::string_view::npos;
}

void read_options(const py::Value& options, DjangoSettings& settings) {
  const py::Value* given = entry(settled(options), "options");
  if (const auto text = text_of(given)) read_timeouts(*text, settings);
}

// dj_database_url.config(default=…), env.db(…), env.db_url(…), dj_database_url.parse(…).
void read_database_call(const py::Call& call, DjangoSettings& settings) {
  const std::string callee = callee_text(*call.callee);
  const py::Value* url = keyword(call, "default");
  if (url == nullptr && !call.arguments.empty()) {
    const bool first_is_url = callee.ends_with("parse") || callee.find("Url") != std::string::npos;
    const bool default_second = !first_is_url && call.arguments.size() > 1;
    if (first_is_url || default_second) url = &call.arguments[default_second ? 1 : 0];
  }
  if (const auto engine = text_of(keyword(call, "engine"))) settings.engine = *engine;
  const auto text = text_of(url);
  if (text && settings.engine.empty()) settings.engine = engine_of_url(*text);
  if (text) read_timeouts(*text, settings);
  if (settings.engine.empty()) {
    settings.engine_note = "PostgreSQL is assumed: the engine comes from `" + callee + "` at run time";
  } else if (!is_postgresql(settings.engine)) {
    settings.engine_note = "judged as PostgreSQL: `" + settings.engine + "` is only the default of `" + callee + "`";
  }
}

// The last that may say the engine counts: {**dj_database_url.config(), "OPTIONS": …}, `.update(…)`, items assigned
// later.
void read_engine(const py::Value& database, DjangoSettings& settings) {
  const py::Value* engine = nullptr;
  if (const auto* dict = database.as<py::Dict>()) {
    for (const auto& [key, value] : dict->items) {
      const auto* name = key.as<py::String>();
      if (name != nullptr && name->text == "ENGINE") engine = &value;
      if (!key.is<py::Unknown>()) continue;
      engine = nullptr;
      settings.engine.clear();
      settings.engine_note.clear();
      if (const auto* call = settled(value).as<py::Call>()) read_database_call(*call, settings);
    }
  } else {
    engine = entry(database, "ENGINE");
  }
  if (engine != nullptr) settings.engine = text_of(engine).value_or(std::string());
  if (settings.engine.empty()) {
    if (settings.engine_note.empty() || engine != nullptr)
      settings.engine_note = "PostgreSQL is assumed: the engine of `DATABASES` is not a constant";
  } else if (engine != nullptr) {
    const bool by_default = environment_default(*engine) != nullptr;
    settings.engine_note = is_postgresql(settings.engine)
                               ? std::string()
                               : "judged as PostgreSQL: the settings name `" + settings.engine + "`" +
                                     (by_default ? " only as a default of the environment" : "");
  }
}

void read_default_database(const py::Value& written, DjangoSettings& settings) {
  const py::Value& database = settled(written);
  if (const auto* call = database.as<py::Call>(); call != nullptr && callee_text(*call->callee) != "dict") {
    return read_database_call(*call, settings);
  }
  read_engine(database, settings);
  if (const py::Value* options = entry(database, "OPTIONS")) read_options(*options, settings);
}

}  // namespace

void read_databases(const py::Value* databases, DjangoSettings& settings) {
  if (databases == nullptr) {
    settings.engine_note = "PostgreSQL is assumed: the settings define no `DATABASES`";
    return;
  }
  const py::Value& value = settled(*databases);
  const py::Value* database = entry(value, "default");
  if (const auto* dict = value.as<py::Dict>()) settings.several_databases = dict->items.size() > 1;
  if (database == nullptr) {
    settings.engine_note = "PostgreSQL is assumed: `DATABASES` is not a constant";
  } else {
    read_default_database(*database, settings);
  }
}

}  // namespace mlint
