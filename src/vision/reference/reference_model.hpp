// One or a few good pictures of a thing that always looks the same, as a model: what they do not explain is unusual.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/raster.hpp"
#include "core/result.hpp"
#include "vision/anomaly/anomaly_model.hpp"
#include "vision/pixels.hpp"

namespace sightglass::vision {

struct Reference {
  std::string name{};  // what nearest_good will say: an id
  GreyPicture picture{};
};

constexpr std::size_t most_references = 8;  // each costs some 50 ms a look

// Immutable: thread-safe.
class ReferenceModel {
 public:
  // Errors: invalid_input naming "pictures" for none or more than most_references.
  static core::Result<ReferenceModel> of(std::vector<Reference> references);

  // The score is the strongest difference by the least that counts, so that 1 is the threshold; nothing is learnt of
  // how often good pictures pass it, and the rarity is 1 for what does and 0 for all else. Blocks. Errors: those of
  // compare_pictures().
  core::Result<AnomalyResult> score(const core::Raster& picture) const;

  const std::vector<Reference>& references() const { return references_; }
  const ConformalThreshold& threshold() const { return threshold_; }

 private:
  explicit ReferenceModel(std::vector<Reference> references);
  std::vector<Reference> references_{};
  std::vector<GreyPicture> pictures_{};
  ConformalThreshold threshold_{};
};

// "SGR1", a JSON header, then the pictures' grey levels, one byte each, row by row.
bool is_reference_file(std::string_view bytes);
std::string write_references(const ReferenceModel& model);
// Any bytes. invalid_input, saying what is wrong, for what write_references cannot have written. No more memory than
// twice the bytes'.
core::Result<ReferenceModel> read_references(std::string_view bytes);

}  // namespace sightglass::vision
