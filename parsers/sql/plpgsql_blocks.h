#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

// Where in the control structures of a plpgsql body a statement stands: whether it can run, and whether it must.
namespace mlint::sql {

class Blocks {
 public:
  enum class Kind : std::uint8_t { block, branch, cases, loop };

  // A condition is true, false (or NULL), or what rows and variables make it.
  using Condition = std::optional<bool>;

  void begin() { push(Kind::block, false, true); }
  void cases() { push(Kind::cases, false, false); }
  void loop(Condition condition = std::nullopt) { push(Kind::loop, condition == false, false); }
  void branch(Condition condition);          // IF … THEN
  void further_condition();                  // ELSIF, before its condition is read
  void further_branch(Condition condition);  // ELSIF … THEN, ELSE
  void exception();                          // from here on the block's handlers
  void end(Kind kind);                       // what is still open inside of it ends too

  bool dead() const { return !open_.empty() && open_.back().dead; }        // never runs
  bool certain() const { return open_.empty() || open_.back().certain; }   // runs whenever the body does
  bool handler() const { return !open_.empty() && open_.back().handler; }  // runs after an error

 private:
  struct Frame {
    Kind kind = Kind::block;
    bool dead = false, certain = true, handler = false;
    bool taken = false;  // an earlier branch is always taken
    bool open = false;   // an earlier branch may be taken
  };
  std::vector<Frame> open_;

  void push(Kind kind, bool dead, bool certain);
  bool outer_dead() const { return open_.size() > 1 && open_[open_.size() - 2].dead; }
  bool outer_certain() const { return open_.size() < 2 || open_[open_.size() - 2].certain; }
  void choose(Condition condition);
};

}  // namespace mlint::sql
