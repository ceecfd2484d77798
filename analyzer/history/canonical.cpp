#include "analyzer/history/canonical.h"

#include <algorithm>
#include <array>
#include <map>

#include "analyzer/base/overloaded.h"
#include "analyzer/operation/printer.h"
#include "parsers/python/code_form.h"

namespace mlint::history {
namespace {

using django::ModelOperation;

template <std::size_t Size>
bool one_of(const std::array<std::string_view, Size>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string joined(std::vector<std::string> parts, std::string_view open, std::string_view close, bool sorted) {
  if (sorted) std::sort(parts.begin(), parts.end());
  std::string result(open);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) result += ", ";
    result += parts[i];
  }
  result += close;
  return result;
}

// Python without its blanks, comments and the quotes a formatter chooses: for what could not be evaluated.
std::string without_layout(std::string_view text) {
  std::string result;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == '\\' && i + 1 < text.size()) {
        result += c;
        result += text[++i];
      } else if (c == quote) {
        result += '"';
        quote = 0;
      } else {
        result += c;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
      result += '"';
    } else if (c == '#') {
      while (i + 1 < text.size() && text[i + 1] != '\n') ++i;
    } else if (c == ')' || c == ']' || c == '}') {
      if (result.ends_with(',')) result.pop_back();
      result += c;
    } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\\') {
      result += c;
    }
  }
  return result;
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

// Arguments of fields that only Python reads. `default` is not here: AddField fills existing rows with it.
bool only_python(std::string_view name) {
  static constexpr std::array<std::string_view, 25> names = {"verbose_name",
                                                             "verbose_name_plural",
                                                             "help_text",
                                                             "choices",
                                                             "validators",
                                                             "editable",
                                                             "blank",
                                                             "error_messages",
                                                             "related_name",
                                                             "related_query_name",
                                                             "limit_choices_to",
                                                             "upload_to",
                                                             "storage",
                                                             "serialize",
                                                             "unique_for_date",
                                                             "unique_for_month",
                                                             "unique_for_year",
                                                             "on_delete",
                                                             "parent_link",
                                                             "encoder",
                                                             "decoder",
                                                             "auto_now",
                                                             "auto_now_add",
                                                             "violation_error_message",
                                                             "violation_error_code"};
  return one_of(names, name);
}

bool is_field_class(std::string_view dotted) {
  const std::string_view last = dotted.substr(dotted.rfind('.') + 1);
  return last.ends_with("Field") || last.ends_with("Key") || last.ends_with("Constraint") || last.ends_with("Index");
}

class Writer {
 public:
  Writer(std::string_view source, bool with_defaults) : source_(source), with_defaults_(with_defaults) {}

  std::string write(const py::Value& value) {
    return std::visit(
        overloaded{
            [](const py::None&) { return std::string("None"); },
            [](const py::Boolean& it) { return std::string(it.value ? "True" : "False"); },
            [](const py::Integer& it) { return it.digits; },
            [](const py::Float& it) { return std::to_string(it.value); },
            [](const py::String& it) { return quoted(it.text); },
            // Python 2's migrations wrote b'' for names.
            [](const py::Bytes& it) { return quoted(it.data); },
            [](const py::Name& it) { return name(it.dotted); },
            [&](const py::Call& it) { return call(it); },
            [&](const py::List& it) { return items(it.items, "[", "]", false); },
            [&](const py::Tuple& it) { return items(it.items, "[", "]", false); },
            [&](const py::Set& it) { return items(it.items, "{", "}", true); },
            [&](const py::Dict& it) { return dictionary(it); },
            [&](const py::Starred& it) { return "*" + write(*it.value); },
            [&](const py::Attribute& it) { return write(*it.base) + "." + it.name; },
            [&](const py::Subscript& it) { return write(*it.base) + "[" + write(*it.index) + "]"; },
            [&](const py::Unary& it) { return it.op + " " + write(*it.operand); },
            [&](const py::Binary& it) { return "(" + write(*it.left) + " " + it.op + " " + write(*it.right) + ")"; },
            [&](const py::Lambda& it) { return "lambda: " + without_layout(text(it.body)); },
            [&](const py::Unknown& it) {
              const std::string written = without_layout(text(value.source.span));
              return written.empty() ? "unknown: " + it.reason : written;
            },
        },
        value.kind);
  }

 private:
  // Classes and functions move between modules, Django's own from release to release, a project's when it is
  // reordered: the last part is what stays.
  static std::string name(const std::string& dotted) { return dotted.substr(dotted.rfind('.') + 1); }

  std::string_view text(Span span) const {
    if (span.begin >= source_.size()) return {};
    return source_.substr(span.begin, span.end - span.begin);
  }

  std::string items(const py::Values& values, std::string_view open, std::string_view close, bool sorted) {
    std::vector<std::string> parts;
    for (const py::Value& value : values) parts.push_back(write(value));
    return joined(std::move(parts), open, close, sorted);
  }

