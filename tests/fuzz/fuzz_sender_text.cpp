// Any bytes as what people and cameras write: tags, file names, times, positions. What is kept is clean UTF-8.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/time.hpp"
#include "http/text_rules.hpp"
#include "imaging/exiv2/capture_position.hpp"
#include "imaging/exiv2/capture_time.hpp"
#include "ingest/sender_text.hpp"

namespace {

using namespace sightglass;

void require_text(std::string_view text, std::size_t most_bytes) {
  if (text.size() > most_bytes || http::count_characters(text) == std::string_view::npos) std::abort();
  if (text.find('\n') != std::string_view::npos || text.find('\0') != std::string_view::npos) std::abort();
}

void read_times(std::string_view text) {
  if (const auto instant = core::parse_iso8601(text)) {
    const auto written = core::to_iso8601(*instant);
    if (written.size() != 27 || core::parse_iso8601(written) != instant) std::abort();
  }
  const auto clock = imaging::exiv2::parse_clock(text);
  if (clock && std::abs(clock->offset_minutes.value_or(0)) > 959) std::abort();
  static_cast<void>(imaging::exiv2::parse_offset(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (const auto tags = http::parse_tags(text)) {
    if (tags->size() > http::max_tags) std::abort();
    for (const auto& tag : *tags) {
      if (http::count_characters(tag) > http::max_tag_characters) std::abort();
    }
  }
  require_text(http::shown_filename(text), http::max_filename_bytes);
  require_text(ingest::clean_text(text, 64), 64);
  read_times(text);
  const auto degrees = imaging::exiv2::parse_xmp_coordinate(text, 'N', 'S');
  if (degrees && std::isnan(*degrees)) std::abort();
  return 0;
}
