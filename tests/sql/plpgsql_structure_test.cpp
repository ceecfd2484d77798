#include "parsers/sql/plpgsql_structure.h"

#include <catch2/catch.hpp>

namespace mlint {

// What PostgreSQL 15 says to CREATE FUNCTION with these bodies.
TEST_CASE("plpgsql: what does not hold together", "[sql][plpgsql]") {
  for (const char* body :
       {"BEGIN IF true THEN PERFORM 1; END", "BEGIN PERFORM 1 END", "PERFORM 1;", "BEGIN LOOP PERFORM 1; END; END",
        "BEGIN PERFORM 1; END; extra", "BEGIN PERFORM (1; END", "DECLARE x int BEGIN PERFORM 1; END",
        "BEGIN IF true THEN PERFORM 1; END IF END", "BEGIN IF true PERFORM 1; END IF; END",
        "BEGIN PERFORM 1; END LOOP; END", " ", "BEGIN FOR i IN 1..2 PERFORM 1; END LOOP; END"}) {
    INFO(body);
    CHECK(sql::plpgsql_problem(body));
  }
  CHECK(sql::plpgsql_problem("BEGIN NULL; END; x")->message == "syntax error at or near `x`");
  CHECK(sql::plpgsql_problem("BEGIN")->message == "syntax error at the end of the body");
}

TEST_CASE("plpgsql: what does", "[sql][plpgsql]") {
  for (const char* body :
       {"#variable_conflict use_column\nBEGIN NULL; END",
        "<<a>> DECLARE x int; BEGIN <<b>> LOOP EXIT b; END LOOP b; END a;", "BEGIN END",
        "BEGIN NULL; EXCEPTION WHEN others THEN NULL; WHEN division_by_zero THEN NULL; END",
        "BEGIN CASE 1 WHEN 1 THEN NULL; ELSE NULL; END CASE; END;",
        "BEGIN IF a THEN NULL; ELSIF (CASE WHEN true THEN true END) THEN NULL; ELSEIF true THEN NULL; END IF; END",
        "DECLARE c CURSOR FOR SELECT CASE WHEN true THEN 1 END; BEGIN FOR r IN c LOOP NULL; END LOOP; "
        "FOR i IN REVERSE 10..1 BY 2 LOOP CONTINUE WHEN i = 2; END LOOP; END",
        "DECLARE exception int; BEGIN exception := 1; END",
        "BEGIN WHILE true LOOP EXIT; END LOOP; FOREACH x IN ARRAY y LOOP NULL; END LOOP; END",
        "BEGIN BEGIN NULL; END; DECLARE y int; BEGIN NULL; END; END;",
        "BEGIN CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; END; END"}) {
    INFO(body);
    CHECK_FALSE(sql::plpgsql_problem(body));
  }
}

}  // namespace mlint