  std::string dictionary(const py::Dict& dict) {
    std::vector<std::string> parts;
    for (const auto& [key, value] : dict.items) parts.push_back(write(key) + ": " + write(value));
    return joined(std::move(parts), "{", "}", true);
  }

  std::string call(const py::Call& it) {
    std::string callee = write(*it.callee);
    const bool field = is_field_class(callee);
    std::vector<std::string> named;
    // The same class under another path, and what Django renamed.
    if (field) callee.erase(0, callee.rfind('.') + 1);
    if (callee == "NullBooleanField") {
      callee = "BooleanField";
      named.emplace_back("null=True");
    }
    for (const py::Keyword& keyword : it.keywords) {
      if (field && only_python(keyword.name)) continue;
      if (field && keyword.name == "default" && !with_defaults_) continue;
      std::string name = keyword.name;
      if (callee == "CheckConstraint" && name == "check") name = "condition";
      std::string value = write(*keyword.value);
      const bool relation = is_relation(callee);
      if (field && (value == "False" || value == "None") && is_off_by_default(name, relation)) continue;
      if (relation && value == "True" && (name == "db_index" || name == "db_constraint")) continue;
      if (relation && name == "to") value = lower_case(value);
      named.push_back(name + "=" + value);
    }
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < it.arguments.size(); ++i) {
      // The first positional argument of a plain field is its verbose name, of a relation its target.
      const bool relation = is_relation(callee);
      if (field && callee.ends_with("Field") && !relation && callee != "ArrayField" && i == 0) continue;
      if (field && relation && i == 0) {
        named.push_back("to=" + lower_case(write(it.arguments[i])));
        continue;
      }
      if (field && relation && i == 1) continue;  // on_delete
      parts.push_back(write(it.arguments[i]));
    }
    std::sort(named.begin(), named.end());
    named.erase(std::unique(named.begin(), named.end()), named.end());
    parts.insert(parts.end(), named.begin(), named.end());
    return joined(std::move(parts), callee + "(", ")", false);
  }

  static bool is_relation(std::string_view callee) {
    return callee.ends_with("Key") || callee == "OneToOneField" || callee == "ManyToManyField";
  }

  static bool is_off_by_default(std::string_view name, bool relation) {
    static constexpr std::array<std::string_view, 6> names = {"null",      "unique",       "primary_key",
                                                              "db_column", "auto_created", "db_collation"};
    return one_of(names, name) || (name == "db_index" && !relation);
  }

  std::string_view source_;
  bool with_defaults_;
};

// Lists of column lists: the outer order does not matter, a list of names is a list of one.
std::string column_lists(const py::Value& value, Writer& writer) {
  const py::Values* outer = nullptr;
  if (const auto* list = value.as<py::List>()) outer = &list->items;
  if (const auto* tuple = value.as<py::Tuple>()) outer = &tuple->items;
  if (const auto* set = value.as<py::Set>()) outer = &set->items;
  if (outer == nullptr) return value.is<py::None>() ? "[]" : writer.write(value);
  if (!outer->empty() && outer->front().is<py::String>()) return "[" + writer.write(value) + "]";
  std::vector<std::string> parts;
  for (const py::Value& item : *outer) parts.push_back(writer.write(item));
  return joined(std::move(parts), "[", "]", true);
}

bool option_with_sql(std::string_view name) {
  static constexpr std::array<std::string_view, 11> names = {
      "db_table", "unique_together", "index_together",        "indexes",   "constraints",     "managed",
      "proxy",    "db_tablespace",   "order_with_respect_to", "swappable", "db_table_comment"};
  return one_of(names, name);
}

std::string options(const py::Value& value, Writer& writer) {
  const auto* dict = value.as<py::Dict>();
  if (dict == nullptr) return writer.write(value);
  std::vector<std::string> parts;
  for (const auto& [key, option] : dict->items) {
    const auto* name = key.as<py::String>();
    if (name != nullptr && !option_with_sql(name->text)) continue;
    const bool lists = name != nullptr && name->text.ends_with("_together");
    const std::string written = lists ? column_lists(option, writer) : writer.write(option);
    if (written == "[]" || written == "False") continue;
    parts.push_back(writer.write(key) + ": " + written);
  }
  return joined(std::move(parts), "{", "}", true);
}

std::string statements(const std::vector<django::SqlText>& texts) {
  std::string result;
  for (const django::SqlText& text : texts) {
    for (const sql::ParsedStatement& statement : text.parsed.statements) {
      for (const Operation& operation : statement.operations) {
        result += operation.fingerprint != 0 ? "#" + std::to_string(operation.fingerprint) : print_sql(operation);
        result += ";";
      }
    }
    if (text.has_params) result += "%";
  }
  return result;
}

std::string run_sql(const ModelOperation& operation, const Version& version, bool reverse) {
  const bool unread = reverse ? operation.reverse_sql_unread : operation.sql_unread;
  const std::string_view name = reverse ? "reverse_sql" : "sql";
  const auto& texts = reverse ? operation.reverse_sql : operation.sql;
  const py::Value* value = operation.argument(name);
  if (unread && value != nullptr) return canonical(*value, version.source);
  std::string result = statements(texts);
  // Parameters stand in the value, not in the text.
  const bool params = std::any_of(texts.begin(), texts.end(), [](const auto& it) { return it.has_params; });
  if (params && value != nullptr) result += canonical(*value, version.source);
  return result;
}

