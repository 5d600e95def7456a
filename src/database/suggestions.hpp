// What a photo filter can be set to, while its value is being typed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "database/database.hpp"
#include "database/photos.hpp"

namespace sightglass::database::suggestions {

enum class Key : std::uint8_t { tag, label, job, asset, location, camera, uploader };
inline constexpr std::string_view key_names[] = {"tag", "label", "job", "asset", "location", "camera", "uploader"};

// Counting stops here: 1,000 stands for 1,000 and more.
inline constexpr std::int64_t most_counted = 1000;

struct Suggestion {
  std::string value{};     // what the filter takes
  std::string text{};      // what people read
  std::int64_t count = 0;  // of the photos that it lets through and that may be seen, 1 … most_counted
};

// Those in which `text` occurs, whatever its case, and that let through any photo; the most frequent first. Blocks.
core::Result<std::vector<Suggestion>> list(Session& session, Key key, const std::string& text,
                                           const photos::Visibility& visibility, std::int32_t limit);

}  // namespace sightglass::database::suggestions
