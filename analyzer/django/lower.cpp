#include "analyzer/django/lower.h"

#include <algorithm>
#include <cstdlib>

#include "analyzer/django/naming.h"
#include "analyzer/django/package_operations.h"

// What operations ask the schema editor for (database_forwards and database_backwards).
namespace mlint::django {
namespace {

bool is_false(const py::Value* value) {
  const auto* flag = value == nullptr ? nullptr : value->as<py::Boolean>();
  return flag != nullptr && !flag->value;
}

class Runner {
 public:
  Runner(const std::string& app, Editor& editor, const ReadSettings& settings, bool atomic)
      : app_(app), editor_(editor), settings_(settings), atomic_(atomic) {}

  void forwards(const ModelOperation& operation, const ProjectState& from, const ProjectState& to, const Origin& origin,
                int depth);
  void backwards(const ModelOperation& operation, const ProjectState& from, const ProjectState& to,
                 const Origin& origin, int depth);

 private:
  Model model(const ProjectState& state, std::string_view name) const {
    return {state, state.find(app_, lower_case(name)), settings_.state};
  }
  // Both models, and whether the operation does anything to the database.
  bool models(const ModelOperation& operation, const Model& from, const Model& to, const Model& asked);
  void unknown(std::string reason);
  Bound field(const Model& owner, std::string_view name);

  void create(const ModelOperation& operation, const ProjectState& state);
  void drop(const ModelOperation& operation, const ProjectState& state);
  void add_field(const ModelOperation& operation, const ProjectState& from, const ProjectState& to, bool with_default);
  void remove_field(const ModelOperation& operation, const ProjectState& from);
  void alter_field(const ModelOperation& operation, const ProjectState& from, const ProjectState& to,
                   std::string_view old_name, std::string_view new_name, bool with_default);
  void rename_model(const ProjectState& from, const ProjectState& to, std::string_view old_name,
                    std::string_view new_name);
  void alter_table(const ModelOperation& operation, const ProjectState& from, const ProjectState& to);
  void order(const ModelOperation& operation, const ProjectState& from, const ProjectState& to);
  void comment(const ModelOperation& operation, const ProjectState& from, const ProjectState& to);
  void together(const ModelOperation& operation, const ProjectState& from, const ProjectState& to);
  void add_named(const ModelOperation& operation, const ProjectState& state, std::string_view name);
  void remove_named(const ModelOperation& operation, const ProjectState& state, std::string_view name);
  void rename_index(const ModelOperation& operation, const ProjectState& from, const ProjectState& to, bool back);
  void validate(const ModelOperation& operation, const ProjectState& state);
  void extension(const ModelOperation& operation, bool make);
  void collation(const ModelOperation& operation, bool make);
  void run_sql(const ModelOperation& operation, const Origin& origin, bool back);
  void run_python(const ModelOperation& asked, bool back);
  void package_operation(const ModelOperation& asked, const ProjectState& state, bool back);
  bool option_operation(const ModelOperation& operation, const ProjectState& from, const ProjectState& to, bool back);
  bool other_operation(const ModelOperation& operation, const Origin& origin, bool back);

