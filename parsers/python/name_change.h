#pragma once

#include <functional>
#include <string_view>

#include "parsers/python/evaluate.h"

namespace mlint::py {

// What a part of a tree does to a name of the scope it stands in.
struct NameChange {
  enum class Kind : std::uint8_t {
    bound,     // `name = …`, `import name`, `case name:`
    rebound,   // bound once more or many times: `name += …`, `for name in …`
    inside,    // what it stands for: `name[0] = …`, `name.attribute = …`
    by_method  // `name.append(…)`, `name.attribute.append(…)`
  };
  Kind kind;
  std::string_view name;
  Span name_span;
  NodeId change;               // the whole of it
  std::string_view how;        // the method or the operator
  std::string_view attribute;  // the attribute of `name` that is changed: `Migration.operations += …`
};

using NameChangeVisitor = std::function<void(const NameChange&)>;

// Every way in which the node may change a name, in source order. Bodies of functions are not looked into; what the
// body of a class binds is the class's own.
void each_name_change(const Tree& tree, const Evaluator& evaluator, NodeId node, const NameChangeVisitor& visit);
// Of one target of an assignment.
void each_target(const Tree& tree, const Evaluator& evaluator, NodeId target, const NameChangeVisitor& visit);
// What the patterns of one `case` bind.
void each_capture(const Tree& tree, const Evaluator& evaluator, NodeId clause, const NameChangeVisitor& visit);

// Methods of lists, sets and dictionaries that change them.
bool changes_object(std::string_view method);

}  // namespace mlint::py
