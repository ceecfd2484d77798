#include "parsers/sql/plpgsql_blocks.h"

#include <utility>

namespace mlint::sql {

void Blocks::push(Kind kind, bool dead) {
  Frame frame;
  frame.kind = kind;
  frame.dead = this->dead() || dead;
  frame.handler = handler();
  frame.arm.structure = ++structures_;
  frame.within = within();
  frame.outside = frame.within.size();
  open_.push_back(std::move(frame));
}

void Blocks::next_arm(bool certain) {
  Frame& frame = open_.back();
  frame.left = frame.finished = false;
  frame.within.resize(frame.outside);
  ++frame.arm.number;
  if (!certain) frame.within.push_back(frame.arm);
}

void Blocks::begin() {
  push(Kind::block, false);
  next_arm(false);
  unguarded_.insert(open_.back().arm.structure);
}

void Blocks::cases(bool searched) {
  push(Kind::cases, false);
  open_.back().searched = searched;
  next_arm(false);
}

void Blocks::loop(Condition condition) {
  push(Kind::loop, condition == false);
  next_arm(false);
}

void Blocks::branch(Condition condition) {
  push(Kind::branch, false);
  choose(condition);
}

void Blocks::further_condition() {
  if (!is_in(Kind::branch) && !(is_in(Kind::cases) && open_.back().searched)) return;
  open_.back().dead = outer_dead() || open_.back().taken;
  open_.back().finished = false;
}

void Blocks::further_branch(Condition condition) {
  if (is_in(Kind::branch)) choose(condition);
  if (is_in(Kind::cases)) further_arm(condition);
}

// Nor of what is around an arm that always runs. Handlers may catch what is raised.
void Blocks::finish(Jump jump) {
  for (std::size_t i = open_.size(); i-- > 0;) {
    Frame& frame = open_[i];
    frame.finished = true;
    if (frame.kind == Kind::loop || jump == Jump::other) return;
    if (frame.left) return;  // EXIT may have led behind it
    if (frame.kind == Kind::block && i > 0 && (jump == Jump::raises || frame.handler)) return;
    if ((frame.kind == Kind::branch || frame.kind == Kind::cases) && frame.within.size() != frame.outside) return;
  }
}

void Blocks::further_arm(Condition condition) {
  if (is_in(Kind::cases) && open_.back().searched) return choose(condition);
  if (is_in(Kind::cases) || (is_in(Kind::block) && !unguarded_.count(open_.back().arm.structure))) next_arm(false);
}

void Blocks::choose(Condition condition) {
  Frame& frame = open_.back();
  frame.dead = outer_dead() || frame.taken || condition == false;
  next_arm(!frame.open && condition == true);
  frame.taken = frame.taken || condition == true;
  frame.open = frame.open || !condition;
}

void Blocks::exception() {
  if (!is_in(Kind::block)) return;
  open_.back().handler = true;
  unguarded_.erase(open_.back().arm.structure);
  next_arm(false);
}

// What comes behind it, in everything that is left, is an arm of its own.
void Blocks::leave(bool loop) {
  for (std::size_t i = open_.size(); i-- > 0;) {
    Frame& frame = open_[i];
    if (!frame.left) frame.within.push_back({++structures_, 0});
    frame.left = true;
    if (loop && frame.kind == Kind::loop) return;
  }
}

void Blocks::end(Kind kind) {
  while (open_.size() > 1) {
    const bool found = open_.back().kind == kind;
    open_.pop_back();
    if (found) return;
  }
}

std::vector<Arm> Blocks::uncertain(std::vector<Arm> within) const {
  std::erase_if(within, [&](const Arm& arm) { return unguarded_.count(arm.structure) > 0; });
  return within;
}

}  // namespace mlint::sql
