// What a model of a task and scope is learnt of: derived from what people said of photos, never copied.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "database/database.hpp"
#include "database/training_examples.hpp"
#include "inspection/model_registry.hpp"

namespace sightglass::inspection::training {

using database::training_examples::Facts;
using database::training_examples::Taught;

// What is learnt, and where it is to hold.
struct Subject {
  std::string task{};  // "anomaly", "damage" or "species"
  Scope scope{};       // "global", "asset_type", "asset" or "location"
};
// invalid_input naming "task" or "scope".
core::Result<void> check(const Subject& subject);
// Heads learn classes; the others what is usual.
bool is_of_classes(std::string_view task);
// What the subject's findings and marks are asked by.
database::training_examples::Question question_of(const Subject& subject);

enum class Role : std::uint8_t { none, good, defect, of_class, left_out };
std::string_view name_of(Role role);  // "", "good", "defect", "class", "left_out"

// Why a photo has its role: the first of these that says something.
enum class Reason : std::uint8_t { none, mark, finding, verdict, rejected };
std::string_view name_of(Reason reason);

struct Example {
  core::PhotoId photo_id{};
  Role role = Role::none;
  Reason reason = Reason::none;
  std::vector<Taught> things{};  // of classes: what is on it
  std::string said_by{};         // a name; empty when only the verdict says it
  std::string mark{};
  std::string group{};
  bool is_held_out = false;  // examines, and never teaches
};

// Newest first.
struct TrainingSet {
  Subject subject{};
  std::vector<Example> examples{};
  std::vector<database::training_examples::Side> new_sides{};  // that no run has fixed yet
};

// Blocks.
core::Result<TrainingSet> training_set(database::Session& session, const Subject& subject);
// What one photo is to a subject. not_found when it is not there or not of the scope.
core::Result<Example> example_of(database::Session& session, const Subject& subject, core::PhotoId photo);

// "good", "defect" or "left_out"; empty takes the mark away. invalid_input naming "mark" for one that the task has no
// use for; not_found as example_of().
core::Result<Example> mark(database::Session& session, const Subject& subject,
                           const database::training_examples::Mark& mark, core::Instant now);

struct Count {
  std::int64_t count = 0;
  std::int64_t held_out = 0;
  std::int64_t taught() const { return count - held_out; }
};
struct ClassCount {
  std::string name{};
  Count of{};
};
struct Counts {
  Count good{}, defects{};
  std::vector<ClassCount> classes{};  // by name; of damage the good photos too, as the class of nothing
  std::int64_t left_out = 0;
  std::int64_t groups = 0;
  bool is_enough = false;
  std::string why{};  // what there is, and what is missing
};
// How an anomaly model judges: by what it learnt of many good pictures, or beside a few of them, pixel by pixel.
// Aligned, it learns and judges each picture as if the part lay where one of the good pictures has it.
enum class Method : std::uint8_t { learn, compare, align };
Counts counts_of(const TrainingSet& set, Method method = Method::learn);
std::string to_json(const Counts& counts);

// A quarter of the groups examines; with fewer groups than this, a quarter of the photos does.
inline constexpr std::size_t least_groups = 4;
inline constexpr double held_out_share = 0.25;

}  // namespace sightglass::inspection::training
