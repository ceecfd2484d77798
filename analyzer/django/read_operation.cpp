#include "analyzer/django/read_operation.h"

#include <algorithm>
#include <set>

#include "analyzer/django/helper_result.h"
#include "analyzer/django/own_operation.h"
#include "analyzer/django/package_constraint.h"
#include "analyzer/django/project_lookup.h"
#include "analyzer/django/python_chain.h"
#include "analyzer/django/python_step.h"
#include "analyzer/django/signatures.h"

namespace mlint::django {

namespace {

constexpr int max_nesting = 50;  // of SeparateDatabaseAndState and of names that stand for lists

Location location_of(const py::Value& value, const ReadContext& context) {
  return {context.file, value.use.empty() ? value.source.span : value.use};
}

struct Known {
  const OperationClass* operation = nullptr;
  std::string note;
  std::string reason;  // why it is not known
  bool own_signature = false;
  bool own_effects = false;  // a class of the project says what happens in the database
  bool state_only = false;   // … and that is nothing
  bool either_way = false;   // … nor when it is undone
  bool in_state = true;      // what it does to the state is its base's
  bool same_state = false;   // … or nothing
  Found<py::Class> init;     // the class whose `__init__` that is
  Found<py::Class> own;      // that extends Django's Operation itself
};

// An override that hands on to its base is taken for what the base does; another one does what nobody reads.
bool replaces(const py::Function& override, const Found<py::Class>& of, const ReadContext& context) {
  const auto text = text_of(of.dotted, context);
  if (!text || text->second.size() < override.span.end) return true;
  const auto body = std::string_view(text->second).substr(override.span.begin, override.span.end - override.span.begin);
  return body.find("super(") == body.npos || body.find(".execute(") != body.npos;
}

void note_overrides(const Found<py::Class>& of, const ReadContext& context, Known& known) {
  const auto& found = *of.found;
  for (const std::string_view name : {"database_forwards", "database_backwards", "state_forwards"})
    if (found.function(name) != nullptr && known.note.empty())
      known.note = "`" + found.name + "` overrides `" + std::string(name) + "`";
  if (const auto* in_state = found.function("state_forwards"); in_state != nullptr && known.in_state) {
    known.in_state = false;
    known.same_state = does_nothing(*in_state, of, context);
  }
  const auto* forwards = found.function("database_forwards");
  if (forwards != nullptr && !known.own_effects) {
    known.own_effects = replaces(*forwards, of, context);
    const auto* backwards = found.function("database_backwards");
    known.state_only = known.own_effects && does_nothing(*forwards, of, context);
    known.either_way = backwards != nullptr && does_nothing(*backwards, of, context);
  }
  if (found.function("__init__") != nullptr) known.own_signature = true;
}

Known resolve(std::string_view dotted, const ReadContext& context) {
  Known known;
  std::string name = canonical_class(dotted);
  std::string home;  // module of the class that was found last
  for (int steps = 0; steps < 5; ++steps) {
    known.operation = find_operation_class(name);
    if (known.operation != nullptr) return known;
    if (!home.empty() && name.find('.') == std::string::npos) name = home + "." + name;
    auto found = find_class(name, context);
    if (found.found == nullptr) break;
    note_overrides(found, context, known);
    if (known.own_signature && known.init.found == nullptr) known.init = found;
    if (found.found->bases.empty()) break;
    home = found.dotted;
    name = canonical_class(base_name(found.found->bases[0]));
    if (name == "django.db.migrations.operations.base.Operation" || name == "django.db.migrations.Operation" ||
        name == "django.db.migrations.base.Operation") {
      known.reason = "`" + std::string(last_part(dotted)) + "` is an operation of the project's own";
      if (steps == 0) known.own = std::move(found);
      return known;
    }
  }
  known.reason = "`" + std::string(dotted) + "` is no operation that is known";
  return known;
}

// Positional arguments get the parameters' names; what the signature does not have is kept apart.
void bind_arguments(py::Call& call, const std::vector<std::string_view>& parameters, ModelOperation& operation) {
  const auto star = static_cast<std::size_t>(std::find(parameters.begin(), parameters.end(), "*") - parameters.begin());
  const auto known = [&](std::string_view name) {
    return name != "*" && std::find(parameters.begin(), parameters.end(), name) != parameters.end();
  };
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    auto& value = call.arguments[i];
    if (value.is<py::Starred>()) {
      operation.unknown_reason = "arguments unpacked from a value that is not constant";
      operation.evaluated = false;
      break;
    }
    if (i < star) {
      operation.arguments.push_back({std::string(parameters[i]), std::move(value)});
    } else {
      auto& target = parameters.empty() ? operation.arguments : operation.unknown_arguments;
      target.push_back({std::to_string(i), std::move(value)});
    }
  }
  for (auto& keyword : call.keywords) {
    if (keyword.name.empty()) {
      operation.unknown_reason = "arguments unpacked from a value that is not constant";
      operation.evaluated = false;
      continue;
    }
    auto& target = parameters.empty() || known(keyword.name) ? operation.arguments : operation.unknown_arguments;
    target.push_back({keyword.name, std::move(*keyword.value)});
  }
}

void read_nested(ModelOperation& operation, std::string_view name, std::vector<ModelOperation>& out,
                 const ReadContext& context, int depth) {
  const auto* value = operation.argument(name);
  if (value == nullptr || value->is<py::None>()) return;
  auto read = read_operations(*value, context, depth + 1);
  out = std::move(read.operations);
  if (!read.reason.empty()) {
    operation.evaluated = false;
    if (operation.unknown_reason.empty()) operation.unknown_reason = std::move(read.reason);
  }
}

bool given(const py::Value* value) { return value != nullptr && !value->is<py::None>(); }

void read_run_sql(ModelOperation& operation, const ReadContext& context) {
  bool noop = false;
  if (const auto* sql = operation.argument("sql")) {
    auto reason = read_sql(*sql, "sql", context, operation.sql, noop);
    operation.sql_unread = !reason.empty();
    if (!reason.empty() && operation.unknown_reason.empty()) operation.unknown_reason = std::move(reason);
  }
  const auto* reverse = operation.argument("reverse_sql");
  operation.reversible = given(reverse);
  if (reverse == nullptr) return;
  const auto reason = read_sql(*reverse, "reverse_sql", context, operation.reverse_sql, noop);
  operation.reverse_sql_unread = !reason.empty();
}

void read_kind(ModelOperation& operation, const OperationClass& known, const ReadContext& context, int depth) {
  if (operation.known_as == "RunSQL") {
    read_run_sql(operation, context);
    read_nested(operation, "state_operations", operation.state_operations, context, depth);
  } else if (operation.known_as == "SeparateDatabaseAndState") {
    read_nested(operation, "database_operations", operation.database_operations, context, depth);
    read_nested(operation, "state_operations", operation.state_operations, context, depth);
  } else if (operation.known_as == "RunPython") {
    // A package's own step has its own way back.
    operation.reversible = !known.package.empty() || given(operation.argument("reverse_code"));
    read_python_step(operation, context);
  }
  operation.extension = known.extension;
  if (operation.known_as == "CreateExtension" && operation.extension.empty())
    operation.extension = operation.text("name");
}

// The same as SeparateDatabaseAndState(state_operations=[…]).
ModelOperation in_state_only(ModelOperation operation, bool either_way) {
  ModelOperation around;
  around.type = operation.type;
  around.dotted = operation.dotted;
  around.known_as = "SeparateDatabaseAndState";
  around.location = operation.location;
  around.name_location = operation.name_location;
  around.evaluated = operation.evaluated;
  // As it is written, whatever it stands for.
  for (const Argument& argument : operation.arguments)
    around.arguments.push_back({argument.name, argument.value.clone()});
  if (!either_way) around.undone_reason = operation.note;
  operation.note.clear();
  around.state_operations.push_back(std::move(operation));
  return around;
}

// The first Unknown inside that may decide what the database is asked: what only forms and Python look at does not.
const py::Value* deciding_unknown(const py::Value& value, int depth) {
  static constexpr std::string_view undeciding[] = {"choices",    "help_text",      "verbose_name",
                                                    "validators", "error_messages", "limit_choices_to"};
  if (value.is<py::Unknown>()) return &value;
  if (depth > max_nesting) return py::first_unknown(value);
  const py::Value* found = nullptr;
  const auto look = [&](const py::Value& part) {
    if (found == nullptr) found = deciding_unknown(part, depth + 1);
  };
  const auto* call = value.as<py::Call>();
  if (call == nullptr) {
    each_child(value, look);
    return found;
  }
  look(*call->callee);
  for (const py::Value& argument : call->arguments) look(argument);
  for (const py::Keyword& keyword : call->keywords) {
    const bool silent = std::find(std::begin(undeciding), std::end(undeciding), keyword.name) != std::end(undeciding);
    if (!silent) look(*keyword.value);
  }
  return found;
}

// The class that is called: by its name, or as an attribute of an instance of a class that holds classes by name.
std::string called_class(const py::Value& callee, const ReadContext& context) {
  if (const auto* name = callee.as<py::Name>()) return name->dotted;
  const auto* attribute = callee.as<py::Attribute>();
  const auto* made = attribute != nullptr ? attribute->base->as<py::Call>() : nullptr;
  if (made == nullptr) return {};
  // An instance that another module makes is called by the names of that one.
  std::string home;
  const Span use = attribute->base->use;
  if (attribute->base->source.file != context.file) {
    const auto import = std::find_if(context.module.imports.begin(), context.module.imports.end(), [&](const auto& it) {
      return use.end <= context.source.size() && it.name == context.source.substr(use.begin, use.end - use.begin);
    });
    if (import == context.module.imports.end()) return {};
    home = without_last(import->dotted);
  }
  const auto found = find_class(seen_from_migration(py::dotted_name(*attribute->base), home, context), context);
  const py::Value* held = found.found != nullptr ? found.found->find(attribute->name) : nullptr;
  if (held == nullptr || !held->is<py::Name>()) return {};
  return seen_from_migration(held->as<py::Name>()->dotted, found.dotted, context);
}

ModelOperation read_call(py::Value value, const ReadContext& context, int depth) {
  ModelOperation operation;
  auto& call = std::get<py::Call>(value.kind);
  operation.location = value.source.file == context.file ? value.source : location_of(value, context);
  operation.name_location = location_of(*call.callee, context);
  const auto* first = deciding_unknown(value, 0);
  operation.evaluated = first == nullptr;
  const std::string inside = first != nullptr ? first->as<py::Unknown>()->reason : std::string();
  const std::string called = called_class(*call.callee, context);
  if (called.empty()) {
    operation.unknown_reason = "what is called here is not known";
    bind_arguments(call, {}, operation);
    return operation;
  }
  operation.dotted = canonical_class(called);
  operation.type = last_part(operation.dotted);
  auto known = resolve(called, context);
  operation.note = std::move(known.note);
  if (known.operation == nullptr) {
    operation.unknown_reason = std::move(known.reason);
    bind_arguments(call, {}, operation);
    if (known.own.found != nullptr) read_own_operation(operation, known.own, context);
    return operation;
  }
  const auto& entry = *known.operation;
  if (!entry.note.empty()) operation.note = entry.note;
  if (known.own_signature) {
    auto inner = arguments_for_base(call, known.init, context);
    if (!inner) {
      operation.unknown_reason =
          "`" + operation.type + "` extends `" + std::string(entry.type) + "` with an `__init__` of its own";
      bind_arguments(call, {}, operation);
      return operation;
    }
    value = std::move(*inner);
    operation.evaluated = deciding_unknown(value, 0) == nullptr;
  }
  bind_arguments(std::get<py::Call>(value.kind), parameters_of(entry), operation);
  if (!operation.evaluated && operation.unknown_reason.empty()) operation.unknown_reason = inside;
  operation.known_as = entry.package.empty() ? entry.type : entry.known_as;
  if (operation.known_as.empty()) {
    operation.unknown_reason = entry.note;
    return operation;
  }
  operation.in_earlier_state = known.same_state && !known.own_effects;
  settle_constraints(operation, context);
  read_kind(operation, entry, context, depth);
  if (known.state_only && known.in_state) return in_state_only(std::move(operation), known.either_way);
  if (known.own_effects) {
    operation.evaluated = false;
    operation.unknown_reason = operation.note;
  }
  return operation;
}

ModelOperation unknown_operation(const py::Value& value, std::string reason, const ReadContext& context) {
  ModelOperation operation;
  operation.type = last_part(py::dotted_name(value));
  operation.dotted = py::dotted_name(value);
  operation.unknown_reason = std::move(reason);
  operation.location = operation.name_location = location_of(value, context);
  operation.evaluated = false;
  return operation;
}

void collect(const py::Value& written, const ReadContext& context, int depth, ReadOperations& out);

void collect_item(const py::Value& written, const ReadContext& context, int depth, ReadOperations& out) {
  const auto& value = follow(written, context);
  if (const auto* call = value.as<py::Call>()) {
    // A helper of the project stands for what it returns.
    const auto made = depth < max_nesting ? returned(*call, context) : std::nullopt;
    if (made && (made->is<py::List>() || made->is<py::Tuple>())) return collect(*made, context, depth + 1, out);
    if (made && made->is<py::Call>()) {
      out.operations.push_back(read_call(made->clone(), context, depth));
      out.operations.back().location = out.operations.back().name_location = location_of(value, context);
      return;
    }
    out.operations.push_back(read_call(value.clone(), context, depth));
    return;
  }
  if (const auto* starred = value.as<py::Starred>()) return collect(*starred->value, context, depth + 1, out);
  const auto* unknown = py::first_unknown(value);
  out.operations.push_back(unknown_operation(
      value, unknown != nullptr ? unknown->as<py::Unknown>()->reason : "an operation that is not written as a call",
      context));
}

void collect(const py::Value& written, const ReadContext& context, int depth, ReadOperations& out) {
  const auto& value = follow(written, context);
  const auto* call = value.as<py::Call>();
  const auto made = call != nullptr && depth < max_nesting ? returned(*call, context) : std::nullopt;
  if (made) return collect(*made, context, depth + 1, out);
  if (depth > max_nesting) {
    out.reason = "nested too deep";
  } else if (const auto* list = value.as<py::List>()) {
    for (const auto& item : list->items) collect_item(item, context, depth, out);
  } else if (const auto* tuple = value.as<py::Tuple>()) {
    for (const auto& item : tuple->items) collect_item(item, context, depth, out);
  } else if (const auto* binary = value.as<py::Binary>(); binary != nullptr && binary->op == "+") {
    collect(*binary->left, context, depth + 1, out);
    collect(*binary->right, context, depth + 1, out);
  } else if (const auto* unknown = py::first_unknown(value)) {
    out.reason = unknown->as<py::Unknown>()->reason;
  } else if (call != nullptr && !py::dotted_name(value).empty()) {
    out.reason = "operations that `" + std::string(last_part(py::dotted_name(value))) + "()` makes when it runs";
  } else {
    out.reason = "operations that are not written as a list";
  }
}

}  // namespace

const py::Value& follow(const py::Value& value, const ReadContext& context) {
  const auto* name = value.as<py::Name>();
  if (name == nullptr || !context.files.module) return value;
  const std::string_view dotted = name->dotted;
  if (dotted.find('.') == std::string_view::npos || dotted.starts_with("django.")) return value;
  const auto* module = context.files.module(without_last(dotted), context.path);
  const auto* found = module != nullptr ? module->find(last_part(dotted)) : nullptr;
  return found != nullptr ? *found : value;
}

ReadOperations read_operations(const py::Value& value, const ReadContext& context, int depth) {
  ReadOperations result;
  collect(value, context, depth, result);
  return result;
}

}  // namespace mlint::django
