// What was found on photos: kept by kind, replaced by machines while it is open, for ever a person's once decided.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/findings.hpp"
#include "core/records.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "database/photos.hpp"

namespace sightglass::database::findings {

// All functions block.

// Two boxes with at least this overlap are one finding that was measured twice: it keeps its id.
inline constexpr double same_overlap = 0.8;
// What overlaps a decided finding this much was decided with it. The usual bound of detection measures (Pascal VOC).
inline constexpr double decided_overlap = 0.5;

// A finding's photo, as far as its place on it is to be told.
struct Listed {
  core::Finding finding{};
  core::Size upright{};                      // of the photo before a person turned it: what boxes are shares of
  std::optional<core::Location> location{};  // its id, name and position
};

// conflict when there is one with this id or no such photo. A machine's finding remembers where it was first seen and
// as what, however people correct it.
core::Result<void> insert(Session& session, const core::Finding& finding);
core::Result<std::optional<core::Finding>> find(Session& session, core::FindingId id);
core::Result<std::optional<Listed>> find_listed(Session& session, core::FindingId id);
// All of a photo, in the order they were made.
core::Result<std::vector<core::Finding>> of_photo(Session& session, core::PhotoId photo);
// Writes everything that may change of the finding whose revision is still `finding.revision`, and raises that in the
// store; false, and nothing written, when somebody changed it meanwhile or it is gone.
core::Result<bool> update(Session& session, const core::Finding& finding);
// With the same guard.
core::Result<bool> remove(Session& session, core::FindingId id, std::int64_t revision);

struct Replaced {
  std::vector<core::Finding> open{};               // the machine's open findings of these kinds, as they stand now
  std::vector<core::FindingId> added{};            // those of them that were not there before
  std::vector<core::FindingId> turned_critical{};  // critical ones that were not there before, or not as bad
  std::int32_t removed = 0;                        // open ones that were not found again
  std::int32_t covered = 0;                        // not written: a person decided on it before
  std::vector<std::string> lost_heat_maps{};       // keys that no finding names any more: for the caller to remove
};
// Puts what a machine found on a photo in the place of its open findings of `kinds`, in one transaction with whatever
// else `session` does. One found again, of the same class (and meter) and at the same place, keeps its id. What people
// decided or drew stays as it is, and nothing is written that such a one covers: a rejected alarm does not come back,
// a confirmed defect is not doubled. The ids, photo, state, origin and times of `found` are given here. Kinds beside
// `kinds` among `found` are an error (internal). not_found when the photo is gone.
core::Result<Replaced> replace_machine(Session& session, core::PhotoId photo, std::span<const core::FindingKind> kinds,
                                       std::vector<core::Finding> found, core::Instant now);

enum class Sort : std::uint8_t { newest, oldest, confidence, uncertain };  // `uncertain`: nearest to 0.5 first

// Of photos that are not in the trash.
struct Filter {
  std::optional<core::FindingKind> kind{};
  std::optional<core::FindingState> state{};
  std::optional<core::PhotoId> photo{};
  std::optional<core::AssetId> asset{};
  std::optional<core::JobId> job{};
  std::optional<core::LocationId> location{};
  std::optional<core::MeterId> meter{};
  std::optional<std::string> class_name{};
  std::optional<std::string> model{};
  std::optional<std::string> burst{};
  bool is_first_of_burst = false;  // of each burst the first that is open, and whatever is in none
  std::optional<double> least_confidence{};
  std::optional<core::Instant> from{};  // of created_at, inclusive
  std::optional<core::Instant> to{};    // exclusive
  Sort sort = Sort::newest;
  std::int32_t limit = 50;  // 1 … 500
};
// The last row of the page before. `number` is what the sort orders by, as a number that rises with it.
struct PageKey {
  std::int64_t number = 0;
  core::FindingId id{};
};
struct Page {
  std::vector<Listed> findings{};
  std::optional<PageKey> next{};
};
core::Result<Page> list(Session& session, const Filter& filter, const photos::Visibility& visibility,
                        const std::optional<PageKey>& after);

// What waits for people. Counted no further than `most`.
struct Waiting {
  std::int64_t open = 0;
  std::optional<core::Instant> oldest{};
};
core::Result<Waiting> waiting(Session& session, core::FindingKind kind, const photos::Visibility& visibility,
                              std::int64_t most);

struct Total {
  core::FindingKind kind{};
  core::FindingState state{};
  std::int64_t count = 0;
};
// Of all photos, kept by triggers: reads some ten rows.
core::Result<std::vector<Total>> totals(Session& session);

// Readings of a meter that people confirmed or corrected, the newest photo first, with the time of the photo they were
// read from: what the next one is judged by.
struct PastReading {
  core::FindingId id{};
  core::PhotoId photo_id{};
  core::Instant taken_at{};
  double value = 0;
  std::string value_text{};
};
core::Result<std::vector<PastReading>> past_readings(Session& session, core::MeterId meter,
                                                     std::optional<core::Instant> before, std::int32_t limit);

}  // namespace sightglass::database::findings
