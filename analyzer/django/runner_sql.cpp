#include <cstdlib>

#include "analyzer/django/naming.h"
#include "analyzer/django/package_operations.h"
#include "analyzer/django/runner.h"

// Operations that are statements of their own: extensions, collations, SQL and Python.
namespace mlint::django {
namespace {

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

}  // namespace

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

}  // namespace mlint::django
