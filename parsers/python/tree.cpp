#include "parsers/python/tree.h"

#include <tree_sitter/api.h>

#include <array>
#include <cstring>
#include <memory>
#include <utility>

#include "parsers/python/plain/tree.h"
#include "parsers/python/tree_memory.h"

extern "C" const TSLanguage* tree_sitter_python(void);

namespace mlint::py {

namespace {

constexpr std::size_t max_errors = 20;  // the first ones explain the rest

struct KindName {
  NodeKind kind;
  std::string_view name;
};

constexpr KindName kind_names[] = {
    {NodeKind::aliased_import, "aliased_import"},
    {NodeKind::argument_list, "argument_list"},
    {NodeKind::as_pattern, "as_pattern"},
    {NodeKind::as_pattern_target, "as_pattern_target"},
    {NodeKind::assignment, "assignment"},
    {NodeKind::attribute, "attribute"},
    {NodeKind::augmented_assignment, "augmented_assignment"},
    {NodeKind::await, "await"},
    {NodeKind::binary_operator, "binary_operator"},
    {NodeKind::block, "block"},
    {NodeKind::boolean_operator, "boolean_operator"},
    {NodeKind::call, "call"},
    {NodeKind::case_clause, "case_clause"},
    {NodeKind::class_definition, "class_definition"},
    {NodeKind::comment, "comment"},
    {NodeKind::comparison_operator, "comparison_operator"},
    {NodeKind::concatenated_string, "concatenated_string"},
    {NodeKind::conditional_expression, "conditional_expression"},
    {NodeKind::decorated_definition, "decorated_definition"},
    {NodeKind::decorator, "decorator"},
    {NodeKind::default_parameter, "default_parameter"},
    {NodeKind::delete_statement, "delete_statement"},
    {NodeKind::dictionary, "dictionary"},
    {NodeKind::dictionary_comprehension, "dictionary_comprehension"},
    {NodeKind::dictionary_splat, "dictionary_splat"},
    {NodeKind::dictionary_splat_pattern, "dictionary_splat_pattern"},
    {NodeKind::dotted_name, "dotted_name"},
    {NodeKind::elif_clause, "elif_clause"},
    {NodeKind::ellipsis, "ellipsis"},
    {NodeKind::else_clause, "else_clause"},
    {NodeKind::escape_interpolation, "escape_interpolation"},
    {NodeKind::escape_sequence, "escape_sequence"},
    {NodeKind::except_clause, "except_clause"},
    {NodeKind::expression_list, "expression_list"},
    {NodeKind::expression_statement, "expression_statement"},
    {NodeKind::false_, "false"},
    {NodeKind::finally_clause, "finally_clause"},
    {NodeKind::float_, "float"},
    {NodeKind::for_in_clause, "for_in_clause"},
    {NodeKind::for_statement, "for_statement"},
    {NodeKind::format_specifier, "format_specifier"},
    {NodeKind::function_definition, "function_definition"},
    {NodeKind::future_import_statement, "future_import_statement"},
    {NodeKind::generator_expression, "generator_expression"},
    {NodeKind::identifier, "identifier"},
    {NodeKind::if_clause, "if_clause"},
    {NodeKind::if_statement, "if_statement"},
    {NodeKind::import_from_statement, "import_from_statement"},
    {NodeKind::import_prefix, "import_prefix"},
    {NodeKind::import_statement, "import_statement"},
    {NodeKind::integer, "integer"},
    {NodeKind::interpolation, "interpolation"},
    {NodeKind::keyword_argument, "keyword_argument"},
    {NodeKind::lambda, "lambda"},
    {NodeKind::line_continuation, "line_continuation"},
    {NodeKind::list, "list"},
    {NodeKind::list_comprehension, "list_comprehension"},
    {NodeKind::list_pattern, "list_pattern"},
    {NodeKind::list_splat, "list_splat"},
    {NodeKind::list_splat_pattern, "list_splat_pattern"},
    {NodeKind::match_statement, "match_statement"},
    {NodeKind::module, "module"},
    {NodeKind::named_expression, "named_expression"},
    {NodeKind::none, "none"},
    {NodeKind::not_operator, "not_operator"},
    {NodeKind::pair, "pair"},
    {NodeKind::parameters, "parameters"},
    {NodeKind::parenthesized_expression, "parenthesized_expression"},
    {NodeKind::parenthesized_list_splat, "parenthesized_list_splat"},
    {NodeKind::pattern_list, "pattern_list"},
    {NodeKind::raise_statement, "raise_statement"},
    {NodeKind::relative_import, "relative_import"},
    {NodeKind::return_statement, "return_statement"},
    {NodeKind::set, "set"},
    {NodeKind::set_comprehension, "set_comprehension"},
    {NodeKind::slice, "slice"},
    {NodeKind::string, "string"},
    {NodeKind::string_content, "string_content"},
    {NodeKind::string_end, "string_end"},
    {NodeKind::string_start, "string_start"},
    {NodeKind::subscript, "subscript"},
    {NodeKind::true_, "true"},
    {NodeKind::try_statement, "try_statement"},
    {NodeKind::tuple, "tuple"},
    {NodeKind::tuple_pattern, "tuple_pattern"},
    {NodeKind::type, "type"},
    {NodeKind::type_conversion, "type_conversion"},
    {NodeKind::typed_default_parameter, "typed_default_parameter"},
    {NodeKind::typed_parameter, "typed_parameter"},
    {NodeKind::unary_operator, "unary_operator"},
    {NodeKind::while_statement, "while_statement"},
    {NodeKind::wildcard_import, "wildcard_import"},
    {NodeKind::with_clause, "with_clause"},
    {NodeKind::with_item, "with_item"},
    {NodeKind::with_statement, "with_statement"},
};

struct FieldName {
  Field field;
  std::string_view name;
};

constexpr FieldName field_names[] = {
    {Field::alias, "alias"},
    {Field::alternative, "alternative"},
    {Field::argument, "argument"},
    {Field::arguments, "arguments"},
    {Field::body, "body"},
    {Field::condition, "condition"},
    {Field::consequence, "consequence"},
    {Field::definition, "definition"},
    {Field::expression, "expression"},
    {Field::format_specifier, "format_specifier"},
    {Field::function, "function"},
    {Field::left, "left"},
    {Field::module_name, "module_name"},
    {Field::name, "name"},
    {Field::parameters, "parameters"},
    {Field::right, "right"},
    {Field::subject, "subject"},
    {Field::subscript, "subscript"},
    {Field::superclasses, "superclasses"},
    {Field::type, "type"},
    {Field::type_conversion, "type_conversion"},
    {Field::value, "value"},
};

// Numbers of the linked grammar by our names, made once.
struct Grammar {
  std::vector<NodeKind> kinds;
  std::vector<bool> named;
  std::vector<Field> fields;
  TSSymbol comment = 0;

