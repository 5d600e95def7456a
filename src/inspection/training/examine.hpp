// Holds models against the pictures that examine and never teach.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "inspection/training/figures.hpp"
#include "inspection/training/lesson.hpp"

namespace sightglass::inspection::training {

// A new model beside what holds now, on the same pictures.
struct Examination {
  std::string now{};            // JSON: figures, as clients see them
  std::string before = "null";  // of the model that holds; "null" when none does, or it cannot be asked
  Ruling ruling{};
  std::vector<std::string> remarks{};
};

// `current`: the bytes of the model that holds, of the same format. Blocks for a look at each picture that is held out.
// Errors: invalid_input for bytes of `file` that are no model; cancelled; the engine's and the store's.
core::Result<Examination> examine_anomaly(const Lesson& lesson, const TrainingSet& set, std::string_view file,
                                          const std::optional<std::string>& current);
core::Result<Examination> examine_head(const Lesson& lesson, const TrainingSet& set, std::string_view file,
                                       const std::optional<std::string>& current);

// Of a run of learning, examining begins here, in per cent.
inline constexpr double examining_from = 70;

}  // namespace sightglass::inspection::training
