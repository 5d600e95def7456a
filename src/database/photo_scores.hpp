// What models that were taught here said of photos: for each photo and task the last score.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/findings.hpp"
#include "core/result.hpp"
#include "database/database.hpp"

namespace sightglass::database::photo_scores {

struct PhotoScore {
  core::PhotoId photo_id{};
  std::string task{};  // "anomaly", "damage", "species"
  core::ModelId model_id{};
  double score = 0;  // an anomaly's: deviations above what goods have; of classes: the likeliest one's probability
  double threshold = 0;
  core::Instant at{};
};

// All block.

// In the place of what was said of the same photo for the same task. conflict when there is no such photo or model.
core::Result<void> put(Session& session, const PhotoScore& score);
core::Result<std::vector<PhotoScore>> of_photo(Session& session, core::PhotoId photo);  // by task
// Of photos outside the trash, judged at `since` or later, the oldest first; at most `limit`.
core::Result<std::vector<PhotoScore>> of_model(Session& session, core::ModelId model, core::Instant since,
                                               std::int32_t limit);
// The newest of those, first, without photos that a person says show a defect: by a verdict, or by an anomaly that was
// confirmed, corrected, mended or drawn.
core::Result<std::vector<PhotoScore>> latest_of_model(Session& session, core::ModelId model, core::Instant since,
                                                      std::int32_t limit);

}  // namespace sightglass::database::photo_scores
