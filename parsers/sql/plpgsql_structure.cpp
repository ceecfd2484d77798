#include "parsers/sql/plpgsql_structure.h"

#include <string>
#include <vector>

#include "parsers/sql/lexer.h"

// pl_gram.y, as far as blocks, branches and loops go.
namespace mlint::sql {
namespace {

class Structure {
 public:
  explicit Structure(std::string_view body) : text_(body), tokens_(tokenize(body)) {}

  std::optional<Problem> run() {
    while (written(at_) == "#") at_ += 3;  // #variable_conflict use_column
    while (!problem_ && !given_up_ && !(open_.empty() && ended_)) step();
    if (!problem_ && punctuation(at_, ';')) ++at_;
    if (!problem_ && !given_up_ && at_ < tokens_.size()) fail(at_);
    return given_up_ ? std::nullopt : problem_;
  }

 private:
  enum class Kind { block, handlers, branch, cases, loop };

  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::vector<Kind> open_;
  bool ended_ = false, given_up_ = false;
  std::optional<Problem> problem_;

  bool word(std::size_t i, std::string_view lower) const {
    return i < tokens_.size() && is_word(text_, tokens_[i], lower);
  }
  bool punctuation(std::size_t i, char c) const { return i < tokens_.size() && is_punctuation(text_, tokens_[i], c); }
  std::string_view written(std::size_t i) const {
    if (i >= tokens_.size()) return {};
    return text_.substr(tokens_[i].span.begin, tokens_[i].span.end - tokens_[i].span.begin);
  }
  bool is_in(Kind kind) const { return !open_.empty() && open_.back() == kind; }

  void fail(std::size_t i) {
    if (problem_) return;
    const auto end = static_cast<std::uint32_t>(text_.size());
    if (i >= tokens_.size()) {
      problem_ = Problem{{end, end}, "syntax error at the end of the body"};
    } else {
      problem_ = Problem{tokens_[i].span, "syntax error at or near `" + std::string(written(i)) + "`"};
    }
  }

  // The word, or the semicolon, that ends what begins here: not in brackets, not in CASE … END.
  std::size_t end_of(std::size_t i, std::string_view last = {}) const {
    for (std::size_t cases = 0; i < tokens_.size(); ++i) {
      if (punctuation(i, ';')) return i;
      if (punctuation(i, '(') || punctuation(i, '[')) {
        i = matching_bracket(text_, tokens_, i);
      } else if (cases == 0 && !last.empty() && word(i, last)) {
        return i;
      } else if (word(i, "case")) {
        ++cases;
      } else if (word(i, "end") && cases > 0) {
        --cases;
      }
    }
    return tokens_.size();
  }

  // IF … THEN, WHILE … LOOP
  void header(std::string_view last) {
    const std::size_t end = end_of(at_ + 1, last);
    if (!word(end, last) || end == at_ + 1) return fail(end);
    at_ = end + 1;
  }

  void open(Kind kind) { open_.push_back(kind); }

  void declarations() {
    ++at_;
    while (at_ < tokens_.size() && !word(at_, "begin")) at_ = end_of(at_) + 1;
    if (at_ >= tokens_.size()) fail(at_);
  }

  void end() {
    const bool of_branch = word(at_ + 1, "if"), of_cases = word(at_ + 1, "case"), of_loop = word(at_ + 1, "loop");
    const bool of_block = !of_branch && !of_cases && !of_loop;
    const bool fits = of_branch  ? is_in(Kind::branch)
                      : of_cases ? is_in(Kind::cases)
                      : of_loop  ? is_in(Kind::loop)
                                 : is_in(Kind::block) || is_in(Kind::handlers);
    if (!fits) return fail(at_ + 1);
    at_ += of_block ? 1 : 2;
    open_.pop_back();
    if (at_ < tokens_.size() && !punctuation(at_, ';')) ++at_;  // a label
    ended_ = open_.empty();
    if (ended_) return;
    if (!punctuation(at_, ';')) return fail(at_);
    ++at_;
  }

  void statement() {
    const std::size_t end = end_of(at_);
    for (std::size_t i = at_; word(at_, "create") && i + 1 < end; ++i)
      given_up_ = given_up_ || (word(i, "begin") && word(i + 1, "atomic"));
    if (end >= tokens_.size()) return fail(end);
    at_ = end + 1;
  }

  void step() {
    if (at_ >= tokens_.size()) return fail(at_);
    const bool handler = word(at_, "exception") && word(at_ + 1, "when") && is_in(Kind::block);
    if (written(at_) == "<<") {
      at_ += 3;
    } else if (word(at_, "declare")) {
      declarations();
    } else if (word(at_, "begin")) {
      open(Kind::block);
      ++at_;
    } else if (open_.empty()) {
      fail(at_);
    } else if (word(at_, "end")) {
      end();
    } else if (word(at_, "if")) {
      header("then");
      open(Kind::branch);
    } else if (word(at_, "elsif") || word(at_, "elseif")) {
      if (!is_in(Kind::branch)) fail(at_);
      header("then");
    } else if (word(at_, "else")) {
      if (!is_in(Kind::branch) && !is_in(Kind::cases)) fail(at_);
      ++at_;
    } else if (word(at_, "case")) {
      const std::size_t when = end_of(at_ + 1, "when");
      if (!word(when, "when")) fail(when);
      at_ = when;
      open(Kind::cases);
    } else if (word(at_, "when")) {
      if (!is_in(Kind::cases) && !is_in(Kind::handlers)) fail(at_);
      header("then");
    } else if (handler) {
      open_.back() = Kind::handlers;
      ++at_;
    } else if (word(at_, "while") || word(at_, "for") || word(at_, "foreach")) {
      header("loop");
      open(Kind::loop);
    } else if (word(at_, "loop")) {
      open(Kind::loop);
      ++at_;
    } else {
      statement();
    }
  }
};

}  // namespace

std::optional<Problem> plpgsql_problem(std::string_view body) { return Structure(body).run(); }

}  // namespace mlint::sql
