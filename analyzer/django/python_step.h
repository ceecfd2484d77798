#pragma once

#include "analyzer/django/python_body.h"
#include "analyzer/django/read_operation.h"

// What the function of a RunPython asks the database, as far as it can be followed.
namespace mlint::django {

// The constant SQL that a function executes: cursor.execute("…"), schema_editor.execute("…", params).
void read_executed(const PythonBody& body, const ReadContext& context, ModelOperation& operation);

void read_python_step(ModelOperation& operation, const ReadContext& context);

}  // namespace mlint::django
