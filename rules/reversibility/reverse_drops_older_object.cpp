#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_reverse_drops_older_object {

struct Made {
  ObjectKind kind;
  std::string name;
};

static std::optional<Made> guarded(const Operation& operation) {
  if (const auto* table = operation.as<CreateTable>(); table && table->if_not_exists)
    return Made{ObjectKind::table, table->name.name};
  if (const auto* index = operation.as<CreateIndex>(); index && index->if_not_exists)
    return Made{ObjectKind::index, index->name};
  if (const auto* extension = operation.as<CreateExtension>(); extension && extension->if_not_exists)
    return Made{ObjectKind::extension, extension->name};
  if (const auto* schema = operation.as<CreateSchema>(); schema && schema->if_not_exists)
    return Made{ObjectKind::schema, schema->name};
  return std::nullopt;
}

static std::vector<std::string> columns_guarded(const Operation& operation) {
  std::vector<std::string> names;
  for (const auto* add : actions<alter::AddColumn>(operation))
    if (add->if_not_exists) names.push_back(add->column.name);
  return names;
}

static bool drops_column(const django::ModelOperation& operation, const Operation& made, const std::string& column) {
  const auto* table = made.as<AlterTable>();
  for (const django::SqlText& text : operation.reverse_sql)
    for (const sql::ParsedStatement& statement : text.parsed.statements)
      for (const Operation& one : statement.operations)
        if (const auto* alter = one.as<AlterTable>(); alter && table && alter->name.name == table->name.name)
          for (const auto* drop : actions<alter::DropColumn>(one))
            if (drop->name == column) return true;
  return false;
}

static bool drops(const django::ModelOperation& operation, const Made& made) {
  for (const django::SqlText& text : operation.reverse_sql)
    for (const sql::ParsedStatement& statement : text.parsed.statements)
      for (const Operation& one : statement.operations)
        if (const auto* drop = one.as<Drop>(); drop != nullptr && drop->kind == made.kind)
          for (const QualifiedName& name : drop->names)
            if (name.name == made.name) return true;
  return false;
}

static void say(const django::ModelOperation& operation, Reporter& reporter, const std::string& name) {
  Finding finding;
  finding.location = operation.location;
  finding.message = "the reverse drops " + ticked(name) + ", which IF NOT EXISTS may have found already there";
  finding.help = "leave IF NOT EXISTS out, or make the reverse a noop";
  finding.subject = "reverse." + name;
  reporter.add(std::move(finding));
}

static void look(const django::ModelOperation& operation, Reporter& reporter) {
  for (const django::SqlText& text : operation.sql)
    for (const sql::ParsedStatement& statement : text.parsed.statements)
      for (const Operation& one : statement.operations) {
        const std::optional<Made> made = guarded(one);
        const auto* index = one.as<CreateIndex>();
        const bool rebuilt = index != nullptr && index->concurrently;
        if (made && !rebuilt && drops(operation, *made)) say(operation, reporter, made->name);
        for (const std::string& column : columns_guarded(one))
          if (drops_column(operation, one, column)) say(operation, reporter, column);
      }
  for (const django::ModelOperation& nested : operation.database_operations) look(nested, reporter);
}

static void check(const OperationView& view, Reporter& reporter) {
  if (view.model != nullptr) look(*view.model, reporter);
}

}  // namespace of_reverse_drops_older_object

constexpr Rule reverse_drops_older_object{
    .info = {.code = "ML403",
             .name = "reverse-drops-older-object",
             .group = RuleGroup::reversibility,
             .severity = Severity::info,
             .summary = "The reverse drops what the forward step may not have made.",
             .effect = "IF NOT EXISTS keeps an object that was there before, and the reverse then drops it.",
             .instead = "Leave IF NOT EXISTS out, or make the reverse a noop.",
             .silent_when = "The forward step has no IF NOT EXISTS, or is a concurrent build that is dropped "
                            "first."},
    .on_operation = of_reverse_drops_older_object::check,
};

}  // namespace mlint::rules
