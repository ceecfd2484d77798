#include "analyzer/lint/severity.h"

#include <catch2/catch.hpp>

using namespace mlint;

TEST_CASE("severity follows what is known of the table", "[lint]") {
  CHECK(severity_of(Hazard::foreign_key_validation, TableSize::unknown) == Severity::warning);
  CHECK(severity_of(Hazard::foreign_key_validation, TableSize::large) == Severity::error);
  CHECK(severity_of(Hazard::foreign_key_validation, TableSize::hot) == Severity::error);
  CHECK(severity_of(Hazard::foreign_key_validation, TableSize::small) == Severity::info);
  CHECK(severity_of(Hazard::index_build, TableSize::unknown) == Severity::error);
  CHECK(severity_of(Hazard::index_build, TableSize::small) == Severity::off);
  CHECK(severity_of(Hazard::instant_ddl, TableSize::hot) == Severity::warning);
}
