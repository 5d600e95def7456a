// Animals as one photo alone shows them, before its burst has a say: surer and fainter ones.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/box.hpp"
#include "core/result.hpp"

namespace sightglass::inspection {

struct Sighting {
  std::string label{};     // the detector's
  double confidence = 0;   // the detector's, 0 … 1
  core::Box box{};         // pixels of the upright original, before a person turned it
  std::string detector{};  // "name@version"
  // What a species head says of what the detector cut out, the likeliest first; empty when none was asked.
  std::vector<std::pair<std::string, double>> names{};
  std::string head{};            // "name@version"; empty when none was asked
  double least_probability = 0;  // below this the head does not know
  bool operator==(const Sighting&) const = default;
};

// A JSON array.
std::string sightings_json(const std::vector<Sighting>& sightings);
// internal when it is not what sightings_json() writes.
core::Result<std::vector<Sighting>> sightings_from_json(std::string_view text);

}  // namespace sightglass::inspection
