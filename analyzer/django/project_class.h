#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parsers/python/module.h"

namespace mlint::django {

struct ReadContext;
struct Argument;

// A function of the project that a migration names as a default and that does nothing but return a constant.
struct ProjectFunction {
  std::string dotted;  // as the migration spells it
  py::Value returned;
};

// What a field's own way to write values makes of None: None, as Django's fields do; something; or nobody can say.
enum class OfNone : std::uint8_t { none, something, unsure };

// A class of the project that a migration names and that extends a known field or database function. Only what a class
// says in constants is read; `reason` says what is not.
struct ProjectClass {
  std::string dotted;             // as the migration spells it
  std::string call;               // repr() of the one call that this was read for; empty: of all calls
  bool by_call = false;           // what it gives its base depends on the call
  std::string base;               // the known class it comes down to; get_internal_type() of a field counts
  std::string reason;             // why its column is not known
  std::string db_type;            // of a field: what its db_type() returns
  std::string converter;          // of a field: the method with which it writes values in its own way
  OfNone of_none = OfNone::none;  // … and what that makes of None
  std::string function;           // of a database function
  bool own_template = false;
  bool adds_columns = false;                                // of a field: further ones to its model
  bool own_index = false;                                   // an index that is made otherwise than its base makes it
  std::vector<std::string> parameters;                      // of its own __init__, without `self`; empty: the base's
  std::vector<std::string> kept;                            // keywords that its __init__ takes and does not hand on
  bool closed = false;                                      // … and it hands on nothing but what it gives
  std::vector<std::pair<std::string, py::Value>> given;     // what its __init__ gives the base in any case
  std::vector<std::pair<std::string, py::Value>> defaults;  // … and what it gives where the call says nothing
};

// What a migration names of the project's own code.
struct ProjectNames {
  std::vector<ProjectClass> classes;
  std::vector<ProjectFunction> functions;
};

const ProjectClass* find_project_class(const ProjectNames* names, std::string_view dotted);
// … as it is in this call.
const ProjectClass* find_called_class(const ProjectNames* names, const py::Value& call);
const ProjectFunction* find_project_function(const ProjectNames* names, std::string_view dotted);

// The classes that fields and indexes of these arguments are made of and the functions that make their defaults, added
// to those that are known already.
void read_project_names(const std::vector<Argument>& arguments, const ReadContext& context, ProjectNames& names);

}  // namespace mlint::django
