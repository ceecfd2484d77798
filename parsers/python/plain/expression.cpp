#include "parsers/python/plain/parser.h"

// Expressions, by the precedences of the grammar.
namespace mlint::py {

namespace {

// Zero: no operator between two operands.
int precedence_of(Token token) {
  switch (token) {
    case Token::pipe:
      return 14;
    case Token::ampersand:
      return 15;
    case Token::caret:
      return 16;
    case Token::shift:
      return 17;
    case Token::plus:
    case Token::minus:
      return 18;
    case Token::star:
    case Token::at:
    case Token::slash:
    case Token::double_slash:
    case Token::percent:
      return 19;
    default:
      return 0;
  }
}

constexpr int least_precedence = 14;

}  // namespace

NodeId PlainParser::expression() {
  const Nested nested(*this);
  if (is(Token::lambda)) return lambda();
  const NodeId value = disjunction();
  if (is(Token::walrus)) {
    if (kind_of(value) != NodeKind::identifier) return failure();
    lexer_.take();
    const NodeId named = expression();
    return node(NodeKind::named_expression, begin_of(value), {value, named});
  }
  if (!accept(Token::if_)) return value;
  const NodeId condition = disjunction();
  expect(Token::else_);
  const NodeId otherwise = expression();
  return node(NodeKind::conditional_expression, begin_of(value), {value, condition, otherwise});
}

NodeId PlainParser::disjunction() {
  NodeId left = conjunction();
  while (is(Token::or_)) {
    const NodeId word = sign();
    const NodeId right = conjunction();
    left = node(NodeKind::boolean_operator, begin_of(left), {left, word, right});
  }
  return left;
}

NodeId PlainParser::conjunction() {
  NodeId left = inversion();
  while (is(Token::and_)) {
    const NodeId word = sign();
    const NodeId right = inversion();
    left = node(NodeKind::boolean_operator, begin_of(left), {left, word, right});
  }
  return left;
}

NodeId PlainParser::inversion() {
  if (!is(Token::not_)) return comparison();
  const Nested nested(*this);
  const std::uint32_t begin = here();
  lexer_.take();
  const NodeId operand = inversion();
  return node(NodeKind::not_operator, begin, {operand});
}

NodeId PlainParser::comparison() {
  const NodeId first = operation(least_precedence);
  if (!is(Token::compares) && !is(Token::in) && !is(Token::is) && !is(Token::not_)) return first;
  Children parts;
  add(parts, first);
  while (is(Token::compares) || is(Token::in) || is(Token::is) || is(Token::not_)) {
    const Token word = ahead();
    const NodeId comparing = sign();
    const bool longer = (word == Token::not_ && is(Token::in)) || (word == Token::is && is(Token::not_));
    if (word == Token::not_ && !longer) return failure();
    if (longer) {
      lexer_.take();
      nodes_[comparing].span.end = lexer_.last_end();
    }
    add(parts, comparing);
    add(parts, operation(least_precedence));
  }
  return node(NodeKind::comparison_operator, begin_of(first), parts);
}

NodeId PlainParser::operation(int least) {
  NodeId left = unary();
  for (int found = precedence_of(ahead()); found >= least; found = precedence_of(ahead())) {
    const NodeId symbol = sign();
    const NodeId right = operation(found + 1);
    left = node(NodeKind::binary_operator, begin_of(left), {left, symbol, right});
  }
  return left;
}

NodeId PlainParser::unary() {
  if (!is(Token::minus) && !is(Token::plus) && !is(Token::tilde)) return power();
  const Nested nested(*this);
  const std::uint32_t begin = here();
  const NodeId symbol = sign();
  const NodeId operand = unary();
  return node(NodeKind::unary_operator, begin, {symbol, operand});
}

NodeId PlainParser::power() {
  const NodeId base = postfix(atom());
  if (!is(Token::double_star)) return base;
  const Nested nested(*this);
  const NodeId symbol = sign();
  const NodeId exponent = unary();
  return node(NodeKind::binary_operator, begin_of(base), {base, symbol, exponent});
}

NodeId PlainParser::postfix(NodeId value) {
  for (;;) {
    const std::uint32_t begin = begin_of(value);
    if (accept(Token::dot)) {
      const NodeId attribute = name();
      value = node(NodeKind::attribute, begin, {value, attribute});
    } else if (is(Token::open_round)) {
      const NodeId given = arguments();
      value = node(NodeKind::call, begin, {value, given});
    } else if (is(Token::open_square)) {
      value = subscripts(value);
    } else {
      return value;
    }
  }
}

NodeId PlainParser::name() { return at_name() ? taken(NodeKind::identifier) : failure(); }

NodeId PlainParser::atom() {
  switch (ahead()) {
    case Token::name:
      return taken(NodeKind::identifier);
    case Token::soft_name: {
      // `print` and `exec` begin statements of Python 2.
      const bool prints = lexer_.text() == "print";
      if (lexer_.text() == "exec") return failure();
      const NodeId id = taken(NodeKind::identifier);
      return prints && !is(Token::open_round) ? failure() : id;
    }
    case Token::integer:
      return taken(NodeKind::integer);
    case Token::float_:
      return taken(NodeKind::float_);
    case Token::none:
      return taken(NodeKind::none);
    case Token::true_:
      return taken(NodeKind::true_);
    case Token::false_:
      return taken(NodeKind::false_);
    case Token::ellipsis:
      return taken(NodeKind::ellipsis);
    case Token::string:
    case Token::format_string:
      return strings();
    case Token::open_round:
      return in_round();
    case Token::open_square:
      return in_square();
    case Token::open_curly:
      return in_curly();
    default:
      return failure();
  }
}

}  // namespace mlint::py
