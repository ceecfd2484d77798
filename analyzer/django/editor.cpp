#include "analyzer/django/editor.h"

#include <algorithm>

#include "analyzer/django/naming.h"
#include "analyzer/django/types.h"

namespace mlint::django {
namespace {

std::string names_of(const std::vector<std::string>& columns) {
  std::string text;
  for (const std::string& column : columns) text += (text.empty() ? "" : ", ") + quote_name(column);
  return text;
}

bool mentions(const IndexSpec& spec, const std::string& table, const std::string& column) {
  if (spec.table != table) return false;
  const auto is = [&](const std::string& candidate) { return candidate == column; };
  if (std::any_of(spec.columns.begin(), spec.columns.end(), is)) return true;
  if (std::any_of(spec.include.begin(), spec.include.end(), is)) return true;
  const std::string quoted = quote_name(column);
  return std::any_of(spec.elements.begin(), spec.elements.end(), [&](const RenderedElement& element) {
    return element.sql.text.find(quoted) != std::string::npos;
  });
}

bool is_fixed(const Deferred& deferred) {
  const auto* index = std::get_if<IndexSpec>(&deferred.spec);
  return index != nullptr && index->fixed;
}

bool mentions(const ConstraintSpec& spec, const std::string& table, const std::string& column) {
  const bool own =
      spec.table == table && std::find(spec.columns.begin(), spec.columns.end(), column) != spec.columns.end();
  return own || (spec.to_table == table && spec.to_column == column);
}

void rename_all(std::vector<std::string>& columns, const std::string& from, const std::string& to) {
  std::replace(columns.begin(), columns.end(), from, to);
}

void rename_in_text(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

namespace {

void note(std::vector<std::pair<std::size_t, std::string>>& noted, std::size_t operation, std::string reason) {
  if (!noted.empty() && noted.back().first == operation && noted.back().second == reason) return;
  noted.emplace_back(operation, std::move(reason));
}

}  // namespace

void Editor::note_unknown(std::string reason) { note(unknown_, origin_.operation, std::move(reason)); }

void Editor::note_assumed(std::string reason) { note(assumed_, origin_.operation, std::move(reason)); }

void leave_open(Schema& schema, const std::vector<QualifiedName>& relations) {
  std::vector<Relation> opened;
  if (relations.empty()) {
    for (const Relation* relation : schema.relations()) opened.push_back(*relation);
  }
  for (const QualifiedName& name : relations) {
    if (const Relation* found = schema.find(name)) {
      opened.push_back(*found);
    } else {
      opened.emplace_back().name = schema.resolve(name);
    }
  }
  for (Relation& relation : opened) {
    if (!relation.complete) continue;
    relation.complete = false;
    schema.put(std::move(relation));
  }
}

void Editor::execute(Ddl ddl, bool deferred) {
  LoweredStatement statement;
  statement.sql = std::move(ddl.text);
  statement.operations = std::move(ddl.operations);
  statement.operation = origin_.operation;
  statement.path = origin_.path;
  statement.location = origin_.location;
  statement.deferred = deferred;
  sink_.execute(std::move(statement));
}

namespace {

std::string with_single_percents(std::string text) {
  for (std::size_t at = text.find("%%"); at != std::string::npos; at = text.find("%%", at + 1)) text.erase(at, 1);
  return text;
}

}  // namespace

void Editor::close() {
  for (Deferred& deferred : deferred_) {
    origin_ = deferred.origin;
    Ddl ddl = std::visit([&](const auto& spec) { return render(spec, version()); }, deferred.spec);
    // What is deferred is sent with (no) parameters: that halves the percent signs that quote_value() doubled.
    if (version() < Version{5, 0}) ddl.text = with_single_percents(ddl.text);
    execute(std::move(ddl), true);
  }
  deferred_.clear();
}

// RenameField leaves indexes alone: made again with the old name they fail.
void Editor::note_unread(const NamedCall& index, const IndexReading& reading) {
  const std::string said = "index `" + index.name + "`: " + reading.reason;
  if (undoing_ && reading.no_such_field) return fail("FieldDoesNotExist: " + said);
  note_unknown(said);
}

std::vector<std::variant<IndexSpec, ConstraintSpec>> Editor::table_constraints(const Model& model) {
  std::vector<std::variant<IndexSpec, ConstraintSpec>> result;
  for (const NamedCall& named : model.state().options.constraints) {
    ConstraintReading reading = read_constraint(model, named, version());
    if (reading.reason.empty()) {
      result.push_back(std::move(reading.spec));
    } else if (undoing_ && reading.no_such_field) {
      fail("FieldError: constraint `" + named.name + "`: " + reading.reason);  // RenameField leaves constraints alone
    } else {
      note_unknown("constraint `" + named.name + "`: " + reading.reason);
    }
  }
  return result;
}

void Editor::create_table(const Model& model) {
  CreateTable create;
  create.name = qualified(model.table());
  std::string body;
  bool parameters = false;
  for (const FieldPtr& field : model.local_fields()) {
    const Bound bound = bind(model, field);
    ColumnSql sql = column_sql(model, bound, false);
    append_check(*field, sql);
    append_identity(*field, version(), sql);
    // A literal db_default is sent as a parameter, and then no constraint may stand in the same statement.
    if (field->db_default != nullptr && sql.text.find("DEFAULT (") == std::string::npos) parameters = true;
    if (field->foreign_key() && field->db_constraint) {
      if (auto key = foreign_key(model, bound, {})) defer(*std::move(key));
    }
    if (!body.empty()) body += ", ";
    body += quote_name(field->column()) + " " + sql.text;
    create.columns.push_back(std::move(sql.column));
  }
  for (auto& spec : table_constraints(model)) {
    auto* constraint = std::get_if<ConstraintSpec>(&spec);
    if (parameters || constraint == nullptr || constraint->nulls_distinct) {
      defer(std::move(spec));
      continue;
    }
    body += ", " + render_inline(*constraint);
    create.constraints.push_back(constraint_of(*constraint));
  }
  for (const FieldPtr& field : model.state().fields) {
    if (field->composite.empty()) continue;
    ConstraintSpec key;
    for (const std::string& part : field->composite) {
      const FieldPtr column = model.field(part);
      key.columns.push_back(column ? column->column() : part);
    }
    body += ", PRIMARY KEY (" + names_of(key.columns) + ")";
    Constraint primary;
    primary.kind = Constraint::Kind::primary_key;
    for (const std::string& column : key.columns) primary.columns.push_back(strip_quotes(column));
    create.constraints.push_back(std::move(primary));
  }
  Ddl ddl;
  ddl.text = "CREATE TABLE " + quote_name(model.table()) + " (" + body + ")";
  const std::string tablespace = model.state().options.db_tablespace.value_or(settings_.default_tablespace);
  if (!tablespace.empty()) {
    ddl.text += " TABLESPACE " + quote_name(tablespace);
    create.tablespace = tablespace;
  }
  ddl.operations.push_back(operation(std::move(create)));
  execute(std::move(ddl));
}

void Editor::create_model(const Model& model) {
  for (const std::vector<std::string>& names : model.state().options.unique_together) {
    ConstraintSpec unique;
    unique.table = model.table();
    unique.suffix = "_uniq";
    for (const std::string& name : names) {
      const FieldPtr field = model.field(name);
      if (!field) note_unknown("field `" + name + "` of `unique_together` is not known");
      unique.columns.push_back(field ? field->column() : name);
    }
    defer(std::move(unique));
  }
  for (const FieldPtr& field : model.local_fields()) {
    if (field->adds_columns) note_unknown("`" + field->path + "` adds columns of its own");
  }
  create_table(model);
  if (version() >= Version{4, 2}) {
    if (const auto& comment = model.state().options.db_table_comment; comment && !comment->empty()) {
      execute(comment_on_table(model.table(), *comment));
    }
    for (const FieldPtr& field : model.local_fields()) {
      if (field->comment && !field->comment->empty()) {
        execute(comment_on_column(model.table(), field->column(), *field->comment));
      }
    }
  }
  for (const FieldPtr& field : model.local_fields()) defer_field_indexes(model, bind(model, field));
  std::vector<IndexSpec> together;
  for (const std::vector<std::string>& names : model.state().options.index_together) {
    IndexSpec index;
    index.table = model.table();
    index.suffix = "_idx";
    std::vector<FieldPtr> fields;
    for (const std::string& name : names) {
      if (FieldPtr field = model.field(name)) {
        index.columns.push_back(field->column());
        fields.push_back(std::move(field));
      }
    }
    index.tablespace = index_tablespace(model, fields, std::nullopt);
    together.push_back(std::move(index));
  }
  if (version() < Version{5, 1}) {
    for (IndexSpec& index : together) defer(std::move(index));
    together.clear();
  }
  for (const NamedCall& named : model.state().options.indexes) {
    IndexReading reading = read_index(model, named, version());
    if (!reading.reason.empty()) {
      note_unread(named, reading);
      continue;
    }
    if (reading.spec.tablespace.empty()) {
      std::vector<FieldPtr> fields;
      if (reading.spec.columns.size() == 1 && named.call != nullptr) {
        for (const FieldPtr& field : model.local_fields()) {
          if (field->column() == reading.spec.columns.front()) fields = {field};
        }
      }
      reading.spec.tablespace = index_tablespace(model, fields, std::nullopt);
    }
    defer(std::move(reading.spec));
  }
  for (const FieldPtr& field : model.local_many_to_many()) {
    if (const ModelPtr through = through_model(model, *field, settings_.state)) {
      create_model(Model(model.project(), through, settings_.state));
    }
  }
  // 5.1 turned index_together of old migrations into AlterIndexTogether behind the table.
  for (const IndexSpec& index : together) execute(render(index, version()));
}

void Editor::delete_model(const Model& model) {
  for (const FieldPtr& field : model.local_many_to_many()) {
    if (const ModelPtr through = through_model(model, *field, settings_.state)) {
      delete_model(Model(model.project(), through, settings_.state));
    }
  }
  execute(drop_table(model.table()));
  forget_table(model.table());
}

void Editor::forget_table(const std::string& table) {
  std::erase_if(deferred_, [&](const Deferred& deferred) {
    if (is_fixed(deferred)) return false;
    return std::visit(
        [&](const auto& spec) {
          if (spec.table == table) return true;
          if constexpr (std::is_same_v<std::decay_t<decltype(spec)>, ConstraintSpec>) return spec.to_table == table;
          return false;
        },
        deferred.spec);
  });
}

void Editor::forget_column(const std::string& table, const std::string& column) {
  std::erase_if(deferred_, [&](const Deferred& deferred) {
    return !is_fixed(deferred) &&
           std::visit([&](const auto& spec) { return mentions(spec, table, column); }, deferred.spec);
  });
}

void Editor::rename_deferred_column(const std::string& table, const std::string& from, const std::string& to) {
  for (Deferred& deferred : deferred_) {
    if (is_fixed(deferred)) continue;
    if (auto* index = std::get_if<IndexSpec>(&deferred.spec); index != nullptr && index->table == table) {
      rename_all(index->columns, from, to);
      rename_all(index->include, from, to);
      for (RenderedElement& element : index->elements) {
        rename_in_text(element.sql.text, quote_name(from), quote_name(to));
        rename_in_text(element.root, quote_name(from), quote_name(to));
        if (element.column == from) element.column = to;
      }
    }
    if (auto* constraint = std::get_if<ConstraintSpec>(&deferred.spec)) {
      if (constraint->table == table) rename_all(constraint->columns, from, to);
      if (constraint->to_table == table && constraint->to_column == from) constraint->to_column = to;
    }
  }
}

void Editor::alter_db_table(const std::string& old_table, const std::string& new_table) {
  if (old_table == new_table) return;
  execute(rename_table(old_table, new_table));
  for (Deferred& deferred : deferred_) {
    if (is_fixed(deferred)) continue;
    std::visit(
        [&](auto& spec) {
          if (spec.table == old_table) spec.table = new_table;
          if constexpr (std::is_same_v<std::decay_t<decltype(spec)>, ConstraintSpec>) {
            if (spec.to_table == old_table) spec.to_table = new_table;
          }
        },
        deferred.spec);
  }
}

void Editor::add_field(const Model& model, const Bound& bound) {
  const Field& field = *bound.field;
  if (field.many_to_many()) {
    if (const ModelPtr through = through_model(bound.model, field, settings_.state)) {
      create_model(Model(bound.model.project(), through, settings_.state));
    }
    return;
  }
  if (!field.concrete()) return;
  ColumnSql sql = column_sql(model, bound, true);
  append_identity(field, version(), sql);
  append_check(field, sql);
  SetConstraints immediate;
  if (field.foreign_key() && field.db_constraint) {
    if (const auto key = foreign_key(model, bound, {})) {
      Constraint constraint = constraint_of(*key);
      constraint.columns.clear();
      const std::string space(namespace_part(model.table()));
      sql.text += " CONSTRAINT " + quote_name(constraint.name) + " REFERENCES " + quote_name(key->to_table) + "(" +
                  quote_name(key->to_column) + ") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS " +
                  (space.empty() ? "" : quote_name(space) + ".") + quote_name(constraint.name) + " IMMEDIATE";
      immediate.names = {{space, constraint.name}};
      sql.column.constraints.push_back(std::move(constraint));
    }
  }
  AlterTable alter;
  alter.name = qualified(model.table());
  alter.actions.push_back({alter::AddColumn{std::move(sql.column), false}, {}});
  Ddl ddl;
  ddl.text = "ALTER TABLE " + quote_name(model.table()) + " ADD COLUMN " + quote_name(field.column()) + " " + sql.text;
  ddl.operations.push_back(operation(std::move(alter)));
  if (!immediate.names.empty()) ddl.operations.push_back(operation(std::move(immediate)));
  execute(std::move(ddl));
  if (field.db_default == nullptr && effective_default(bound, version())) {
    execute(alter_table(model.table(), {drop_default(field.column())}));
  }
  if (version() >= Version{4, 2} && field.comment && !field.comment->empty()) {
    execute(comment_on_column(model.table(), field.column(), *field.comment));
  }
  defer_field_indexes(model, bound);
}

void Editor::remove_field(const Model& model, const Bound& bound) {
  const Field& field = *bound.field;
  if (field.many_to_many()) {
    if (const ModelPtr through = through_model(bound.model, field, settings_.state)) {
      delete_model(Model(bound.model.project(), through, settings_.state));
    }
    return;
  }
  if (!field.concrete()) return;
  if (field.foreign_key()) {
    Wanted wanted;
    wanted.foreign_key = true;
    std::vector<std::string> names = constraint_names(model.table(), {field.column()}, wanted, {});
    if (names.empty() && field.db_constraint && !knows_table(model.table())) {
      if (const auto key = foreign_key(model, bound, {})) names.push_back(constraint_of(*key).name);
    }
    for (const std::string& name : names) execute(drop_foreign_key(model.table(), name));
  }
  execute(drop_column(model.table(), field.column(), version() < Version{6, 0}));
  forget_column(model.table(), field.column());
}

}  // namespace mlint::django
