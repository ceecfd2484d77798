#include "analyzer/schema/volatility.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/schema/arguments.h"
#include "analyzer/schema/expressions.h"
#include "analyzer/schema/fit.h"
#include "analyzer/schema/type_data.h"
#include "analyzer/schema/types.h"

namespace mlint {
namespace {

using Kind = Expr::Kind;

constexpr int depth_limit = 60;      // of nesting, inlined functions included
constexpr int visit_limit = 20000;   // nodes, so that functions that call each other twice end
constexpr int version_of_data = 16;  // the newest at which a function was made less volatile

Volatility of(char c) {
  return c == 'i' ? Volatility::immutable : c == 's' ? Volatility::stable : Volatility::volatile_;
}

// unknown is worse than stable and better than volatile only in what is said about it.
Volatility worse(Volatility a, Volatility b) {
  const auto rank = [](Volatility v) {
    switch (v) {
      case Volatility::immutable:
        return 0;
      case Volatility::stable:
        return 1;
      case Volatility::unknown:
        return 2;
      default:
        return 3;
    }
  };
  return rank(a) >= rank(b) ? a : b;
}

TypeName builtin(std::string_view name) {
  TypeName type;
  if (name.starts_with("_")) {
    type.array_dimensions = 1;
    name.remove_prefix(1);
  }
  type.name = {"pg_catalog", std::string(name)};
  return type;
}

// "" not known, "unknown" a literal, "_int4" an array, as pg_type.typname has it.
std::string data_name(const TypeName& type) {
  if (type.name.name.empty()) return {};
  return (type.array_dimensions > 0 ? "_" : "") + type.name.name;
}

// Forms of the grammar (16, 17) that are read as calls and are in no catalogue; how values become JSON may hang on
// settings.
bool is_sql_json(std::string_view name) {
  static constexpr std::array<std::string_view, 11> forms = {
      "json",        "json_array", "json_arrayagg", "json_objectagg", "json_scalar", "json_serialize",
      "json_exists", "json_value", "json_query",    "json_table",     "graph_table"};
  return std::find(forms.begin(), forms.end(), name) != forms.end();
}

class Judge {
 public:
  enum class Bound : std::uint8_t { worst, best };  // where types are not known, and it may be one of several

  Judge(const Schema& schema, const Relation* row, int version, int* visited, Bound bound = Bound::worst)
      : schema_(schema), row_(row), version_(version), visited_(visited), bound_(bound) {}

  Volatility judge(const Expr& e, int depth) {
    if (depth > depth_limit || ++*visited_ > visit_limit) return Volatility::unknown;
    Volatility worst = own(e, depth);
    for (const Expr* argument : live_arguments(e)) worst = worse(worst, judge(*argument, depth + 1));
    if (e.query) worst = worse(worst, judge(*e.query, depth + 1));
    return worst;
  }

  TypeName type(const Expr& e, int depth) {
    if (depth > depth_limit) return {};
    switch (e.kind) {
      case Kind::constant:
        return literal_type(e);
      case Kind::column: {
        const ColumnState* column = row_ ? row_->column(e.name) : nullptr;
        return column ? types::base_type(column->type, schema_) : TypeName{};
      }
      case Kind::cast:
        return types::base_type(e.type, schema_);
      case Kind::named:
        return e.arguments.empty() ? TypeName{} : type(e.arguments[0], depth + 1);
      case Kind::row:
        return builtin("record");
      case Kind::and_:
      case Kind::or_:
      case Kind::not_:
      case Kind::is_null:
      case Kind::is_not_null:
      case Kind::in_:
      case Kind::between:
      case Kind::boolean_test:
      case Kind::distinct:
        return builtin("bool");
      case Kind::keyword:
        return keyword_type(e.name);
      case Kind::coalesce:
      case Kind::min_max:
      case Kind::nullif:
      case Kind::collate:
        for (const Expr& argument : e.arguments) {
          TypeName found = type(argument, depth + 1);
          if (!found.name.name.empty() && found.name.name != "unknown") return found;
        }
        return {};
      case Kind::call:
        return call_type(e, depth);
      case Kind::operator_:
        return operator_type(e, depth);
      default:
        return {};
    }
  }

 private:
  static TypeName literal_type(const Expr& e) {
    TypeName result = e.type;
    if (result.name.name == "null" || result.name.name.empty()) result.name.name = "unknown";
    if (result.name.name != "unknown") result.name.schema = "pg_catalog";
    return result;
  }

  static TypeName keyword_type(std::string_view name) {
    const std::string_view word = name.substr(0, name.find('('));
    if (word == "CURRENT_DATE") return builtin("date");
    if (word == "CURRENT_TIME") return builtin("timetz");
    if (word == "CURRENT_TIMESTAMP") return builtin("timestamptz");
    if (word == "LOCALTIME") return builtin("time");
    if (word == "LOCALTIMESTAMP") return builtin("timestamp");
    return builtin("name");
  }

