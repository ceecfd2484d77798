#pragma once

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "parsers/python/plain/lexer.h"
#include "parsers/python/tree.h"

namespace mlint::py {

// Recursive descent by the rules of tree-sitter-python's grammar.js; every function takes what it reads off the lexer
// and returns the node. After a failure there are no more tokens, so that each ends by itself, and what they made is
// thrown away.
class PlainParser {
 public:
  PlainParser(std::string_view source, const TreeOptions& options)
      : lexer_(source), options_(options), size_(static_cast<std::uint32_t>(source.size())) {
    nodes_.reserve(source.size() / 8 + 16);
    heights_.reserve(source.size() / 8 + 16);
  }

  std::optional<Tree> run();

 private:
  struct Children {
    NodeId first = no_node, last = no_node;
    std::uint32_t height = 0;
  };

  // ---- nodes: children first

  NodeId leaf(NodeKind kind, Span span, Field field = Field::none);
  NodeId node(NodeKind kind, std::uint32_t begin, const Children& children, Field field = Field::none);
  NodeId node(NodeKind kind, std::uint32_t begin, std::initializer_list<NodeId> children, Field field = Field::none);
  // Ends where its last child does: a block may end with comments.
  NodeId compound(NodeKind kind, std::uint32_t begin, const Children& children, Field field = Field::none);
  void add(Children& children, NodeId child);
  NodeId in_field(NodeId id, Field field);
  NodeId taken(NodeKind kind, Field field = Field::none);  // the token ahead, as a leaf
  NodeId sign() { return taken(NodeKind::token); }         // the same, of an operator
  std::uint32_t begin_of(NodeId id) const { return nodes_[id].span.begin; }
  NodeKind kind_of(NodeId id) const { return nodes_[id].kind; }

  // ---- tokens

  Token ahead() const { return lexer_.token(); }
  bool is(Token token) const { return lexer_.token() == token; }
  bool accept(Token token);
  void expect(Token token);
  std::uint32_t here() const { return lexer_.span().begin; }
  NodeId failure();
  bool at_name() const { return is(Token::name) || is(Token::soft_name); }

  // ---- expressions

  NodeId expression();
  NodeId disjunction();
  NodeId conjunction();
  NodeId inversion();
  NodeId comparison();
  NodeId operation(int least);
  NodeId unary();
  NodeId power();
  NodeId postfix(NodeId value);
  NodeId atom();
  NodeId name();
  NodeId strings();
  NodeId string();
  NodeId format_string();
  NodeId hole(std::uint32_t& at);
  NodeId in_round();
  NodeId in_square();
  NodeId in_curly();
  NodeId pair_or_element();
  NodeId element();
  NodeId alone(NodeId first);
  NodeId bare_element();
  NodeId unpacked(NodeKind kind);
  void elements(Children& children, Token close);
  NodeId comprehension(NodeKind kind, std::uint32_t begin, NodeId body, Token close);
  NodeId arguments();
  NodeId argument();
  NodeId subscripts(NodeId value);
  NodeId subscript();
  NodeId lambda();
  NodeId parameter(bool typed);
  void parameters(Children& children, Token close, bool typed);
  NodeId type(Field field);
  NodeId simple_type();
  NodeId union_type(std::uint32_t begin, NodeId value, Field field);
  NodeId generic_type(std::uint32_t begin, NodeId origin, Field field);
  NodeId target(NodeId id, Field field);
  NodeId targets(Field field);

  // ---- statements

  void statement(Children& into);
  std::uint32_t simple_statements(Children& into);  // where the line ends
  NodeId simple_statement();
  NodeId expression_statement();
  NodeId assignment(std::uint32_t begin, const Children& items, bool several);
  NodeId right_side();
  NodeId yield();
  NodeId annotated(NodeId left);
  NodeId expressions(Field field);
  NodeId keyword_statement(NodeKind kind);
  NodeId names_statement();
  NodeId raise();
  NodeId import();
  NodeId import_from();
  void import_list(Children& children, bool in_brackets);
  NodeId dotted_name(Field field);
  NodeId block(Field field);
  NodeId suite(Field field);
  NodeId if_statement();
  NodeId else_clause(Field field);
  NodeId for_statement();
  NodeId while_statement();
  NodeId try_statement();
  NodeId except_clause();
  NodeId as_pattern(Field field);
  NodeId with_statement();
  NodeId body(bool kept);
  NodeId function();
  NodeId class_();
  NodeId decorated();

  // Deeper is left to tree-sitter, which does not recurse.
  class Nested {
   public:
    explicit Nested(PlainParser& parser) : parser_(parser) {
      if (++parser_.nesting_ > deepest) parser_.lexer_.fail();
    }
    ~Nested() { --parser_.nesting_; }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;

   private:
    static constexpr int deepest = 100;
    PlainParser& parser_;
  };

  PlainLexer lexer_;
  const TreeOptions& options_;
  std::uint32_t size_;
  std::vector<Node> nodes_ = {Node{}};
  std::vector<std::uint32_t> heights_ = {0};
  int nesting_ = 0;
  int functions_ = 0;  // around us
};

}  // namespace mlint::py
