// What one analysis saw on a photo, before anything of it is written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/findings.hpp"
#include "inspection/sightings.hpp"
#include "vision/codes/code_reader.hpp"
#include "vision/detection/detector.hpp"
#include "vision/embedding/embedder.hpp"
#include "vision/text/text_reader.hpp"

namespace sightglass::inspection {

struct SeenLabel {
  std::string name{};
  double confidence = 0;  // 0 … 1
};

enum class StepOutcome : std::uint8_t { done, skipped, failed };
std::string_view name_of(StepOutcome outcome);  // "done", "skipped", "failed"

struct StepReport {
  std::string step{};
  std::string model{};  // "name@version"; empty when the step needs none
  StepOutcome outcome = StepOutcome::done;
  std::string reason{};  // why it was skipped or failed: a sentence
  double milliseconds = 0;
};

// What a model that was taught here says of the whole photo.
struct SeenScore {
  std::string task{};   // "anomaly", "damage", "species"
  std::string model{};  // "name@version"
  core::ModelId model_id{};
  double score = 0;  // as database::photo_scores has it
  double threshold = 0;
  bool operator==(const SeenScore&) const = default;
};

// A blob that findings name: to be stored before they are.
struct SeenHeatMap {
  std::string key{};
  std::string bytes{};
};

// All boxes are pixels of the upright original, before a person turned it.
struct Observations {
  std::string properties = "{}";  // JSON, as clients see it
  std::uint64_t perceptual_hash = 0;
  std::vector<vision::Detection> objects{};
  std::vector<vision::Detection> faint_animals{};  // that are too faint to be objects; a burst may bear them out
  std::vector<SeenLabel> labels{};
  std::vector<SeenLabel> outside_labels{};  // what a service outside says of the whole picture
  std::vector<vision::TextLine> text{};
  std::vector<vision::FoundCode> codes{};
  std::optional<vision::Embedding> embedding{};
  std::vector<Sighting> sightings{};      // what `findings` has of animals, and fainter ones
  std::vector<core::Finding> findings{};  // as of this photo alone
  // Kinds that were looked for: what stood open of them before is replaced by `findings`.
  std::vector<core::FindingKind> looked_for{};
  std::vector<SeenScore> scores{};
  std::optional<SeenHeatMap> heat_map{};
  std::vector<StepReport> steps{};
  std::string provider = "sightglass";  // and whoever outside was asked
  std::int64_t cost = 0;                // of that, in millionths of the budget's currency
};

}  // namespace sightglass::inspection