  std::vector<std::string> argument_types(const Expr& e, int depth) {
    std::vector<std::string> types;
    for (const Expr& argument : e.arguments) types.push_back(data_name(type(argument, depth + 1)));
    return types;
  }

  // Overloads of the server that fit best; several where the arguments' types are not known.
  std::vector<const data::Function*> overloads(const Expr& e, int depth) {
    std::vector<const data::Function*> best;
    int score = 1;
    const std::vector<std::string> types = argument_types(e, depth);
    const std::vector<Given> arguments(types.begin(), types.end());
    for (const data::Function& row : data::find_functions(e.name)) {
      if (!row.extension.empty() && row.arguments != "*" && best.empty() && data::find_functions(e.name).size() > 1 &&
          !schema_.has_extension(row.extension))
        continue;
      const int f = row.arguments == "*" ? 1 : fit(arguments, row.arguments, row.defaults);
      if (f < score) continue;
      if (f > score && f >= 1000) best.clear();
      if (f >= 1000) score = f;
      best.push_back(&row);
    }
    return best;
  }

  TypeName call_type(const Expr& e, int depth) {
    if (e.schema.empty() || e.schema == "pg_catalog") {
      TypeName result;
      for (const data::Function* row : overloads(e, depth)) {
        TypeName one = builtin(row->result);
        if (!result.name.name.empty() && !(result == one)) return {};
        result = std::move(one);
      }
      if (result.name.name.starts_with("any")) return {};
      if (!result.name.name.empty()) return result;
    }
    const FunctionState* function = schema_.find_function({e.schema, e.name});
    return function ? types::base_type(function->definition.returns, schema_) : TypeName{};
  }

  using Operators = std::vector<const data::Operator*>;

  Operators operators(const Expr& e, int depth) {
    const std::vector<std::string> arguments = argument_types(e, depth);
    const std::string left = arguments.size() > 1 ? arguments[0] : std::string();
    const std::string right = arguments.empty() ? std::string() : arguments.back();
    if (arguments.size() < 2) return fitting(e.name, true, left, right);
    if ((left == "unknown") == (right == "unknown")) return fitting(e.name, false, left, right);
    // A literal takes the other side's type; where that has no such operator (oper_select, func_select_candidate), the
    // other side is to fit exactly, and the literal is rather text.
    const std::string& known = left == "unknown" ? right : left;
    Operators rows = fitting(e.name, false, known, known);
    const bool array = known.starts_with('_');
    std::erase_if(rows, [&](const data::Operator* row) { return !array && row->left.starts_with("any"); });
    if (!rows.empty()) return rows;
    rows = fitting(e.name, false, left, right);
    keep_where_any(rows, [&](const data::Operator& row) { return (left == known ? row.left : row.right) == known; });
    keep_where_any(rows, [&](const data::Operator& row) {
      const data::Type* literal = data::find_type(left == known ? row.right : row.left);
      return literal && literal->category == 'S';
    });
    return rows;
  }

  template <class Wanted>
  static void keep_where_any(Operators& rows, Wanted wanted) {
    const auto is_wanted = [&](const data::Operator* row) { return wanted(*row); };
    if (std::any_of(rows.begin(), rows.end(), is_wanted))
      std::erase_if(rows, [&](const data::Operator* row) { return !wanted(*row); });
  }

  // Those that fit best.
  Operators fitting(std::string_view name, bool prefix, const std::string& left, const std::string& right) const {
    const Given to_left(left), to_right(right);
    Operators best;
    int score = 1;
    for (const data::Operator& row : data::find_operators(name)) {
      if (!row.extension.empty() && !schema_.has_extension(row.extension)) continue;
      if (row.left.empty() != prefix) continue;
      const int l = row.left.empty() ? 3 : fit(to_left, row.left), r = l == 0 ? 0 : fit(to_right, row.right);
      if (r == 0) continue;
      const int f = l + r == 6 ? 6 : l == 1 || r == 1 ? 1 : l + r;
      if (f < score) continue;
      if (f > score) best.clear();
      score = f;
      best.push_back(&row);
    }
    return best;
  }

  TypeName operator_type(const Expr& e, int depth) {
    TypeName result;
    for (const data::Operator* row : operators(e, depth)) {
      TypeName one = builtin(row->result);
      if (!result.name.name.empty() && !(result == one)) return {};
      result = std::move(one);
    }
    return result.name.name.starts_with("any") ? TypeName{} : result;
  }

