// What was seen of a picture, kept for the next time the same bytes come: only what depends on pixels and models alone.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "inspection/observations.hpp"

namespace sightglass::inspection {

// What the steps of content in `seen` saw and reported, without their times. Embeddings keep five digits.
std::string content_json(const Observations& seen);
// Errors: internal when the text is not what content_json() writes.
core::Result<Observations> content_from_json(std::string_view text);

}  // namespace sightglass::inspection
