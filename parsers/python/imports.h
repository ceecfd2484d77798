#pragma once

#include <string_view>
#include <vector>

#include "parsers/python/evaluate.h"

// Parts of statements that modules, classes and functions share.
namespace mlint::py {

// What one import statement binds.
std::vector<Import> read_imports(const Tree& tree, NodeId statement, const Evaluator& evaluator);
// The slice of the source that spells the bound name: keys of scopes live as long as the source.
std::string_view imported_name(const Tree& tree, NodeId statement, const Evaluator& evaluator, std::string_view name);

std::vector<Parameter> read_parameters(const Tree& tree, NodeId list, const Evaluator& evaluator);

}  // namespace mlint::py
