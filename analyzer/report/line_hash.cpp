#include "analyzer/report/line_hash.h"

#include <array>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <unordered_map>

#include "analyzer/report/visible.h"

namespace mlint::report {
namespace {

constexpr std::size_t block = 100;
constexpr std::uint64_t base = 37;
constexpr std::uint32_t end_of_file = 65535;

constexpr std::uint64_t power(std::uint64_t value, std::size_t exponent) {
  std::uint64_t result = 1;
  for (std::size_t i = 0; i < exponent; ++i) result *= value;
  return result;
}

class Hasher {
 public:
  void unit(std::uint32_t current) {
    if (current == ' ' || current == '\t' || (after_cr_ && current == '\n')) {
      after_cr_ = false;
      return;
    }
    after_cr_ = current == '\r';
    if (after_cr_) current = '\n';
    if (lines_[index_]) emit();
    if (line_start_) {
      line_start_ = false;
      lines_[index_] = true;
    }
    if (current == '\n') line_start_ = true;
    roll(current);
  }

  std::vector<std::string> finish() {
    unit(end_of_file);
    for (std::size_t i = 0; i < block; ++i) {
      if (lines_[index_]) emit();
      roll(0);
    }
    return std::move(hashes_);
  }

 private:
  void roll(std::uint32_t current) {
    const std::uint64_t oldest = window_[index_];
    window_[index_] = current;
    hash_ = base * hash_ + current - power(base, block) * oldest;
    index_ = (index_ + 1) % block;
  }

  void emit() {
    lines_[index_] = false;
    std::array<char, 48> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%" PRIx64 ":%zu", hash_, ++seen_[hash_]);
    hashes_.emplace_back(buffer.data());
  }

  std::array<std::uint32_t, block> window_{};
  std::array<bool, block> lines_{};  // the unit there begins a line
  std::uint64_t hash_ = 0;
  std::size_t index_ = 0;
  bool line_start_ = true;
  bool after_cr_ = false;
  std::unordered_map<std::uint64_t, std::size_t> seen_;
  std::vector<std::string> hashes_;
};

}  // namespace

std::vector<std::string> line_hashes(std::string_view text) {
  Hasher hasher;
  std::size_t length = 0;
  for (std::size_t at = 0; at < text.size(); at += length) {
    const char32_t c = decode_at(text, at, length);
    if (c < 0x10000) {
      hasher.unit(c);
    } else {
      hasher.unit(0xD800 + ((c - 0x10000) >> 10));
      hasher.unit(0xDC00 + ((c - 0x10000) & 0x3FF));
    }
  }
  return hasher.finish();
}

}  // namespace mlint::report