  const std::string& app_;
  Editor& editor_;
  const ReadSettings& settings_;
  bool atomic_;
};

void Runner::unknown(std::string reason) {
  editor_.note_unknown(reason);
  editor_.execute(opaque(std::move(reason)));
}

bool Runner::models(const ModelOperation& operation, const Model& from, const Model& to, const Model& asked) {
  if (!from || !to) {
    std::string_view name = operation.text("model_name");
    if (name.empty()) name = operation.text("name");
    unknown("model `" + app_ + "." + std::string(name) + "` is not known here");
    return false;
  }
  if (!asked.can_migrate()) return false;
  for (const std::string& reason : to.state().unread) editor_.note_unknown(reason);
  return true;
}

Bound Runner::field(const Model& owner, std::string_view name) {
  const FieldPtr found = owner.field(name);
  if (!found) {
    unknown("field `" + std::string(name) + "` of model `" + owner.state().label() + "` is not known here");
    return {};
  }
  return bind(owner, found);
}

void Runner::create(const ModelOperation& operation, const ProjectState& state) {
  const Model made = model(state, operation.text("name"));
  if (!made) return unknown("the model could not be evaluated");
  if (!made.can_migrate()) return;
  for (const std::string& reason : made.state().unread) editor_.note_unknown(reason);
  editor_.create_model(made);
}

void Runner::drop(const ModelOperation& operation, const ProjectState& state) {
  const Model gone = model(state, operation.text("name"));
  if (!models(operation, gone, gone, gone)) return;
  editor_.delete_model(gone);
}

void Runner::add_field(const ModelOperation& operation, const ProjectState& from, const ProjectState& to,
                       bool with_default) {
  const Model from_model = model(from, operation.text("model_name")),
              to_model = model(to, operation.text("model_name"));
  if (!models(operation, from_model, to_model, to_model)) return;
  Bound added = field(to_model, operation.text("name"));
  if (!added.field) return;
  FieldPtr with_own_default;
  if (with_default && is_false(operation.argument("preserve_default"))) {
    if (const py::Value* value = operation.argument("field")) {
      const FieldContext context = field_context(settings_, app_, to_model.state().name_lower);
      with_own_default = make_field(added.field->name, *value, context);
      added.default_value = with_own_default->default_value;
    }
  }
  editor_.add_field(from_model, added);
}

void Runner::remove_field(const ModelOperation& operation, const ProjectState& from) {
  const Model from_model = model(from, operation.text("model_name"));
  if (!models(operation, from_model, from_model, from_model)) return;
  const Bound removed = field(from_model, operation.text("name"));
  if (removed.field) editor_.remove_field(from_model, removed);
}

void Runner::alter_field(const ModelOperation& operation, const ProjectState& from, const ProjectState& to,
                         std::string_view old_name, std::string_view new_name, bool with_default) {
  const Model from_model = model(from, operation.text("model_name")),
              to_model = model(to, operation.text("model_name"));
  if (!models(operation, from_model, to_model, to_model)) return;
  const Bound old_field = field(from_model, old_name);
  Bound new_field = field(to_model, new_name);
  if (!old_field.field || !new_field.field) return;
  FieldPtr with_own_default;
  if (with_default && is_false(operation.argument("preserve_default"))) {
    if (const py::Value* value = operation.argument("field")) {
      const FieldContext context = field_context(settings_, app_, to_model.state().name_lower);
      with_own_default = make_field(new_field.field->name, *value, context);
      new_field.default_value = with_own_default->default_value;
    }
  }
  editor_.alter_field(from_model, old_field, new_field);
}

// Foreign keys and many-to-many fields of any model that point at it: label of their model, and name.
std::vector<std::pair<std::string, std::string>> related_fields(const Model& target) {
  std::vector<std::pair<std::string, std::string>> result;
  const std::string label = target.state().label();
  target.project().each([&](const ModelPtr& state) {
    for (const FieldPtr& field : state->fields) {
      // _meta.related_objects leaves out hidden relations unless they are many-to-many
      if (field->hidden() && !field->many_to_many()) continue;
      if (field->relation && field->to == label) result.emplace_back(state->label(), field->name);
    }
  });
  return result;
}

void Runner::rename_model(const ProjectState& from, const ProjectState& to, std::string_view old_name,
                          std::string_view new_name) {
  const Model old_model = model(from, old_name), new_model = model(to, new_name);
  if (!old_model || !new_model) {
    return unknown("model `" + app_ + "." + std::string(old_name) + "` is not known here");
  }
  if (!new_model.can_migrate()) return;
  editor_.alter_db_table(old_model.table(), new_model.table());
  for (const auto& [label, name] : related_fields(old_model)) {
    const bool own = label == old_model.state().label();
    const Model before(from, from.find(label), settings_.state);
    const Model after(to, to.find(own ? new_model.state().label() : label), settings_.state);
    if (!before || !after) continue;
    const FieldPtr old_field = before.state().own_field(name);
    const FieldPtr new_field = after.state().own_field(name);
    if (old_field && new_field) editor_.alter_field(after, bind(before, old_field), bind(after, new_field));
  }
  for (const FieldPtr& old_field : old_model.local_many_to_many()) {
    const FieldPtr new_field = new_model.state().own_field(old_field->name);
    if (!new_field || new_field->to == new_model.state().label() || !new_field->through.empty()) continue;
    const Bound old_bound = bind(old_model, old_field), new_bound = bind(new_model, new_field);
    if (settings_.state.version >= Version{4, 2}) {
      editor_.alter_many_to_many(new_model, old_bound, new_bound);
      continue;
    }
    const ModelPtr old_through = through_model(old_model, *old_field, settings_.state);
    const ModelPtr new_through = through_model(new_model, *new_field, settings_.state);
    if (!old_through || !new_through) continue;
    editor_.alter_db_table(old_through->table, new_through->table);
    const Model before(from, old_through, settings_.state), after(to, new_through, settings_.state);
    const FieldPtr old_key = old_through->own_field(old_model.state().name_lower);
    const FieldPtr new_key = new_through->own_field(new_model.state().name_lower);
    if (old_key && new_key) editor_.alter_field(after, bind(before, old_key), bind(after, new_key));
  }
}

void Runner::alter_table(const ModelOperation& operation, const ProjectState& from, const ProjectState& to) {
  const Model old_model = model(from, operation.text("name")), new_model = model(to, operation.text("name"));
  if (!models(operation, old_model, new_model, new_model)) return;
  editor_.alter_db_table(old_model.table(), new_model.table());
  for (const FieldPtr& old_field : old_model.local_many_to_many()) {
    const FieldPtr new_field = new_model.state().own_field(old_field->name);
    if (!new_field) continue;
    const ModelPtr old_through = through_model(old_model, *old_field, settings_.state);
    const ModelPtr new_through = through_model(new_model, *new_field, settings_.state);
    if (old_through && new_through) editor_.alter_db_table(old_through->table, new_through->table);
  }
}

void Runner::order(const ModelOperation& operation, const ProjectState& from, const ProjectState& to) {
  const Model old_model = model(from, operation.text("name")), new_model = model(to, operation.text("name"));
  if (!models(operation, old_model, new_model, new_model)) return;
  const bool was = old_model.state().options.order_with_respect_to.has_value();
  const bool is = new_model.state().options.order_with_respect_to.has_value();
  if (was && !is) {
    editor_.remove_field(old_model, bind(old_model, old_model.field("_order")));
  } else if (is && !was) {
    auto zero = std::make_shared<py::Value>();
    zero->kind = py::Integer{"0"};
    Bound added = bind(new_model, new_model.field("_order"));
    added.default_value = zero.get();
    editor_.add_field(old_model, added);
  }
}

void Runner::comment(const ModelOperation& operation, const ProjectState& from, const ProjectState& to) {
  const Model old_model = model(from, operation.text("name")), new_model = model(to, operation.text("name"));
  if (!models(operation, old_model, new_model, new_model)) return;
  editor_.execute(comment_on_table(new_model.table(), new_model.state().options.db_table_comment.value_or("")));
}

void Runner::together(const ModelOperation& operation, const ProjectState& from, const ProjectState& to) {
  const Model old_model = model(from, operation.text("name")), new_model = model(to, operation.text("name"));
  if (!models(operation, old_model, new_model, new_model)) return;
  editor_.alter_together(old_model, new_model, operation.known_as == "AlterUniqueTogether");
}

const NamedCall* find_named(const std::vector<NamedCall>& calls, std::string_view name) {
  const auto found = std::find_if(calls.begin(), calls.end(), [&](const NamedCall& call) { return call.name == name; });
  return found == calls.end() ? nullptr : &*found;
}

std::string name_of_call(const py::Value* value) {
  const auto* call = value == nullptr ? nullptr : value->as<py::Call>();
  if (call == nullptr) return {};
  for (const py::Keyword& keyword : call->keywords) {
    if (keyword.name != "name") continue;
    if (const auto* text = keyword.value->as<py::String>()) return text->text;
  }
  return {};
}

std::string_view without_suffix(std::string_view text, std::string_view suffix) {
  return text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text;
}

void Runner::add_named(const ModelOperation& operation, const ProjectState& state, std::string_view name) {
  const Model owner = model(state, operation.text("model_name"));
  if (!models(operation, owner, owner, owner)) return;
  const bool concurrently = operation.known_as.ends_with("Concurrently");
  const bool index = without_suffix(operation.known_as, "Concurrently").ends_with("Index");
  if (concurrently && atomic_) {
    editor_.fail("NotSupportedError: " + operation.known_as +
                 " cannot be executed inside a transaction (set atomic = False on the migration)");
  }
  const NamedCall* call = find_named(index ? owner.state().options.indexes : owner.state().options.constraints, name);
  if (call == nullptr) {
    return unknown((index ? "index `" : "constraint `") + std::string(name) + "` could not be evaluated");
  }
  if (index) {
    editor_.add_index(owner, *call, concurrently);
  } else {
    editor_.add_constraint(owner, *call, operation.known_as == "AddConstraintNotValid");
  }
}

void Runner::remove_named(const ModelOperation& operation, const ProjectState& state, std::string_view name) {
  const Model owner = model(state, operation.text("model_name"));
  if (!models(operation, owner, owner, owner)) return;
  const bool concurrently = operation.known_as.ends_with("Concurrently");
  const bool index = without_suffix(operation.known_as, "Concurrently").ends_with("Index");
  if (concurrently && atomic_) {
    editor_.fail("NotSupportedError: " + operation.known_as +
                 " cannot be executed inside a transaction (set atomic = False on the migration)");
  }
  if (index) {
    if (find_named(owner.state().options.indexes, name) == nullptr) {
      editor_.fail("ValueError: no index named `" + std::string(name) + "` on model " + owner.state().name);
    }
    return editor_.remove_index(owner, std::string(name), concurrently);
  }
  const NamedCall* call = find_named(owner.state().options.constraints, name);
  if (call == nullptr) {
    editor_.fail("ValueError: no constraint named `" + std::string(name) + "` on model " + owner.state().name);
    return unknown("constraint `" + std::string(name) + "` is not in the model's state");
  }
  editor_.remove_constraint(owner, *call);
}

void Runner::rename_index(const ModelOperation& operation, const ProjectState& from, const ProjectState& to,
                          bool back) {
  const Model old_model = model(from, operation.text("model_name")),
              new_model = model(to, operation.text("model_name"));
  if (!models(operation, old_model, new_model, new_model)) return;
  const std::string old_name(operation.text("old_name")), new_name(operation.text("new_name"));
  if (old_name.empty()) {
    if (back) return;
    const NamedCall* made = find_named(new_model.state().options.indexes, new_name);
    if (made != nullptr) editor_.rename_index_by_fields(old_model, made->fields, new_name);
    return;
  }
  if (old_name == new_name) return;
  editor_.execute(back ? django::rename_index(new_model.table(), new_name, old_name)
                       : django::rename_index(new_model.table(), old_name, new_name));
}

void Runner::validate(const ModelOperation& operation, const ProjectState& state) {
  const Model owner = model(state, operation.text("model_name"));
  if (!models(operation, owner, owner, owner)) return;
  editor_.execute(validate_constraint(owner.table(), operation.text("name")));
}

std::string extension_name(const ModelOperation& operation) {
  if (operation.known_as == "BloomExtension") return "bloom";
  if (operation.known_as == "BtreeGinExtension") return "btree_gin";
  if (operation.known_as == "BtreeGistExtension") return "btree_gist";
  if (operation.known_as == "CITextExtension") return "citext";
  if (operation.known_as == "CryptoExtension") return "pgcrypto";
  if (operation.known_as == "HStoreExtension") return "hstore";
  if (operation.known_as == "TrigramExtension") return "pg_trgm";
  if (operation.known_as == "UnaccentExtension") return "unaccent";
  return std::string(operation.text("name"));
}

void Runner::extension(const ModelOperation& asked, bool make) {
  const std::string name = extension_name(asked);
  if (name.empty()) return unknown("the extension's name could not be evaluated");
  // Django looks first: nothing is sent for what is there already.
  if (make && editor_.catalogue().has_extension(name)) return;
  Ddl ddl;
  if (make) {
    CreateExtension create;
    create.name = name;
    create.if_not_exists = true;
    ddl.text = "CREATE EXTENSION IF NOT EXISTS " + quote_name(name);
    ddl.operations.push_back(operation(std::move(create)));
  } else {
    Drop gone;
    gone.kind = ObjectKind::extension;
    gone.names = {{{}, name}};
    gone.if_exists = true;
    ddl.text = "DROP EXTENSION IF EXISTS " + quote_name(name);
    ddl.operations.push_back(operation(std::move(gone)));
  }
  editor_.execute(std::move(ddl));
}

void Runner::collation(const ModelOperation& asked, bool make) {
  const std::string name(asked.text("name"));
  Ddl ddl;
  if (!make) {
    Drop gone;
    gone.kind = ObjectKind::collation;
    gone.names = {{{}, name}};
    ddl.text = "DROP COLLATION " + quote_name(name);
    ddl.operations.push_back(operation(std::move(gone)));
    return editor_.execute(std::move(ddl));
  }
  const std::string_view provider = asked.text("provider");
  ddl.text = "CREATE COLLATION " + quote_name(name) + " (locale=" + quote_name(asked.text("locale"));
  if (!provider.empty() && provider != "libc") ddl.text += ", provider=" + quote_name(provider);
  if (is_false(asked.argument("deterministic"))) ddl.text += ", deterministic=false";
  ddl.text += ")";
  CreateObject create;
  create.kind = ObjectKind::collation;
  create.name = {{}, name};
  ddl.operations.push_back(operation(std::move(create)));
  editor_.execute(std::move(ddl));
}

const py::Values* list_items(const py::Value* value) {
  if (value == nullptr) return nullptr;
  if (const auto* list = value->as<py::List>()) return &list->items;
  if (const auto* tuple = value->as<py::Tuple>()) return &tuple->items;
  return nullptr;
}

// (sql, params): the driver puts the values in; where one cannot be read, the text stays as it was written.
std::optional<std::string> with_parameters(const ModelOperation& asked, const SqlText& text, bool back,
                                           const Version& version) {
  const auto bracket = text.path.find('[');
  const py::Values* elements = list_items(asked.argument(back ? "reverse_sql" : "sql"));
  if (bracket == std::string::npos || elements == nullptr) return std::nullopt;
  const auto index = static_cast<std::size_t>(std::atoi(text.path.c_str() + bracket + 1));
  const py::Values* pair = index < elements->size() ? list_items(&(*elements)[index]) : nullptr;
  const py::Values* values = pair != nullptr && pair->size() == 2 ? list_items(&(*pair)[1]) : nullptr;
  if (values == nullptr) return std::nullopt;
  std::string result;
  std::size_t next = 0;
  for (std::size_t i = 0; i < text.text.size(); ++i) {
    if (text.text[i] != '%' || i + 1 == text.text.size()) {
      result += text.text[i];
      continue;
    }
    const char kind = text.text[++i];
    if (kind == '%') {
      result += '%';
      continue;
    }
    if (kind != 's' || next >= values->size()) return std::nullopt;
    const Literal literal = plain_literal((*values)[next++], version);
    if (literal.kind != Literal::Kind::constant) return std::nullopt;
    result += literal.text;
  }
  return result;
}

void Runner::run_sql(const ModelOperation& asked, const Origin& origin, bool back) {
  const bool unread = back ? asked.reverse_sql_unread : asked.sql_unread;
  if (unread) {
    unknown(asked.unknown_reason.empty() ? "the SQL could not be evaluated" : asked.unknown_reason);
  }
  for (const SqlText& text : back ? asked.reverse_sql : asked.sql) {
    LoweredStatement statement;
    statement.sql = text.text;
    statement.operation = origin.operation;
    statement.path = origin.path + "." + text.path;
    statement.location = origin.location;
    std::optional<std::string> filled;
    if (text.has_params) filled = with_parameters(asked, text, back, settings_.state.version);
    sql::ParsedSql read_again;
    if (filled) {
      statement.sql = *filled;
      read_again = sql::parse(*filled);
    }
    for (const sql::ParsedStatement& parsed : (filled ? read_again : text.parsed).statements) {
      Location at = filled || text.map.empty() ? origin.location : text.map.map(parsed.span);
      if (statement.operations.empty()) statement.location = at;
      for (const Operation& operation : parsed.operations) {
        statement.operations.push_back(operation);
        statement.locations.push_back(at);
      }
    }
    editor_.send(std::move(statement));
  }
}

void Runner::package_operation(const ModelOperation& asked, const ProjectState& state, bool back) {
  const Model owner = model(state, asked.text("model_name"));
  if (!models(asked, owner, owner, owner)) return;
  PackageSql made = package_sql(asked, owner, editor_.catalogue(), back, settings_.state.version);
  if (made.sql.empty()) return unknown(std::move(made.reason));
  if (!made.reason.empty()) editor_.note_unknown(std::move(made.reason));
  LoweredStatement statement;
  statement.operation = editor_.origin().operation;
  statement.path = editor_.origin().path;
  statement.location = editor_.origin().location;
  for (const sql::ParsedStatement& parsed : sql::parse(made.sql).statements) {
    for (const Operation& one : parsed.operations) {
      statement.operations.push_back(one);
      statement.locations.push_back(statement.location);
    }
  }
  statement.sql = std::move(made.sql);
  editor_.send(std::move(statement));
}

// What sqlmigrate prints is a comment; constant SQL that the function executes runs all the same.
void Runner::run_python(const ModelOperation& asked, bool back) {
  LoweredStatement statement;
  statement.comment = "-- THIS OPERATION CANNOT BE WRITTEN AS SQL";
  statement.operation = editor_.origin().operation;
  statement.path = editor_.origin().path;
  statement.location = editor_.origin().location;
  for (const SqlText& text : asked.sql) {
    if (back) break;
    for (const sql::ParsedStatement& parsed : text.parsed.statements)
      for (const Operation& one : parsed.operations) {
        statement.operations.push_back(one);
        statement.locations.push_back(text.map.empty() ? statement.location : text.map.map(parsed.span));
      }
  }
  statement.operations.push_back(operation(Opaque{"python code"}));
  statement.locations.push_back(statement.location);
  editor_.send(std::move(statement));
}

bool Runner::option_operation(const ModelOperation& asked, const ProjectState& from, const ProjectState& to,
                              bool back) {
  const std::string& type = asked.known_as;
  if (type == "AlterModelTable") {
    alter_table(asked, from, to);
  } else if (type == "AlterModelTableComment") {
    comment(asked, from, to);
  } else if (type == "AlterUniqueTogether" || type == "AlterIndexTogether") {
    together(asked, from, to);
  } else if (type == "AlterOrderWithRespectTo") {
    order(asked, from, to);
  } else if (type == "RenameIndex") {
    rename_index(asked, from, to, back);
  } else if (type == "AddIndex" || type == "AddIndexConcurrently" || type == "AddConstraint" ||
             type == "AddConstraintNotValid") {
    const py::Value* value = asked.argument("index");
    if (value == nullptr) value = asked.argument("constraint");
    const std::string name = name_of_call(value);
    if (back) {
      remove_named(asked, from, name);
    } else {
      add_named(asked, to, name);
    }
  } else if (type == "RemoveIndex" || type == "RemoveIndexConcurrently" || type == "RemoveConstraint") {
    if (back) {
      add_named(asked, to, asked.text("name"));
    } else {
      remove_named(asked, from, asked.text("name"));
    }
  } else if (type == "ValidateConstraint") {
    if (!back) validate(asked, from);
  } else if (is_package_operation(asked)) {
    package_operation(asked, from, back);
  } else {
    return type == "AlterModelOptions" || type == "AlterModelManagers" || type == "AlterConstraint";
  }
  return true;
}

bool Runner::other_operation(const ModelOperation& asked, const Origin& origin, bool back) {
  const std::string& type = asked.known_as;
  if (type == "RunSQL") {
    run_sql(asked, origin, back);
  } else if (type == "RunPython") {
    run_python(asked, back);
  } else if (type == "CreateCollation" || type == "RemoveCollation") {
    collation(asked, (type == "CreateCollation") != back);
  } else if (type.ends_with("Extension")) {
    extension(asked, !back);
  } else {
    return false;
  }
  return true;
}

constexpr int depth_limit = 50;  // of SeparateDatabaseAndState in itself

void Runner::forwards(const ModelOperation& asked, const ProjectState& from, const ProjectState& to,
                      const Origin& origin, int depth) {
  editor_.at(origin);
  const std::string& type = asked.known_as;
  if (type.empty() || depth > depth_limit) {
    return unknown(asked.unknown_reason.empty() ? "operation `" + asked.type + "` is not known" : asked.unknown_reason);
  }
  if (!asked.evaluated && !asked.unknown_reason.empty() && type != "RunPython" && type != "RunSQL") {
    editor_.note_unknown(asked.unknown_reason);
  }
  if (type == "CreateModel") return create(asked, to);
  if (type == "DeleteModel") return drop(asked, from);
  if (type == "RenameModel") return rename_model(from, to, asked.text("old_name"), asked.text("new_name"));
  if (type == "AddField") return add_field(asked, from, to, true);
  if (type == "RemoveField") return remove_field(asked, from);
  if (type == "AlterField") return alter_field(asked, from, to, asked.text("name"), asked.text("name"), true);
  if (type == "RenameField") {
    return alter_field(asked, from, to, asked.text("old_name"), asked.text("new_name"), false);
  }
  if (type == "SeparateDatabaseAndState") {
    ProjectState before = from;
    for (std::size_t i = 0; i < asked.database_operations.size(); ++i) {
      const ModelOperation& inner = asked.database_operations[i];
      ProjectState after = state_forwards(inner, app_, before, settings_);
      const Origin place{origin.operation, origin.path + ".database_operations." + std::to_string(i), inner.location};
      forwards(inner, before, after, place, depth + 1);
      before = std::move(after);
    }
    return;
  }
  if (option_operation(asked, from, to, false) || other_operation(asked, origin, false)) return;
  unknown("operation `" + asked.type + "` is not known");
}

void Runner::backwards(const ModelOperation& asked, const ProjectState& from, const ProjectState& to,
                       const Origin& origin, int depth) {
  editor_.at(origin);
  const std::string& type = asked.known_as;
  if (type.empty() || depth > depth_limit) return unknown("operation `" + asked.type + "` is not known");
  if (type == "CreateModel") return drop(asked, from);
  if (type == "DeleteModel") return create(asked, to);
  if (type == "RenameModel") return rename_model(from, to, asked.text("new_name"), asked.text("old_name"));
  if (type == "AddField") return remove_field(asked, from);
  if (type == "RemoveField") return add_field(asked, from, to, false);
  if (type == "AlterField") return alter_field(asked, from, to, asked.text("name"), asked.text("name"), true);
  if (type == "RenameField") {
    return alter_field(asked, from, to, asked.text("new_name"), asked.text("old_name"), false);
  }
  if (type == "SeparateDatabaseAndState") {
    std::vector<ProjectState> states = {to};
    for (const ModelOperation& inner : asked.database_operations) {
      states.push_back(state_forwards(inner, app_, states.back(), settings_));
    }
    for (std::size_t i = asked.database_operations.size(); i-- > 0;) {
      const ModelOperation& inner = asked.database_operations[i];
      const Origin place{origin.operation, origin.path + ".database_operations." + std::to_string(i), inner.location};
      if (inner.reversible && !*inner.reversible) {
        editor_.fail("NotImplementedError: an operation inside SeparateDatabaseAndState cannot be reversed");
      }
      backwards(inner, states[i + 1], states[i], place, depth + 1);
    }
    return;
  }
  if (option_operation(asked, from, to, true) || other_operation(asked, origin, true)) return;
  unknown("operation `" + asked.type + "` is not known");
}

// The tables that an operation of which not all is known may have changed; none: any.
std::vector<QualifiedName> tables_of(const ModelOperation& asked, const std::string& app, const ProjectState& from,
                                     const ProjectState& to) {
  std::vector<QualifiedName> tables;
  if (asked.known_as.empty()) return tables;
  for (const std::string_view parameter : {"model_name", "name", "old_name", "new_name"}) {
    const std::string name = lower_case(asked.text(parameter));
    for (const ProjectState* state : {&from, &to}) {
      const ModelPtr found = name.empty() ? nullptr : state->find(app, name);
      if (found) tables.push_back(qualified(found->table));
    }
    if (!tables.empty() && parameter != "old_name") break;
  }
  return tables;
}

Origin origin_of(const Migration& migration, std::size_t operation) {
  return {operation, std::to_string(operation), migration.operations[operation].location};
}

}  // namespace

void run_forwards(const Migration& migration, ProjectState& models, Editor& editor, const ReadSettings& given,
                  const BeforeOperation& before) {
  ReadSettings settings = given;
  settings.state.names = &migration.names;
  Runner runner(migration.key.app, editor, settings, migration.atomic);
  for (std::size_t i = 0; i < migration.operations.size(); ++i) {
    if (before) before(i, models);
    ProjectState after = state_forwards(migration.operations[i], migration.key.app, models, settings);
    const std::size_t known_so_far = editor.unknown().size();
    runner.forwards(migration.operations[i], models, after, origin_of(migration, i), 0);
    if (editor.unknown().size() > known_so_far) {
      editor.leave_open(tables_of(migration.operations[i], migration.key.app, models, after));
    }
    models = std::move(after);
  }
  editor.close();
}

void run_backwards(const Migration& migration, const ProjectState& models, Editor& editor, const ReadSettings& given) {
  ReadSettings settings = given;
  settings.state.names = &migration.names;
  std::vector<ProjectState> states = {models};
  for (const ModelOperation& operation : migration.operations) {
    // SeparateDatabaseAndState always says that it can be reversed
    if (operation.known_as != "SeparateDatabaseAndState" && operation.reversible && !*operation.reversible) {
      editor.fail("IrreversibleError: operation " + std::to_string(states.size()) + " (" + operation.type +
                  ") cannot be reversed");
    }
    states.push_back(state_forwards(operation, migration.key.app, states.back(), settings));
  }
  if (editor.failure()) return;
  Runner runner(migration.key.app, editor, settings, migration.atomic);
  for (std::size_t i = migration.operations.size(); i-- > 0;) {
    runner.backwards(migration.operations[i], states[i + 1], states[i], origin_of(migration, i), 0);
  }
  editor.close();
}

}  // namespace mlint::django
