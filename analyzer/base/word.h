#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace mlint {

// The bytes at `text`, the first one lowest: eight of them, or zeros behind `size`. For hashes of short texts, a word
// at a time.
constexpr std::uint64_t word_of(const char* text, std::size_t size) {
  if constexpr (std::endian::native == std::endian::little) {
    if (!std::is_constant_evaluated()) {
      const auto load = [text]<class Part>(std::size_t at, Part part) {
        std::memcpy(&part, text + at, sizeof part);
        return std::uint64_t{part};
      };
      if (size >= 8) return load(0, std::uint64_t{});
      if (size >= 4) return load(0, std::uint32_t{}) | load(size - 4, std::uint32_t{}) << (8 * (size - 4));
      if (size >= 2) return load(0, std::uint16_t{}) | load(size - 2, std::uint16_t{}) << (8 * (size - 2));
      return size == 0 ? 0 : load(0, std::uint8_t{});
    }
  }
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < size && i < 8; ++i) {
    word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
  }
  return word;
}

}  // namespace mlint
