#pragma once

#include <string>
#include <string_view>

#include "analyzer/operation/operation.h"

namespace mlint {

// "name", inner quotes doubled. Django quotes every identifier.
std::string quote_always(std::string_view identifier);
// As the server's quote_ident: only where needed (not lower case, or a keyword that is reserved for columns or types).
std::string quote_ident(std::string_view identifier);
std::string quote_ident(const QualifiedName& name);  // schema.name, or name alone

std::string_view name_of(RelationKind kind);  // "partitioned table"

// The operation as SQL in the spelling of Django's schema editor (every identifier quoted, types and expressions as
// their `text` says), without a semicolon. Covers what Django writes; for the rest a readable form.
std::string print_sql(const Operation& operation);

}  // namespace mlint
