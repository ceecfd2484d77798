#include "parsers/python/body.h"

#include <deque>
#include <map>

#include "parsers/python/imports.h"
#include "parsers/python/name_change.h"
#include "parsers/python/statements.h"

// The statements of one function, read when somebody asks.
namespace mlint::py {

namespace {

class BodyReader {
 public:
  BodyReader(const Tree& tree, std::string_view source, const Module& module, const ParseOptions& options,
             std::uint32_t offset, Evaluator::Answer answer)
      : tree_(tree), evaluator_(tree, source, options, offset), imports_(module.imports) {
    evaluator_.answer = answer;
    // Scopes only point at what they read; nothing is added to the module's lists here.
    scope_.bindings = const_cast<std::vector<Binding>*>(&module.bindings);     // NOLINT
    scope_.functions = const_cast<std::vector<Function>*>(&module.functions);  // NOLINT
    scope_.classes = const_cast<std::vector<Class>*>(&module.classes);         // NOLINT
    for (std::size_t i = 0; i < imports_.size(); ++i) scope_.names[module.imports[i].name] = {Scope::Entry::import, i};
    for (std::size_t i = 0; i < module.bindings.size(); ++i)
      scope_.names[module.bindings[i].name] = {Scope::Entry::binding, i};
    for (std::size_t i = 0; i < module.functions.size(); ++i)
      scope_.names[module.functions[i].name] = {Scope::Entry::function, i};
    for (std::size_t i = 0; i < module.classes.size(); ++i)
      scope_.names[module.classes[i].name] = {Scope::Entry::class_, i};
    evaluator_.imports = &imports_;
    evaluator_.scopes = {&scope_};
  }

  Body read(NodeId function, const InCall& call) {
    for (const auto& outer : call.enclosing) evaluator_.locals.emplace_back(outer.name, outer.value);
    const auto own = evaluator_.locals.size();
    if (const auto list = tree_.child(function, Field::parameters); list != no_node)
      for (auto child = tree_[list].first_child; child != no_node; child = tree_[child].next) {
        add_parameter(child);
        if (call.whole) add_default(child);
      }
    const auto block = tree_.child(function, Field::body);
    if (block == no_node) return {};
    add_locals(block);
    for (auto local = own; local < evaluator_.locals.size(); ++local) {
      auto& [name, known] = evaluator_.locals[local];
      if (known != nullptr && !keeps(name, *known)) known = nullptr;
      for (const auto& parameter : call.bound)
        if (parameter.name == name) known = keeps(name, *parameter.value) ? parameter.value : nullptr;
    }
    Body body;
    read_block(block, body.statements);
    body.imports = std::move(inside_);
    return body;
  }

  std::vector<Function> functions_in(NodeId function) const {
    std::vector<Function> found;
    const auto block = tree_.child(function, Field::body);
    for (auto child = block == no_node ? no_node : tree_[block].first_child; child != no_node;
         child = tree_[child].next) {
      if (tree_[child].kind != NodeKind::function_definition) continue;
      const auto name = tree_.child(child, Field::name);
      if (name == no_node) continue;
      Function inner;
      inner.name = std::string(evaluator_.text(name));
      inner.span = tree_[child].span;
      inner.name_span = tree_[name].span;
      if (const auto list = tree_.child(child, Field::parameters); list != no_node)
        inner.parameters = read_parameters(tree_, list, evaluator_);
      found.push_back(std::move(inner));
    }
    return found;
  }

  LambdaBody read_lambda(NodeId lambda) {
    LambdaBody result;
    if (const auto list = tree_.child(lambda, Field::parameters); list != no_node) {
      for (auto child = tree_[list].first_child; child != no_node; child = tree_[child].next) add_parameter(child);
      result.parameters = read_parameters(tree_, list, evaluator_);
    }
    const auto expression = tree_.child(lambda, Field::body);
    if (expression == no_node) return result;
    Statement statement;
    statement.kind = Statement::Kind::return_;
    statement.span = tree_[expression].span;
    statement.values.push_back(evaluator_.eval(expression));
    result.body.statements.push_back(std::move(statement));
    return result;
  }

  Body read_module() {
    add_locals(module_node);
    for (auto& [name, local] : locals_) local.changed = false;  // as it was written: positions in it stay
    Body body;
    for (auto child = tree_[module_node].first_child; child != no_node; child = tree_[child].next)
      read_statement(child, body.statements);
    body.imports = std::move(inside_);
    return body;
  }

