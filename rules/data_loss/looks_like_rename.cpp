#include <algorithm>

#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_looks_like_rename {

struct Place {
  std::size_t statement = 0;
  QualifiedName table;
  std::string column;
  TypeName type;
};

static bool same_or_wider(const TypeName& old, const TypeName& now) {
  if (old.name.name.empty() || old.name != now.name || old.array_dimensions != now.array_dimensions) return false;
  if (now.modifiers.empty() || old.modifiers == now.modifiers) return true;
  return !old.modifiers.empty() && now.modifiers.size() == 1 && now.modifiers[0] >= old.modifiers[0];
}

static void collect(const MigrationView& view, std::vector<Place>& dropped, std::vector<Place>& added) {
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const auto* alter = view.statements[i].operation.as<AlterTable>();
    if (alter == nullptr) continue;
    const Schema& before = view.before_statement[i];
    const QualifiedName table = before.resolve(alter->name);
    const Relation* relation = before.find(table);
    if (relation == nullptr || before.created_in_this_unit(table)) continue;
    for (const AlterAction& action : alter->actions) {
      if (const auto* drop = action.as<alter::DropColumn>()) {
        const ColumnState* column = relation->column(drop->name);
        if (column != nullptr && column->added_in != before.unit())
          dropped.push_back({i, table, drop->name, column->type});
      }
      if (const auto* add = action.as<alter::AddColumn>())
        added.push_back({i, table, add->column.name, add->column.type});
    }
  }
}

// A rename may keep a word ("shipping_method", "shipping_method_name"), or stand alone: one column of the table goes,
// one comes. Where several do, like types are a matter of chance.
static bool share_a_word(std::string_view a, std::string_view b) {
  for (std::size_t at = 0; at < a.size();) {
    const std::size_t end = std::min(a.find('_', at), a.size());
    const std::string_view word = a.substr(at, end - at);
    if (word.size() > 2 && word != "ids" && b.find(word) != std::string_view::npos) return true;
    at = end + 1;
  }
  return false;
}

static std::size_t count_on(const std::vector<Place>& places, const QualifiedName& table) {
  return static_cast<std::size_t>(
      std::count_if(places.begin(), places.end(), [&](const Place& place) { return place.table == table; }));
}

// A step that may move values: Python, or SQL that writes.
static bool moves_data(const Statement& statement) {
  if (statement.operation.as<Opaque>() != nullptr || statement.operation.as<Do>() != nullptr) return true;
  const auto* dml = statement.operation.as<Dml>();
  return dml != nullptr && dml->query && dml->query->kind != Query::Kind::select;
}

static void check(const MigrationView& view, Reporter& reporter) {
  std::vector<Place> dropped, added;
  collect(view, dropped, added);
  for (const Place& old : dropped) {
    for (const Place& now : added) {
      if (old.table != now.table || old.column == now.column || !same_or_wider(old.type, now.type)) continue;
      const bool alone = count_on(dropped, old.table) == 1 && count_on(added, old.table) == 1;
      if (!alone && !share_a_word(old.column, now.column) && !share_a_word(now.column, old.column)) continue;
      bool copied = false;
      for (std::size_t i = now.statement + 1; i < old.statement; ++i) copied = copied || moves_data(view.statements[i]);
      if (copied) continue;
      Finding finding;
      finding.location = view.statements[old.statement].location;
      finding.labels.push_back({view.statements[now.statement].location, {}, ticked(now.column) + " is added here"});
      finding.message = ticked(old.column) + " of " + ticked(old.table) + " is dropped and " + ticked(now.column) +
                        " of the same type is added: if this is a rename, the values are lost";
      finding.help = view.language == Language::django
                         ? "use RenameField, or copy the values in a RunPython between AddField and RemoveField"
                         : "use RENAME COLUMN, or copy the values by UPDATE in between";
      finding.statement = view.statements[old.statement].index;
      finding.subject = subject_of(old.table, old.column);
      finding.severity = severity_on(view, Hazard::looks_like_rename, old.table);
      reporter.add(std::move(finding));
      break;
    }
  }
}

}  // namespace of_looks_like_rename

constexpr Rule looks_like_rename{
    .info = {.code = "ML211",
             .name = "looks-like-rename",
             .group = RuleGroup::data_loss,
             .severity = Severity::error,
             .summary = "A column is dropped and a like one is added.",
             .effect = "What was meant as a rename throws the values away.",
             .instead = "Rename it (RenameField), or copy the values in between.",
             .silent_when =
                 "A data step between both reads the old and writes the new, the types differ, or several columns "
                 "come and go and the names have no word in common.",
             .covers = "dropped-column"},
    .on_migration = of_looks_like_rename::check,
};

}  // namespace mlint::rules
