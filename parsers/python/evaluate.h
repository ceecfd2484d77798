#pragma once

#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "parsers/python/constant.h"
#include "parsers/python/module.h"
#include "parsers/python/tree.h"

// Expressions of a flat tree to values, in the scopes built so far.
namespace mlint::py {

inline std::unique_ptr<Value> boxed(Value value) { return std::make_unique<Value>(std::move(value)); }

// What a name stands for in one scope, and where the scope's things are kept.
struct Scope {
  enum class Entry : std::uint8_t { binding, import, function, class_ };
  struct Reference {
    Entry entry;
    std::size_t index;
  };
  std::unordered_map<std::string_view, Reference> names;  // keys are slices of the source
  std::vector<Binding>* bindings = nullptr;
  std::vector<Function>* functions = nullptr;
  std::vector<Class>* classes = nullptr;
};

class Evaluator {
 public:
  using Answer = const Value* (*)(const Call& call);

  Evaluator(const Tree& tree, std::string_view source, const ParseOptions& options, std::uint32_t offset = 0)
      : tree_(tree), source_(source), options_(options), offset_(offset) {}

  Value eval(NodeId id);
  // The items of a comma list without brackets, or the one value.
  Values eval_each(NodeId id);
  void eval_arguments(NodeId id, Values& arguments, std::vector<Keyword>& keywords);

  std::string_view text(Span span) const { return source_.substr(span.begin - offset_, span.end - span.begin); }
  std::string_view text(NodeId id) const { return text(tree_[id].span); }
  Value unknown(NodeId id, std::string_view reason) const;
  const Scope::Reference* lookup(std::string_view name, const Scope** scope) const;
  // The value of a name as it stands now, used at `use`.
  Value named(std::string_view name, Span use);
  Budget& budget() { return budget_; }
  std::uint32_t max_depth() const { return options_.max_depth; }

  Answer answer = nullptr;           // what a call gives that nobody can make here
  std::vector<const Scope*> scopes;  // innermost first
  const std::vector<Import>* imports = nullptr;
  std::vector<std::string> star_imports;  // dotted modules
  std::vector<std::string> changed;       // dotted names of other modules that this one changes
  // Variables of comprehensions and names that stay symbolic (null), innermost last.
  std::vector<std::pair<std::string_view, const Value*>> locals;

 private:
  Value make(NodeId id, Kind kind) const;
  Value place(Value value, Span use) const;
  Value eval_kind(NodeId id);
  std::size_t count_children(NodeId id) const;
  Value eval_string(NodeId id);
  Value eval_plain_string(NodeId id);
  Value eval_concatenated(NodeId id);
  Values eval_items(NodeId id);
  Value eval_dictionary(NodeId id);
  Value eval_attribute(NodeId id);
  Value eval_call(NodeId id);
  bool names_engine(NodeId object, const Value& key) const;
  Value eval_subscript(NodeId id);
  Value eval_several(NodeId id, Value base, NodeId first);
  Value eval_slice(NodeId id, Value base, NodeId bounds);
  Value eval_binary(NodeId id);
  Value eval_unary(NodeId id);
  Value eval_not(NodeId id);
  Value eval_boolean(NodeId id);
  Value eval_comparison(NodeId id);
  Value eval_conditional(NodeId id);
  Value eval_comprehension(NodeId id);
  bool run_clauses(NodeId clause, NodeId body, bool pairs, Values& out, std::string_view& problem);
  bool bind_target(NodeId target, const Value& item);
  Value resolved(std::string dotted, Span use);
  Value class_attribute(const Class& from, std::string_view name, NodeId id);

  const Tree& tree_;
  std::string_view source_;
  const ParseOptions& options_;
  std::uint32_t offset_;
  Budget budget_;
};

}  // namespace mlint::py
