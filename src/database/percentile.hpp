// Percentiles by nearest rank: the smallest sample that so many per cent of all do not exceed (ISO 3534-1).
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace sightglass::database {

// `sorted` is not empty; `per_cent` is 1 … 100.
template <typename Sample>
Sample percentile(const std::vector<Sample>& sorted, std::size_t per_cent) {
  return sorted[std::max<std::size_t>((sorted.size() * per_cent + 99) / 100, 1) - 1];
}

}  // namespace sightglass::database
