#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "analyzer/effect/body.h"
#include "analyzer/effect/lock_facts.h"
#include "analyzer/effect/statement.h"
#include "analyzer/operation/printer.h"
#include "parsers/sql/parse.h"
#include "tests/source_directory.h"

// Every statement of the recorded truth against the effect model, without a server: what PostgreSQL 15 locked,
// rewrote, read and refused when it ran them (live.py asks a server again).
namespace mlint {
namespace {

using Json = nlohmann::json;
using Locks = std::map<std::string, int>;

const std::string folder = mlint::source_directory() + "/tests/oracle/";

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<Json> read_cases(const std::string& path) {
  std::vector<Json> cases;
  std::istringstream lines(read_file(path));
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) cases.push_back(Json::parse(line));
  }
  return cases;
}

void replay(Session& session, const std::string& text) {
  for (const auto& statement : sql::parse(text).statements) {
    for (const Operation& operation : statement.operations) session.replay(operation);
  }
}

std::string bare(const QualifiedName& name) {
  return name.schema == "public" ? quote_ident(name.name) : quote_ident(name);
}

int rank(const std::string& mode) {
  for (const LockMode candidate : all_lock_modes) {
    if (name_of(candidate) == mode) return static_cast<int>(candidate);
  }
  return 0;
}

bool is_table(RelationKind kind) {
  return kind == RelationKind::table || kind == RelationKind::partitioned_table || kind == RelationKind::view ||
         kind == RelationKind::materialized_view || kind == RelationKind::foreign_table;
}

bool is_table(const std::string& kind) {
  return kind == "table" || kind == "partitioned table" || kind == "view" || kind == "materialized view" ||
         kind == "foreign table";
}

// ACCESS SHARE is left out on both sides: the server takes it for catalogue look-ups too.
Locks measured_locks(const Json& truth) {
  Locks locks;
  for (const Json& lock : truth.at("locks")) {
    const int mode = rank(lock[2]);
    if (is_table(lock[1].get<std::string>()) && mode > 1) {
      int& entry = locks[lock[0]];
      entry = std::max(entry, mode);
    }
  }
  return locks;
}

Locks derived_locks(const Effects& effects) {
  Locks locks;
  for (const RelationLock& lock : effects.locks) {
    if (is_table(lock.kind) && lock.mode > LockMode::access_share)
      locks[bare(lock.relation)] = static_cast<int>(lock.mode);
  }
  return locks;
}

bool matches(const std::string& sql, const char* pattern) {
  return std::regex_search(sql, std::regex(pattern, std::regex::icase));
}

std::vector<std::string> differences(const Json& truth, const Effects& effects) {
  std::vector<std::string> wrong;
  const std::string sql = truth.at("sql");
  const bool refused = truth.at("in_txn") != "allowed";
  if (refused != effects.refused_in_transaction)
    wrong.push_back(refused ? "is refused in a transaction" : "is not refused");
  if (truth.contains("error")) return wrong;
  if (!effects.known) return {};  // dynamic SQL: said to be not understood
  if (effects.fails && !refused) wrong.push_back("does not fail: " + *effects.fails);
  Locks server = measured_locks(truth);
  Locks derived = derived_locks(effects);
  const bool data = matches(sql, "^\\s*(insert|update|delete|merge|copy|with|do|call|execute|explain|select)\\b");
  const bool vacuum = matches(sql, "^\\s*vacuum\\b") && !matches(sql, "\\bfull\\b");
  for (const auto& [table, mode] : server) {
    const int said = derived.count(table) ? derived[table] : 0;
    if (said != mode && !(vacuum && said == 4)) {
      wrong.push_back(table + ": server takes mode " + std::to_string(mode) + ", not " + std::to_string(said));
    }
  }
  for (const auto& [table, mode] : derived) {
    if (!server.count(table) && !(data && mode <= 3)) wrong.push_back(table + ": not locked by the server");
  }
  std::set<std::string> rewritten;
  if (truth.contains("rewrites")) {
    for (const Json& rewrite : truth["rewrites"]) {
      if (is_table(rewrite[1].get<std::string>()) && rewrite[2] == "rewritten") rewritten.insert(rewrite[0]);
    }
  }
  std::set<std::string> said_rewritten, said_scanned;
  for (const Work& work : effects.work) {
    if (work.kind == WorkKind::rewrite) said_rewritten.insert(bare(work.relation));
    if (effects.scans(work.relation)) said_scanned.insert(bare(work.relation));
  }
  if (rewritten != said_rewritten) wrong.push_back("rewrites differ");
  if (truth.contains("fk") != !effects.validates_foreign_keys.empty())
    wrong.push_back("foreign key validation differs");
  std::set<std::string> read, referenced;
  for (const Json& key : truth.value("fk", Json::array())) {
    for (const Json& name : key[1]) read.insert(name);
    for (const Json& name : key[2]) referenced.insert(name), read.insert(name);
  }
  for (const Json& scan : truth.value("scans", Json::array())) {
    read.insert(scan[0]);
    bool needed = false;
    for (const Json& why : scan[2])
      needed = needed || (why != "other" && !(why == "foreign key" && referenced.count(scan[0])));
    if (needed && scan[1] > 0 && !said_scanned.count(scan[0]))
      wrong.push_back(scan[0].get<std::string>() + ": is read");
  }
  for (const std::string& table : said_scanned) {
    if (!read.count(table) && !rewritten.count(table)) wrong.push_back(table + ": is not read");
  }
  return wrong;
}