  Volatility own(const Expr& e, int depth) {
    switch (e.kind) {
      case Kind::call:
        return call(e, depth);
      case Kind::operator_: {
        if (const auto text = appended(e, depth)) return *text;
        return of_candidates(operators(e, depth), [](const data::Operator* row) { return of(row->volatility); });
      }
      case Kind::in_:
      case Kind::between:
      case Kind::distinct:
      case Kind::nullif:
      case Kind::min_max:
        return comparison(e, depth);
      case Kind::cast:
        return cast(e, depth);
      case Kind::keyword:
        // DEFAULT, MINVALUE and MAXVALUE compute nothing; the rest are SQLValueFunctions.
        return e.name == "DEFAULT" || e.name == "MINVALUE" || e.name == "MAXVALUE" ? Volatility::immutable
                                                                                   : Volatility::stable;
      case Kind::other:
        return e.name.starts_with("XML") ? Volatility::stable : Volatility::unknown;
      default:
        return Volatility::immutable;
    }
  }

  // Of operators or functions of which it may be any.
  template <class Candidates, class Of>
  Volatility of_candidates(const Candidates& candidates, Of volatility_of_one) const {
    std::optional<Volatility> found;
    for (const auto* candidate : candidates) {
      const Volatility one = volatility_of_one(candidate);
      if (!found || worse(*found, one) == (bound_ == Bound::worst ? one : *found)) found = one;
    }
    return found.value_or(Volatility::immutable);
  }

  // Comparisons of timestamptz with date or timestamp look at the time zone.
  Volatility comparison(const Expr& e, int depth) {
    bool zoned = false, zoneless = false;
    for (const Expr& argument : e.arguments) {
      const std::string name = type(argument, depth + 1).name.name;
      zoned = zoned || name == "timestamptz";
      zoneless = zoneless || name == "timestamp" || name == "date";
    }
    return zoned && zoneless ? Volatility::stable : Volatility::immutable;
  }

  Volatility cast(const Expr& e, int depth) {
    if (e.arguments.empty()) return Volatility::immutable;
    TypeName from = type(e.arguments[0], depth + 1);
    TypeName to = types::base_type(e.type, schema_);
    if (from.name.name == "unknown") return Volatility::immutable;  // a literal is read once, when parsed
    // array_in and array_out are stable, whatever the elements are; array to array goes element by element.
    const bool one_array = (from.array_dimensions > 0) != (to.array_dimensions > 0);
    if (one_array && !from.name.name.empty()) return Volatility::stable;
    from.array_dimensions = to.array_dimensions = 0;
    if (to.name.name.empty()) return Volatility::unknown;
    if (from.name == to.name) return Volatility::immutable;
    const data::Type* target = data::find_type(to.name.name);
    if (from.name.name.empty()) {
      if (!target) return Volatility::stable;
      return target->input_volatility == 'i' ? Volatility::immutable : Volatility::stable;
    }
    if (const data::Cast* row = data::find_cast(from.name.name, to.name.name); row && row->method != 'i')
      return of(row->volatility);
    const data::Type* source = data::find_type(from.name.name);
    Volatility worst = target ? of(target->input_volatility) : enum_or_unknown(to);
    return worse(worst, source ? of(source->output_of(version_)) : enum_or_unknown(from));
  }

  // What a value as text takes: text || value and value || text (textanycat), quote_literal(value), text(value). The
  // server inlines those functions, so that only the output of the type counts.
  std::optional<Volatility> as_text(const Expr& value, int depth) {
    const TypeName found = type(value, depth + 1);
    const data::Type* known = data::find_type(found.name.name);
    if (!known || found.name.name == "unknown" || known->category == 'S') return std::nullopt;
    if (found.array_dimensions > 0) return Volatility::stable;
    return of(known->output_of(version_));
  }

  // || of text, or of a literal, with what is no text and has no || of its own.
  std::optional<Volatility> appended(const Expr& e, int depth) {
    if (e.name != "||" || e.arguments.size() != 2) return std::nullopt;
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
      const TypeName other = type(e.arguments[1 - i], depth + 1);
      const data::Type* text = data::find_type(other.name.name);
      if (other.array_dimensions > 0 || !text || (other.name.name != "unknown" && text->category != 'S')) continue;
      const TypeName one = type(e.arguments[i], depth + 1);
      if (one.array_dimensions > 0) continue;
      const auto own = data::find_operators("||");
      const bool has_own =
          std::any_of(own.begin(), own.end(), [&](const data::Operator& row) { return row.left == one.name.name; });
      if (!has_own) return as_text(e.arguments[i], depth);
    }
    return std::nullopt;
  }

  // enum_in and enum_out are stable; so are those of composite types.
  Volatility enum_or_unknown(const TypeName& type) {
    return schema_.find_type(type.name) ? Volatility::stable : Volatility::unknown;
  }