  Grammar() {
    install_tree_memory();
    const TSLanguage* language = tree_sitter_python();
    kinds.assign(ts_language_symbol_count(language), NodeKind::other);
    named.assign(kinds.size(), false);
    for (std::size_t symbol = 0; symbol < kinds.size(); ++symbol) {
      const auto id = static_cast<TSSymbol>(symbol);
      if (ts_language_symbol_type(language, id) != TSSymbolTypeRegular) continue;
      named[symbol] = true;
      const std::string_view name = ts_language_symbol_name(language, id);
      for (const auto& entry : kind_names)
        if (entry.name == name) kinds[symbol] = entry.kind;
      if (name == "comment") comment = id;
    }
    fields.assign(ts_language_field_count(language) + 1, Field::none);
    for (const auto& entry : field_names) {
      const auto id =
          ts_language_field_id_for_name(language, entry.name.data(), static_cast<uint32_t>(entry.name.size()));
      if (id < fields.size()) fields[id] = entry.field;
    }
  }
};

const Grammar& grammar() {
  static const Grammar instance;
  return instance;
}

bool keeps_tokens(NodeKind kind) {
  switch (kind) {
    case NodeKind::augmented_assignment:
    case NodeKind::binary_operator:
    case NodeKind::boolean_operator:
    case NodeKind::comparison_operator:
    case NodeKind::slice:
    case NodeKind::unary_operator:
      return true;
    default:
      return false;
  }
}

// Where position alone tells the children apart, asking for the field would only cost time.
bool needs_fields(NodeKind kind) {
  switch (kind) {
    case NodeKind::aliased_import:
    case NodeKind::assignment:
    case NodeKind::class_definition:
    case NodeKind::decorated_definition:
    case NodeKind::default_parameter:
    case NodeKind::elif_clause:
    case NodeKind::else_clause:
    case NodeKind::except_clause:
    case NodeKind::for_in_clause:
    case NodeKind::for_statement:
    case NodeKind::function_definition:
    case NodeKind::if_statement:
    case NodeKind::import_from_statement:
    case NodeKind::import_statement:
    case NodeKind::interpolation:
    case NodeKind::lambda:
    case NodeKind::match_statement:
    case NodeKind::subscript:
    case NodeKind::try_statement:
    case NodeKind::typed_default_parameter:
    case NodeKind::while_statement:
    case NodeKind::with_item:
    case NodeKind::with_statement:
      return true;
    default:
      return false;
  }
}

// Copies the tree in one pass of a cursor.
class Flattener {
 public:
  // The cursor goes with the tree.
  Flattener(std::string_view source, const TreeOptions& options, TSTree* tree)
      : source_(source),
        options_(options),
        grammar_(grammar()),
        root_(ts_tree_root_node(tree)),
        with_errors_(ts_node_has_error(root_)),
        cursor_(ts_tree_cursor_new(root_)) {
    tree_.nodes.reserve(source.size() / 8 + 16);
  }
  Tree run() {
    tree_.nodes.push_back({NodeKind::module, Field::none, span(root_), no_node, no_node, false});
    levels_.push_back({0, no_node, NodeKind::module, Mode::keep});
    if (ts_node_is_error(root_)) report(root_, false);  // broken so badly that it is no module at all
    if (!ts_tree_cursor_goto_first_child(&cursor_)) return std::move(tree_);
    while (!levels_.empty()) {
      if (visit()) continue;
      while (!ts_tree_cursor_goto_next_sibling(&cursor_)) {
        levels_.pop_back();
        if (levels_.empty() || !ts_tree_cursor_goto_parent(&cursor_)) return std::move(tree_);
        if (levels_.empty()) break;
      }
    }
    return std::move(tree_);
  }

