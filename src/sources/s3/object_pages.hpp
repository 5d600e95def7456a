// Reads the pages of S3's object lists, ListObjectsV2 and its elder, as servers of many makers write them. Outside
// text: any of it may be missing, odd or hostile.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"

namespace sightglass::sources::s3 {

struct ObjectEntry {
  std::string key{};  // decoded; any bytes
  std::optional<std::int64_t> bytes{};
  std::optional<core::Instant> modified_at{};
  std::string etag{};  // with its quotes
};

struct ObjectPage {
  bool is_second_version = false;
  std::vector<ObjectEntry> objects{};
  std::vector<std::string> prefixes{};  // common ones, with the delimiter at their end
  // How the next page is asked for: at most one is set, none on the last page.
  std::string next_token{};
  std::string next_marker{};
};

// unavailable for what is no such page, or says that there is more and not where.
core::Result<ObjectPage> parse_object_page(std::string_view xml);

}  // namespace sightglass::sources::s3
