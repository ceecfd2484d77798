#include <charconv>

#include "parsers/sql/node.h"

namespace mlint::sql {
namespace {

class JsonReader {
 public:
  JsonReader(Tree& tree, char* begin, char* end) : tree_(tree), at_(begin), end_(end) {}

  Tree::Status read() {
    const Tree::Status status = value({}, 1);
    return status == Tree::Status::ok && at_ != end_ ? Tree::Status::unreadable : status;
  }

 private:
  Tree& tree_;
  char* at_;
  char* end_;

  bool take(char c) { return at_ != end_ && *at_ == c && (++at_, true); }

  Tree::Status value(std::string_view name, std::size_t depth) {
    if (at_ == end_) return Tree::Status::unreadable;
    const Key key = name.empty() ? Key() : Key::of(name);
    if (take('{')) {
      const std::size_t begun = tree_.begin_object(key, tree_.keep(name));
      const Tree::Status status = fields(depth);
      tree_.end(begun);
      return status;
    }
    if (take('[')) {
      const std::size_t begun = tree_.begin_list(key);
      const Tree::Status status = elements(depth);
      tree_.end(begun);
      return status;
    }
    if (*at_ != '"') {
      scalar(name, key);
      return Tree::Status::ok;
    }
    std::string_view text;
    if (!string(text)) return Tree::Status::unreadable;
    tree_.add_text(key, tree_.keep(text));
    return Tree::Status::ok;
  }

  Tree::Status fields(std::size_t depth) {
    if (take('}')) return Tree::Status::ok;
    if (depth >= Tree::kDeepest) return Tree::Status::too_deep;
    do {
      std::string_view name;
      if (!string(name) || !take(':')) return Tree::Status::unreadable;
      if (const Tree::Status status = value(name, depth + 1); status != Tree::Status::ok) return status;
    } while (take(','));
    return take('}') ? Tree::Status::ok : Tree::Status::unreadable;
  }

  Tree::Status elements(std::size_t depth) {
    if (take(']')) return Tree::Status::ok;
    if (depth >= Tree::kDeepest) return Tree::Status::too_deep;
    do {
      if (const Tree::Status status = value({}, depth + 1); status != Tree::Status::ok) return status;
    } while (take(','));
    return take(']') ? Tree::Status::ok : Tree::Status::unreadable;
  }

  bool string(std::string_view& text) {
    if (!take('"')) return false;
    char* const begin = at_;
    char* to = at_;
    while (true) {
      while (at_ != end_ && *at_ != '"' && *at_ != '\\') *to++ = *at_++;
      if (take('"')) break;
      if (end_ - at_ < 2) return false;
      ++at_;
      *to++ = unescaped();
    }
    text = {begin, static_cast<std::size_t>(to - begin)};
    return true;
  }

  // Behind a backslash.
  char unescaped() {
    const char c = *at_++;
    switch (c) {
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'u': {  // of ASCII only
        unsigned code = 0;
        const auto [behind, error] = std::from_chars(at_, end_ - at_ > 4 ? at_ + 4 : end_, code, 16);
        at_ += behind - at_;
        return static_cast<char>(code);
      }
      default:
        return c;
    }
  }

  // A number, true, false or null; zero is left out.
  void scalar(std::string_view name, Key key) {
    std::int64_t number = *at_ == 't' ? 1 : 0;
    std::from_chars(at_, end_, number);
    while (at_ != end_ && *at_ != ',' && *at_ != '}' && *at_ != ']') ++at_;
    // Where things stand in the text: "location":7, "stmt_location":7, "stmt_len":9
    if (number == 0) return;
    if (name.ends_with("location") || name == "stmt_len") {
      tree_.add_position(key, number);
    } else {
      tree_.add_number(key, number);
    }
  }
};

}  // namespace

Tree::Status read_json(Tree& tree, char* begin, char* end) {
  tree.clear();
  return JsonReader(tree, begin, end).read();
}

}  // namespace mlint::sql
