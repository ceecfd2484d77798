#include "analyzer/django/naming.h"

#include <catch2/catch.hpp>

#include "analyzer/django/json_dumps.h"

namespace mlint::django {
namespace {

std::string name(std::string_view table, std::vector<std::string> columns, std::string_view suffix) {
  return index_name(table, columns, suffix);
}

}  // namespace

// Expected names were read from a server that Django 5.2 had migrated.
TEST_CASE("names of indexes and constraints carry Django's digest", "[django]") {
  CHECK(md5_hex("") == "d41d8cd98f00b204e9800998ecf8427e");
  CHECK(md5_hex("a string that is longer than one block of sixty-four bytes, so that two are mixed").size() == 32);
  CHECK(name("app_a", {"f"}, "") == "app_a_f_40bbcf00");
  CHECK(name("django_content_type", {"app_label", "model"}, "_uniq") ==
        "django_content_type_app_label_model_76bd3d3b_uniq");
  CHECK(name("auth_permission", {"content_type_id", "codename"}, "_uniq") ==
        "auth_permission_content_type_id_codename_01ab375a_uniq");
  CHECK(name("auth_user_user_permissions", {"permission_id"}, foreign_key_suffix("auth_permission", "id")) ==
        "auth_user_user_permi_permission_id_1fbb5f2c_fk_auth_perm");
}

TEST_CASE("a schema may hide in a table's name", "[django]") {
  CHECK(quote_name("sch\".\"tab") == "\"sch\".\"tab\"");
  CHECK(quote_name("\"sch\".\"tab\"") == "\"sch\".\"tab\"");
  CHECK(table_part("\"sch\".\"tab\"") == "tab");
  CHECK(qualified("sch\".\"tab") == QualifiedName{"sch", "tab"});
  CHECK(name("sch\".\"tab", {"n"}, "") == "tab_n_59d104f1");
}

// As Python 3.11 prints them.
TEST_CASE("a float is written as Python's repr", "[django]") {
  const auto [value, text] = GENERATE(table<double, std::string>({{0.0, "0.0"},
                                                                  {1.0, "1.0"},
                                                                  {-1.5, "-1.5"},
                                                                  {100000.0, "100000.0"},
                                                                  {1e15, "1000000000000000.0"},
                                                                  {1e16, "1e+16"},
                                                                  {1.5e300, "1.5e+300"},
                                                                  {0.0001, "0.0001"},
                                                                  {0.00001, "1e-05"},
                                                                  {0.1, "0.1"},
                                                                  {123456789012345.6, "123456789012345.6"},
                                                                  {5e-324, "5e-324"},
                                                                  {3.14, "3.14"}}));
  CHECK(float_repr(value) == text);
}

}  // namespace mlint::django
