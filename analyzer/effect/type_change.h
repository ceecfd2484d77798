#pragma once

#include <string>

#include "analyzer/effect/effect.h"
#include "analyzer/operation/expression.h"
#include "analyzer/schema/schema.h"

// What ALTER COLUMN … TYPE has to do: ATColumnChangeRequiresRewrite and CheckIndexCompatible of PostgreSQL 15.
namespace mlint::effect {

enum class TypeChange : std::uint8_t {
  none,     // the same type and modifier
  free,     // the stored bytes stay as they are
  rewrite,  // every row is converted
  unknown   // one of the types is not known
};

struct DomainFacts {
  bool domain = false;
  bool constrained = false;  // a CHECK or NOT NULL, its own or of a domain below it
  bool known = true;         // false: the type's kind is not known
};

DomainFacts domain_facts(const TypeName& type, const Schema& schema);

TypeChange type_change(const TypeName& from, const TypeName& to, const Schema& schema, const Server& server);
// The same under USING: the column itself or casts of it may be free, everything else is computed.
TypeChange type_change(const std::string& column, const TypeName& from, const TypeName& to, const Expr& using_,
                       const Schema& schema, const Server& server);
// An index over the column keeps its file: its operator class (the type's default unless `opclass` is given) serves the
// new type unchanged.
bool same_operator_class(const std::string& access_method, const std::string& opclass, const TypeName& from,
                         const TypeName& to, const Schema& schema);
// A foreign key has to be checked again when its comparison operators change.
bool same_equality(const TypeName& from, const TypeName& to, const Schema& schema);

}  // namespace mlint::effect