 private:
  static constexpr NodeId module_node = 0;

  void add_parameter(NodeId id) {
    auto name = id;
    while (name != no_node && tree_[name].kind != NodeKind::identifier) name = tree_[name].first_child;
    if (name == no_node) return;
    locals_[evaluator_.text(name)] = {1, false, true};
    evaluator_.locals.emplace_back(evaluator_.text(name), nullptr);
  }

  // What the parameter added last is where the call does not say.
  void add_default(NodeId parameter) {
    const auto value = tree_.child(parameter, Field::value);
    if (value == no_node || evaluator_.locals.empty()) return;
    defaults_.push_back(evaluator_.eval(value));
    if (is_constant(defaults_.back())) evaluator_.locals.back().second = &defaults_.back();
  }

  void add_locals(NodeId block) {
    for (auto child = tree_[block].first_child; child != no_node; child = tree_[child].next)
      each_name_change(tree_, evaluator_, child, [&](const NameChange& change) { add_change(change); });
  }

  void add_change(const NameChange& change) {
    const bool binds = change.kind == NameChange::Kind::bound || change.kind == NameChange::Kind::rebound;
    auto& local = locals_[change.name];
    local.changed = local.changed || !binds;
    if (!binds) return;
    local.bound += change.kind == NameChange::Kind::rebound ? 2 : 1;
    const auto by = tree_[change.change].kind;
    const bool imported = by == NodeKind::import_statement || by == NodeKind::import_from_statement;
    if (!imported && !std::exchange(local.listed, true)) evaluator_.locals.emplace_back(change.name, nullptr);
  }

  // Whether a name of the function stands for this value wherever it has one.
  bool keeps(std::string_view name, const Value& value) const {
    const auto local = locals_.find(name);
    if (local == locals_.end() || local->second.bound != 1) return false;
    return !local->second.changed || !(value.is<List>() || value.is<Dict>() || value.is<Set>());
  }

  void read_block(NodeId block, std::vector<Statement>& out) {
    if (block == no_node) return;
    for (auto child = tree_[block].first_child; child != no_node; child = tree_[child].next) read_statement(child, out);
  }

  void read_clauses(NodeId id, Statement& statement) {
    for (auto child = tree_[id].first_child; child != no_node; child = tree_[child].next) {
      const auto& node = tree_[child];
      if (node.kind == NodeKind::elif_clause)
        statement.values.push_back(evaluator_.eval(tree_.child(child, Field::condition)));
      if (node.kind == NodeKind::block) read_block(child, statement.body);
      if (node.kind == NodeKind::elif_clause || node.kind == NodeKind::else_clause ||
          node.kind == NodeKind::except_clause || node.kind == NodeKind::finally_clause ||
          node.kind == NodeKind::case_clause)
        read_block(tree_.child(child, NodeKind::block), statement.body);
    }
  }

  // `except:`, `except E:`, `except (E, F) as e:`
  std::vector<std::string> caught_by(NodeId id) {
    std::vector<std::string> names;
    for (auto clause = tree_[id].first_child; clause != no_node; clause = tree_[clause].next) {
      if (tree_[clause].kind != NodeKind::except_clause) continue;
      auto what = tree_[clause].first_child;
      if (what != no_node && tree_[what].kind == NodeKind::as_pattern) what = tree_[what].first_child;
      if (what == no_node || tree_[what].kind == NodeKind::block) {
        names.emplace_back("BaseException");
        continue;
      }
      const Value value = evaluator_.eval(what);
      if (const auto* several = value.as<Tuple>()) {
        for (const Value& name : several->items) names.emplace_back(dotted_name(name));
      } else {
        names.emplace_back(dotted_name(value));
      }
    }
    return names;
  }

  void read_expression(NodeId id, Statement& statement) {
    if (id == no_node) return;
    switch (tree_[id].kind) {
      case NodeKind::assignment:
        return read_assignment(id, statement);
      case NodeKind::augmented_assignment: {
        statement.kind = Statement::Kind::augment;
        const auto left = tree_[id].first_child;
        const auto op = left == no_node ? no_node : tree_[left].next;
        if (op == no_node) return;
        statement.targets.push_back(evaluator_.eval(left));
        statement.values.push_back(evaluator_.eval(tree_[op].next));
        return;
      }
      default:
        statement.kind = Statement::Kind::expression;
        statement.values.push_back(evaluator_.eval(id));
    }
  }

