// Photos in the database: insert, find, list by filters in keyset pages, change, count.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "database/database.hpp"

namespace sightglass::database::photos {

// Who is asking, as far as rows are concerned. accounts/access.hpp makes it.
struct Visibility {
  bool sees_all = false;
  std::optional<core::UserId> user{};  // else: own photos, and photos of jobs open or assigned to this user
};

// Photos thrown away stay in the table until they are deleted for good.
enum class Trash : std::uint8_t { left_out, alone, included };

enum class Sort : std::uint8_t { newest_taken, oldest_taken, newest_uploaded, oldest_uploaded };

struct Filter {
  std::optional<core::AssetId> asset{};
  std::optional<core::JobId> job{};
  std::optional<core::LocationId> location{};
  std::optional<core::UserId> uploader{};
  std::optional<std::string> camera{};  // the camera's model
  std::optional<core::ProcessingStatus> status{};
  std::optional<core::PhotoSource> source{};
  std::optional<std::string> tag{};
  std::optional<std::string> label{};
  std::optional<std::string> verdict{};
  std::optional<core::Instant> taken_from{};  // inclusive
  std::optional<core::Instant> taken_to{};    // exclusive
  std::optional<core::GeoBox> bbox{};
  std::optional<double> temperature_from{};  // °C, inclusive, as the next: both leave out photos without one
  std::optional<double> temperature_to{};
  std::optional<core::MoonPhase> moon_phase{};
  std::optional<std::string> text{};  // all words must occur (as prefixes) in description, tags, names
  std::optional<core::PhotoKind> kind{};
  Trash trash = Trash::left_out;  // `included` is slow without a job, asset or location
  Sort sort = Sort::newest_taken;
  std::int32_t limit = 50;  // 1 … 500
};

// The last row of the page before: the sort column's time and the id that breaks ties.
struct PageKey {
  core::Instant at{};
  core::PhotoId id{};
};

struct Page {
  std::vector<core::Photo> photos{};
  std::optional<PageKey> next{};  // nullopt on the last page
};

core::Result<void> insert(Session& session, const core::Photo& photo);
core::Result<std::optional<core::Photo>> find(Session& session, core::PhotoId id);
// The job photo filed under this name.
core::Result<std::optional<core::Photo>> find_in_job(Session& session, core::JobId job, std::string_view filename);
// The oldest photo with these bytes that still has its original.
core::Result<std::optional<core::Photo>> find_by_hash(Session& session, const core::Sha256& sha256);
core::Result<bool> may_see(Session& session, const Visibility& visibility, const core::Photo& photo);
// Those of `ids` (at most a few hundred) that may be seen, in no order. One query.
core::Result<std::vector<core::PhotoId>> visible_among(Session& session, const Visibility& visibility,
                                                       const std::vector<core::PhotoId>& ids);
core::Result<Page> list(Session& session, const Filter& filter, const Visibility& visibility,
                        const std::optional<PageKey>& after);
// How many pass the filter, whose limit does not count; no further than `most`.
core::Result<std::int64_t> count(Session& session, const Filter& filter, const Visibility& visibility,
                                 std::int64_t most);
// Description, tags, job, asset, location, taken time, position, rotation, verdict: whatever of `photo` a person may
// edit.
core::Result<void> update(Session& session, const core::Photo& photo);
core::Result<void> set_status(Session& session, core::PhotoId id, core::ProcessingStatus status,
                              std::string_view error);
core::Result<void> set_task(Session& session, core::PhotoId id, core::TaskId task, core::ProcessingStatus status);
// FAILED with `error` when `task` is still the photo's task; false when a newer one took over or the photo is gone.
core::Result<bool> fail_task(Session& session, core::PhotoId id, core::TaskId task, std::string_view error);
// Sizes and files of the display image and the thumbnail, the ThumbHash, and the size as it is shown.
core::Result<void> set_derived(Session& session, const core::Photo& photo);
// What the camera noted, read anew from the file; not_found when the photo is gone.
core::Result<void> set_trap_facts(Session& session, core::PhotoId id, const core::TrapFacts& facts);
core::Result<bool> remove(Session& session, core::PhotoId id);  // false when it was not there
// Into the trash, or out of it with nullopt; false when it was there, or out, already. Counts follow.
core::Result<bool> set_trashed(Session& session, core::PhotoId id, std::optional<core::Instant> at);
// The photos thrown away before `before`, longest ago first.
core::Result<std::vector<core::Photo>> list_trashed(Session& session, core::Instant before, std::int32_t limit);
// What a photo shows, for the filter and the search; replaces all labels that machines gave it. Those of people stay,
// and what people took away is not given again (photo_labels.hpp). The first of equal labels counts.
struct Label {
  std::string name{};
  double confidence = 0;  // 0 … 1
};
core::Result<void> set_labels(Session& session, core::PhotoId id, const std::vector<Label>& labels);
// Every photo in id order after `after`, `limit` at a time: for check, rebuild, export.
core::Result<std::vector<core::Photo>> scan(Session& session, std::optional<core::PhotoId> after, std::int32_t limit);

struct Count {
  std::string name{};
  std::int64_t count = 0;
};
struct Statistics {
  std::int64_t total = 0;
  std::int64_t bytes = 0;  // of originals
  std::vector<Count> by_status{};
  std::vector<Count> by_source{};
  std::vector<Count> by_verdict{};
  std::vector<Count> by_day{};  // "2026-11-21" (UTC, by upload), newest first, at most 90
  // Milliseconds from upload to finished analysis; empty when nothing was analysed.
  std::optional<double> latency_p50{}, latency_p90{}, latency_p99{};
};
core::Result<Statistics> statistics(Session& session, const Visibility& visibility);

}  // namespace sightglass::database::photos
