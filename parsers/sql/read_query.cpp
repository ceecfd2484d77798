#include <algorithm>
#include <utility>

#include "parsers/sql/read.h"

namespace mlint::sql {
namespace {

// Names of CTEs hide relations of the same name while their statement is read.
class CteScope {
 public:
  explicit CteScope(Reading& reading) : reading_(reading), size_(reading.ctes.size()) {}
  ~CteScope() { reading_.ctes.resize(size_); }
  CteScope(const CteScope&) = delete;
  CteScope& operator=(const CteScope&) = delete;

 private:
  Reading& reading_;
  std::size_t size_;
};

bool is_cte(const Reading& reading, const QualifiedName& name) {
  if (!name.schema.empty()) return false;
  for (const std::string& cte : reading.ctes) {
    if (cte == name.name) return true;
  }
  return false;
}

void read_with(Reading& reading, Node with, Query& query) {
  const bool recursive = with.flag("recursive");
  for (const Node item : with["ctes"]) {
    const Node cte = item["CommonTableExpr"];
    std::string name(cte.text("ctename"));
    if (recursive) reading.ctes.push_back(name);
    if (auto inner = read_query(reading, cte["ctequery"])) query.subqueries.push_back(std::move(inner));
    if (!recursive) reading.ctes.push_back(std::move(name));
  }
}

void add_expression(Reading& reading, Query& query, Node node) {
  if (node) query.other_expressions.push_back(read_expression(reading, node));
}

void add_expressions(Reading& reading, std::vector<Expr>& expressions, Node list) {
  for (const Node item : list) {
    if (item.tag() == "WindowDef") {
      add_expressions(reading, expressions, item["WindowDef"]["partitionClause"]);
      add_expressions(reading, expressions, item["WindowDef"]["orderClause"]);
    } else if (item.tag()) {
      expressions.push_back(read_expression(reading, item));
    }
  }
}

void add_expressions(Reading& reading, Query& query, Node list) {
  add_expressions(reading, query.other_expressions, list);
}

// A grouping set becomes `other` with the kind as its name: GROUPING_SET_ROLLUP, GROUPING_SET_SETS …
void add_grouping(Reading& reading, std::vector<Expr>& group_by, Node list) {
  for (const Node item : list) {
    if (item.tag() == "GroupingSet") {
      Expr set;
      set.kind = Expr::Kind::other;
      set.name = item.body().text("kind");
      add_grouping(reading, set.arguments, item.body()["content"]);
      group_by.push_back(std::move(set));
    } else if (item.tag()) {
      group_by.push_back(read_expression(reading, item));
    }
  }
}

void read_grouping(Reading& reading, Node body, Query& query) {
  add_grouping(reading, query.group_by, body["groupClause"]);
  if (const Node having = body["havingClause"]) query.after_grouping.push_back(read_expression(reading, having));
  for (const Key key : std::initializer_list<Key>{"distinctClause", "windowClause", "sortClause"}) {
    add_expressions(reading, query.after_grouping, body[key]);
  }
}

void read_from(Reading& reading, Node item, Query& query) {
  const Key tag = item.tag();
  const Node body = item.body();
  if (tag == "RangeVar") {
    RelationRef relation = read_relation(reading, body);
    if (!is_cte(reading, relation.name)) query.from.push_back(std::move(relation));
  } else if (tag == "JoinExpr") {
    read_from(reading, body["larg"], query);
    read_from(reading, body["rarg"], query);
    add_expression(reading, query, body["quals"]);
  } else if (tag == "RangeSubselect") {
    // FOR UPDATE reaches into it (transformLockingClause).
    const std::string alias(body["alias"].text("aliasname"));
    const auto& of = query.row_lock_of;
    const bool locked = of.empty() || std::find(of.begin(), of.end(), alias) != of.end();
    reading.outer_lock = locked ? query.row_lock : Query::RowLock::none;
    auto inner = read_query(reading, body["subquery"]);
    reading.outer_lock = Query::RowLock::none;
    if (inner) query.subqueries.push_back(std::move(inner));
  } else if (tag == "RangeFunction") {
    for (const Node function : body["functions"]) add_expressions(reading, query, function["List"]["items"]);
  } else if (tag == "RangeTableSample") {
    read_from(reading, body["relation"], query);
    add_expressions(reading, query, body["args"]);
  } else if (tag == "RangeTableFunc") {
    add_expression(reading, query, body["docexpr"]);
    add_expression(reading, query, body["rowexpr"]);
  } else if (tag) {
    query.other_expressions.push_back(read_expression(reading, item));
  }
}

// As FigureColname of the server.
std::string figure_name(Node value) {
  const Key tag = value.tag();
  const Node body = value.body();
  if (tag == "ColumnRef") {
    std::string name;
    for (const Node field : body["fields"]) name = field["A_Star"] ? "*" : std::string(field["String"].text("sval"));
    return name;
  }
  if (tag == "FuncCall") return read_name(body["funcname"]).name;
  if (tag == "TypeCast") {
    std::string name = figure_name(body["arg"]);
    return name.empty() ? read_name(body["typeName"]["names"]).name : name;
  }
  if (tag == "CollateClause") return figure_name(body["arg"]);
  if (tag == "A_Indirection") {
    std::string name;
    for (const Node step : body["indirection"]) {
      if (step["String"]) name = std::string(step["String"].text("sval"));
    }
    return name.empty() ? figure_name(body["arg"]) : name;
  }
  if (tag == "A_Expr" && body.text("kind") == "AEXPR_NULLIF") return "nullif";
  if (tag == "CaseExpr") {
    std::string name = figure_name(body["defresult"]);
    return name.empty() ? "case" : name;
  }
  if (tag == "CoalesceExpr") return "coalesce";
  if (tag == "MinMaxExpr") return body.text("op") == "IS_GREATEST" ? "greatest" : "least";
  if (tag == "A_ArrayExpr") return "array";
  if (tag == "RowExpr") return "row";
  if (tag == "SubLink") {
    const Key kind = body.name("subLinkType");
    if (kind == "EXISTS_SUBLINK") return "exists";
    if (kind == "ARRAY_SUBLINK") return "array";
    if (kind != "EXPR_SUBLINK") return {};
    for (const Node target : body["subselect"]["SelectStmt"]["targetList"]) {
      const std::string_view name = target["ResTarget"].text("name");
      return name.empty() ? figure_name(target["ResTarget"]["val"]) : std::string(name);
    }
  }
  if (tag == "SQLValueFunction") {
    std::string name;
    std::string_view written = body.text("op");
    written.remove_prefix(std::min<std::size_t>(6, written.size()));
    if (written.ends_with("_N")) written.remove_suffix(2);
    for (const char c : written) name += c == '_' ? '_' : static_cast<char>(c - 'A' + 'a');
    return name;
  }
  return {};
}

void read_outputs(Reading& reading, Node list, Query& query, bool names) {
  query.outputs.reserve(list.size());
  for (const Node item : list) {
    const Node target = item["ResTarget"];
    query.outputs.push_back(read_expression(reading, target["val"]));
    if (!names) continue;
    std::string name(target.text("name"));
    if (name.empty()) name = figure_name(target["val"]);
    query.output_names.push_back(name.empty() ? "?column?" : std::move(name));
  }
}

void read_assignments(Reading& reading, Node list, Query& query) {
  for (const Node item : list) {
    const Node target = item["ResTarget"];
    std::string column(target.text("name"));
    const bool again = std::any_of(query.assignments.begin(), query.assignments.end(),
                                   [&](const Query::Assignment& it) { return it.column == column; });
    if (again && target["indirection"]) {  // SET a[1] = x, a[2] = y assigns the column once
      add_expression(reading, query, target["val"]);
    } else {
      query.assignments.push_back({std::move(column), read_expression(reading, target["val"])});
    }
    for (const Node step : target["indirection"]) {
      const Node indices = step["A_Indices"];
      add_expression(reading, query, indices["lidx"]);
      add_expression(reading, query, indices["uidx"]);
    }
  }
}

void read_rows(Reading& reading, Node lists, Query& query) {
  query.rows.reserve(lists.size());
  for (const Node list : lists) {
    std::vector<Expr> row;
    row.reserve(list["List"]["items"].size());
    for (const Node value : list["List"]["items"]) row.push_back(read_expression(reading, value));
    query.rows.push_back(std::move(row));
  }
}

void read_locking(Node clauses, Query& query) {
  for (const Node item : clauses) {
    const Key strength = item["LockingClause"].name("strength");
    const auto lock = strength == "LCS_FORKEYSHARE"      ? Query::RowLock::key_share
                      : strength == "LCS_FORSHARE"       ? Query::RowLock::share
                      : strength == "LCS_FORNOKEYUPDATE" ? Query::RowLock::no_key_update
                                                         : Query::RowLock::update;
    if (lock > query.row_lock) query.row_lock = lock;
    for (const Node relation : item["LockingClause"]["lockedRels"]) {
      query.row_lock_of.emplace_back(relation["RangeVar"].text("relname"));
    }
  }
}

void read_where(Reading& reading, Node where, Query& query) {
  if (where) query.where = read_expression(reading, where);
}

std::shared_ptr<const Query> read_select(Reading& reading, Node body);

// Arms of a chain of UNION, INTERSECT, EXCEPT side by side: the chain leans left and may be long.
void read_arms(Reading& reading, Node body, Query& query) {
  std::vector<Node> pending{body};
  while (!pending.empty()) {
    const Node arm = pending.back();
    pending.pop_back();
    const bool nested = arm.text("op") != "SETOP_NONE" && !arm["sortClause"] && !arm["withClause"] &&
                        !arm["limitCount"] && !arm["limitOffset"] && !arm["lockingClause"];
    if (nested) {
      pending.push_back(arm["rarg"]);
      pending.push_back(arm["larg"]);
    } else {
      query.subqueries.push_back(read_select(reading, arm));
    }
  }
}

std::shared_ptr<const Query> read_select(Reading& reading, Node body) {
  auto query = std::make_shared<Query>();
  const CteScope scope(reading);
  query->row_lock = std::exchange(reading.outer_lock, Query::RowLock::none);
  const bool locked_whole = query->row_lock != Query::RowLock::none;
  read_locking(body["lockingClause"], *query);
  if (locked_whole) query->row_lock_of.clear();
  read_with(reading, body["withClause"], *query);
  if (body.text("op") != "SETOP_NONE") {
    read_arms(reading, body["larg"], *query);
    read_arms(reading, body["rarg"], *query);
    if (!query->subqueries.empty()) {
      const std::size_t ctes = body["withClause"]["ctes"].size();
      if (ctes < query->subqueries.size()) query->output_names = query->subqueries[ctes]->output_names;
    }
  }
  if (body["valuesLists"]) {
    query->kind = Query::Kind::values;
    read_rows(reading, body["valuesLists"], *query);
  }
  for (const Node item : body["fromClause"]) read_from(reading, item, *query);
  read_outputs(reading, body["targetList"], *query, true);
  read_where(reading, body["whereClause"], *query);
  read_grouping(reading, body, *query);
  for (const Key key : std::initializer_list<Key>{"limitOffset", "limitCount"})
    add_expression(reading, *query, body[key]);
  return query;
}

void read_source(Reading& reading, Node select, Query& query) {
  const Node body = select["SelectStmt"];
  const bool plain_values =
      body["valuesLists"] && !body["withClause"] && !body["sortClause"] && !body["limitCount"] && !body["limitOffset"];
  if (plain_values) {
    read_rows(reading, body["valuesLists"], query);
  } else if (auto inner = read_query(reading, select)) {
    query.subqueries.push_back(std::move(inner));
  }
}

// Without a name: one more element or field of a column that is named already. The values stay in line with it.
void read_column(Node target, Query& query) {
  std::string column(target.text("name"));
  const bool again = std::find(query.columns.begin(), query.columns.end(), column) != query.columns.end();
  query.columns.push_back(again && target["indirection"] ? std::string() : std::move(column));
}

void read_insert(Reading& reading, Node body, Query& query) {
  query.kind = Query::Kind::insert;
  for (const Node item : body["cols"]) read_column(item["ResTarget"], query);
  read_source(reading, body["selectStmt"], query);
  const Node conflict = body["onConflictClause"];
  if (!conflict) return;
  query.on_conflict = true;
  read_assignments(reading, conflict["targetList"], query);
  add_expression(reading, query, conflict["whereClause"]);
  add_expression(reading, query, conflict["infer"]["whereClause"]);
  for (const Node item : conflict["infer"]["indexElems"]) add_expression(reading, query, item["IndexElem"]["expr"]);
}

void read_merge(Reading& reading, Node body, Query& query) {
  query.kind = Query::Kind::merge;
  read_from(reading, body["sourceRelation"], query);
  add_expression(reading, query, body["joinCondition"]);
  for (const Node item : body["mergeWhenClauses"]) {
    const Node when = item["MergeWhenClause"];
    const Key command = when.name("commandType");
    add_expression(reading, query, when["condition"]);
    if (command == "CMD_INSERT") {
      query.merge_inserts = true;
      for (const Node target : when["targetList"]) read_column(target["ResTarget"], query);
      add_expressions(reading, query, when["values"]);
    } else if (command == "CMD_UPDATE") {
      query.merge_updates = true;
      read_assignments(reading, when["targetList"], query);
    } else if (command == "CMD_DELETE") {
      query.merge_deletes = true;
    }
  }
}

bool read_change(Reading& reading, Key tag, Node body, Query& query) {
  if (tag == "InsertStmt") {
    read_insert(reading, body, query);
  } else if (tag == "UpdateStmt") {
    query.kind = Query::Kind::update;
    for (const Node item : body["fromClause"]) read_from(reading, item, query);
    read_assignments(reading, body["targetList"], query);
    read_where(reading, body["whereClause"], query);
  } else if (tag == "DeleteStmt") {
    query.kind = Query::Kind::delete_;
    for (const Node item : body["usingClause"]) read_from(reading, item, query);
    read_where(reading, body["whereClause"], query);
  } else if (tag == "MergeStmt") {
    read_merge(reading, body, query);
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::shared_ptr<const Query> read_query(Reading& reading, Node statement) {
  const Key tag = statement.tag();
  const Node body = statement.body();
  if (tag == "SelectStmt") return read_select(reading, body);
  if (tag == "ReturnStmt") {  // RETURN expr of an SQL function
    auto query = std::make_shared<Query>();
    if (body["returnval"]) query->outputs.push_back(read_expression(reading, body["returnval"]));
    return query;
  }
  auto query = std::make_shared<Query>();
  const CteScope scope(reading);
  read_with(reading, body["withClause"], *query);
  if (!read_change(reading, tag, body, *query)) return nullptr;
  query->target = read_relation(reading, body["relation"]);
  read_outputs(reading, body["returningList"], *query, false);
  return query;
}

}  // namespace mlint::sql
