#include <algorithm>
#include <ostream>
#include <string_view>
#include <vector>

#include "analyzer/base/clip.h"
#include "analyzer/report/frame.h"
#include "analyzer/report/report.h"
#include "analyzer/report/summary.h"
#include "analyzer/report/visible.h"

namespace mlint {
namespace {

using report::counted;
using report::Mark;
using report::Paint;
using report::visible;

constexpr std::size_t longest_sql = 400;  // a data migration's INSERT may be a page
constexpr std::size_t listed_verdicts = 20;

struct Writer {
  std::ostream& out;
  const Report& report;
  const TextStyle& style;
  Paint paint;

  // `above` was written just before, or is null: what it said of the same place is not said again.
  void finding(const Diagnostic& diagnostic, const Diagnostic* above);
  void location(std::string_view arrow, const Location& location, const std::string& path, std::size_t gutter,
                std::string_view remark = {});
  void fact(std::size_t gutter, std::string_view name, std::string_view text);
  void facts(const Diagnostic& diagnostic, std::size_t gutter);
  void fix(const Fix& fix, std::size_t gutter);
  void footer();
  void verdicts();
  void unanalyzed();
};

std::size_t gutter_of(const Report& report, const Finding& finding) {
  std::size_t widest = 1;
  const auto widen = [&](const Location& location) {
    const SourceFile* file = report.source(location.file);
    if (!file) return;
    const std::uint32_t begin = file->position(location.span.begin).line;
    const std::uint32_t end = file->position(std::max(location.span.begin, location.span.end)).line;
    widest = std::max(widest, report::digits(std::min(end, begin + 2)));
  };
  widen(finding.location);
  for (const Label& label : finding.labels) widen(label.location);
  return widest;
}

void Writer::location(std::string_view arrow, const Location& location, const std::string& path, std::size_t gutter,
                      std::string_view remark) {
  out << std::string(gutter, ' ') << paint.blue << arrow << paint.reset << ' '
      << visible(report.terminal_prefix + path);
  if (const SourceFile* file = report.source(location.file)) {
    const Position position = file->position(location.span.begin);
    out << ':' << position.line << ':' << position.column;
  }
  out << paint.dim << remark << paint.reset << '\n';
}

// A line break at the end begins no line.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

void Writer::fact(std::size_t gutter, std::string_view name, std::string_view text) {
  out << std::string(gutter + 1, ' ') << paint.blue << '=' << paint.reset << ' ' << paint.bold << name << ':'
      << paint.reset << std::string(name.size() < 6 ? 6 - name.size() : 1, ' ');
  bool first = true;
  for (const std::string_view line : lines_of(text)) {
    if (!first) out << std::string(gutter + 10, ' ');
    first = false;
    out << visible(line) << '\n';
  }
  if (first) out << '\n';
}

// The steps of a recipe stand below the word "help:".
std::string indented(std::string_view lines) {
  std::string result;
  for (std::size_t begin = 0; begin < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', begin), lines.size() - 1) + 1;
    result += lines.substr(begin, end - begin);
    if (result.back() == '\n') result += "      ";
    begin = end;
  }
  return result;
}

std::string lock_text(const LockFact& lock) {
  std::string text = lock.mode + " on " + lock.relation;
  if (!lock.kind.empty() && lock.kind != "table") text += " (" + lock.kind + ")";
  if (!lock.waits.empty()) text += "; " + lock.waits;
  return text;
}

// Relations in use that it takes ACCESS EXCLUSIVE on: to get it, it waits for readers too.
std::string waited_for(const Finding& finding) {
  std::string names;
  for (const LockFact& lock : finding.locks) {
    const bool table = lock.kind.empty() || lock.kind == "table" || lock.kind == "partitioned table";
    if (lock.mode == "ACCESS EXCLUSIVE" && !lock.waits.empty() && table)
      names += (names.empty() ? "" : ", ") + lock.relation;
  }
  return names;
}

std::string shortened(std::string_view sql) {
  if (sql.size() <= longest_sql) return std::string(sql);
  return std::string(clip(sql, longest_sql)) + " ...";
}

void Writer::facts(const Diagnostic& diagnostic, std::size_t gutter) {
  const Finding& finding = diagnostic.finding;
  for (const LockFact& lock : finding.locks) fact(gutter, "lock", lock_text(lock));
  if (const std::string relations = waited_for(finding); !relations.empty())
    fact(gutter, "waits",
         "for every open transaction on " + relations + ", a dump included; later queries queue behind it");
  const std::vector<std::string>& work = finding.work_details.empty() ? finding.work : finding.work_details;
  for (const std::string& each : work) fact(gutter, "work", each);
  if (!finding.held.empty()) fact(gutter, "held", finding.held);
  if (!finding.sql.empty()) fact(gutter, "sql", shortened(finding.sql));
  if (!diagnostic.pg_versions.empty()) {
    std::string versions;
    for (const int version : diagnostic.pg_versions)
      versions += (versions.empty() ? "" : ", ") + std::to_string(version);
    fact(gutter, "only", "on PostgreSQL " + versions);
  }
}

bool same_place(const Finding& a, const Finding& b) {
  return a.location.file == b.location.file && a.location.span == b.location.span && a.path == b.path;
}

bool same_facts(const Diagnostic& a, const Diagnostic& b) {
  const auto lock_lines = [](const Finding& finding) {
    std::vector<std::string> lines;
    for (const LockFact& lock : finding.locks) lines.push_back(lock_text(lock));
    return lines;
  };
  return a.finding.sql == b.finding.sql && a.finding.held == b.finding.held && a.finding.work == b.finding.work &&
         a.finding.work_details == b.finding.work_details && a.pg_versions == b.pg_versions &&
         lock_lines(a.finding) == lock_lines(b.finding);
}

// The lines that an edit replaces, with `-`, and what stands there afterwards, with `+`.
void Writer::fix(const Fix& fix, std::size_t gutter) {
  for (const Edit& edit : fix.edits) {
    const SourceFile* file = report.source(edit.replace.file);
    if (!file) continue;
    const Position begin = file->position(edit.replace.span.begin);
    const Position end = file->position(edit.replace.span.end);
    const std::string_view first = file->line(begin.line);
    const std::string_view last = file->line(end.line);
    const auto offset_in = [&](std::string_view line, std::uint32_t offset) {
      return std::min<std::size_t>(offset - static_cast<std::size_t>(line.data() - file->text().data()), line.size());
    };
    for (std::uint32_t line = begin.line; line <= end.line; ++line) {
      out << std::string(gutter + 1, ' ') << paint.red << "- " << visible(file->line(line)) << paint.reset << '\n';
    }
    const std::string after = std::string(first.substr(0, offset_in(first, begin.offset))) + edit.with +
                              std::string(last.substr(offset_in(last, end.offset)));
    for (const std::string_view line : lines_of(after)) {
      out << std::string(gutter + 1, ' ') << paint.green << "+ " << visible(line) << paint.reset << '\n';
    }
  }
}

void Writer::finding(const Diagnostic& diagnostic, const Diagnostic* above) {
  const Finding& finding = diagnostic.finding;
  const std::size_t gutter = gutter_of(report, finding);
  const std::string_view color = paint.of(diagnostic.severity);
  out << color << name_of(diagnostic.severity) << '[' << diagnostic.rule->name << ']' << paint.reset << ' '
      << paint.bold << visible(finding.message) << paint.reset << paint.dim << " (" << diagnostic.rule->code << ')'
      << paint.reset << '\n';
  const bool again = above != nullptr && same_place(finding, above->finding) && same_facts(diagnostic, *above);
  location("-->", finding.location, report.path_of(finding), gutter, again ? " (as above)" : "");
  if (const SourceFile* file = report.source(finding.location.file); file && !again) {
    out << std::string(gutter, ' ') << paint.blue << " |" << paint.reset << '\n';
    write_frame(out, *file, Mark{finding.location.span, '^', {}}, gutter, style, paint, color);
  }
  for (const Label& label : finding.labels) {
    location(":::", label.location, report.path_of(label), gutter);
    if (const SourceFile* file = report.source(label.location.file)) {
      write_frame(out, *file, Mark{label.location.span, '-', label.text}, gutter, style, paint, paint.blue);
    } else if (!label.text.empty()) {
      fact(gutter, "note", label.text);
    }
  }
  if (!again) facts(diagnostic, gutter);
  for (const std::string& note : finding.notes) fact(gutter, "note", note);
  if (!finding.help.empty()) {
    out << paint.green << "help:" << paint.reset << ' ' << indented(report::visible_lines(finding.help)) << '\n';
  }
  if (finding.fix) {
    out << paint.green << "fix:" << paint.reset << "  " << visible(finding.fix->title) << '\n';
    fix(*finding.fix, gutter);
  }
  out << paint.dim << std::string(gutter + 1, ' ') << "= docs:  mlint explain " << diagnostic.rule->name << paint.reset
      << "\n\n";
}

void Writer::unanalyzed() {
  // What belongs to no file that was read is told by a remark.
  const auto operations =
      static_cast<std::size_t>(std::count_if(report.unanalyzed.begin(), report.unanalyzed.end(),
                                             [](const auto& it) { return it.location.file != FileId::none; }));
  if (operations == 0 && style.verbose == 0) return;
  if (report.unanalyzed.empty()) return;
  out << counted(operations, "operation") << " of " << report::grouped(report.operations)
      << " could not be analysed completely" << (style.verbose > 0 ? ":" : " (-v lists them)") << '\n';
  if (style.verbose == 0) return;
  for (const Unanalyzed& each : report.unanalyzed) {
    out << "  ";
    if (const SourceFile* file = report.source(each.location.file)) {
      const Position position = file->position(each.location.span.begin);
      out << visible(report.terminal_prefix + file->path()) << ':' << position.line << ':' << position.column << ": ";
    }
    out << visible(each.what) << ": " << visible(each.reason) << '\n';
  }
}

void Writer::verdicts() {
  std::vector<const MigrationVerdict*> noted;
  for (const MigrationVerdict& each : report.verdicts) {
    if (each.verdict != Verdict::unattended || each.backup_first) noted.push_back(&each);
  }
  if (noted.empty()) return;
  std::stable_sort(noted.begin(), noted.end(), [](const auto* a, const auto* b) { return a->verdict > b->verdict; });
  if (noted.size() > listed_verdicts) {
    std::map<Verdict, std::size_t> counts;
    for (const MigrationVerdict& each : report.verdicts) ++counts[each.verdict];
    out << "verdicts:";
    const char* separator = " ";
    for (const auto& [verdict, number] : counts) {
      out << separator << report::grouped(number) << ' ' << name_of(verdict);
      separator = ", ";
    }
    out << '\n';
    return;
  }
  out << "verdicts (the others may run unattended):\n";
  for (const MigrationVerdict* each : noted) {
    const std::string name = each->app.empty() ? each->name : each->app + "." + each->name;
    const auto verdict = std::string(name_of(each->verdict));
    out << "  " << verdict << std::string(15 - std::min<std::size_t>(14, verdict.size()), ' ') << visible(name)
        << (each->backup_first ? "  (back up first: data is lost)" : "") << '\n';
  }
}

void Writer::footer() {
  verdicts();
  unanalyzed();
  for (const std::string& remark : report.remarks) out << "note: " << visible(remark) << '\n';
  for (const std::string& note : report.notes) {
    if (style.verbose > 0) out << "note: " << visible(note) << '\n';
  }
  if (report.projects.size() > 1) {
    for (const ProjectSummary& project : report.projects) {
      out << "project " << visible(project.root) << ": " << counted(project.judged, "migration") << " judged, "
          << report::grouped(project.migrations) << " loaded";
      if (const std::string django = report::django_of(project); !django.empty()) out << ", " << visible(django);
      out << '\n';
    }
  }
  if (!report.unlisted.empty()) {
    out << "existing history, not listed: " << report::unlisted_line(report)
        << "\n  on a branch only your own migrations are judged; --all lists everything\n";
  }
  std::string line = report::verdict_line(report);
  const bool clean = report.findings.empty();
  if (clean && !line.empty() && line[0] == 'n') line[0] = 'N';
  const std::string basis = report::basis_line(report);
  out << (clean ? paint.green : paint.bold) << line << paint.reset;
  if (!basis.empty()) out << " (" << basis << ')';
  out << '\n';
  if (report.suppressed > 0) out << counted(report.suppressed, "finding") << " suppressed by comments\n";
}

}  // namespace

void write_text_findings(std::ostream& out, const Report& report, std::size_t first, std::size_t last,
                         const TextStyle& style) {
  Writer writer{out, report, style, Paint(style.color)};
  for (std::size_t i = first; i < last; ++i)
    writer.finding(report.findings[i], i > 0 ? &report.findings[i - 1] : nullptr);
}

void write_text_summary(std::ostream& out, const Report& report, const TextStyle& style) {
  Writer{out, report, style, Paint(style.color)}.footer();
}

void write_text(std::ostream& out, const Report& report, const TextStyle& style) {
  write_text_findings(out, report, 0, report.findings.size(), style);
  write_text_summary(out, report, style);
}

void write_concise(std::ostream& out, const Report& report, const TextStyle& style) {
  const Paint paint(style.color);
  for (const Diagnostic& each : report.findings) {
    out << visible(report.terminal_prefix + report.path_of(each.finding));
    if (const SourceFile* file = report.source(each.finding.location.file)) {
      const Position position = file->position(each.finding.location.span.begin);
      out << ':' << position.line << ':' << position.column;
    }
    out << ": " << paint.of(each.severity) << name_of(each.severity) << '[' << each.rule->name << ']' << paint.reset
        << ' ' << visible(each.finding.message);
    std::string facts;
    for (const LockFact& lock : each.finding.locks)
      facts += (facts.empty() ? "" : ", ") + lock.mode + " " + lock.relation;
    for (std::size_t i = 0; i < each.finding.work.size(); ++i) {
      facts += (i > 0 ? ", " : facts.empty() ? "" : "; ") + each.finding.work[i];
    }
    if (!facts.empty()) out << " {" << visible(facts) << '}';
    out << '\n';
  }
  const std::string basis = report::basis_line(report);
  out << report::verdict_line(report) << (basis.empty() ? "" : " (" + basis + ")") << '\n';
}

}  // namespace mlint
