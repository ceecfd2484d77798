#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/python/code_form.h"
#include "parsers/python/code_names.h"
#include "parsers/python/evaluate.h"
#include "parsers/python/string_template.h"
#include "parsers/python/tree.h"

namespace mlint::py {

std::string joined(const std::vector<std::string>& parts, std::string_view open, std::string_view close);

// Writes the form of a function or class.
class CodeFormer {
 public:
  CodeFormer(const Tree& tree, std::string_view part, std::uint32_t offset, const Module& module)
      : tree_(tree), module_(module), evaluator_(tree, part, options_, offset) {}

  CodeForm run() &&;

 private:
  static constexpr std::string_view nothing = "(return None)";

  std::string_view text(NodeId id) const { return evaluator_.text(id); }

  std::vector<NodeId> children(NodeId id) const;
  NodeId last_child(NodeId id) const;

  // ---- names

  std::string name_form(NodeId id);

  // ---- strings

  bool is_string(NodeId id) const;
  bool add_string(NodeId id, Template& out);
  bool add_interpolation(NodeId id, Template& out);
  std::optional<std::string> string_text(NodeId id);

  using Given = std::map<std::string, NodeId>;  // by name, or by position

  std::optional<std::string> filled(const std::optional<TemplatePieces>& pieces, const Given& given);
  std::optional<std::string> format_call(NodeId pattern, NodeId arguments);
  std::optional<std::string> percent(NodeId pattern, NodeId right);

  // ---- statements

  bool only_prints(NodeId expression);
  bool writes(NodeId id) const;
  std::string statements(NodeId block, bool of_function = false);
  std::string statement(NodeId id);
  std::string assignment(NodeId id);
  bool only_yields(NodeId id) const;

  // ---- expressions

  std::string list(NodeId id, std::string_view open, std::string_view close);
  static bool takes_items(std::string_view name);
  std::string comprehension(NodeId id, std::string maker);
  std::string executed(const std::vector<NodeId>& given);
  std::string call(NodeId id);
  std::string model_lookup(const std::string& name, const std::vector<NodeId>& given);
  std::string definition(NodeId id);
  std::string generic(NodeId id);
  std::string form(NodeId id);

  const Tree& tree_;
  const Module& module_;
  ParseOptions options_;
  Evaluator evaluator_;
  CodeForm result_;
  NodeId own_name_ = no_node;
  CodeNames names_;
  std::map<std::string_view, std::size_t> numbers_;  // of locals, in the order of their first use
};

}  // namespace mlint::py
