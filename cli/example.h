#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/diagnostic/finding.h"
#include "analyzer/diagnostic/rule_info.h"

// The fixture pair of a rule as its documentation: judged anew whenever a page is printed, so that the facts and the
// recipe on it are what mlint says today.
namespace mlint::cli {

struct ExampleFile {
  std::string name;  // "migrations/0001_schema.sql" of a project of several files, else empty
  std::string text;
  bool python = false;
};

struct Recipe {
  std::string versions;  // "PostgreSQL 12-17", "Django 3.2": empty when all say the same
  std::string help;
};

struct Example {
  bool python = false;
  std::vector<ExampleFile> bad, good;
  std::string severity, message;  // what its own rule says about `bad`; empty: it needs a repository's history
  std::string held;
  std::vector<LockFact> locks;
  std::vector<std::string> work;
  std::vector<Recipe> recipes;
};

// SQL before Django; none for a rule without fixtures.
std::vector<Example> examples_of(const RuleInfo& rule);

// fixtures/rules by path, compiled in (cmake/embed_examples.cmake).
const std::map<std::string, std::string_view>& example_files();

}  // namespace mlint::cli
