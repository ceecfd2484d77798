#include "analyzer/django/python_body.h"

#include <algorithm>
#include <array>
#include <compare>
#include <map>
#include <set>
#include <tuple>

#include "analyzer/django/python_chain.h"
#include "parsers/python/body.h"
#include "parsers/python/statements.h"

namespace mlint::django {

bool PythonCall::has(std::string_view name) const { return std::find(path.begin(), path.end(), name) != path.end(); }

const PythonModel* PythonBody::model(std::string_view variable) const {
  for (const PythonModel& found : models)
    if (found.variable == variable) return &found;
  return nullptr;
}

namespace {

constexpr int max_depth = 200;

constexpr std::string_view found_before = "(found before)";  // no call of this name does anything

constexpr std::size_t most_calls = 20'000;  // then a helper is read once only; no real function has as many

struct Around {
  auto operator<=>(const Around&) const = default;
  std::size_t loop = PythonCall::no_loop;
  std::size_t loops = 0;
  std::size_t condition = PythonCall::no_loop;
  bool in_while = false, in_condition = false, in_try = false, in_atomic = false, lookup_caught = false;
};

class Reader {
 public:
  Reader(const py::Module& module, FileId file, std::string_view source, PythonBody& body)
      : module_(module), file_(file), source_(source), body_(body) {}

  // Once for what its parameters stand for and for where it is called: a helper is used on several models.
  void read(const py::Function& function, const Around& around, int depth) {
    if (depth > 2) return;
    const auto [known, is_new] = read_.try_emplace(function.name, nullptr);
    if (!is_new && body_.calls.size() > most_calls) return;
    if (!seen_.insert({function.name, around, variables_}).second) return;
    if (is_new) {
      py::InCall call;
      if (depth == 0 && enclosing != nullptr) call.enclosing = *enclosing;
      body_.bodies.push_back(py::read_called_body(source_, module_, function.span, options(), call));
      known->second = &body_.bodies.back();
      body_.imports.insert(body_.imports.end(), known->second->imports.begin(), known->second->imports.end());
    }
    Around inside = around;
    for (const std::string& decorator : function.decorators)
      if (is_atomic(decorator)) enter_atomic(at(function.name_span), around, inside);
    statements(known->second->statements, inside, depth, 0);
  }

  const std::vector<py::Bound>* enclosing = nullptr;  // names of the function around the first

  void read_lambda(Span lambda) {
    py::LambdaBody read = py::read_lambda(source_, module_, lambda, options());
    name_parameters(read.parameters, 0);
    body_.bodies.push_back(std::move(read.body));
    statements(body_.bodies.back().statements, {}, 0, 0);
  }

  // Django calls with the historical apps and the schema editor, after the arguments that are bound already.
  void name_parameters(const std::vector<py::Parameter>& parameters, std::size_t bound) {
    if (parameters.size() > bound) body_.apps = parameters[bound].name;
    if (parameters.size() > bound + 1) body_.schema_editor = parameters[bound + 1].name;
  }

 private:
  py::ParseOptions options() const {
    py::ParseOptions options;
    options.file = file_;
    return options;
  }

  using Variables = std::map<std::string, std::vector<std::string>>;

  static bool is_atomic(std::string_view name) { return name == "atomic" || name.ends_with(".atomic"); }

  void enter_atomic(Location block, const Around& around, Around& inside) {
    inside.in_atomic = true;
    if (!around.in_try) body_.atomic_blocks.push_back(block);
    for (std::size_t loop = around.loop; loop != PythonCall::no_loop; loop = body_.loops[loop].outer)
      body_.loops[loop].commits = true;
  }

  // The chain with a leading variable replaced by what it was assigned.
  std::vector<std::string> expanded(const std::vector<std::string>& path) const {
    const auto known = path.empty() ? variables_.end() : variables_.find(path.front());
    if (known == variables_.end()) return path;
    std::vector<std::string> result = known->second;
    result.insert(result.end(), path.begin() + 1, path.end());
    return result;
  }

  // The query inside list(…), enumerate(…), tqdm(…) or a helper of the project: each hands on every row.
  const py::Value& handed_on(const py::Value& iterable) const {
    const auto* call = iterable.as<py::Call>();
    const auto* function = call == nullptr ? nullptr : call->callee->as<py::Name>();
    if (function == nullptr || call->arguments.empty() || function->dotted == "range") return iterable;
    const py::Value& first = call->arguments.front();
    const auto* variable = first.as<py::Name>();
    const bool query = variable != nullptr && variables_.contains(variable->dotted);
    return query || first.is<py::Call>() || first.is<py::Attribute>() ? handed_on(first) : iterable;
  }

