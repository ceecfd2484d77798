#pragma once

#include "analyzer/lint/rule.h"

// Data migrations: the function of a RunPython and what it does.
namespace mlint::rules {

// Null when the operation is no RunPython, or its function is not in the file.
const django::PythonBody* python_body(const OperationView& operation);

// Its function runs in one transaction: the migration's, or one that RunPython(atomic=True) opens.
bool runs_in_transaction(const OperationView& operation);

// The variable that stands there, also where its value is known: a list that a loop fills is known as `[]`. Empty for
// what is written in place.
std::string_view variable_at(const OperationView& operation, const django::PythonBody& body, const py::Value& value);

// The table of a model that the function got by apps.get_model: as the state has it, else by Django's naming; empty
// name: not known.
QualifiedName table_of(const OperationView& operation, const django::PythonBody& body, const std::string& variable);

// The call writes values into rows: save, create, update and their like.
bool stores_rows(const django::PythonCall& call);

// Of the chain "Order.objects.all()" and the like, which is every row of a model: the variable of the model, or empty.
std::string whole_table(const std::vector<std::string>& from);

// "`shop_order`", "the model `Order`", or that it is not known.
std::string model_in_words(const OperationView& operation, const django::PythonBody& body, const std::string& variable);

// The first statement's severity by the size of the table a chain is about; unknown tables count as unknown.
Severity python_severity(const OperationView& operation, Hazard hazard, const QualifiedName& table);

void report_python(const OperationView& operation, Reporter& reporter, Location location, std::string message,
                   std::string help, std::string subject, std::optional<Severity> severity = std::nullopt);

}  // namespace mlint::rules
