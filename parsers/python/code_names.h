#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/python/evaluate.h"
#include "parsers/python/tree.h"

namespace mlint::py {

// The names of a function or class, those of the functions inside it among them. Keys are slices of the source.
struct CodeNames {
  std::map<std::string, std::string, std::less<>> imports;  // bound name -> what it stands for
  std::set<std::string_view> locals;
  std::map<std::string_view, int> count;  // how often a name stands as a value or a target
  bool outer = false;                     // `global` or `nonlocal`
};

CodeNames names_of(const Tree& tree, const Evaluator& evaluator, NodeId definition, const std::vector<Import>& imports);

}  // namespace mlint::py
