#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "analyzer/effect/derive.h"
#include "analyzer/operation/printer.h"

// Event triggers: what they run beside a statement that defines something (event_trigger.c).
namespace mlint::effect {
namespace {

bool is_shared(ObjectKind kind) {
  return kind == ObjectKind::database || kind == ObjectKind::tablespace || kind == ObjectKind::role ||
         kind == ObjectKind::event_trigger;
}

// Data, maintenance, sessions, shared objects and event triggers themselves fire none.
bool defines(const Operation& operation, int version) {
  if (operation.explain || operation.as<Dml>() || operation.as<Copy>() || operation.as<Truncate>() ||
      operation.as<LockTable>() || operation.as<Vacuum>() || operation.as<Cluster>() || operation.as<Repack>() ||
      operation.as<Transaction>() || operation.as<SetVariable>() || operation.as<SetConstraints>() ||
      operation.as<Do>() || operation.as<Call>() || operation.as<Prepare>() || operation.as<Execute>() ||
      operation.as<SessionCommand>() || operation.as<Unparsed>() || operation.as<Opaque>() ||
      operation.as<AlterAllInTablespace>())
    return false;
  if (operation.as<Reindex>()) return version >= 17;
  if (const auto* object = operation.as<CreateObject>()) return !is_shared(object->kind);
  if (const auto* object = operation.as<AlterObject>()) return !is_shared(object->kind);
  if (const auto* drop = operation.as<Drop>()) return !is_shared(drop->kind);
  if (const auto* comment = operation.as<Comment>()) return !is_shared(comment->kind);
  return true;
}

// The command tag where the operation says it; of the others the first word is enough to match.
std::string tag_of(const Operation& operation) {
  std::string tag(kind_name(operation));
  for (char& c : tag) c = c == '_' ? ' ' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return tag;
}

bool matches(const EventTriggerState& trigger, const Operation& operation) {
  if (trigger.tags.empty()) return true;
  const std::string tag = tag_of(operation);
  static constexpr std::array<std::string_view, 8> exact = {"CREATE TABLE", "CREATE TABLE AS", "ALTER TABLE",
                                                            "CREATE INDEX", "CREATE VIEW",     "DROP TABLE",
                                                            "DROP INDEX",   "DROP VIEW"};
  const bool known = std::find(exact.begin(), exact.end(), tag) != exact.end();
  return std::any_of(trigger.tags.begin(), trigger.tags.end(), [&](std::string one) {
    for (char& c : one) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return known ? one == tag
                 : one.substr(0, one.find(' ')) == tag.substr(0, tag.find(' ')) || tag.find(' ') == tag.npos;
  });
}

bool drops(const Operation& operation) {
  if (operation.as<Drop>() || operation.as<DropOwned>()) return true;
  const auto* alter = operation.as<AlterTable>();
  return alter && std::any_of(alter->actions.begin(), alter->actions.end(), [](const AlterAction& action) {
           return action.as<alter::DropColumn>() || action.as<alter::DropConstraint>() ||
                  action.as<alter::DropDefault>() || action.as<alter::SetType>();
         });
}

bool happens(const EventTriggerState& trigger, const Derivation& d, const Operation& operation) {
  if (trigger.event == "sql_drop") return drops(operation);
  if (trigger.event == "table_rewrite")
    return operation.as<AlterTable>() && std::any_of(d.effects.work.begin(), d.effects.work.end(),
                                                     [](const Work& work) { return work.kind == WorkKind::rewrite; });
  return trigger.event != "login";
}

}  // namespace

void fire_event_triggers(Derivation& d, const Operation& operation) {
  if (d.schema.event_triggers().empty() || !d.runs || !defines(operation, d.server.version)) return;
  for (const EventTriggerState& trigger : d.schema.event_triggers()) {
    if (!trigger.enabled || !matches(trigger, operation) || !happens(trigger, d, operation)) continue;
    const bool known = d.effects.known;
    const auto functions = d.schema.functions(trigger.function);
    for (const FunctionState* function : functions) derive_body(d, function->definition);
    if (functions.empty() || (known && !d.effects.known))
      d.assume("what event trigger " + quoted(trigger.name) + " does is not known here");
    d.effects.known = known;
  }
}

}  // namespace mlint::effect
