// How many may watch cameras at once: each keeps a thread of the pool for long answers.
#pragma once

namespace sightglass::http {

inline constexpr int most_live_viewers = 16;

}  // namespace sightglass::http