  void read_assignment(NodeId id, Statement& statement) {
    statement.kind = Statement::Kind::assign;
    auto value = id;
    NodeId only = no_node;
    while (value != no_node && tree_[value].kind == NodeKind::assignment) {
      only = tree_.child(value, Field::left);
      for (auto& target : evaluator_.eval_each(only)) statement.targets.push_back(std::move(target));
      value = tree_.child(value, Field::right);
    }
    if (value == no_node) return;
    statement.values.push_back(evaluator_.eval(value));
    if (statement.targets.size() != 1 || tree_[only].kind != NodeKind::identifier) return;
    const auto name = evaluator_.text(only);
    if (!is_constant(statement.values[0]) || !keeps(name, statement.values[0])) return;
    // The value stays where it is when the statement moves: the vector keeps its memory.
    for (auto& [local, known] : evaluator_.locals)
      if (local == name) known = statement.values.data();
  }

  void read_with(NodeId id, Statement& statement) {
    statement.kind = Statement::Kind::with;
    const auto clause = tree_.child(id, NodeKind::with_clause);
    for (auto item = clause == no_node ? no_node : tree_[clause].first_child; item != no_node;
         item = tree_[item].next) {
      const auto value = tree_[item].first_child;
      if (value == no_node) continue;
      if (tree_[value].kind == NodeKind::as_pattern) {
        const auto context = tree_[value].first_child;
        statement.values.push_back(evaluator_.eval(context));
        const auto target = context == no_node ? no_node : tree_[context].next;
        if (target != no_node && tree_[target].first_child != no_node)
          statement.targets.push_back(evaluator_.eval(tree_[target].first_child));
      } else {
        statement.values.push_back(evaluator_.eval(value));
      }
    }
    read_block(tree_.child(id, Field::body), statement.body);
  }

  void read_imports_inside(NodeId id) {
    for (auto& import : read_imports(tree_, id, evaluator_)) {
      import.at_module_level = false;
      inside_.push_back(import);
      if (import.name == "*") continue;
      scope_.names[imported_name(tree_, id, evaluator_, import.name)] = {Scope::Entry::import, imports_.size()};
      imports_.push_back(std::move(import));
    }
  }

  void read_statement(NodeId id, std::vector<Statement>& out) {
    const auto& node = tree_[id];
    if (node.kind == NodeKind::function_definition || node.kind == NodeKind::class_definition ||
        node.kind == NodeKind::decorated_definition)
      return;
    Statement statement;
    statement.span = node.span;
    switch (node.kind) {
      case NodeKind::expression_statement:
        read_expression(node.first_child, statement);
        break;
      case NodeKind::for_statement:
        statement.kind = Statement::Kind::for_;
        statement.values.push_back(evaluator_.eval(tree_.child(id, Field::right)));
        statement.targets = evaluator_.eval_each(tree_.child(id, Field::left));
        read_clauses(id, statement);
        break;
      case NodeKind::while_statement:
      case NodeKind::if_statement:
        statement.kind = node.kind == NodeKind::if_statement ? Statement::Kind::if_ : Statement::Kind::while_;
        statement.values.push_back(evaluator_.eval(tree_.child(id, Field::condition)));
        read_clauses(id, statement);
        break;
      case NodeKind::with_statement:
        read_with(id, statement);
        break;
      case NodeKind::try_statement:
        statement.kind = Statement::Kind::try_;
        read_clauses(id, statement);
        statement.caught = caught_by(id);
        break;
      case NodeKind::match_statement:
        statement.values.push_back(evaluator_.eval(tree_.child(id, Field::subject)));
        if (const auto body = tree_.child(id, Field::body); body != no_node) read_clauses(body, statement);
        break;
      case NodeKind::return_statement:
      case NodeKind::raise_statement:
        statement.kind = node.kind == NodeKind::return_statement ? Statement::Kind::return_ : Statement::Kind::raise;
        if (node.first_child != no_node) statement.values = evaluator_.eval_each(node.first_child);
        break;
      case NodeKind::import_statement:
      case NodeKind::import_from_statement:
        statement.kind = Statement::Kind::import;
        read_imports_inside(id);
        break;
      default:
        break;
    }
    out.push_back(std::move(statement));
  }

