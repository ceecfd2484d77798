#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "analyzer/base/span.h"
#include "analyzer/base/text_map.h"

// The constant-evaluated module: what a Python file says, as far as it can be known without running it. It knows no
// Django: settings, apps.py, migrations and models are readings of it, made in analyzer/.
namespace mlint::py {

struct Value;
using Values = std::vector<Value>;

struct None {};
struct Boolean {
  bool value;
};
struct Integer {
  std::string digits;  // decimal, any size, with its sign
};
struct Float {
  double value;
};
struct String {
  std::string text;  // UTF-8
  TextMap map;       // every byte of `text` to its source
};
struct Bytes {
  std::string data;
};
// A name that stays symbolic, imports resolved: "django.db.models.CASCADE", "uuid.uuid4"; of something defined in this
// module, its bare name ("forwards"); relative imports keep their dots ("..helpers.run").
struct Name {
  std::string dotted;
};
struct Keyword {
  std::string name;  // empty for `**value`
  std::unique_ptr<Value> value;
};
struct Call {
  std::unique_ptr<Value> callee;
  Values arguments;  // `*value` of an unknown value is a Starred element
  std::vector<Keyword> keywords;
};
struct List {
  Values items;
};
struct Tuple {
  Values items;
};
struct Set {
  Values items;
};
struct Dict {
  std::vector<std::pair<Value, Value>> items;  // `**value` of an unknown value has an Unknown key
};
struct Starred {
  std::unique_ptr<Value> value;
};
// base.attribute where base is no dotted name: `get_model().objects`.
struct Attribute {
  std::unique_ptr<Value> base;
  std::string name;
};
struct Subscript {
  std::unique_ptr<Value> base;
  std::unique_ptr<Value> index;
};
// Operators over values that stay symbolic: `Q(a=1) | Q(b=2)`, `~Q()`, `F("a") + 1`. `op` as written; "not" and "-" may
// be unary.
struct Unary {
  std::string op;
  std::unique_ptr<Value> operand;
};
struct Binary {
  std::string op;
  std::unique_ptr<Value> left;
  std::unique_ptr<Value> right;
};
struct Lambda {
  Span body;
};
// What could not be evaluated, and why: a sentence, lower case, no full stop. The source text is at the value's span.
struct Unknown {
  std::string reason;
};

using Kind = std::variant<None, Boolean, Integer, Float, String, Bytes, Name, Call, List, Tuple, Set, Dict, Starred,
                          Attribute, Subscript, Unary, Binary, Lambda, Unknown>;

// A value knows where it was written; of a name bound elsewhere, where the *value* was written, while `use` is where
// the name stood in the expression that was evaluated. Move-only containers inside: copy with clone().
struct Value {
  Kind kind = None{};
  Location source;  // where the value itself is written
  Span use;         // where it is used in this module (equal to source.span when written in place)

  template <class T>
  const T* as() const {
    return std::get_if<T>(&kind);
  }
  template <class T>
  bool is() const {
    return std::holds_alternative<T>(kind);
  }
  Value clone() const;
};

// Dotted name of a Name, of a Call's callee, else empty.
std::string_view dotted_name(const Value& value);
// True when no Unknown stands anywhere inside.
bool fully_known(const Value& value);
// The first Unknown inside, in source order.
const Value* first_unknown(const Value& value);

struct Parameter {
  std::string name;
  bool has_default = false;
};

// A function stays a span: its body is read by read_body() when somebody asks.
struct Function {
  std::string name;
  Span span;
  Span name_span;
  std::vector<Parameter> parameters;
  std::vector<std::string> decorators;  // dotted
};

struct Class;

// name = value, at module or class level, after every `+=` and `.append` of that level. The last binding of a name
// counts.
struct Binding {
  std::string name;
  Span name_span;
  Value value;
  bool conditional = false;  // bound or changed where only a condition that is not constant decides
};

struct Class {
  std::string name;
  Span span;
  Span name_span;
  Values bases;
  std::vector<Keyword> keywords;
  std::vector<Binding> bindings;
  std::vector<Function> functions;
  std::vector<Class> classes;

  const Value* find(std::string_view name) const;  // the last binding
  const Binding* binding(std::string_view name) const;
  const Function* function(std::string_view name) const;
};

struct Import {
  std::string name;    // as bound here; "*" for a star import
  std::string dotted;  // what it stands for, relative imports with their dots
  Span span;
  bool at_module_level = true;
};

// `# text` with the span from '#' to the end of the line.
struct Comment {
  Span span;
};

struct SyntaxError {
  Span span;
  std::string message;
};

struct Tree;

struct Module {
  std::vector<Import> imports;
  std::vector<Binding> bindings;
  std::vector<Function> functions;
  std::vector<Class> classes;
  std::vector<Comment> comments;
  std::vector<SyntaxError> errors;   // the rest of the module was read around them
  std::shared_ptr<const Tree> tree;  // of keep_tree: read_body() then need not parse again; may be let go any time

  const Value* find(std::string_view name) const;
  const Binding* binding(std::string_view name) const;
  const Class* find_class(std::string_view name) const;
  const Function* find_function(std::string_view name) const;
};

// Values of names that come from other modules of the project, where the caller has read them already: returns null
// when it has not, and the name then stays symbolic. The value's `source` names its own file.
using Resolver = const Value* (*)(const void* context, std::string_view dotted);

struct ParseOptions {
  FileId file = FileId::none;
  std::uint32_t max_depth = 1000;  // nested deeper is Unknown ("nested too deep")
  Resolver resolve = nullptr;
  const void* resolve_context = nullptr;
  // Whether a module outside of the project has this name: `from module import *` then binds it. Null: not known.
  bool (*has_name)(std::string_view dotted) = nullptr;
  bool keep_tree = false;
  // Of a name that is bound differently where a condition that is not constant decides, take the likeliest value: how
  // settings are read. Else it is Unknown, and of a list it is Unknown whether there are more items.
  bool likeliest = false;
};

// Total: text that is no Python has errors, text that is no UTF-8 or holds NUL must be refused by the caller before
// (see check_text). No shared state: may run on any thread.
Module parse(std::string_view source, const ParseOptions& options);

// The statements of a function's body, symbolic: what data migrations are judged by. Nested functions are left out.
struct Statement {
  enum class Kind : std::uint8_t {
    expression,
    assign,
    augment,
    for_,
    while_,
    if_,
    with,
    try_,
    return_,
    raise,
    import,
    other
  };
  Kind kind = Kind::other;
  Span span;
  Values values;                    // expression / right-hand side / iterable / condition / context managers
  Values targets;                   // of assign, augment, for, with … as
  std::vector<Statement> body;      // also of else/except/finally, in source order
  std::vector<std::string> caught;  // of try: the names of what its handlers catch; a bare one has BaseException
};
struct Body {
  std::vector<Statement> statements;
  std::vector<Import> imports;  // made inside
};
// `bound` are values of parameters: the statements are then what they are in that call.
struct Bound {
  std::string name;
  const Value* value = nullptr;
};
Body read_body(std::string_view source, const Module& module, Span function, const ParseOptions& options,
               const std::vector<Bound>& bound = {});

}  // namespace mlint::py
