#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "parsers/python/module.h"

namespace mlint::py {

// What a function or class does, as text that is equal when the same is done: layout, comments, docstrings, types,
// names of locals, the way a string is put together, where a name was imported from, and what only prints are gone.
struct CodeForm {
  std::string text;               // `@0` is the first of `uses`
  std::vector<std::string> uses;  // functions, classes and values of the module, in the order of their first use
};

// `definition` is the span of a function or class of the module.
CodeForm code_form(std::string_view source, const Module& module, Span definition);

}  // namespace mlint::py
