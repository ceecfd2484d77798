#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_unread_sql_in_python {

static void check(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr) return;
  for (const django::PythonSql& sql : body->sql) {
    if (sql.constant) continue;
    report_python(view, reporter, sql.location, "this SQL is put together at run time and was not judged",
                  "pass a constant string, and values as parameters", "sql");
  }
}

}  // namespace of_unread_sql_in_python

constexpr Rule unread_sql_in_python{
    .info = {.code = "ML707",
             .name = "unread-sql-in-python",
             .group = RuleGroup::input,
             .severity = Severity::info,
             .summary = "SQL that is put together at run time is executed from Python.",
             .effect = "What it does to the database was not judged.",
             .instead = "Pass a constant string, and values as parameters.",
             .silent_when = "The SQL is a constant string.",
             .equivalents = "django-safe-migrations:SM024"},
    .on_operation = of_unread_sql_in_python::check,
};

}  // namespace mlint::rules
