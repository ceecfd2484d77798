#include "parsers/sql/plpgsql_blocks.h"

namespace mlint::sql {

void Blocks::push(Kind kind, bool dead, bool certain) {
  Frame frame;
  frame.kind = kind;
  frame.dead = this->dead() || dead;
  frame.certain = this->certain() && certain;
  frame.handler = handler();
  open_.push_back(frame);
}

void Blocks::branch(Condition condition) {
  push(Kind::branch, false, true);
  choose(condition);
}

void Blocks::further_condition() {
  if (!open_.empty() && open_.back().kind == Kind::branch) open_.back().dead = outer_dead() || open_.back().taken;
}

void Blocks::further_branch(Condition condition) {
  if (!open_.empty() && open_.back().kind == Kind::branch) choose(condition);
}

void Blocks::choose(Condition condition) {
  Frame& frame = open_.back();
  frame.dead = outer_dead() || frame.taken || condition == false;
  frame.certain = outer_certain() && !frame.open && condition == true;
  frame.taken = frame.taken || condition == true;
  frame.open = frame.open || !condition;
}

void Blocks::exception() {
  if (open_.empty() || open_.back().kind != Kind::block) return;
  open_.back().handler = true;
  open_.back().certain = false;
}

void Blocks::end(Kind kind) {
  while (!open_.empty()) {
    const bool found = open_.back().kind == kind;
    open_.pop_back();
    if (found) return;
  }
}

}  // namespace mlint::sql
