#include "analyzer/schema/schema.h"

#include <algorithm>

#include "analyzer/schema/catalog.h"
#include "analyzer/schema/names.h"
#include "analyzer/schema/types.h"

namespace mlint {
namespace {

template <class T>
const T* by_name(const SharedList<T>& list, std::string_view name, const std::string& (*name_of)(const T&)) {
  if (name.size() > names::max_identifier_bytes) return by_name(list, names::truncate(name), name_of);
  for (const T& item : list)
    if (name_of(item) == name) return &item;
  return nullptr;
}

bool is_utc(std::string_view zone) {
  std::string folded;
  for (const char c : zone)
    if (c != '\'' && c != '"') folded += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  constexpr std::string_view names[] = {"utc", "etc/utc", "gmt",       "etc/gmt",       "zulu",      "etc/zulu",
                                        "uct", "etc/uct", "universal", "etc/universal", "greenwich", "etc/greenwich",
                                        "0",   "+00",     "+00:00",    "00:00"};
  return std::find(std::begin(names), std::end(names), folded) != std::end(names);
}

template <class T, class Wanted>
std::vector<const T*> sorted(const NameMap<T>& map, Wanted wanted) {
  std::vector<const T*> values;
  map.for_each([&](const T& value) {
    if (wanted(value)) values.push_back(&value);
  });
  std::sort(values.begin(), values.end(), [](const T* a, const T* b) { return a->name < b->name; });
  return values;
}

template <class T>
std::vector<const T*> sorted(const NameMap<T>& map) {
  return sorted(map, [](const T&) { return true; });
}

}  // namespace

struct Schema::State : Catalog {};

const ColumnState* Relation::column(std::string_view column_name) const {
  return by_name<ColumnState>(columns, column_name, [](const ColumnState& c) -> const std::string& { return c.name; });
}
const ConstraintState* Relation::constraint(std::string_view constraint_name) const {
  return by_name<ConstraintState>(constraints, constraint_name,
                                  [](const ConstraintState& c) -> const std::string& { return c.definition.name; });
}
const IndexState* Relation::index(std::string_view index_name) const {
  return by_name<IndexState>(indexes, index_name,
                             [](const IndexState& i) -> const std::string& { return i.name.name; });
}
const TriggerState* Relation::trigger(std::string_view trigger_name) const {
  return by_name<TriggerState>(triggers, trigger_name,
                               [](const TriggerState& t) -> const std::string& { return t.definition.name; });
}
const ConstraintState* Relation::primary_key() const {
  for (const ConstraintState& c : constraints)
    if (c.definition.kind == Constraint::Kind::primary_key) return &c;
  return nullptr;
}

const KeyUse* Relation::use_of_key(const QualifiedName& table) const {
  const KeyUse* found = nullptr;
  for (const KeyUse& use : rests_on_key_of)
    if (use.table == table && (!found || use.certain)) found = &use;
  return found;
}

Schema::Schema() : state_(std::make_shared<State>()) {}

Schema::State& Schema::edit() { return own(state_); }

const Relation* Schema::find(const QualifiedName& name) const { return state_->find(name); }

const Relation* Schema::find_index_table(const QualifiedName& index) const {
  const IndexHome* home = state_->find_index(index);
  return home ? state_->relations.find(home->table) : nullptr;
}

const TypeState* Schema::find_type(const QualifiedName& name) const { return state_->find_type(name); }

const FunctionState* Schema::find_function(const QualifiedName& name) const {
  const Overloads* overloads = state_->find_functions(name);
  return overloads && !overloads->functions.empty() ? &overloads->functions.front() : nullptr;
}

bool Schema::has_functions() const { return state_->functions.size() > 0; }

std::vector<const FunctionState*> Schema::functions(const QualifiedName& name) const {
  std::vector<const FunctionState*> result;
  if (const Overloads* overloads = state_->find_functions(name))
    for (const FunctionState& function : overloads->functions) result.push_back(&function);
  return result;
}

const SubscriptionState* Schema::find_subscription(std::string_view name) const {
  for (const SubscriptionState& subscription : state_->subscriptions)
    if (subscription.name == name) return &subscription;
  return nullptr;
}

const PublicationState* Schema::find_publication(std::string_view name) const {
  for (const PublicationState& publication : state_->publications)
    if (publication.name == name) return &publication;
  return nullptr;
}

bool Schema::has_extension(std::string_view name) const {
  return std::find(state_->extensions.begin(), state_->extensions.end(), name) != state_->extensions.end();
}
const std::vector<std::string>& Schema::extensions() const { return state_->extensions; }

bool Schema::has_schema(std::string_view name) const {
  if (name == "public" || name == "pg_catalog" || name == "information_schema") {
    const SchemaEntry* entry = state_->schemas.find("", name);
    return !entry || !entry->dropped;
  }
  const SchemaEntry* entry = state_->schemas.find("", name);
  return entry && !entry->dropped;
}

bool Schema::was_dropped(const QualifiedName& name) const {
  if (!name.schema.empty()) return state_->dropped.contains(name);
  if (state_->find(name) || state_->find_index(name) || state_->find_type(name)) return false;
  for (const std::string& schema : state_->settings.search_path)
    if (state_->dropped.contains(schema, name.name)) return true;
  return state_->dropped.contains("pg_temp", name.name);
}

QualifiedName Schema::resolve(const QualifiedName& name) const {
  if (!name.schema.empty()) return name;
  if (const Relation* relation = state_->find(name)) return relation->name;
  if (const IndexHome* index = state_->find_index(name)) return index->name;
  if (const TypeState* type = state_->find_type(name)) return type->name;
  return {state_->creation_schema(), name.name};
}

QualifiedName Schema::new_name(const QualifiedName& name, Persistence persistence) const {
  return state_->new_name(name, persistence);
}

const std::vector<EventTriggerState>& Schema::event_triggers() const { return state_->event_triggers; }

std::vector<const Relation*> Schema::relations() const { return sorted(state_->relations); }

std::vector<const Relation*> Schema::relations_where(const std::function<bool(const Relation&)>& wanted) const {
  return sorted(state_->relations, wanted);
}

std::vector<const Relation*> Schema::relations_with_policies_or_rules() const {
  std::vector<const Relation*> result;
  for (const QualifiedName& user : state_->users_of(policies_and_rules())) {
    const Relation* relation = state_->relations.find(user);
    if (relation && (!relation->policies.empty() || !relation->rules.empty())) result.push_back(relation);
  }
  return result;
}

std::vector<const TypeState*> Schema::types() const {
  std::vector<const TypeState*> result = sorted(state_->types);
  std::erase_if(result, [](const TypeState* type) { return !type->extension.empty(); });
  return result;
}

std::vector<const FunctionState*> Schema::all_functions() const {
  std::vector<const FunctionState*> result;
  for (const Overloads* overloads : sorted(state_->functions))
    for (const FunctionState& function : overloads->functions) result.push_back(&function);
  return result;
}

std::vector<std::pair<const Relation*, const ConstraintState*>> Schema::referencing(const QualifiedName& table) const {
  std::vector<std::pair<const Relation*, const ConstraintState*>> result;
  const QualifiedName full = resolve(table);
  for (const QualifiedName& user : state_->users_of(full)) {
    const Relation* relation = state_->relations.find(user);
    if (!relation) continue;
    for (const ConstraintState& constraint : relation->constraints)
      if (constraint.definition.kind == Constraint::Kind::foreign_key && constraint.definition.references == full)
        result.emplace_back(relation, &constraint);
  }
  return result;
}

std::vector<std::string> Schema::schemas_of(const std::vector<std::string>& owners) const {
  std::vector<std::string> result;
  state_->schemas.for_each([&](const SchemaEntry& entry) {
    const bool owned = std::find(owners.begin(), owners.end(), entry.owner) != owners.end();
    if (!entry.dropped && owned) result.push_back(entry.name.name);
  });
  return result;
}

std::vector<const Relation*> Schema::views_on(const QualifiedName& relation) const {
  std::vector<const Relation*> result;
  const QualifiedName full = resolve(relation);
  for (const QualifiedName& user : state_->users_of(full)) {
    const Relation* view = state_->relations.find(user);
    if (view && std::find(view->reads.begin(), view->reads.end(), full) != view->reads.end()) result.push_back(view);
  }
  return result;
}

std::vector<const Relation*> Schema::tables_with_triggers_from(const QualifiedName& table) const {
  std::vector<const Relation*> result;
  const QualifiedName full = resolve(table);
  for (const QualifiedName& user : state_->users_of(full)) {
    const Relation* relation = state_->relations.find(user);
    const bool from = relation && std::any_of(relation->triggers.begin(), relation->triggers.end(),
                                              [&](const TriggerState& t) { return t.definition.from_table == full; });
    if (from) result.push_back(relation);
  }
  return result;
}

std::vector<const Relation*> Schema::sequences_of(const QualifiedName& table, std::string_view column) const {
  std::vector<const Relation*> result;
  for (const QualifiedName& user : state_->users_of(table)) {
    const Relation* sequence = state_->relations.find(user);
    if (sequence && sequence->kind == RelationKind::sequence && sequence->owned_by_table == table &&
        sequence->owned_by_column == column)
      result.push_back(sequence);
  }
  return result;
}

std::vector<const Relation*> Schema::tables_using_type(const QualifiedName& type) const {
  std::vector<const Relation*> result;
  const TypeState* state = state_->find_type(type);
  const QualifiedName full = state ? state->name : type;
  for (const QualifiedName& user : state_->users_of(full)) {
    const Relation* relation = state_->relations.find(user);
    if (!relation) continue;
    for (const ColumnState& column : relation->columns)
      if (column.type.name == full) {
        result.push_back(relation);
        break;
      }
  }
  return result;
}

std::vector<const Relation*> Schema::descendants(const QualifiedName& table) const {
  std::vector<const Relation*> result;
  std::vector<QualifiedName> waiting{resolve(table)};
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    const Relation* relation = state_->relations.find(waiting[i]);
    if (!relation) continue;
    if (i > 0) result.push_back(relation);
    for (const QualifiedName& child : relation->children)
      if (std::find(waiting.begin(), waiting.end(), child) == waiting.end()) waiting.push_back(child);
  }
  return result;
}

