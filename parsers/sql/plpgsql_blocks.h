#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "parsers/sql/parse.h"

// Where in the control structures of a plpgsql body a statement stands: whether it can run, and whether it must.
namespace mlint::sql {

class Blocks {
 public:
  enum class Kind : std::uint8_t { block, branch, cases, loop };

  // A condition is true, false (or NULL), or what rows and variables make it.
  using Condition = std::optional<bool>;

  Blocks() : open_(1) {}
  void begin();
  void cases(bool searched);  // CASE WHEN condition: no operand
  void loop(Condition condition = std::nullopt);
  void branch(Condition condition);          // IF … THEN
  void further_condition();                  // ELSIF and WHEN, before the condition is read
  void further_branch(Condition condition);  // ELSIF … THEN, ELSE
  void further_arm(Condition condition);     // WHEN … THEN of CASE and of EXCEPTION
  void exception();                          // from here on the block's handlers
  void leave(bool loop);                     // RETURN; EXIT and CONTINUE leave the loop only
  enum class Jump : std::uint8_t { returns, leaves_loop, raises, other };
  void finish(Jump jump);  // nothing of the arm runs after it
  void end(Kind kind);     // what is still open inside of it ends too

  bool dead() const { return open_.back().dead || open_.back().finished; }  // never runs
  bool handler() const { return open_.back().handler; }                     // runs after an error
  const std::vector<Arm>& within() const { return open_.back().within; }
  // Whether a block has handlers is known at its end only: the arms without those that surely run.
  std::vector<Arm> uncertain(std::vector<Arm> within) const;

 private:
  struct Frame {  // the first one is the body
    Kind kind = Kind::block;
    bool dead = false, handler = false;
    bool taken = false;       // an earlier branch is always taken
    bool open = false;        // an earlier branch may be taken
    bool left = false;        // what follows in it may not run any more
    bool finished = false;    // what follows in this arm does not
    bool searched = false;    // CASE without an operand
    Arm arm;                  // its own
    std::vector<Arm> within;  // of what comes next in it
    std::size_t outside = 0;  // so many of `within` are around it
  };
  std::vector<Frame> open_;
  std::set<std::uint32_t> unguarded_;  // blocks without handlers
  std::uint32_t structures_ = 0;

  void push(Kind kind, bool dead);
  bool outer_dead() const { return open_[open_.size() - 2].dead || open_[open_.size() - 2].finished; }
  bool is_in(Kind kind) const { return open_.size() > 1 && open_.back().kind == kind; }
  void choose(Condition condition);
  void next_arm(bool certain);
};

}  // namespace mlint::sql
