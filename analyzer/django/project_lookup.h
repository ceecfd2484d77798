#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/django/read_operation.h"
#include "parsers/python/body.h"

// Classes and functions of the project that a migration names: where they stand, and what their bodies say.
namespace mlint::django {

std::string_view last_part(std::string_view dotted);
std::string_view without_last(std::string_view dotted);

// A thing of the project that a name stands for, with the module it stands in.
template <class T>
struct Found {
  const T* found = nullptr;
  const py::Module* module = nullptr;
  std::string dotted;  // of the module; empty: this migration's own
};

// What a package's `__init__` imports from its own modules is followed. A name without dots is this migration's own.
Found<py::Class> find_class(std::string_view name, const ReadContext& context);
Found<py::Function> find_function(std::string_view name, const ReadContext& context);

// What a name that is written in the module `home` (empty: in the migration) is called from the migration.
std::string seen_from_migration(std::string_view name, const std::string& home, const ReadContext& context);

// The text of a module; of the migration where `dotted` is empty.
std::optional<std::pair<FileId, std::string>> text_of(const std::string& dotted, const ReadContext& context);

// The name of what a class extends; of a generic one, `URLField[str]`, what stands before the brackets.
std::string_view base_name(const py::Value& base);

// What a call gives to the parameters of a function; of a method the first is left out.
std::vector<py::Bound> bound_in(const py::Call& call, const py::Function& function, bool method = false);

// The function's body, with the call's arguments in the places of its parameters. `whole`: the call is all there is,
// and a parameter that it does not name has its default.
std::optional<py::Body> body_in_call(const py::Call& call, const Found<py::Function>& function, bool method,
                                     const ReadContext& context, py::Evaluator::Answer answer = nullptr,
                                     bool whole = false);

}  // namespace mlint::django
