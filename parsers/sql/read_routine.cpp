#include <array>
#include <utility>

#include "parsers/sql/read_object.h"

// Functions, procedures and their languages.
namespace mlint::sql {
namespace {

char parameter_mode(std::string_view mode) {
  if (mode == "FUNC_PARAM_OUT") return 'o';
  if (mode == "FUNC_PARAM_INOUT") return 'b';
  if (mode == "FUNC_PARAM_VARIADIC") return 'v';
  if (mode == "FUNC_PARAM_TABLE") return 't';
  return 'i';
}

char volatility(std::string_view word) { return word == "immutable" ? 'i' : word == "stable" ? 's' : 'v'; }

// Flat: BEGIN ATOMIC is a list of lists.
void read_sql_body(Reading& reading, Node node, CreateFunction& function) {
  if (node.tag() == "List") {
    for (const Node item : node["List"]["items"]) read_sql_body(reading, item, function);
  } else if (auto query = read_query(reading, node)) {
    function.sql.push_back(std::move(query));
  }
}

void read_function_option(Reading& reading, Node option, CreateFunction& function) {
  const std::string_view name = option.text("defname");
  const Node value = option["arg"];
  if (name == "language") {
    function.language.clear();
    for (const char c : read_value(value)) function.language += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  } else if (name == "volatility") {
    function.volatility = volatility(read_value(value));
  } else if (name == "strict") {
    function.strict = value["Boolean"].flag("boolval");
  } else if (name == "security") {
    function.security_definer = value["Boolean"].flag("boolval");
  } else if (name == "as") {
    for (const Node item : value["List"]["items"]) {
      function.body = read_value(item);  // of C functions the file, then the symbol
    }
    std::size_t token = token_at(reading, offset_of(reading, option));
    while (token < reading.tokens.size() && reading.tokens[token].kind != Token::Kind::string) ++token;
    if (token < reading.tokens.size()) function.body_span = reading.tokens[token].span;
  } else if (name == "set") {
    const Node set = value["VariableSetStmt"];
    std::string text;
    for (const Node item : set["args"]) text += (text.empty() ? "" : ", ") + read_value(item);
    function.settings.emplace_back(std::string(set.text("name")), std::move(text));
  }
}

OperationKind create_function(Reading& reading, Node body) {
  CreateFunction function;
  function.name = read_name(body["funcname"]);
  function.or_replace = body.flag("replace");
  function.procedure = body.flag("is_procedure");
  function.returns = read_type(reading, body["returnType"]);
  for (const Node item : body["parameters"]) {
    const Node parameter = item["FunctionParameter"];
    function.parameters.push_back({std::string(parameter.text("name")), read_type(reading, parameter["argType"]),
                                   parameter_mode(parameter.text("mode")), static_cast<bool>(parameter["defexpr"])});
  }
  for (const Node item : body["options"]) read_function_option(reading, item["DefElem"], function);
  if (const Node sql = body["sql_body"]) {
    function.has_sql_body = true;
    if (function.language.empty()) function.language = "sql";
    read_sql_body(reading, sql, function);
  }
  return function;
}

OperationKind alter_function(Reading&, Node body) {
  AlterFunction function;
  function.name = read_name(body["func"]["objname"]);
  for (const Node item : body["actions"]) {
    const Node option = item["DefElem"];
    if (option.text("defname") == "volatility") function.volatility = volatility(read_value(option["arg"]));
  }
  return function;
}

OperationKind create_language(Reading&, Node body) {
  // CREATE LANGUAGE without a handler is CREATE EXTENSION (PostgreSQL 13)
  if (!body["plhandler"]) {
    CreateExtension extension;
    extension.name = std::string(body.text("plname"));
    extension.if_not_exists = body.flag("replace");
    return extension;
  }
  CreateObject object;
  object.kind = ObjectKind::language;
  object.name.name = std::string(body.text("plname"));
  return object;
}

constexpr std::array<Named<Reader>, 3> kReaders = {{
    {"CreateFunctionStmt", create_function},
    {"AlterFunctionStmt", alter_function},
    {"CreatePLangStmt", create_language},
}};

}  // namespace

Reader routine_reader(Key tag) { return reader_in(kReaders, tag); }

}  // namespace mlint::sql
