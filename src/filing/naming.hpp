// The names photos are filed under: when they came, and six digits of what they are; or when our camera took them.
#pragma once

#include <cstdint>
#include <string>

#include "core/sha256.hpp"
#include "core/time.hpp"

namespace sightglass::filing {

// "img_20261121_041233_a1b2c3": the upload time in UTC and six hex digits. `attempt` 0 takes the first six digits of
// the content's hash, 1 … 9 the next six each; from 10 on the first six of SHA-256(hash ‖ attempt as eight bytes,
// most significant first). A folder thus never runs out of names, whatever arrives in one second.
std::string stem_for(core::Instant uploaded_at, const core::Sha256& content, std::uint64_t attempt);

// "capture_20261121_041233_007": UTC to the millisecond, of which each attempt takes the next. Cameras that take
// pictures in the same millisecond thus get names of their own; when exactly each was taken is known beside it.
std::string capture_stem_for(core::Instant captured_at, std::uint64_t attempt);

}  // namespace sightglass::filing
