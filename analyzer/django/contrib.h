#pragma once

#include "analyzer/django/editor.h"

// Models and tables of django.contrib, whose migrations stand in no project.
namespace mlint::django {

void load_contrib(ProjectState& models, StatementSink& sink, const EditorSettings& settings);

// "django.db.models.BigAutoField" of any spelling of the class.
std::string canonical_key(std::string_view dotted);

}  // namespace mlint::django