  // The query of `rows = list(query)`: what a variable holds is every row then, too.
  const py::Value& kept(const py::Value& value) const {
    constexpr std::array keepers = {std::string_view("list"), std::string_view("tuple"), std::string_view("sorted"),
                                    std::string_view("reversed"), std::string_view("iter")};
    const auto* call = value.as<py::Call>();
    const auto* function = call == nullptr ? nullptr : call->callee->as<py::Name>();
    const bool keeps =
        function != nullptr && std::find(keepers.begin(), keepers.end(), function->dotted) != keepers.end();
    return keeps ? handed_on(value) : value;
  }

  // A function of the module that is called: its parameters stand for what they are given, its variables are its own.
  void read_helper(const py::Function& helper, const py::Call& call, const Around& around, int depth) {
    Variables inside;
    for (std::size_t i = 0; i < call.arguments.size() && i < helper.parameters.size(); ++i)
      stand_for(helper.parameters[i].name, call.arguments[i], inside);
    for (const py::Keyword& keyword : call.keywords)
      if (keyword.value != nullptr) stand_for(keyword.name, *keyword.value, inside);
    std::swap(variables_, inside);
    read(helper, around, depth + 1);
    std::swap(variables_, inside);
  }

  void stand_for(const std::string& parameter, const py::Value& given, Variables& inside) {
    Chain chain = chain_of(given);
    name_model(chain, given);
    if (chain.path.empty() || chain.path.front().empty()) return;
    std::vector<std::string> from = expanded(chain.path);
    if (from.size() > 1 || from.front() != parameter) inside.insert_or_assign(parameter, std::move(from));
  }

  Location at(Span span) const { return {file_, span}; }

  void statements(const std::vector<py::Statement>& list, const Around& around, int depth, int nested) {
    if (nested > max_depth) return;
    Around here = around;
    for (const py::Statement& statement : list) {
      const std::size_t before = body_.conditions.size();
      one(statement, here, depth, nested);
      // `if not rows: return`
      const bool returns = !statement.body.empty() && statement.body.back().kind == py::Statement::Kind::return_;
      if (statement.kind == py::Statement::Kind::if_ && returns) here.condition = before;
    }
  }

  void one(const py::Statement& statement, const Around& around, int depth, int nested) {
    using Kind = py::Statement::Kind;
    Around inside = around;
    switch (statement.kind) {
      case Kind::for_:
      case Kind::while_:
        enter_loop(statement, inside);
        break;
      case Kind::if_:
        inside.in_condition = true;
        inside.condition = body_.conditions.size();
        body_.conditions.push_back({body_.calls.size(), body_.calls.size(), around.condition});
        break;
      case Kind::try_:
        enter_guard(statement.caught, inside);
        break;
      case Kind::with:
        enter_with(statement, around, inside);
        break;
      default:
        break;
    }
    for (const py::Value& value : statement.values) {
      const std::size_t before = body_.calls.size();
      expression(value, around, depth, 0);
      if (statement.kind == Kind::for_ && body_.calls.size() > before) body_.calls[before].is_iterable = true;
    }
    if (statement.kind == Kind::if_) {
      for (const py::Value& value : statement.values) note_found(value, 0);
      body_.conditions[inside.condition].end = body_.calls.size();
    }
    if (statement.kind == Kind::assign) remember(statement);  // its own right side saw the old value
    statements(statement.body, inside, depth, nested + 1);
  }

  // A variable that holds what a query found asks for its rows, in a condition, as the query itself does.
  void note_found(const py::Value& value, int nested) {
    if (nested > max_depth) return;
    if (const auto* name = value.as<py::Name>()) {
      const auto known = variables_.find(name->dotted);
      if (known == variables_.end()) return;
      PythonCall asked;
      asked.path = {std::string(found_before)};
      asked.calls = {nullptr};
      asked.from = known->second;
      body_.calls.push_back(std::move(asked));
    }
    each_child(value, [&](const py::Value& child) { note_found(child, nested + 1); });
  }

  void enter_loop(const py::Statement& statement, Around& inside) {
    PythonLoop loop;
    loop.is_while = statement.kind == py::Statement::Kind::while_;
    loop.outer = inside.loop;
    loop.location = at(statement.span);
    const auto take = [&](const py::Value& target) {
      if (const auto* name = target.as<py::Name>()) loop.targets.push_back(name->dotted);
    };
    for (const py::Value& target : statement.targets) {
      take(target);
      if (const auto* several = target.as<py::Tuple>())
        std::for_each(several->items.begin(), several->items.end(), take);
    }
    if (!loop.is_while && !statement.values.empty()) {
      loop.iterable = std::string(py::dotted_name(statement.values.front()));
      const py::Value& query = handed_on(statement.values.front());
      Chain chain = chain_of(query);
      name_model(chain, query);
      loop.sliced = chain.sliced;
      loop.from = expanded(chain.path);
      loop.path = std::move(chain.path);
    }
    inside.loop = body_.loops.size();
    ++inside.loops;
    inside.in_while = inside.in_while || loop.is_while;
    body_.loops.push_back(std::move(loop));
  }

