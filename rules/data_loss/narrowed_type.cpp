#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_narrowed_type {

static bool is(const TypeName& type, std::string_view name) { return type.name.name == name; }

static int integer_rank(const TypeName& type) {
  if (is(type, "int2")) return 1;
  if (is(type, "int4")) return 2;
  return is(type, "int8") ? 3 : 0;
}

static bool is_text(const TypeName& type) { return is(type, "text") || is(type, "varchar") || is(type, "bpchar"); }

static bool is_narrower(const TypeName& old, const TypeName& now) {
  if (old.array_dimensions != now.array_dimensions) return false;
  if (integer_rank(old) > 0 && integer_rank(now) > 0) return integer_rank(now) < integer_rank(old);
  if (is_text(old) && is_text(now)) {
    if (now.modifiers.empty()) return false;
    return old.modifiers.empty() || now.modifiers[0] < old.modifiers[0];
  }
  if (is(old, "numeric") && is(now, "numeric")) {
    if (now.modifiers.empty()) return false;
    if (old.modifiers.empty()) return true;
    const auto scale = [](const TypeName& type) { return type.modifiers.size() > 1 ? type.modifiers[1] : 0; };
    return now.modifiers[0] - scale(now) < old.modifiers[0] - scale(old) || scale(now) < scale(old);
  }
  return (is(old, "float8") && is(now, "float4")) || (is(old, "timestamptz") && is(now, "date")) ||
         (is(old, "timestamp") && is(now, "date"));
}

// numeric(12, 4) to numeric(12, 2): every value fits, rounded.
static bool only_rounds(const TypeName& old, const TypeName& now) {
  if (!is(old, "numeric") || old.modifiers.size() < 2 || now.modifiers.size() < 2) return false;
  return now.modifiers[0] - now.modifiers[1] >= old.modifiers[0] - old.modifiers[1];
}

static void check(const StatementView& view, Reporter& reporter) {
  each_action<alter::SetType>(view, [&](const alter::SetType& change, const QualifiedName& table) {
    const Relation* relation = view.before.find(table);
    const ColumnState* column = relation == nullptr ? nullptr : relation->column(change.column);
    if (column == nullptr || !is_narrower(column->type, change.type)) return;
    Finding finding;
    finding.message =
        ticked(change.column) + " of " + ticked(table) + " goes from " + column->type.text + " to " + change.type.text +
        ", which holds less: " +
        (only_rounds(column->type, change.type) ? "decimals are rounded away" : "values that do not fit make it fail");
    finding.help = "keep the type and add a CHECK (…) NOT VALID for the new limit, validated later";
    finding.subject = subject_of(table, change.column);
    report(view, reporter, Hazard::type_narrowing, table, std::move(finding));
  });
}

}  // namespace of_narrowed_type

constexpr Rule narrowed_type{
    .info = {.code = "ML212",
             .name = "narrowed-type",
             .group = RuleGroup::data_loss,
             .severity = Severity::warning,
             .summary = "A column gets a type that holds less.",
             .effect = "Values that do not fit make the statement fail, or lose digits, and running code may "
                       "still write them.",
             .instead = "Keep the wide type and add a CHECK … NOT VALID, or clean the values first.",
             .silent_when = "The new type holds every value of the old one.",
             .equivalents = "django-safe-migrations:SM013"},
    .on_statement = of_narrowed_type::check,
};

}  // namespace mlint::rules
