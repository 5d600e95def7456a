// What trainings share: their means, and the photos they look at.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "inspection/picture.hpp"
#include "inspection/process_photo.hpp"
#include "inspection/training/training_request.hpp"
#include "inspection/training/training_set.hpp"
#include "queue/task_log.hpp"

namespace sightglass::inspection::training {

// Borrowed.
struct Lesson {
  Workshop& workshop;
  queue::TaskLog& log;
  std::function<bool()> should_stop{};
  std::function<void(std::int32_t)> set_progress{};  // per cent
  std::filesystem::path scratch{};                   // a folder for features; empty: the system's for temporary files
};

// What was learnt, as it is kept and registered.
struct Learnt {
  std::string format{};    // "sightglass-anomaly", "sightglass-reference" or "sightglass-head"
  std::string file{};      // its bytes
  std::string backbone{};  // "name@version"; empty for references
  std::vector<std::string> labels{};
  std::vector<std::string> remarks{};  // sentences on what limits it, for people
};

// A photo's row; nullopt when it is gone or its files are. Blocks.
core::Result<std::optional<core::Photo>> find_photo(const Lesson& lesson, core::PhotoId id);
Picture picture_of(const Lesson& lesson, const core::Photo& photo);
// Whether an error is about one photo that will never be read, so that the others may go on without it.
bool is_of_one_photo(const core::Error& error);
// Says it in the log.
void leave_out(const Lesson& lesson, core::PhotoId id, const core::Error& why);
core::Result<void> check_goes_on(const Lesson& lesson);  // cancelled

// By its method; references are the newest good pictures. Blocks for minutes. Errors: invalid_input saying what to add;
// cancelled; those of the engine and the store.
core::Result<Learnt> learn_anomaly(const Lesson& lesson, const TrainingSet& set, const Settings& settings);
// Classes with too few examples are left out, and remarked on.
core::Result<Learnt> learn_head(const Lesson& lesson, const TrainingSet& set);

// Fewer labelled defects than this do not change a model of good pictures.
inline constexpr std::size_t least_taught_defects = 5;

}  // namespace sightglass::inspection::training