  static std::vector<std::string> names_in(const py::Value& call) {
    std::vector<std::string> names;
    if (const auto* made = call.as<py::Call>())
      for (const py::Value& argument : made->arguments) names.emplace_back(py::dotted_name(argument));
    return names;
  }

  static void enter_guard(const std::vector<std::string>& caught, Around& inside) {
    inside.in_try = inside.in_try || !caught.empty();
    inside.lookup_caught =
        inside.lookup_caught || std::any_of(caught.begin(), caught.end(), [](const std::string& name) {
          return name == "LookupError" || name == "Exception" || name == "BaseException";
        });
  }

  void enter_with(const py::Statement& statement, const Around& around, Around& inside) {
    for (const py::Value& context : statement.values) {
      const std::string_view name = py::dotted_name(context);
      if (name.ends_with("contextlib.suppress")) enter_guard(names_in(context), inside);
      if (is_atomic(name)) enter_atomic(at(statement.span), around, inside);
    }
  }

  void remember(const py::Statement& statement) {
    for (const py::Value& target : statement.targets)
      if (const Chain chain = chain_of(target); chain.path.size() > 1) body_.assigned.push_back(chain.path.back());
    if (statement.targets.size() != 1 || statement.values.empty()) return;
    const auto* target = statement.targets.front().as<py::Name>();
    if (target == nullptr) return;
    const py::Value& given = kept(statement.values.front());
    Chain chain = chain_of(given);
    if (chain.path.empty()) return;
    name_model(chain, given);
    if (chain.path.back() == "get_model" && chain.calls.back() != nullptr) {
      add_model(target->dotted, *chain.calls.back(), given);
      return;
    }
    // "rows = rows.filter()" goes on from what it was; a circle is cut at a length that no real chain has.
    std::vector<std::string> from = expanded(chain.path);
    const bool row = from.size() == 1 && chain.calls.back() != nullptr && body_.model(from.front()) != nullptr;
    if ((row || from.size() > 1) && from.size() < max_depth)
      variables_.insert_or_assign(target->dotted, std::move(from));
  }

  // apps.get_model("shop", "Order").objects…: as if the model had been given its own name first.
  void name_model(Chain& chain, const py::Value& value) {
    for (std::size_t i = 0; i + 1 < chain.path.size(); ++i) {
      if (chain.path[i] != "get_model" || chain.calls[i] == nullptr) continue;
      add_model({}, *chain.calls[i], value);
      PythonModel& made = body_.models.back();
      made.variable = made.model.empty() ? std::string(unnamed_model) : made.model;
      const std::string variable = made.variable;
      const PythonModel* known = body_.model(variable);
      if (known != &made && known->app == made.app && known->model == made.model) body_.models.pop_back();
      const auto count = static_cast<std::ptrdiff_t>(i);
      chain.path.erase(chain.path.begin(), chain.path.begin() + count);
      chain.calls.erase(chain.calls.begin(), chain.calls.begin() + count);
      chain.path.front() = variable;
      return;
    }
  }

  void add_model(const std::string& variable, const py::Call& call, const py::Value& value) {
    PythonModel model;
    model.variable = variable;
    model.location = value.source.file == FileId::none ? at(value.use) : value.source;
    const auto text = [&](std::size_t index, std::string_view keyword) -> std::string {
      if (index < call.arguments.size())
        if (const auto* string = call.arguments[index].as<py::String>()) return string->text;
      for (const py::Keyword& one : call.keywords)
        if (one.name == keyword && one.value != nullptr)
          if (const auto* string = one.value->as<py::String>()) return string->text;
      return {};
    };
    model.app = text(0, "app_label");
    model.model = text(1, "model_name");
    if (const std::size_t dot = model.app.find('.'); model.model.empty() && dot != std::string::npos) {
      model.model = model.app.substr(dot + 1);
      model.app.resize(dot);
    }
    body_.models.push_back(std::move(model));
  }

  void expression(const py::Value& value, const Around& around, int depth, int nested) {
    if (nested > max_depth) return;
    if (value.is<py::Call>()) {
      add_call(value, around, depth, nested);
      return;
    }
    if (value.is<py::Attribute>() || value.is<py::Subscript>() || value.is<py::Name>()) {
      add_read(value, around, depth, nested);
      return;
    }
    each_child(value, [&](const py::Value& child) { expression(child, around, depth, nested + 1); });
  }

