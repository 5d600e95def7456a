// What people said of photos, as models learn of it: marks, verdicts and decided findings, and on which side of
// learning and examining a photo stands.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/findings.hpp"
#include "core/photo.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "database/promotions.hpp"

namespace sightglass::database::training_examples {

// A photo of a scope on which a person said something that concerns a kind of finding.
struct Facts {
  core::PhotoId photo_id{};
  core::Sha256 sha256{};
  std::string group{};  // its asset, else its source, and the day it was taken: nearly equal pictures have one
  std::optional<bool> is_held_out{};  // nullopt: no run has seen it yet
  std::string mark{};                 // "good", "defect", "left_out", or empty
  std::string marked_by{};
  std::string verdict{};      // a person's, or empty
  std::int64_t defects = 0;   // findings of the kind that people confirmed, corrected, drew or saw mended
  std::int64_t rejected = 0;  // those that people rejected
  std::int64_t open = 0;      // those that nobody decided on
  std::string decided_by{};   // who decided, of several one
};

// A finding that people confirmed, corrected, drew or saw mended.
struct Taught {
  core::FindingId finding_id{};
  core::PhotoId photo_id{};
  std::string class_name{};
  std::optional<core::Box> box{};  // pixels of the upright original
  std::string decided_by{};
};

struct Question {
  std::string task{};
  promotions::Scope scope{};  // "global", "asset_type", "asset" or "location"; of others there is nothing
  core::FindingKind kind = core::FindingKind::anomaly;
};

// So many are read, the newest; more teach nothing that these do not.
inline constexpr std::int64_t most_facts = 20'000;

// All block. Of photos outside the trash, newest first.

core::Result<std::vector<Facts>> facts(Session& session, const Question& question);
// Of one photo, whether or not a person said anything; nullopt when it is gone, in the trash, or not of the scope.
core::Result<std::optional<Facts>> facts_of(Session& session, const Question& question, core::PhotoId photo);
core::Result<std::vector<Taught>> taught(Session& session, const Question& question);

struct Mark {
  core::PhotoId photo_id{};
  std::string mark{};  // empty takes it away
  std::string marked_by{};
};
core::Result<void> put_mark(Session& session, const Question& question, const Mark& mark, core::Instant now);

struct Side {
  core::PhotoId photo_id{};
  bool is_held_out = false;
};
// What stands already stays.
core::Result<void> put_sides(Session& session, std::span<const Side> sides, core::Instant now);

}  // namespace sightglass::database::training_examples