 private:
  enum class Mode : std::uint8_t { keep, comments_only };
  struct Level {
    NodeId parent;
    NodeId last;  // child added last
    NodeKind kind;
    Mode mode;
  };

  Span span(TSNode node) const {
    return {ts_node_start_byte(node) + options_.offset, ts_node_end_byte(node) + options_.offset};
  }

  bool holds_hash(TSNode node) const {
    const auto begin = ts_node_start_byte(node);
    return std::memchr(source_.data() + begin, '#', ts_node_end_byte(node) - begin) != nullptr;
  }

  void report(TSNode node, bool missing) {
    if (tree_.errors.size() >= max_errors) return;
    auto where = span(node);
    if (missing) {
      tree_.errors.push_back({where, std::string("missing `") + ts_node_type(node) + "`"});
      return;
    }
    // An error node may swallow the rest of the file: its first line shows where.
    const auto text = source_.substr(where.begin - options_.offset, where.end - where.begin);
    if (const auto line = text.find('\n'); line != std::string_view::npos && line > 0)
      where.end = where.begin + static_cast<std::uint32_t>(line);
    tree_.errors.push_back({where, "the syntax is not understood"});
  }

  // Looks at the cursor's node; true when the cursor went down.
  bool visit() {
    const TSNode node = ts_tree_cursor_current_node(&cursor_);
    const auto symbol = ts_node_symbol(node);
    auto& level = levels_.back();
    if (symbol == grammar_.comment) {
      tree_.comments.push_back(span(node));
      return false;
    }
    auto kind = symbol < grammar_.kinds.size() ? grammar_.kinds[symbol] : NodeKind::error;
    if (with_errors_) {
      const bool missing = ts_node_is_missing(node);
      if (missing || ts_node_is_error(node)) {
        report(node, missing);
        kind = NodeKind::error;
      }
    }
    if (level.mode == Mode::comments_only) return descend(node, {no_node, no_node, kind, Mode::comments_only});
    if (kind == NodeKind::line_continuation) return false;
    if (kind == NodeKind::other && !grammar_.named[symbol]) {
      if (!keeps_tokens(level.kind)) return false;
      kind = NodeKind::token;
    }
    auto field = Field::none;
    if (needs_fields(level.kind)) field = grammar_.fields[ts_tree_cursor_current_field_id(&cursor_)];
    const auto parent_kind = level.kind;
    const auto id = add(level, {kind, field, span(node), no_node, no_node, false});
    return descend(node, {id, no_node, kind, mode_below(parent_kind, field)});
  }

