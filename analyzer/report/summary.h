#pragma once

#include <string>
#include <string_view>

#include "analyzer/report/report.h"

namespace mlint::report {

std::string counted(std::size_t number, std::string_view noun);  // "1 error", "3 errors", "1,500 migrations"
std::string grouped(std::size_t number);                         // "1,500"

// "3 errors, 1 warning in 2 files; 3 changed migrations judged, 1,500 as context, base origin/main@ab12cd3" or "no
// problems: 3 changed …".
std::string verdict_line(const Report& report);
// "214 loaded, PostgreSQL 15, Django 4.2 from requirements.txt, base origin/main@ab12cd3"
std::string basis_line(const Report& report);
// "Django 4.2 from requirements.txt"; empty: the project has no migration that would ask.
std::string django_of(const ProjectSummary& project);
// "212 blocking-index-build, 96 …" or empty.
std::string unlisted_line(const Report& report);

}  // namespace mlint::report