  void add_read(const py::Value& value, const Around& around, int depth, int nested) {
    Chain chain = chain_of(value);
    name_model(chain, value);
    if (chain.path.size() > 1) {
      PythonRead read;
      read.location = value.source.file == FileId::none ? at(value.use) : value.source;
      read.loop = around.loop;
      read.from = expanded(chain.path);
      read.path = std::move(chain.path);
      body_.reads.push_back(std::move(read));
    }
    const py::Value* inner = &value;  // the calls inside of the chain, and what indexes are
    for (int links = 0; inner != nullptr && links < max_depth; ++links) {
      if (const auto* attribute = inner->as<py::Attribute>()) {
        inner = attribute->base.get();
      } else if (const auto* subscript = inner->as<py::Subscript>()) {
        if (subscript->index != nullptr) expression(*subscript->index, around, depth, nested + 1);
        inner = subscript->base.get();
      } else {
        if (!inner->is<py::Name>()) expression(*inner, around, depth, nested + 1);
        break;
      }
    }
  }

  void add_call(const py::Value& value, const Around& around, int depth, int nested) {
    Chain chain = chain_of(value);
    if (chain.sliced)
      for (std::size_t loop = around.loop; loop != PythonCall::no_loop; loop = body_.loops[loop].outer)
        body_.loops[loop].sliced = true;
    PythonCall call;
    call.location = value.source.file == FileId::none ? at(value.use) : value.source;
    call.loop = around.loop;
    call.loops = around.loops;
    call.condition = around.condition;
    call.in_while = around.in_while;
    call.in_condition = around.in_condition;
    call.in_try = around.in_try;
    call.lookup_caught = around.lookup_caught;
    call.in_atomic = around.in_atomic;
    for (const py::Call* one : chain.calls)
      if (one != nullptr) arguments(*one, around, depth, nested);
    name_model(chain, value);
    call.from = expanded(chain.path);
    call.path = std::move(chain.path);
    call.calls = std::move(chain.calls);
    add_sql(call);
    if (call.path.size() == 1 && call.outermost() != nullptr)
      if (const py::Function* helper = module_.find_function(call.path.front()))
        read_helper(*helper, *call.outermost(), around, depth);
    body_.calls.push_back(std::move(call));
  }

  void arguments(const py::Call& call, const Around& around, int depth, int nested) {
    for (const py::Value& argument : call.arguments) expression(argument, around, depth, nested + 1);
    for (const py::Keyword& keyword : call.keywords)
      if (keyword.value != nullptr) expression(*keyword.value, around, depth, nested + 1);
  }

  void add_sql(const PythonCall& call) {
    const std::string_view name = call.last();
    if (name != "execute" && name != "executemany" && name != "raw") return;
    const py::Call* last = call.outermost();
    const py::Value* given = last == nullptr ? nullptr : sql_argument(*last);
    if (given == nullptr) return;
    const py::Value& first = *given;
    PythonSql sql;
    sql.location = call.location;
    if (std::any_of(body_.sql.begin(), body_.sql.end(),
                    [&](const PythonSql& one) { return one.location == sql.location; }))
      return;  // of a helper that was read before
    if (const auto* string = first.as<py::String>()) {
      sql.text = string->text;
    } else {
      sql.constant = false;
      const auto* binary = first.as<py::Binary>();
      sql.formatted = (binary != nullptr && (binary->op == "%" || binary->op == "+")) || first.is<py::Unknown>() ||
                      chain_of(first).path.back() == "format";
    }
    body_.sql.push_back(std::move(sql));
  }

  const py::Module& module_;
  FileId file_;
  std::string_view source_;
  PythonBody& body_;
  std::map<std::string, const py::Body*> read_;  // by function
  std::set<std::tuple<std::string, Around, Variables>> seen_;
  Variables variables_;  // of the function at hand: the chain that each was assigned
};

}  // namespace

const py::Value* sql_argument(const py::Call& call) {
  if (!call.arguments.empty()) return &call.arguments.front();
  for (const py::Keyword& keyword : call.keywords)
    if (keyword.name == "sql") return keyword.value.get();
  return nullptr;
}

PythonBody read_python_body(const py::Module& module, FileId file, std::string_view source,
                            const PythonTarget& target) {
  const py::Function* found = find_python_function(module, target.name);
  return found == nullptr ? PythonBody() : read_inner_body(module, file, source, *found, target.bound, {});
}

PythonBody read_inner_body(const py::Module& module, FileId file, std::string_view source, const py::Function& function,
                           std::size_t bound, const std::vector<py::Bound>& enclosing) {
  PythonBody body;
  body.function = function.name;
  body.location = {file, function.name_span};
  Reader reader(module, file, source, body);
  reader.name_parameters(function.parameters, bound);
  reader.enclosing = &enclosing;
  reader.read(function, {}, 0);
  return body;
}

PythonBody read_python_lambda(const py::Module& module, FileId file, std::string_view source, Span lambda) {
  PythonBody body;
  body.function = "lambda";
  body.location = {file, lambda};
  Reader(module, file, source, body).read_lambda(lambda);
  return body;
}

}  // namespace mlint::django