void Schema::begin_unit(Unit unit) { edit().unit = unit; }
Unit Schema::unit() const { return state_->unit; }

bool Schema::created_in_this_unit(const QualifiedName& name) const {
  if (const Relation* relation = state_->find(name)) return state_->unit != 0 && relation->created_in == state_->unit;
  if (const Relation* table = find_index_table(name)) {
    const IndexState* index = table->index(name.name);
    return index && state_->unit != 0 && index->added_in == state_->unit;
  }
  return false;
}

const std::vector<std::string>& Schema::search_path() const { return state_->settings.search_path; }
const std::string& Schema::time_zone() const { return state_->settings.time_zone; }
bool Schema::time_zone_is_utc() const { return is_utc(state_->settings.time_zone); }

void Schema::reset_session(bool keep_settings) {
  State& state = edit();
  state.savepoints.clear();
  state.settings = state.session_settings;
  if (!keep_settings) state.settings = state.session_settings = SessionSettings{};
  if (state.settings.search_path.empty()) {
    state.settings.search_path = SessionSettings{}.search_path;
    state.session_settings.search_path = state.settings.search_path;
  }
}

bool Schema::in_transaction() const { return !state_->savepoints.empty(); }
std::uint64_t Schema::transaction() const { return state_->transaction; }

bool Schema::enum_value_usable(const QualifiedName& type, std::string_view value) const {
  const TypeState* state = state_->find_type(type);
  if (!state || !in_transaction()) return true;
  for (const auto& [added, transaction] : state->values_added)
    if (added == value && transaction == state_->transaction) return false;
  return true;
}

void Schema::put(Relation relation) {
  State& state = edit();
  // Who uses it stays: what is put in its place is the same relation.
  const QualifiedName name = relation.name;
  const std::vector<QualifiedName> users = state.users_of(name);
  state.remove_relation(name);
  state.add_relation(std::move(relation));
  for (const QualifiedName& user : users) state.use(name, user);
}

void Schema::apply(const Operation& operation) {
  if (operation.explain && !operation.explain_analyze) return;
  State& state = edit();
  std::visit(
      [&](const auto& kind) {
        if constexpr (requires { mlint::apply(static_cast<Catalog&>(state), kind); })
          mlint::apply(static_cast<Catalog&>(state), kind);
      },
      operation.kind);
  if (state.savepoints.empty()) {
    ++state.transaction;
    state.settings = state.session_settings;  // SET LOCAL outside of a block does nothing
  }
}

}  // namespace mlint