  const Tree& tree_;
  Evaluator evaluator_;
  Scope scope_;
  std::vector<Import> imports_;  // the module's, then those inside
  std::vector<Import> inside_;
  struct Local {
    int bound = 0;         // how often; more than once is as good as often
    bool changed = false;  // what it stands for
    bool listed = false;   // among the evaluator's
  };
  std::map<std::string_view, Local> locals_;
  std::deque<Value> defaults_;  // of parameters
};

// The function where the module's own tree holds it. A broken tree may have put its parts elsewhere.
NodeId find_in(const Tree& tree, Span function) {
  if (tree.has_errors()) return no_node;
  for (auto child = tree[0].first_child; child != no_node; child = tree[child].next)
    if (tree[child].span == function) return child;
  return no_node;
}

NodeId without_decorators(const Tree& tree, NodeId id) {
  if (id != no_node && tree[id].kind == NodeKind::decorated_definition)
    id = tree.child(id, NodeKind::function_definition);
  return id != no_node && tree[id].kind == NodeKind::function_definition ? id : no_node;
}

NodeId lone_lambda(const Tree& tree, NodeId id) {
  while (id != no_node &&
         (tree[id].kind == NodeKind::expression_statement || tree[id].kind == NodeKind::parenthesized_expression))
    id = tree[id].first_child;
  return id != no_node && tree[id].kind == NodeKind::lambda ? id : no_node;
}

}  // namespace

LambdaBody read_lambda(std::string_view source, const Module& module, Span lambda, const ParseOptions& options) {
  if (lambda.end > source.size() || lambda.empty()) return {};
  const auto part = source.substr(lambda.begin, lambda.end - lambda.begin);
  TreeOptions tree_options;
  tree_options.every_body = true;
  tree_options.offset = lambda.begin;
  tree_options.max_depth = options.max_depth;
  const auto tree = read_tree(part, tree_options);
  const auto top = lone_lambda(tree, tree[0].first_child);
  if (top == no_node) return {};
  return BodyReader(tree, part, module, options, lambda.begin, nullptr).read_lambda(top);
}

Body read_statements(std::string_view source, const ParseOptions& options) {
  TreeOptions tree_options;
  tree_options.max_depth = options.max_depth;
  const auto tree = read_tree(source, tree_options);
  const Module module;
  return BodyReader(tree, source, module, options, 0, nullptr).read_module();
}

namespace {

// Hands a function to `read`, with the reader of the tree that it stands in.
template <class Result, class Read>
Result with_function(std::string_view source, const Module& module, Span function, const ParseOptions& options,
                     Evaluator::Answer answer, Read read) {
  if (function.end > source.size() || function.empty()) return {};
  if (module.tree) {
    const auto found = without_decorators(*module.tree, find_in(*module.tree, function));
    if (found != no_node) {
      BodyReader reader(*module.tree, source, module, options, 0, answer);
      return read(reader, found);
    }
  }
  const auto part = source.substr(function.begin, function.end - function.begin);
  TreeOptions tree_options;
  tree_options.function_bodies = true;
  tree_options.offset = function.begin;
  tree_options.max_depth = options.max_depth;
  const auto tree = read_tree(part, tree_options);
  const auto top = without_decorators(tree, tree[0].first_child);
  if (top == no_node) return {};
  BodyReader reader(tree, part, module, options, function.begin, answer);
  return read(reader, top);
}

}  // namespace

Body read_called_body(std::string_view source, const Module& module, Span function, const ParseOptions& options,
                      const InCall& call) {
  return with_function<Body>(source, module, function, options, call.answer,
                             [&](BodyReader& reader, NodeId found) { return reader.read(found, call); });
}

std::vector<Function> read_functions_inside(std::string_view source, const Module& module, Span function,
                                            const ParseOptions& options) {
  return with_function<std::vector<Function>>(
      source, module, function, options, nullptr,
      [](const BodyReader& reader, NodeId found) { return reader.functions_in(found); });
}

Body read_body(std::string_view source, const Module& module, Span function, const ParseOptions& options,
               const std::vector<Bound>& bound) {
  InCall call;
  call.bound = bound;
  return read_called_body(source, module, function, options, call);
}

}  // namespace mlint::py