  NodeId add(Level& level, const Node& node) {
    const auto id = static_cast<NodeId>(tree_.nodes.size());
    tree_.nodes.push_back(node);
    if (level.last == no_node) {
      tree_.nodes[level.parent].first_child = id;
    } else {
      tree_.nodes[level.last].next = id;
    }
    level.last = id;
    return id;
  }

  Mode mode_below(NodeKind parent, Field field) const {
    if (field != Field::body || options_.every_body) return Mode::keep;
    if (parent == NodeKind::lambda) return Mode::comments_only;
    if (parent == NodeKind::function_definition && !(options_.function_bodies && functions_above() == 1))
      return Mode::comments_only;
    return Mode::keep;
  }

  int functions_above() const {
    int count = 0;
    for (const auto& level : levels_) count += level.kind == NodeKind::function_definition ? 1 : 0;
    return count;
  }

  // Told once: what lies below is not read, so the text as a whole is not understood. Functions are not part of it.
  void truncate(NodeId id) {
    tree_.nodes[id].truncated = true;
    if (functions_above() > 0 || std::exchange(told_depth_, true)) return;
    tree_.errors.push_back({tree_.nodes[id].span, "nested too deep"});
  }

  // A string without holes is read from its text: most nodes of a migration are parts of strings.
  bool plain_string(TSNode node) const {
    for (auto at = ts_node_start_byte(node); at < source_.size(); ++at) {
      const char c = source_[at];
      if (c == '"' || c == '\'') return true;
      if (c == 'f' || c == 'F' || c == 't' || c == 'T') return false;
    }
    return false;
  }

  bool descend(TSNode node, const Level& below) {
    switch (below.kind) {
      case NodeKind::token:
      case NodeKind::identifier:
      case NodeKind::integer:
      case NodeKind::float_:
      case NodeKind::true_:
      case NodeKind::false_:
      case NodeKind::none:
      case NodeKind::string_start:
      case NodeKind::string_content:
      case NodeKind::string_end:
        return false;
      case NodeKind::string:
        if (!with_errors_ && plain_string(node)) return false;
        break;
      default:
        break;
    }
    const bool broken = with_errors_ && ts_node_has_error(node);
    auto level = below;
    if (level.mode == Mode::keep && levels_.size() >= options_.max_depth) {
      level.mode = Mode::comments_only;
      if (ts_node_child_count(node) > 0) truncate(level.parent);
    }
    if (level.mode == Mode::comments_only && !broken && !holds_hash(node)) return false;
    if (!ts_tree_cursor_goto_first_child(&cursor_)) return false;
    levels_.push_back(level);
    return true;
  }

  std::string_view source_;
  const TreeOptions& options_;
  const Grammar& grammar_;
  TSNode root_;
  bool with_errors_;
  TSTreeCursor cursor_;
  std::vector<Level> levels_;
  Tree tree_;
  bool told_depth_ = false;
};

}  // namespace

NodeId Tree::child(NodeId parent, Field field) const {
  for (auto id = nodes[parent].first_child; id != no_node; id = nodes[id].next)
    if (nodes[id].field == field) return id;
  return no_node;
}

NodeId Tree::child(NodeId parent, NodeKind kind) const {
  for (auto id = nodes[parent].first_child; id != no_node; id = nodes[id].next)
    if (nodes[id].kind == kind) return id;
  return no_node;
}

Tree read_tree(std::string_view source, const TreeOptions& options) {
  if (auto plain = read_plain_tree(source, options)) return *std::move(plain);
  return read_full_tree(source, options);
}

Tree read_full_tree(std::string_view source, const TreeOptions& options) {
  grammar();
  const TreeMemoryScope memory;  // the tree goes with it, without a walk through it
  const std::unique_ptr<TSParser, decltype(&ts_parser_delete)> parser(ts_parser_new(), &ts_parser_delete);
  Tree failed;
  failed.nodes.push_back({NodeKind::module, Field::none, {options.offset, options.offset}, no_node, no_node, false});
  if (!ts_parser_set_language(parser.get(), tree_sitter_python())) {
    failed.errors.push_back({{}, "the linked Python grammar does not fit the linked tree-sitter"});
    return failed;
  }
  TSTree* const tree =
      ts_parser_parse_string(parser.get(), nullptr, source.data(), static_cast<std::uint32_t>(source.size()));
  if (tree == nullptr) {
    failed.errors.push_back({{}, "the parser gave up"});
    return failed;
  }
  return Flattener(source, options, tree).run();
}

}  // namespace mlint::py
