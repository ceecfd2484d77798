#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/python/evaluate.h"
#include "parsers/python/name_change.h"

namespace mlint::py {

// Whether `break` or `continue` was met.
enum class Jump : std::uint8_t { none, possible, certain };
// Of what happened before a block and in it, where either may not have happened.
Jump both(Jump before, Jump inside);

// Statements of modules and classes, in the order Python would run them.
class Executor {
 public:
  Executor(const Tree& tree, std::string_view source, const ParseOptions& options, Module& module)
      : tree_(tree), options_(options), module_(module), evaluator_(tree, source, options) {
    scope_.bindings = &module.bindings;
    scope_.functions = &module.functions;
    scope_.classes = &module.classes;
    evaluator_.imports = &module.imports;
    evaluator_.scopes = {&scope_};
  }

  void run() { run_children(0, scope_); }

 private:
  void run_block(NodeId block, Scope& scope);
  void run_children(NodeId block, Scope& scope);
  void run_from(NodeId first, Scope& scope);
  void run_statement(NodeId id, Scope& scope);
  void run_expression(NodeId id, Scope& scope);
  void run_jump(NodeId id);
  void run_if(NodeId id, Scope& scope);
  void run_for(NodeId id, Scope& scope);
  void run_unrolled(NodeId id, Scope& scope);
  void run_try(NodeId id, Scope& scope);
  void run_next(NodeId block, Scope& scope, Span statement);
  void run_finally(NodeId block, Scope& scope);
  bool guards_import(NodeId handler);
  bool may_raise(NodeId statement);
  void run_with(NodeId id, Scope& scope);
  void run_match(NodeId id, Scope& scope);
  void run_branch(NodeId block, Scope& scope, Span statement, std::set<std::string_view>& bound_before);
  void run_within(NodeId expression, Scope& scope);
  void forget_changed(NodeId block, Scope& scope, std::string_view reason);
  void forget_targets(NodeId target, Scope& scope, std::string_view reason);
  void forget_captured(NodeId clause, Scope& scope);
  void forget(const NameChange& change, Scope& scope, std::string_view reason);
  void forget_attribute(const NameChange& change, const Class& of, Value unknown);
  void forget_arguments(NodeId call, Scope& scope);
  void forget_aliases(Location source, const Value* changed, NodeId change, Scope& scope);
  bool only_grows(const NameChange& change, Scope& scope, std::string_view reason);
  void add_imports(NodeId id, Scope& scope);
  void add_function(NodeId id, Scope& scope, Span span, std::vector<std::string> decorators);
  void add_class(NodeId id, Scope& scope, Span span);
  void add_decorated(NodeId id, Scope& scope);
  void assign(NodeId id, Scope& scope);
  void assign_to(NodeId target, Value value, Scope& scope);
  void assign_item(NodeId target, Value value, Scope& scope);
  void augment(NodeId id, Scope& scope);
  void run_call(NodeId id, Scope& scope);
  void remove(NodeId id, Scope& scope);
  void declare(std::string_view name, Scope::Reference what, Scope& scope);
  void bind(std::string_view name, Span span, Value value, Scope& scope);
  Binding* find(std::string_view name, Scope& scope);
  Binding* own_copy(std::string_view name, Span span, Scope& scope);
  Value* place_of(NodeId object, Scope& scope, Binding*& binding);
  bool change_list(Value& of, std::string_view method, Values& arguments);
  bool change_dict(Value& of, NodeId call, std::string_view method, Values& arguments, std::vector<Keyword>& keywords);
  void update(Value& of, NodeId call, Values& arguments, std::vector<Keyword>& keywords);

  // What a name stood for when a branch first changed it; without a value, nothing.
  struct Before {
    std::string_view name;
    std::optional<Value> value;
    bool constant = false;  // a value or an import, no function or class
  };
  struct Loop {
    bool inside = false;
    Jump jump = Jump::none;    // out of the round
    Jump broken = Jump::none;  // out of the loop
  };
  // A block of which it is not known whether it runs.
  struct Branch {
    std::vector<Before> changed;
    Branch* outer = nullptr;
    Loop loop;  // what had happened before
  };
  void enter(Branch& branch);
  void leave(Branch& branch, Scope& scope, Span statement);
  void remember(std::string_view name);
  Before standing(std::string_view name);
  void join(const Before& before, Scope& scope, Span statement);

  const Tree& tree_;
  const ParseOptions& options_;
  Module& module_;
  Evaluator evaluator_;
  Scope scope_;
  int conditions_ = 0;        // branches around us that are not decided
  Branch* branch_ = nullptr;  // the innermost of them, where values are not to be guessed
  Loop loop_;
  std::set<std::string_view>* bound_before_ = nullptr;  // by earlier branches of the same undecided `if`
  std::set<std::string_view>* bound_here_ = nullptr;
};

}  // namespace mlint::py
