#include <algorithm>

#include "analyzer/django/editor.h"
#include "analyzer/django/naming.h"
#include "analyzer/django/types.h"

// Indexes and constraints: of fields, of Meta, of operations.
namespace mlint::django {

std::string Editor::index_tablespace(const Model& model, const std::vector<FieldPtr>& fields,
                                     const std::optional<std::string>& own) const {
  if (own) return *own;
  if (fields.size() == 1 && !fields.front()->db_tablespace.empty()) return fields.front()->db_tablespace;
  // Field.db_tablespace itself falls back on DEFAULT_INDEX_TABLESPACE; for several columns it is asked from 4.1 on.
  const bool asked = fields.size() == 1 || version() >= Version{4, 1};
  if (asked && !settings_.default_index_tablespace.empty()) return settings_.default_index_tablespace;
  return model.state().options.db_tablespace.value_or(settings_.default_tablespace);
}

IndexSpec Editor::field_index(const Model& model, const Bound& bound, std::string suffix) {
  IndexSpec index;
  index.table = model.table();
  index.columns = {bound.field->column()};
  index.suffix = std::move(suffix);
  index.tablespace = index_tablespace(model, {bound.field}, std::nullopt);
  return index;
}

std::optional<IndexSpec> Editor::like_index(const Model& model, const Bound& bound) {
  const Field& field = *bound.field;
  if (!field.concrete() || !(field.db_index || field.unique())) return std::nullopt;
  const std::string type = db_type(bound, version());
  const bool varchar = type.starts_with("varchar");
  if (type.find('[') != std::string::npos || (!varchar && !type.starts_with("text"))) return std::nullopt;
  if (version() >= Version{4, 2}) {
    std::string collation = field.collation;
    if (collation.empty() && field.foreign_key() && version() >= Version{5, 0}) {
      const Bound target = target_of(bound);
      if (target.field) collation = target.field->collation;
    }
    const auto& excluded = bound.model.project().nondeterministic_collations;
    if (!collation.empty() && excluded && excluded->contains(collation)) return std::nullopt;
  }
  IndexSpec index = field_index(model, bound, "_like");
  index.opclasses = {varchar ? "varchar_pattern_ops" : "text_pattern_ops"};
  return index;
}

IndexSpec Editor::own_index(const Model& model, const Bound& bound) {
  std::optional<IndexSpec> spatial = spatial_index(model, *bound.field);
  if (!spatial) return field_index(model, bound, {});
  spatial->name = version() < Version{4, 0} ? model.table() + "_" + bound.field->column() + "_id"
                                            : index_name(model.table(), spatial->columns, "_id");
  spatial->fixed = version() < Version{4, 0};
  if (!spatial->fixed) spatial->tablespace = index_tablespace(model, {bound.field}, std::nullopt);
  return *std::move(spatial);
}

void Editor::defer_field_indexes(const Model& model, const Bound& bound) {
  const Field& field = *bound.field;
  if (has_spatial_index(field) || (field.db_index && !field.unique())) defer(own_index(model, bound));
  if (auto like = like_index(model, bound)) defer(*std::move(like));
}

std::optional<ConstraintSpec> Editor::foreign_key(const Model& model, const Bound& bound, std::string suffix) {
  ConstraintSpec key;
  key.kind = ConstraintSpec::Kind::foreign_key;
  key.table = model.table();
  key.columns = {bound.field->column()};
  key.suffix = std::move(suffix);
  const Bound target = target_of(bound);
  if (target.field) {
    // An inherited field stands in its own model's table.
    key.to_table = target.model.table();
    key.to_column = target.field->column();
    return key;
  }
  const std::string& to = bound.field->to;
  const auto dot = to.rfind('.');
  if (dot == std::string::npos) {
    note_unknown("the target of field `" + bound.field->name + "` is not known");
    return std::nullopt;
  }
  note_assumed("model `" + to + "` is not known here; its table and key are taken to have their default names");
  key.to_table = default_table(to.substr(0, dot), to.substr(dot + 1));
  key.to_column = bound.field->to_field.empty() ? "id" : bound.field->to_field;
  return key;
}

void Editor::alter_together(const Model& from, const Model& to, bool unique) {
  const auto sets = [&](const Model& model) {
    const auto& option = unique ? model.state().options.unique_together : model.state().options.index_together;
    std::set<std::vector<std::string>> result(option.begin(), option.end());
    return result;
  };
  // The editor is given the new model; fields are found on it even for sets that go away.
  const auto old_sets = sets(from), new_sets = sets(to);
  const auto columns_on = [&](const std::vector<std::string>& fields) {
    std::vector<std::string> columns;
    for (const std::string& name : fields) {
      const FieldPtr field = to.field(name);
      columns.push_back(field ? field->column() : name);
    }
    return columns;
  };
  for (const auto& fields : old_sets) {
    if (new_sets.contains(fields)) continue;
    const std::vector<std::string> columns = columns_on(fields);
    std::set<std::string> exclude = meta_names(to, true, true);
    Wanted wanted;
    wanted.unique = unique;
    wanted.not_primary = unique && version() >= Version{4, 1};
    wanted.index = wanted.not_unique = !unique;
    std::vector<std::string> names = constraint_names(to.table(), columns, wanted, exclude);
    const std::string canonical = index_name(to.table(), columns, unique ? "_uniq" : "_idx");
    if (unique && version() >= Version{4, 1} && std::find(names.begin(), names.end(), canonical) != names.end()) {
      names = {canonical};
    }
    if (names.empty() && !knows_table(to.table())) names = {canonical};
    if (names.size() != 1) {
      fail("ValueError: found wrong number (" + std::to_string(names.size()) + ") of constraints for `" + to.table() +
           "`");
      continue;
    }
    if (unique) {
      execute(drop_constraint(to.table(), names.front()));
    } else {
      drop_index_of(to.table(), names.front(), false);
    }
  }
  for (const auto& fields : new_sets) {
    if (old_sets.contains(fields)) continue;
    if (unique) {
      ConstraintSpec constraint;
      constraint.table = to.table();
      constraint.columns = columns_on(fields);
      constraint.suffix = "_uniq";
      execute(render(constraint, version()));
    } else {
      IndexSpec index;
      index.table = to.table();
      index.columns = columns_on(fields);
      index.suffix = "_idx";
      index.tablespace = index_tablespace(to, {}, std::nullopt);
      execute(render(index, version()));
    }
  }
}

void Editor::rename_index_by_fields(const Model& from, const std::vector<std::string>& fields, const std::string& to) {
  std::vector<std::string> columns;
  for (const std::string& name : fields) {
    const FieldPtr field = from.field(name);
    columns.push_back(field ? field->column() : name);
  }
  Wanted wanted;
  wanted.index = true;
  wanted.not_unique = version() >= Version{5, 1};
  std::vector<std::string> names = constraint_names(from.table(), columns, wanted, {});
  if (names.empty() && !knows_table(from.table())) names = {index_name(from.table(), columns, "_idx")};
  if (names.size() != 1) {
    fail("ValueError: found wrong number (" + std::to_string(names.size()) + ") of indexes for `" + from.table() + "`");
    return;
  }
  if (names.front() != to) execute(rename_index(from.table(), names.front(), to));
}

namespace {

// What an index or a check is made of was not read; that it is made, and on which table, is known.
Expr unread_expression(const std::string& reason) {
  Expr unread;
  unread.name = reason;
  unread.text = "/* " + reason + " */";
  return unread;
}

Ddl unread_index(const std::string& table, const std::string& name, bool unique, bool concurrently,
                 const std::string& reason) {
  CreateIndex create;
  create.name = name;
  create.table = qualified(table);
  create.unique = unique;
  create.concurrently = concurrently;
  create.elements.push_back({});
  create.elements.back().expression = unread_expression(reason);
  Ddl ddl;
  ddl.text = std::string("CREATE ") + (unique ? "UNIQUE " : "") + "INDEX " + (concurrently ? "CONCURRENTLY " : "") +
             quote_name(name) + " ON " + quote_name(table) + " (/* " + reason + " */)";
  ddl.operations.push_back(operation(std::move(create)));
  return ddl;
}

Ddl unread_check(const std::string& table, const std::string& name, bool not_valid, const std::string& reason) {
  Constraint check;
  check.name = name;
  check.expression = unread_expression(reason);
  check.not_valid = not_valid;
  AlterTable alter;
  alter.name = qualified(table);
  alter.actions.push_back({alter::AddConstraint{std::move(check)}, {}});
  Ddl ddl;
  ddl.text = "ALTER TABLE " + quote_name(table) + " ADD CONSTRAINT " + quote_name(name) + " CHECK (/* " + reason +
             " */)" + (not_valid ? " NOT VALID" : "");
  ddl.operations.push_back(operation(std::move(alter)));
  return ddl;
}

}  // namespace

void Editor::add_index(const Model& model, const NamedCall& named, bool concurrently) {
  IndexReading reading = read_index(model, named, version());
  if (!reading.reason.empty()) {
    note_unread(named, reading);
    execute(unread_index(model.table(), named.name, false, concurrently, reading.reason));
    return;
  }
  reading.spec.concurrently = concurrently;
  if (reading.spec.tablespace.empty()) {
    std::vector<FieldPtr> fields;
    if (reading.spec.columns.size() == 1) {
      for (const FieldPtr& field : model.local_fields()) {
        if (field->column() == reading.spec.columns.front()) fields = {field};
      }
    }
    reading.spec.tablespace = index_tablespace(model, fields, std::nullopt);
  }
  execute(render(reading.spec, version()));
}

void Editor::remove_index(const Model& model, const std::string& name, bool concurrently) {
  // From 5.1 an index that is still to be made is forgotten as well.
  if (version() >= Version{5, 1}) {
    std::erase_if(deferred_, [&](const Deferred& deferred) {
      const auto* index = std::get_if<IndexSpec>(&deferred.spec);
      return index != nullptr && index->table == model.table() &&
             (index->name ? *index->name : index_name(index->table, index->columns, index->suffix)) == name;
    });
  }
  drop_index_of(model.table(), name, concurrently);
}

void Editor::drop_index_of(const std::string& table, const std::string& name, bool concurrently) {
  // From 5.1 dropping asks the deferred indexes of the table what they are called, and they stay by that name.
  if (version() >= Version{5, 1}) {
    for (Deferred& deferred : deferred_) {
      auto* index = std::get_if<IndexSpec>(&deferred.spec);
      if (index == nullptr || index->table != table || index->name) continue;
      index->name = index_name(index->table, index->columns, index->suffix);
    }
  }
  execute(drop_index(table, name, concurrently));
}

void Editor::add_constraint(const Model& model, const NamedCall& named, bool not_valid) {
  ConstraintReading reading = read_constraint(model, named, version());
  if (!reading.reason.empty()) {
    note_unknown("constraint `" + named.name + "`: " + reading.reason);
    const std::string_view kind = named.call != nullptr ? py::dotted_name(*named.call) : std::string_view();
    if (kind.ends_with("CheckConstraint")) {
      execute(unread_check(model.table(), named.name, not_valid, reading.reason));
    } else if (kind.ends_with("UniqueConstraint")) {
      execute(unread_index(model.table(), named.name, true, false, reading.reason));
    } else {
      execute(opaque("constraint `" + named.name + "`: " + reading.reason));
    }
    return;
  }
  if (auto* constraint = std::get_if<ConstraintSpec>(&reading.spec)) constraint->not_valid = not_valid;
  execute(std::visit([&](const auto& spec) { return render(spec, version()); }, reading.spec));
}

void Editor::remove_constraint(const Model& model, const NamedCall& named) {
  const ConstraintReading reading = read_constraint(model, named, version());
  if (!reading.reason.empty() && named.call != nullptr && py::dotted_name(*named.call).ends_with("UniqueConstraint")) {
    note_unknown("constraint `" + named.name + "`: " + reading.reason);
  }
  if (reading.is_index() && reading.reason.empty() && std::get<IndexSpec>(reading.spec).unique) {
    drop_index_of(model.table(), named.name, false);
  } else {
    execute(drop_constraint(model.table(), named.name));
  }
}

}  // namespace mlint::django
