// results.json of an inspection (docs/stations.md has its schema).
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "database/triggers.hpp"
#include "inspection/frame_judge.hpp"

namespace sightglass::stations {

inline constexpr std::string_view results_schema = "sightglass-inspection-1";

// Of a trigger that is judged.
std::string results_json(const database::triggers::Trigger& trigger, const inspection::Judgement& judgement);
// The same with another id. internal for text that results_json() did not write.
core::Result<std::string> renamed_results(std::string_view results, std::string_view image_id);

}  // namespace sightglass::stations
