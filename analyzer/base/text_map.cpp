#include "analyzer/base/text_map.h"

#include <algorithm>

namespace mlint {

void TextMap::append(std::uint32_t decoded_length, Location source, bool verbatim) {
  if (decoded_length == 0) return;
  const auto begin = this->decoded_length();
  if (!segments_.empty() && verbatim) {
    auto& last = segments_.back();
    if (last.verbatim && last.source.file == source.file && last.source.span.end == source.span.begin) {
      last.decoded_end += decoded_length;
      last.source.span.end = source.span.end;
      return;
    }
  }
  segments_.push_back({begin, begin + decoded_length, source, verbatim});
}

void TextMap::append(const TextMap& tail) {
  segments_.reserve(segments_.size() + tail.segments_.size());
  for (const auto& segment : std::vector<Segment>(tail.segments_))
    append(segment.decoded_end - segment.decoded_begin, segment.source, segment.verbatim);
}

static auto first_touching(const std::vector<TextMap::Segment>& segments, std::uint32_t decoded) {
  return std::lower_bound(segments.begin(), segments.end(), decoded,
                          [](const TextMap::Segment& s, std::uint32_t at) { return s.decoded_end <= at; });
}

static Location part(const TextMap::Segment& segment, std::uint32_t begin, std::uint32_t end) {
  if (!segment.verbatim) return segment.source;
  const auto base = segment.source.span.begin;
  return {segment.source.file, {base + (begin - segment.decoded_begin), base + (end - segment.decoded_begin)}};
}

Location TextMap::map(Span decoded) const {
  if (segments_.empty()) return {};
  const auto total = decoded_length();
  const auto begin = std::min(decoded.begin, total);
  const auto end = std::clamp(decoded.end, begin, total);
  auto segment = first_touching(segments_, begin);
  if (segment == segments_.end()) {  // an empty range at the very end
    const auto& last = segments_.back();
    return {last.source.file, {last.source.span.end, last.source.span.end}};
  }
  auto result = part(*segment, begin, std::min(std::max(end, begin), segment->decoded_end));
  for (++segment; segment != segments_.end() && segment->decoded_begin < end; ++segment) {
    const auto piece = part(*segment, segment->decoded_begin, std::min(end, segment->decoded_end));
    if (piece.file != result.file) break;
    result.span.begin = std::min(result.span.begin, piece.span.begin);
    result.span.end = std::max(result.span.end, piece.span.end);
  }
  return result;
}

TextMap TextMap::slice(Span decoded) const {
  TextMap result;
  for (auto segment = first_touching(segments_, decoded.begin);
       segment != segments_.end() && segment->decoded_begin < decoded.end; ++segment) {
    const auto begin = std::max(decoded.begin, segment->decoded_begin);
    const auto end = std::min(decoded.end, segment->decoded_end);
    result.append(end - begin, part(*segment, begin, end), segment->verbatim);
  }
  return result;
}

TextMap TextMap::compose(const TextMap& inner) const {
  TextMap result;
  for (const auto& segment : inner.segments_) {
    if (segment.verbatim) {
      result.append(slice(segment.source.span));
    } else {
      result.append(segment.decoded_end - segment.decoded_begin, map(segment.source.span), false);
    }
  }
  return result;
}

}  // namespace mlint
