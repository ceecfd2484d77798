#include <array>
#include <utility>

#include "parsers/sql/read_object.h"

// Types: enums, domains, composite, range and base types.
namespace mlint::sql {
namespace {

OperationKind create_enum(Reading&, Node body) {
  return CreateEnum{read_name(body["typeName"]), read_strings(body["vals"])};
}

OperationKind alter_enum(Reading&, Node body) {
  if (body["oldVal"]) {
    Rename rename;
    rename.kind = ObjectKind::enum_value;
    rename.relation = read_name(body["typeName"]);
    rename.old_name = std::string(body.text("oldVal"));
    rename.new_name = std::string(body.text("newVal"));
    return rename;
  }
  return AddEnumValue{read_name(body["typeName"]), std::string(body.text("newVal")), body.flag("skipIfNewValExists"),
                      std::string(body.text("newValNeighbor")), body.flag("newValIsAfter")};
}

OperationKind create_composite(Reading& reading, Node body) {
  CreateCompositeType type;
  type.name = read_relation_name(body["typevar"]);
  for (const Node item : body["coldeflist"]) {
    const Node column = item["ColumnDef"];
    const std::size_t end = end_of_item(reading, token_at(reading, offset_of(reading, column)));
    type.columns.push_back(read_column(reading, column, end));
  }
  return type;
}

OperationKind create_domain(Reading& reading, Node body) {
  CreateDomain domain;
  domain.name = read_name(body["domainname"]);
  domain.type = read_type(reading, body["typeName"]);
  domain.collation = read_name(body["collClause"]["collname"]);
  read_constraints(reading, body["constraints"], reading.tokens.size(), domain.constraints);
  return domain;
}

OperationKind alter_domain(Reading& reading, Node body) {
  using Action = AlterDomain::Action;
  AlterDomain domain;
  domain.name = read_name(body["typeName"]);
  domain.constraint_name = std::string(body.text("name"));
  domain.if_exists = body.flag("missing_ok");
  domain.cascade = body.text("behavior") == "DROP_CASCADE";
  const std::string_view subtype = body.text("subtype");
  const char letter = subtype.empty() ? 'T' : subtype.front();
  if (letter == 'C') {
    domain.constraint = read_constraint(reading, body["def"]["Constraint"], reading.tokens.size());
    domain.constraint_name = domain.constraint->name;
  } else if (letter == 'T') {
    domain.action = body["def"] ? Action::set_default : Action::drop_default;
    const std::size_t word = find_word(reading, 0, "default");
    domain.value = optional_expression(reading, body["def"], span_of_tokens(reading, word + 1, reading.tokens.size()));
  } else {
    domain.action = letter == 'X'   ? Action::drop_constraint
                    : letter == 'V' ? Action::validate_constraint
                    : letter == 'O' ? Action::set_not_null
                                    : Action::drop_not_null;
  }
  return domain;
}

OperationKind define(Reading&, Node body) {
  const ObjectKind kind = object_kind(body.name("kind"));
  if (kind == ObjectKind::type) return CreateBaseType{read_name(body["defnames"])};
  CreateObject object;
  object.kind = kind;
  object.name = read_name(body["defnames"]);
  object.if_not_exists = body.flag("if_not_exists");
  return object;
}

OperationKind range_type(Reading&, Node body) { return CreateRangeType{read_name(body["typeName"])}; }

constexpr std::array<Named<Reader>, 7> kReaders = {{
    {"CreateEnumStmt", create_enum},
    {"AlterEnumStmt", alter_enum},
    {"CompositeTypeStmt", create_composite},
    {"CreateRangeStmt", range_type},
    {"CreateDomainStmt", create_domain},
    {"AlterDomainStmt", alter_domain},
    {"DefineStmt", define},
}};

}  // namespace

Reader user_type_reader(Key tag) { return reader_in(kReaders, tag); }

}  // namespace mlint::sql
