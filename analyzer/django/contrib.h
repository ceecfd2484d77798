#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/django/editor.h"

// Models and tables whose migrations stand in no project.
namespace mlint::django {

// `own`: labels that apps of the project have taken over, with migrations of their own.
void load_contrib(ProjectState& models, StatementSink& sink, const EditorSettings& settings,
                  const std::set<std::string>& own);
// The apps that the migrations of one of Django's own apps depend on (django/contrib/*/migrations, the same from 3.2 to
// 6.0); nothing: some other package, whose migrations are not in the repository.
std::optional<std::vector<std::string>> contrib_dependencies(std::string_view app);
// Of well-known packages, by app label: what other tables may reference. Their versions are not known, so that their
// tables may have more than is listed.
void load_packages(const std::set<std::string>& apps, ProjectState& models, StatementSink& sink,
                   const EditorSettings& settings);

// "django.db.models.BigAutoField" of any spelling of the class.
std::string canonical_key(std::string_view dotted);

}  // namespace mlint::django