bool asks_nothing(std::string_view known_as) {
  static constexpr std::array<std::string_view, 2> names = {"AlterModelManagers", "AlterModelOptions"};
  return one_of(names, known_as);
}

// AlterModelOptions writes `managed` into the state alone, but what follows depends on it.
std::string model_options(const ModelOperation& operation, Writer& writer) {
  const py::Value* value = operation.argument("options");
  if (value == nullptr) return {};
  const std::string written = options(*value, writer);
  return written == "{}" ? "" : written;
}

std::string argument(const ModelOperation& operation, const django::Argument& it, Writer& writer) {
  if (it.name == "options") return options(it.value, writer);
  if (it.name.ends_with("_together")) return column_lists(it.value, writer);
  std::string written = writer.write(it.value);
  // Django lower-cases names of models in its state.
  if (it.name == "model_name" || it.name == "old_name" || it.name == "new_name") return lower_case(written);
  if (it.name == "name" &&
      (operation.known_as == "DeleteModel" || operation.known_as.starts_with("AlterModel") ||
       operation.known_as.ends_with("Together") || operation.known_as == "AlterOrderWithRespectTo")) {
    return lower_case(written);
  }
  return written;
}

bool only_hints(std::string_view name) {
  static constexpr std::array<std::string_view, 7> names = {"elidable", "hints",        "bases",           "managers",
                                                            "code",     "reverse_code", "preserve_default"};
  return one_of(names, name);
}

// A function or class of the module and what it uses of the module, each told once, in the order of their first use.
class Code {
 public:
  explicit Code(const Version& version) : version_(version) {}

  void add(const std::string& name) {
    constexpr std::size_t enough = 200;
    if (seen_.size() > enough || !seen_.emplace(name, seen_.size()).second) return;
    const py::Module& module = version_.migration.module;
    const py::Function* function = module.find_function(name);
    const py::Class* found = module.find_class(name);
    if (function == nullptr && found == nullptr) {
      if (const py::Value* value = module.find(name)) text_ += canonical(*value, version_.source) + "\n";
      return;
    }
    const py::CodeForm form =
        py::code_form(version_.source, module, function != nullptr ? function->span : found->span);
    text_ += form.text + "\n";
    for (const std::string& used : form.uses) {
      add(used);
      text_ += std::to_string(seen_[used]) + ",";
    }
  }

  std::string text() && { return std::move(text_); }

 private:
  const Version& version_;
  std::string text_;
  std::map<std::string, std::size_t> seen_;
};

std::string nested(const std::vector<ModelOperation>& operations, const Version& version) {
  std::string result;
  for (const ModelOperation& operation : operations) result += canonical(operation, version) + ";";
  return result;
}

}  // namespace

std::string canonical(const py::Value& value, std::string_view source) { return Writer(source, true).write(value); }

std::string canonical(const ModelOperation& operation, const Version& version) {
  const std::string_view known = operation.known_as;
  if (known == "RunSQL") {
    const std::string state = nested(operation.state_operations, version);
    return "RunSQL(" + run_sql(operation, version, false) + (state.empty() ? ")" : ", state=" + state + ")");
  }
  if (known == "SeparateDatabaseAndState") {
    return "SeparateDatabaseAndState(" + nested(operation.database_operations, version) + "|" +
           nested(operation.state_operations, version) + ")";
  }
  // A table that is made holds no rows to fill.
  Writer writer(version.source, known != "CreateModel");
  if (known == "AlterModelOptions") return model_options(operation, writer);
  if (asks_nothing(known)) return {};
  std::vector<std::string> parts;
  for (const django::Argument& it : operation.arguments) {
    if (only_hints(it.name)) continue;
    const std::string written = argument(operation, it, writer);
    if (it.name == "options" && written == "{}") continue;
    parts.push_back(it.name + "=" + written);
  }
  return joined(std::move(parts), std::string(known.empty() ? operation.type : known) + "(", ")", true);
}

std::string canonical_reverse(const ModelOperation& operation, const Version& version) {
  if (operation.known_as == "RunSQL") {
    if (operation.reversible == false) return "irreversible";
    return run_sql(operation, version, true);
  }
  if (operation.known_as == "RunPython") {
    const py::Value* code = operation.argument("reverse_code");
    return code == nullptr || code->is<py::None>() ? "irreversible" : "";
  }
  std::string result;
  for (const ModelOperation& inner : operation.database_operations) result += canonical_reverse(inner, version);
  return result;
}

std::string canonical_code(const py::Value* value, const Version& version) {
  if (value == nullptr) return {};
  Code code(version);
  const std::string_view name = py::dotted_name(*value);
  code.add(std::string(name));
  std::string text = std::move(code).text();
  if (text.empty()) text = canonical(*value, version.source);
  return text;
}

}  // namespace mlint::history
