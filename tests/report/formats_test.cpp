#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "analyzer/report/report.h"

// Every format on one hostile report: a path, a message and a source that carry each format's own punctuation.
namespace {

using namespace mlint;
using Json = nlohmann::json;

const RuleInfo rule{.code = "ML999",
                    .name = "some-hazard",
                    .group = RuleGroup::locking,
                    .severity = Severity::error,
                    .summary = "Summary.",
                    .effect = "Effect.",
                    .instead = "Instead."};

struct Hostile {
  std::vector<SourceFile> sources;
  Report report;

  Hostile() {
    // Two bytes before the place are one column.
    sources.emplace_back("a b/100%,x:y<\"&>.py", "\xC3\xA9 = 'DROP'\n");
    Diagnostic each;
    each.rule = &rule;
    each.severity = Severity::warning;
    each.finding.location = {FileId{0}, Span{6, 10}};
    each.finding.message = "first\r\n::error::forged, 5% of <b>\"&\"\x1b[31m\xff";
    each.finding.app = "shop";
    each.finding.migration = "0002_x";
    each.fingerprint = "f00d";
    report.findings.push_back(each);
    report.rules = {&rule};
    report.sources = sources;
    report.repository_prefix = "back end/";
  }
};

std::string written(void (*write)(std::ostream&, const Report&)) {
  const Hostile hostile;
  std::ostringstream out;
  write(out, hostile.report);
  return out.str();
}

}  // namespace

TEST_CASE("JSON: columns are code points, offsets bytes", "[report]") {
  const Json finding = Json::parse(written(write_json))["findings"][0];
  CHECK(finding["file"] == "a b/100%,x:y<\"&>.py");
  CHECK(finding["severity"] == "warning");
  CHECK(finding["range"] == Json{{"start", {{"line", 1}, {"column", 6}, {"offset", 6}}},
                                 {"end", {{"line", 1}, {"column", 10}, {"offset", 10}}}});
}

TEST_CASE("SARIF: a URI from the repository's root, a region in code points", "[report]") {
  const Json run = Json::parse(written(write_sarif))["runs"][0];
  CHECK(run["columnKind"] == "unicodeCodePoints");
  const Json result = run["results"][0];
  CHECK(result["level"] == "warning");
  CHECK(result["ruleId"] == "ML999");
  const Json place = result["locations"][0]["physicalLocation"];
  CHECK(place["artifactLocation"]["uri"] == "back%20end/a%20b/100%25%2Cx%3Ay%3C%22%26%3E.py");
  CHECK(place["region"] == Json{{"startLine", 1}, {"startColumn", 6}, {"endLine", 1}, {"endColumn", 10}});
  CHECK(written(write_sarif).find('\x1b') == std::string::npos);
}

TEST_CASE("GitHub: one line a finding, and no command but its own", "[report]") {
  std::istringstream out(written(write_github));
  std::vector<std::string> lines;
  for (std::string line; std::getline(out, line);) lines.push_back(line);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].rfind("::warning file=back end/a b/100%25%2Cx%3Ay<\"&>.py,line=1,", 0) == 0);
  CHECK(lines[0].find("5%25 of") != std::string::npos);
  CHECK(lines[0].find('\x1b') == std::string::npos);
}

TEST_CASE("XML: nothing of the text is markup", "[report]") {
  for (const std::string& out : {written(write_junit), written(write_checkstyle)}) {
    INFO(out);
    CHECK(out.find("<b>") == std::string::npos);
    CHECK(out.find("&lt;b&gt;&quot;&amp;&quot;") != std::string::npos);
    CHECK(out.find('\x1b') == std::string::npos);
    CHECK(out.find('\xff') == std::string::npos);
  }
  CHECK(written(write_junit).find("classname=\"shop\" file=\"back end/a b/100%,x:y&lt;&quot;&amp;&gt;.py\"") !=
        std::string::npos);
  CHECK(written(write_checkstyle).find("line=\"1\" column=\"6\" severity=\"warning\"") != std::string::npos);
}

TEST_CASE("GitLab: a severity of its scale, the path from the repository's root", "[report]") {
  const Json issue = Json::parse(written(write_gitlab))[0];
  CHECK(issue["severity"] == "minor");
  CHECK(issue["fingerprint"] == "f00d");
  CHECK(issue["location"]["path"] == "back end/a b/100%,x:y<\"&>.py");
  CHECK(issue["location"]["lines"]["begin"] == 1);
}

TEST_CASE("text never carries an escape of the source to the terminal", "[report]") {
  const Hostile hostile;
  std::ostringstream text, concise, markdown;
  write_text(text, hostile.report, {});
  write_concise(concise, hostile.report, {});
  write_markdown(markdown, hostile.report);
  for (const std::string& out : {text.str(), concise.str(), markdown.str()}) {
    INFO(out);
    CHECK(out.find("first") != std::string::npos);
    CHECK(out.find('\x1b') == std::string::npos);
    CHECK(out.find('\r') == std::string::npos);
    CHECK(out.find('\xff') == std::string::npos);
  }
  CHECK(markdown.str().find("<b>") == std::string::npos);
}