struct Judged {
  std::vector<std::string> wrong;
  std::set<std::string_view> facts;
};

Judged judge(const Session& base, const Json& truth) {
  Session session = base;
  for (const Json& statement : truth.value("setup", Json::array())) replay(session, statement);
  session.schema().reset_session(true);
  session.begin_unit(1);
  if (truth.contains("prior")) session.begin();
  for (const Json& statement : truth.value("prior", Json::array())) replay(session, statement);
  const auto parsed = sql::parse(truth.at("sql").get<std::string>());
  Judged judged;
  if (parsed.statements.empty() || parsed.statements.back().operations.empty()) return judged;
  const auto& operations = parsed.statements.back().operations;
  const Schema before = session.schema();
  effects_with_facts(operations.front(), before, Server{}, judged.facts);
  Effects effects = session.run(operations.front(), {}, {}).effects;
  for (std::size_t i = 1; i < operations.size(); ++i) {
    const Effects more = session.run(operations[i], {}, {}).effects;
    add_effects(effects, more, before, session.schema());
  }
  judged.wrong = differences(truth, effects);
  return judged;
}

// Facts that no statement of the recorded truth shows, and why.
const std::map<std::string_view, std::string_view> without_case = {
    {"add_not_null_constraint", "PostgreSQL 18 syntax; the recorded server is 15"},
    {"not_enforced_referenced", "PostgreSQL 18 syntax"},
    {"set_expression", "PostgreSQL 17 syntax"},
    {"set_expression_rewrite", "PostgreSQL 17 syntax"},
    {"set_expression_check", "PostgreSQL 19"},
    {"add_column_domain_volatile", "PostgreSQL 19"},
    {"add_foreign_key_child", "PostgreSQL 18"},
    {"enforce_check", "PostgreSQL 19 syntax"},
    {"split_parent", "PostgreSQL 19 syntax"},
    {"split_partition", "PostgreSQL 19 syntax"},
    {"split_rewrite", "PostgreSQL 19 syntax"},
    {"repack", "PostgreSQL 19 syntax"},
    {"repack_concurrently", "PostgreSQL 19 syntax"},
    {"repack_rewrite", "PostgreSQL 19 syntax"},
    {"repack_concurrently_refused", "PostgreSQL 19 syntax"},
    {"set_access_method_rewrite", "a second table access method is not installed anywhere"},
    {"drop_subscription_refused", "needs a publisher"},
    {"alter_subscription_refused", "needs a publisher"},
    {"repack_many_refused", "PostgreSQL 19 syntax"},
};

TEST_CASE("recorded truth of PostgreSQL 15", "[oracle]") {
  Session base(Schema(), Server{});
  replay(base, read_file(folder + "data/base_schema.sql"));
  std::set<std::string_view> facts;
  std::size_t count = 0;
  for (const char* name : {"data/truth.jsonl", "truth.jsonl"}) {
    for (const Json& truth : read_cases(folder + name)) {
      const Judged judged = judge(base, truth);
      facts.insert(judged.facts.begin(), judged.facts.end());
      ++count;
      for (const std::string& wrong : judged.wrong) {
        FAIL_CHECK(truth.at("id").get<std::string>() << ": " << truth.at("sql").get<std::string>() << "\n  " << wrong);
      }
    }
  }
  CHECK(count > 1900);
  for (const ServerFact& fact : server_facts()) {
    if (facts.count(fact.id) || without_case.count(fact.id)) continue;
    FAIL_CHECK("no case shows the fact " << fact.id << " (" << fact.form << ")");
  }
  for (const auto& [id, reason] : without_case) {
    if (facts.count(id)) FAIL_CHECK(id << " has a case now; take it off the list");
  }
}

}  // namespace
}  // namespace mlint
