#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "analyzer/effect/statement.h"
#include "parsers/sql/parse.h"

// Which expressions an index may hold: each was asked of a server of 15.
namespace mlint {
namespace {

constexpr std::string_view schema =
    "CREATE TYPE en AS ENUM ('a', 'b');"
    "CREATE TABLE q (id int, n numeric(8,2), t text, v varchar(20), d date, ts timestamp, tz timestamptz, j jsonb, js "
    "json,"
    "a int[], ta text[], b boolean, u uuid, i interval, e en, f float8, by bytea, s smallint, bg bigint, c char(5), ti "
    "time,"
    "r int4range, ip inet, x xml, tv tsvector);";

constexpr std::string_view immutable[] = {R"(j->>'a' = 'b')",
                                          R"(j->'a' = '1')",
                                          R"(j->'a'->>'b' = 'x')",
                                          R"(j#>>'{a,b}' = 'x')",
                                          R"((j->>'a')::int > 3)",
                                          R"((j->>'a')::boolean)",
                                          R"((j->>'a')::numeric > 1.5)",
                                          R"(j ? 'a')",
                                          R"(j @> '{"a":1}')",
                                          R"(j ->> 0 = 'x')",
                                          R"(js->>'a' = 'b')",
                                          R"(a[1] = 3)",
                                          R"(a @> ARRAY[1])",
                                          R"(a && '{1,2}')",
                                          R"(3 = ANY(a))",
                                          R"('x' = ANY(ta))",
                                          R"(ta[1] || 'x' = 'y')",
                                          R"(array_length(a,1) > 2)",
                                          R"(cardinality(a) > 0)",
                                          R"(t = 'x')",
                                          R"(t || 'y' = 'x')",
                                          R"('y' || v = 'x')",
                                          R"(id || 'y' = 'x')",
                                          R"(t || id = 'x')",
                                          R"(n > 10)",
                                          R"(n > 10.5)",
                                          R"(n + id > 3)",
                                          R"(f > n)",
                                          R"(f = 1)",
                                          R"(s = 1)",
                                          R"(bg > id)",
                                          R"(bg + 1 > 3)",
                                          R"(id % 2 = 0)",
                                          R"(-id > 3)",
                                          R"(d > '2020-01-01')",
                                          R"(d > ts)",
                                          R"(tz > '2020-01-01')",
                                          R"(ts + '1 day' > '2020-01-01')",
                                          R"(d + 1 > '2020-01-01')",
                                          R"(d + '1 day'::interval > '2020-01-01')",
                                          R"(d - '2020-01-01' > 3)",
                                          R"(tz - tz > '1 day')",
                                          R"(ts::date = '2020-01-01')",
                                          R"((tz at time zone 'UTC')::date = '2020-01-01')",
                                          R"(date_trunc('day', ts) = ts)",
                                          R"(extract(year from ts) = 2020)",
                                          R"(date_part('year', d) = 2020)",
                                          R"(to_tsvector('english', t) @@ to_tsquery('english','a'))",
                                          R"(tv @@ 'a')",
                                          R"(lower(t) = 'x')",
                                          R"(lower(v) like 'x%')",
                                          R"(v ~ '^a')",
                                          R"(v ~* 'a')",
                                          R"(t ilike 'x')",
                                          R"(t not like 'x%')",
                                          R"(v in ('a','b'))",
                                          R"(id in (1,2))",
                                          R"(id between 1 and 3)",
                                          R"(n between 1 and 3)",
                                          R"(tz between '2020-01-01' and '2021-01-01')",
                                          R"(b)",
                                          R"(b is true)",
                                          R"(b = true)",
                                          R"(not b)",
                                          R"(u = '00000000-0000-0000-0000-000000000000')",
                                          R"(u::text = 'x')",
                                          R"(e = 'a')",
                                          R"(e in ('a','b'))",
                                          R"(i > '1 day')",
                                          R"(n::text = 'x')",
                                          R"(id::text = 'x')",
                                          R"(b::text = 'x')",
                                          R"(j::text = 'x')",
                                          R"(t::int = 3)",
                                          R"(coalesce(t,'') = 'x')",
                                          R"(coalesce(n,0) > 1)",
                                          R"(nullif(t,'') = 'x')",
                                          R"(greatest(id, 3) > 2)",
                                          R"(greatest(d, ts) > '2020-01-01')",
                                          R"(c = 'x')",
                                          R"(c || 'y' = 'z')",
                                          R"(substr(t,1,3) = 'x')",
                                          R"(left(t,3) = 'x')",
                                          R"(md5(t) = 'x')",
                                          R"(length(t) > 3)",
                                          R"(encode(by,'hex') = 'x')",
                                          R"(by = '\x00')",
                                          R"(ti > '10:00')",
                                          R"(r @> 3)",
                                          R"(r && '[1,2)')",
                                          R"(lower(r) = 3)",
                                          R"(ip << '10.0.0.0/8')",
                                          R"(host(ip) = 'x')",
                                          R"(x::text = 'x')",
                                          R"(a || 1 = a)",
                                          R"(a || a = a)",
                                          R"(a || '{1}' = a)",
                                          R"(1 || a = a)",
                                          R"(ta || '{x}' = ta)",
                                          R"(j || '1' = j)",
                                          R"('x' = t)",
                                          R"('2020-01-01' < tz)",
                                          R"(3 = n)",
                                          R"(ts - '2020-01-01' > '1 day')",
                                          R"(tz at time zone 'UTC' > ts)",
                                          R"(case when b then t = 'x' else false end)",
                                          R"(case when id > 3 then 'a' else 'b' end = t)",
                                          R"(t is distinct from 'x')",
                                          R"((id, s) = (1, 2))",
                                          R"(row(id, s) is not null)",
                                          R"(jsonb_array_length(j) > 0)",
                                          R"(jsonb_path_exists(j, '$.a'))",
                                          R"(j @? '$.a')",
                                          R"(j @@ '$.a > 1')",
                                          R"(j #- '{a}' = '{}')",
                                          R"(j - 'a' = '{}')",
                                          R"(j || '{"a":1}' = '{}')",
                                          R"(regexp_replace(t, 'a', 'b') = 'x')",
                                          R"(split_part(t, ',', 1) = 'x')",
                                          R"(string_to_array(t, ',') = ta)",
                                          R"(mod(id, 3) = 1)",
                                          R"(round(n) = 3)",
                                          R"(round(f) = 3)",
                                          R"(age(ts, ts) > '1 day')",
                                          R"(age(tz, tz) > '1 day')",
                                          R"(make_date(2020,1,1) = d)",
                                          R"(timezone('UTC', tz) > ts)",
                                          R"(timezone('UTC', ts) > tz)",
                                          R"(position('a' in t) > 0)",
                                          R"(overlay(t placing 'a' from 1) = 'x')",
                                          R"(trim(t) = 'x')",
                                          R"(t collate "C" = 'x')",
                                          R"(hashtext(t) % 2 = 0)",
                                          R"(abs(id) > 3)",
                                          R"(power(id, 2) > 3)",
                                          R"(id::numeric / 3 > 1)",
                                          R"(id / 2.0 > 1)",
                                          R"(n = id::text::numeric)"};

constexpr std::string_view refused[] = {R"((j->>'a')::timestamptz > '2020-01-01')",
                                        R"((j->>'a')::date > '2020-01-01')",
                                        R"(d || '' = 'x')",
                                        R"(tz || '' = 'x')",
                                        R"(d > tz)",
                                        R"(ts > tz)",
                                        R"(tz > now())",
                                        R"(tz + '1 day' > '2020-01-01')",
                                        R"(tz + interval '1 day' > '2020-01-01')",
                                        R"(tz::date = '2020-01-01')",
                                        R"(date_trunc('day', tz) = tz)",
                                        R"(extract(year from tz) = 2020)",
                                        R"(extract(epoch from tz) > 3)",
                                        R"(to_char(ts, 'YYYY') = '2020')",
                                        R"(to_char(n, '999') = '3')",
                                        R"(to_tsvector(t) @@ 'a')",
                                        R"(tz between d and d)",
                                        R"(e::text = 'a')",
                                        R"(i::text = 'x')",
                                        R"(ts::text = 'x')",
                                        R"(d::text = 'x')",
                                        R"(tz::text = 'x')",
                                        R"(a::text = 'x')",
                                        R"(t::date = '2020-01-01')",
                                        R"(t::timestamptz = '2020-01-01')",
                                        R"(t::en = 'a')",
                                        R"(concat(t,'x') = 'y')",
                                        R"(concat_ws(',',t,v) = 'y')",
                                        R"(format('%s',t) = 'x')",
                                        R"(random() > 0.5)",
                                        R"(current_date > d)",
                                        R"(array_to_string(a, ',') = 'x')"};

bool is_refused(std::string_view index) {
  Session session{Schema(), Server{15}};
  bool fails = false;
  for (sql::ParsedStatement& statement : sql::parse(std::string(schema) + std::string(index)).statements)
    for (Operation& operation : statement.operations)
      fails = session.run(std::move(operation), "", {}).effects.fails.has_value();
  return fails;
}

bool is_refused_in_index(std::string_view expression) {
  const std::string text(expression);
  const bool predicate = is_refused("CREATE INDEX k ON q (id) WHERE " + text);
  CHECK(is_refused("CREATE INDEX k ON q ((" + text + "))") == predicate);
  return predicate;
}

}  // namespace

TEST_CASE("expressions that an index may hold", "[effect]") {
  for (const std::string_view expression : immutable) {
    INFO(expression);
    CHECK_FALSE(is_refused_in_index(expression));
  }
  for (const std::string_view expression : refused) {
    INFO(expression);
    CHECK(is_refused_in_index(expression));
  }
}

}  // namespace mlint
