#pragma once

#include <cstdint>
#include <vector>

#include "analyzer/base/span.h"

namespace mlint {

// Says for every byte of a decoded string which source bytes it came from: escapes, implicit joins, holes of f-strings,
// names bound elsewhere (perhaps in another file). A segment either copies its source byte for byte (`verbatim`), or
// all its decoded bytes stand for all its source bytes (an escape, a constant spliced in).
class TextMap {
 public:
  struct Segment {
    std::uint32_t decoded_begin;
    std::uint32_t decoded_end;
    Location source;
    bool verbatim;
  };

  // Appends; segments come in the order of the decoded text and leave no gap.
  void append(std::uint32_t decoded_length, Location source, bool verbatim);
  // Appends another map behind this one (concatenation of strings).
  void append(const TextMap& tail);

  // The smallest source range in one file that holds the decoded range. A range over several files is cut to the first.
  Location map(Span decoded) const;
  // The map of decoded[range], rebased to 0.
  TextMap slice(Span decoded) const;
  // The map from `inner`'s decoded text to this map's source, where `inner`'s source is this map's decoded text.
  TextMap compose(const TextMap& inner) const;

  std::uint32_t decoded_length() const { return segments_.empty() ? 0 : segments_.back().decoded_end; }
  const std::vector<Segment>& segments() const { return segments_; }
  bool empty() const { return segments_.empty(); }

 private:
  std::vector<Segment> segments_;
};

}  // namespace mlint
