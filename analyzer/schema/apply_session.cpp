// Transactions and settings; what makes the picture incomplete.
#include <algorithm>
#include <cctype>
#include <utility>

#include "analyzer/schema/catalog.h"
#include "analyzer/schema/expressions.h"
#include "analyzer/schema/old_rows.h"

namespace mlint {
namespace {

using Kind = Transaction::Kind;

void drop_on_commit(Catalog& catalog) {
  for (const QualifiedName& name : catalog.users_of(temporary_relations())) {
    const Relation* const relation = catalog.relations.find(name);
    const bool dropped = relation != nullptr &&
                         std::any_of(relation->options.begin(), relation->options.end(),
                                     [](const auto& it) { return it.first == "on_commit" && it.second == "drop"; });
    if (dropped) table::drop_relation(catalog, name);
  }
}

void end_transaction(Catalog& catalog) {
  catalog.savepoints.clear();
  catalog.settings = catalog.session_settings;
  ++catalog.transaction;
}

// `before` may belong to a savepoint of `catalog`: those are kept.
void restore(Catalog& catalog, const Catalog& before) {
  const Unit unit = catalog.unit;
  const std::uint64_t transaction = catalog.transaction;
  std::vector<Catalog::Savepoint> savepoints = std::move(catalog.savepoints);
  catalog = before;
  catalog.unit = unit;
  catalog.transaction = transaction;
  catalog.savepoints = std::move(savepoints);
}

std::shared_ptr<const Catalog> snapshot(const Catalog& catalog) {
  auto copy = std::make_shared<Catalog>(catalog);
  copy->savepoints.clear();
  return copy;
}

void begin(Catalog& catalog) {
  if (!catalog.savepoints.empty()) return;  // a warning on a server
  catalog.session_settings = catalog.settings;
  catalog.savepoints.push_back({"", snapshot(catalog)});
  ++catalog.transaction;
}

std::size_t find_savepoint(const Catalog& catalog, const std::string& name) {
  for (std::size_t i = catalog.savepoints.size(); i-- > 1;)
    if (catalog.savepoints[i].name == name) return i;
  return 0;
}

// "a", b -> {a, b}; quotes taken off, unquoted names folded.
std::vector<std::string> split_names(std::string_view text) {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == ' ' || c == ',' || c == '\t' || c == '\n') {
      ++i;
    } else if (c == '"' || c == '\'') {
      const std::size_t end = std::min(text.find(c, i + 1), text.size());
      std::string word(text.substr(i + 1, end - i - 1));
      if (c == '\'' && word.find(',') != std::string::npos) {
        for (std::string& name : split_names(word)) result.push_back(std::move(name));
      } else if (!word.empty()) {
        result.push_back(std::move(word));
      }
      i = end + 1;
    } else {
      const std::size_t end = std::min(text.find_first_of(", \t\n", i), text.size());
      std::string word(text.substr(i, end - i));
      for (char& f : word) f = static_cast<char>(std::tolower(static_cast<unsigned char>(f)));
      result.push_back(std::move(word));
      i = end;
    }
  }
  return result;
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

void set(Catalog& catalog, const std::string& written, const std::optional<std::string>& value, bool local,
         bool reset) {
  const std::string name = lower(written);
  const bool path = name == "search_path", zone = name == "timezone" || name == "time zone";
  if (!path && !zone) return;
  const bool block = !catalog.savepoints.empty();
  if (local && !block) return;  // no effect, with a warning
  SessionSettings changed;      // the defaults, for RESET
  const bool to_default = reset || !value || lower(*value) == "default";
  const auto change = [&](SessionSettings& settings) {
    if (path) settings.search_path = to_default ? changed.search_path : split_names(*value);
    if (zone) settings.time_zone = to_default ? changed.time_zone : *value;
  };
  change(catalog.settings);
  if (!local) change(catalog.session_settings);
}

void set_config(Catalog& catalog, const Expr& call) {
  if (call.name != "set_config" || call.arguments.size() != 3) return;
  const Expr& name = call.arguments[0];
  const Expr& value = call.arguments[1];
  const Expr& local = call.arguments[2];
  if (name.kind != Expr::Kind::constant || value.kind != Expr::Kind::constant) return;
  const std::string flag = lower(local.name);
  set(catalog, name.name, value.name, flag == "true" || flag == "t", false);
}

}  // namespace

void apply(Catalog& catalog, const Transaction& operation) {
  switch (operation.kind) {
    case Kind::begin:
    case Kind::start:
      return begin(catalog);
    case Kind::commit:
    case Kind::prepare:
      if (catalog.savepoints.empty()) return;
      end_transaction(catalog);
      drop_on_commit(catalog);
      break;
    case Kind::rollback:
      if (catalog.savepoints.empty()) return;
      restore(catalog, *catalog.savepoints.front().before);
      catalog.session_settings = catalog.settings;
      end_transaction(catalog);
      break;
    case Kind::savepoint:
      if (!catalog.savepoints.empty()) catalog.savepoints.push_back({operation.name, snapshot(catalog)});
      return;
    case Kind::release:
      if (const std::size_t at = find_savepoint(catalog, operation.name); at > 0) catalog.savepoints.resize(at);
      return;
    case Kind::rollback_to:
      if (const std::size_t at = find_savepoint(catalog, operation.name); at > 0) {
        catalog.savepoints.resize(at + 1);
        restore(catalog, *catalog.savepoints[at].before);
      }
      return;
    case Kind::commit_prepared:
    case Kind::rollback_prepared:
      return;
  }
  if (operation.chain) begin(catalog);
}

void apply(Catalog& catalog, const SetVariable& operation) {
  if (!operation.reset_all) return set(catalog, operation.name, operation.value, operation.local, operation.reset);
  catalog.settings = SessionSettings{};
  catalog.session_settings = SessionSettings{};
}

void apply(Catalog& catalog, const SessionCommand& operation) {
  const bool all = operation.what.starts_with("DISCARD ALL");
  if (all) catalog.settings = catalog.session_settings = SessionSettings{};
  if (!all && !operation.what.starts_with("DISCARD TEMP")) return;
  std::vector<QualifiedName> temporary;
  catalog.relations.for_each([&](const Relation& relation) {
    if (relation.name.schema == "pg_temp") temporary.push_back(relation.name);
  });
  for (const QualifiedName& name : temporary) table::drop_relation(catalog, name);
}

void apply(Catalog& catalog, const Dml& operation) {
  if (!operation.query) return;
  note_written(catalog, *operation.query);
  if (operation.query->kind != Query::Kind::select) return;
  for (const Expr& output : operation.query->outputs)
    if (output.kind == Expr::Kind::call) set_config(catalog, output);
}

// Who runs code that nobody read may do anything, but what was there is most likely still there: nothing is forgotten.
void apply(Catalog&, const Opaque&) {}
void apply(Catalog&, const Unparsed&) {}

}  // namespace mlint
