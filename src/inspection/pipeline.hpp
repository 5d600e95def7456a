// The steps of an analysis, in their order, over one decode of one photo.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "inspection/meter_readings.hpp"
#include "inspection/observations.hpp"
#include "inspection/outside.hpp"
#include "inspection/picture.hpp"
#include "inspection/region.hpp"
#include "inspection/trained_models.hpp"
#include "vision/instruments.hpp"

namespace sightglass::inspection {

// What was taught on this ground, as far as it holds for the photo.
struct Taught {
  TrainedModels& models;
  Judges judges{};
  // Classes of damage, and of anomalies, that cannot wait.
  std::span<const std::string> critical_classes{};
};

// What a step is given; it adds to `seen` what it finds and leaves the rest alone.
struct StepContext {
  Picture& picture;
  vision::Instruments& instruments;
  Observations& seen;
  Outside* outside = nullptr;  // absent: no picture leaves this machine
  Taught* taught = nullptr;    // absent: nothing was
  const MetersAtHand* meters = nullptr;
  const Region* region = nullptr;  // absent: any species may occur
};

struct Step {
  std::string_view name;
  std::string_view model_task{};  // the step is skipped when no model does this; empty: it needs none
  // The step is skipped when no model that was taught for this holds for the photo, or one taught on another backbone.
  std::string_view taught_task{};
  // Whose results it uses: it is skipped when one of them did not get done.
  std::string_view needs{};
  // Depends on nothing but the pixels and the model, so that the same picture need not be looked at again.
  bool is_of_content = false;
  // Without it nothing is known of the photo: its error is the analysis's.
  bool is_essential = false;
  // Whether it says anything of this photo; absent: of every one.
  bool (*applies)(const core::Photo& photo) = nullptr;
  core::Result<void> (*run)(StepContext& context) = nullptr;
};

// In the order they run.
std::span<const Step> all_steps();
bool is_of_content(std::string_view step);  // false for names of no step

struct PipelineWish {
  // Steps to leave out, by name.
  std::vector<std::string> without{};
  // Whatever else changes what the steps see: the size of the raster, how the photo is turned, what is asked outside.
  std::string variant{};
  // Asked before every step; true: stop with the error `cancelled`.
  std::function<bool()> should_stop{};
  Outside* outside = nullptr;
  Taught* taught = nullptr;
  const MetersAtHand* meters = nullptr;  // those of the photo's asset; absent: none are read
  const Region* region = nullptr;        // where the photo was taken; absent: any species may occur
  // What the steps of content saw of the same picture before; they do not run again.
  std::optional<Observations> seen_before{};
};

// Runs every step that applies. A step that fails is told in `steps` and the others go on, unless it is essential.
// Blocks. Errors: those of an essential step; cancelled.
core::Result<Observations> look_at(Picture& picture, vision::Instruments& instruments, const PipelineWish& wish);

// Changes when another step, another version of one or another model would see something else: "3-0f3a9c1b".
std::string pipeline_version(vision::Instruments& instruments, const PipelineWish& wish);
// The same of the steps of content alone, under which is kept what they saw.
std::string content_version(vision::Instruments& instruments, const PipelineWish& wish);

}  // namespace sightglass::inspection
