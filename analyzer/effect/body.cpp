#include "analyzer/effect/body.h"

#include <algorithm>
#include <utility>

#include "analyzer/effect/derive.h"

namespace mlint {

namespace {

// Whether its effects, or what it leaves behind, may depend on what dynamic SQL did.
bool looks_at_schema(const Schema& schema, const Operation& operation) {
  if (operation.as<Opaque>() || operation.as<Transaction>() || operation.as<SetVariable>()) return false;
  return !operation.as<Dml>() || calls_known(schema, operation);
}

}  // namespace

const Schema& BodySchema::before(const sql::ParsedStatement& statement) {
  const std::vector<sql::Arm>& within = statement.within;
  std::size_t same = 0;
  while (same < open_.size() && same < within.size() && open_[same].arm == within[same]) ++same;
  while (open_.size() > same + 1) close();
  if (open_.size() > same && same < within.size() && open_[same].arm.structure == within[same].structure) {
    schema_ = open_[same].before;
    dynamic_ = open_[same].dynamic_before;
    open_[same].arm = within[same];
    ++same;
  } else if (open_.size() > same) {
    close();
  }
  for (; same < within.size(); ++same) {
    OpenArm arm;
    arm.arm = within[same];
    arm.before = schema_;
    arm.dynamic_before = dynamic_;
    open_.push_back(std::move(arm));
  }
  for (const Operation& operation : statement.operations) {
    if (!dynamic_.empty() && looks_at_schema(schema_, operation)) apply_dynamic();
  }
  return schema_;
}

void BodySchema::apply(const Operation& operation, const sql::ParsedStatement& statement, const RunVisitor& visit) {
  if (operation.as<Transaction>()) return;
  if (!open_.empty()) open_.back().applied.emplace_back(&operation, &statement);
  if (operation.as<Opaque>()) return dynamic_.push_back(&statement);
  if (operation.as<Unparsed>()) return apply_in_doubt(schema_, operation, {}, version_);
  schema_.apply(operation);
  apply_called(schema_, operation, version_, visit);
}

void BodySchema::close() {
  OpenArm arm = std::move(open_.back());
  open_.pop_back();
  schema_ = std::move(arm.before);
  dynamic_ = std::move(arm.dynamic_before);
  for (const auto& [operation, statement] : arm.applied) {
    if (!open_.empty()) open_.back().applied.emplace_back(operation, statement);
    if (operation->as<Opaque>()) {
      dynamic_.push_back(statement);
    } else if (looks_at_schema(schema_, *operation)) {
      apply_dynamic();
      apply_in_doubt(schema_, *operation, {}, version_);
      apply_called(schema_, *operation, version_, {});
    }
  }
}

// A doubt that is there twice is one.
void BodySchema::apply_dynamic() {
  std::sort(dynamic_.begin(), dynamic_.end());
  dynamic_.erase(std::unique(dynamic_.begin(), dynamic_.end()), dynamic_.end());
  const auto all = std::find_if(dynamic_.begin(), dynamic_.end(), [](const auto* it) { return it->shape.empty(); });
  if (all != dynamic_.end()) dynamic_.assign(1, *all);
  for (const sql::ParsedStatement* statement : dynamic_) {
    for (const Operation& operation : statement->operations)
      apply_in_doubt(schema_, operation, statement->shape, version_);
    for (const Operation& operation : statement->shape) apply_called(schema_, operation, version_, {});
  }
  dynamic_.clear();
}

Schema BodySchema::behind() {
  while (!open_.empty()) close();
  apply_dynamic();
  return schema_;
}

void apply_with_body(Schema& schema, const Operation& operation, int version, const RunVisitor& visit) {
  if (visit) visit(operation, schema, true);
  schema.apply(operation);
  apply_called(schema, operation, version, visit);
  const auto* block = operation.as<Do>();
  if (!block || (!block->language.empty() && block->language != "plpgsql")) return;
  const sql::ParsedSql body = sql::parse_plpgsql(block->body);
  BodySchema along(schema, version);
  for (const sql::ParsedStatement& statement : body.statements) {
    const Schema& before = along.before(statement);
    for (const Operation& inner : statement.operations) {
      if (visit) visit(inner, before, statement.certain());
      along.apply(inner, statement, visit);
    }
  }
  schema = along.behind();
}

void add_effects(Effects& into, const Effects& more, const Schema& before, const Schema& after) {
  const auto made = [&](const QualifiedName& name) { return !before.find(name) && after.find(name); };
  for (const RelationLock& lock : more.locks) {
    if (made(lock.relation)) continue;
    const auto known = std::find_if(into.locks.begin(), into.locks.end(),
                                    [&](const RelationLock& other) { return other.relation == lock.relation; });
    if (known == into.locks.end()) {
      into.locks.push_back(lock);
    } else if (known->mode < lock.mode) {
      *known = lock;
    }
  }
  for (const Work& work : more.work) {
    if (!made(work.relation)) into.work.push_back(work);
  }
  effect::take_over(into, more);
  if (!into.fails) into.fails = more.fails;
}

}  // namespace mlint
