#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "analyzer/django/fields.h"

// Field classes by dotted path: Django's own, its contrib packages' and well-known third-party ones.
namespace mlint::django {

struct FieldClass {
  std::string_view path;
  Internal internal = Internal::unknown;
  std::string_view type = {};  // of Internal::other
  int max_length = -1;
  bool db_index = false;
  bool unique = false;
  bool empty_strings = true;
  bool null = false;
  int max_digits = -1;
  int decimal_places = -1;
  std::string_view geometry = {};
  bool json_none = false;  // None is written as JSON's null, where JSONField does so
};

// As deconstruct() spells it: django.db.models.fields.CharField is django.db.models.CharField.
std::string canonical_field_path(std::string_view dotted);
std::optional<FieldClass> field_class(std::string_view canonical, const Version& version);

}  // namespace mlint::django