  Volatility call(const Expr& e, int depth) {
    // A function of the schema found along search_path; pg_catalog is looked into first.
    const bool may_be_builtin = e.schema.empty() || e.schema == "pg_catalog";
    const std::vector<const FunctionState*> own = called(schema_, {e.schema, e.name}, e.arguments);
    const std::vector<const data::Function*> server =
        may_be_builtin || own.empty() ? overloads(e, depth) : std::vector<const data::Function*>{};
    if (own.empty() && may_be_builtin && e.arguments.size() == 1 &&
        (e.name == "quote_literal" || e.name == "quote_nullable" || e.name == "text")) {
      if (const auto text = as_text(e.arguments[0], depth)) return *text;
    }
    const bool core = std::any_of(server.begin(), server.end(), [](const auto* row) { return row->extension.empty(); });
    if (core || own.empty()) {
      if (server.empty()) return is_sql_json(e.name) ? Volatility::stable : Volatility::unknown;
      return of_candidates(server, [this](const data::Function* row) {
        return of(version_ < version_of_data ? row->volatility_before : row->volatility);
      });
    }
    return of_candidates(own, [&](const FunctionState* function) {
      return folds_to_null(function->definition, e) ? Volatility::immutable : user_function(*function, depth);
    });
  }

  // evaluate_function (clauses.c): a strict function of a constant null is null, whatever it would do.
  static bool folds_to_null(const CreateFunction& definition, const Expr& e) {
    return definition.strict && !definition.procedure && !definition.returns.setof &&
           std::any_of(e.arguments.begin(), e.arguments.end(), [](const Expr& argument) {
             const Expr* inner = &value_of(argument);
             while (inner->kind == Kind::cast && inner->arguments.size() == 1) inner = inner->arguments.data();
             return inner->kind == Kind::constant && inner->type.name.name == "null";
           });
  }

  // inline_function (clauses.c): LANGUAGE sql, one SELECT of one expression, no SECURITY DEFINER, no settings.
  Volatility user_function(const FunctionState& function, int depth) {
    const CreateFunction& definition = function.definition;
    const Volatility declared = of(definition.volatility);
    const bool candidate = definition.language == "sql" && !definition.security_definer &&
                           definition.settings.empty() && definition.sql.size() == 1 && definition.sql[0] &&
                           !definition.procedure;
    if (!candidate || declared == Volatility::immutable) return declared;
    const Query& query = *definition.sql[0];
    const bool plain = query.kind == Query::Kind::select && query.from.empty() && query.subqueries.empty() &&
                       !query.where && query.outputs.size() == 1 && query.group_by.empty() &&
                       query.after_grouping.empty() && query.other_expressions.empty() && query.rows.empty();
    if (!plain) return declared;
    Judge inner(schema_, nullptr, version_, visited_);
    const Volatility body = inner.judge(query.outputs[0], depth + 1);
    // It may not promise more than it keeps; a strict one is inlined only where it can be seen to be strict.
    if (definition.strict && !definition.parameters.empty()) return declared;
    if (body == Volatility::unknown) return declared;
    return worse(Volatility::immutable,
                 body == Volatility::volatile_ && declared != Volatility::volatile_ ? declared : body);
  }

  Volatility judge(const Query& query, int depth) {
    if (depth > depth_limit) return Volatility::unknown;
    Volatility worst = Volatility::immutable;
    const auto add = [&](const Expr& e) { worst = worse(worst, judge(e, depth + 1)); };
    for (const Expr& e : query.outputs) add(e);
    for (const auto* list : {&query.group_by, &query.after_grouping, &query.other_expressions})
      for (const Expr& e : *list) add(e);
    for (const auto& values : query.rows)
      for (const Expr& e : values) add(e);
    if (query.where) add(*query.where);
    for (const auto& sub : query.subqueries)
      if (sub) worst = worse(worst, judge(*sub, depth + 1));
    return worst;
  }

  const Schema& schema_;
  const Relation* row_;
  int version_;
  int* visited_;
  Bound bound_;
};

}  // namespace

Volatility volatility_of(const Expr& expression, const Schema& schema, const Relation* row, int server_version) {
  int visited = 0;
  return Judge(schema, row, server_version, &visited).judge(expression, 0);
}

bool is_surely_mutable(const Expr& expression, const Schema& schema, const Relation* row, int server_version) {
  int visited = 0;
  const Volatility best = Judge(schema, row, server_version, &visited, Judge::Bound::best).judge(expression, 0);
  return best == Volatility::stable || best == Volatility::volatile_;
}

TypeName type_of(const Expr& expression, const Schema& schema, const Relation* row) {
  int visited = 0;
  return Judge(schema, row, 15, &visited).type(expression, 0);
}

bool is_server_function(std::string_view name) { return !data::find_functions(name).empty() || is_sql_json(name); }

}  // namespace mlint
