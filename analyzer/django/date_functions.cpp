#include <algorithm>
#include <array>

#include "analyzer/django/literals.h"
#include "analyzer/django/renderer.h"

// Extract and Trunc: db/models/functions/datetime.py, and date_extract_sql() and its like of the PostgreSQL backend.
namespace mlint::django::compiler {
namespace {

// "ExtractIsoWeekDay" -> "iso_week_day"
std::string lookup_name(std::string_view camel) {
  std::string result;
  for (const char c : camel) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && !result.empty()) result += '_';
    result += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

bool is_part(std::string_view name) {
  static constexpr std::array<std::string_view, 13> parts = {"year", "iso_year", "quarter", "month",    "week",
                                                             "day",  "hour",     "minute",  "week_day", "iso_week_day",
                                                             "time", "date",     "second"};
  return std::find(parts.begin(), parts.end(), name) != parts.end();
}

// timezone.utc, ZoneInfo("Europe/Berlin"); nothing: not readable.
std::optional<std::string> zone_name(const py::Value& value) {
  const std::string_view name = last_part(py::dotted_name(value));
  if (const auto* call = value.as<py::Call>()) {
    const auto* text = call->arguments.size() == 1 ? call->arguments[0].as<py::String>() : nullptr;
    const bool zone = name == "ZoneInfo" || name == "timezone";
    return zone && text != nullptr ? std::optional(text->text) : std::nullopt;
  }
  return value.is<py::Name>() && (name == "utc" || name == "UTC") ? std::optional<std::string>("UTC") : std::nullopt;
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// _prepare_tzname_delta(): PostgreSQL counts "UTC+05:30" the other way round. Before 4.0 any sign was turned.
std::string for_server(std::string zone, const Version& version) {
  const char sign = zone.find('+') != std::string::npos ? '+' : '-', other = sign == '+' ? '-' : '+';
  if (version < Version{4, 0}) {
    std::replace(zone.begin(), zone.end(), sign, other);
    return zone;
  }
  const std::size_t at = zone.rfind(sign), colon = zone.rfind(':');
  if (at == std::string::npos || colon == std::string::npos || colon < at) return zone;
  const std::string_view text = zone;
  if (is_digits(text.substr(at + 1, colon - at - 1)) && is_digits(text.substr(colon + 1))) zone[at] = other;
  return zone;
}

}  // namespace

// TimezoneMixin.get_tzname() and _convert_sql_to_tz(). `always`: of what is no time stamp too.
std::string Renderer::in_zone(const Out& time, const py::Call& call, std::size_t position, bool always) {
  const FieldPtr field = concrete(time.field);
  const bool stamp = field != nullptr && field->internal == Internal::date_time;
  const StateSettings& settings = model_.settings();
  if ((!stamp && !always) || settings.use_tz == false) return time.sql;
  if (!settings.use_tz) {
    fail("whether times have a zone is decided by the setting USE_TZ, which is not known");
    return {};
  }
  const py::Value* given = argument_of(call, position, "tzinfo");
  const bool own = given != nullptr && !given->is<py::None>();
  const std::optional<std::string> zone = own ? zone_name(*given) : std::optional(settings.time_zone);
  if (!zone || zone->empty()) {
    fail(own ? "the zone of `" + std::string(last_part(py::dotted_name(*call.callee))) + "` could not be evaluated"
             : "the zone of times is that of the setting TIME_ZONE, which is not known");
    return {};
  }
  return time.sql + " AT TIME ZONE " + quote_string(for_server(*zone, version_));
}

std::string Renderer::extracted(std::string_view part, const std::string& from, bool has_time) const {
  const bool quoted = version_ < Version{4, 2};
  std::string word(part);
  if (part == "week_day") word = "dow";
  if (part == "iso_week_day") word = "isodow";
  if (part == "iso_year") word = "isoyear";
  if (!quoted)
    std::transform(word.begin(), word.end(), word.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  if (quoted) word = quote_string(word);
  const bool whole_seconds = part == "second" && has_time && version_ >= Version{4, 1};
  const std::string inner = whole_seconds ? "DATE_TRUNC('second', " + from + ")" : from;
  return "EXTRACT(" + word + " FROM " + inner + ")" + (part == "week_day" ? " + 1" : "");
}

Renderer::Out Renderer::date_function(const py::Call& call, std::string_view name, int depth) {
  const bool extracts = name.starts_with("Extract");
  std::string part = lookup_name(name.substr(extracts ? 7 : 5));
  std::size_t next = 1;  // the argument after the expression
  if (part.empty()) {
    const py::Value* given = argument_of(call, next++, extracts ? "lookup_name" : "kind");
    const auto* text = given == nullptr ? nullptr : given->as<py::String>();
    if (text != nullptr) part = text->text;
  }
  const Out time = call.arguments.empty() ? Out() : argument(call.arguments[0], depth);
  const FieldPtr field = concrete(time.field);
  const Internal internal = field == nullptr ? Internal::unknown : field->internal;
  const bool known = internal == Internal::date_time || internal == Internal::date || internal == Internal::time ||
                     internal == Internal::duration;
  if (!is_part(part) || !known) {
    fail("the expression `" + std::string(name) + "` is not modelled for what it is asked of");
    return {};
  }
  if (extracts) {
    const bool has_time = internal != Internal::date;
    return {extracted(part, in_zone(time, call, next, false), has_time), nullptr, false, false};
  }
  if (part == "date" || part == "time") {
    return {"(" + in_zone(time, call, next + 1, true) + ")::" + part, nullptr, false, false};
  }
  const FieldPtr target = output_field(argument_of(call, next, "output_field"));
  const Internal result = target == nullptr ? internal : target->internal;
  const std::string sql = "DATE_TRUNC(" + quote_string(part) + ", " + in_zone(time, call, next + 1, false) + ")";
  return {result == Internal::time ? sql + "::time" : sql, nullptr, false, false};
}

}  // namespace mlint::django::compiler
