// What people are told: one row each, in facts and not in words, until it is old.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/pull_ids.hpp"
#include "core/result.hpp"
#include "database/database.hpp"

namespace sightglass::database::notices {

using NoticeId = core::UuidId<struct NoticeTag>;

inline constexpr std::string_view photo_failed = "photo_failed";          // a photo could not be analysed
inline constexpr std::string_view photo_lost = "photo_lost";              // a file of a photo is gone
inline constexpr std::string_view critical_anomaly = "critical_anomaly";  // something that cannot wait was found
// What services outside cost came to 80 %, 90 % and all of the month's budget. Their photo is the one that did it.
inline constexpr std::string_view budget_warned = "budget_warned";
inline constexpr std::string_view budget_throttled = "budget_throttled";
inline constexpr std::string_view budget_stopped = "budget_stopped";

// Of a model that holds, photos of late score higher or lower than its good pictures did. Their photo is the last one.
inline constexpr std::string_view scores_higher = "scores_higher";
inline constexpr std::string_view scores_lower = "scores_lower";

// Of sources that fetch their pictures: files that are not tried again, one that cannot be reached, one that has shown
// nothing new for days. Of no photo.
inline constexpr std::string_view source_gave_up = "source_gave_up";
inline constexpr std::string_view source_failing = "source_failing";
inline constexpr std::string_view source_quiet = "source_quiet";

// What comes within so long of the last of a kind goes into the same notice, while nobody has read it.
inline constexpr std::chrono::hours gathering{1};

struct Notice {
  NoticeId id{};
  std::string kind{};
  std::string code{};  // of the error; empty when its photos failed for several reasons
  std::optional<core::JobId> job{};
  core::PhotoId photo{};  // the last one; may be deleted by now
  std::optional<core::TaskId> task{};
  std::int64_t photos = 0;  // how many different ones
  std::optional<core::PullSourceId> source{};
  std::string source_name{};  // empty when it is gone by now
  core::Instant created_at{};
  core::Instant updated_at{};
  std::optional<core::Instant> read_at{};
};

struct NewNotice {
  core::UserId user{};
  std::string_view kind{};
  std::string_view code{};
  std::optional<core::JobId> job{};
  core::PhotoId photo{};
  std::optional<core::TaskId> task{};
  std::optional<core::PullSourceId> source{};
};

// All block.

// In the transaction of what happened.
core::Result<void> tell(Session& session, const NewNotice& notice, core::Instant now);

struct PageKey {
  core::Instant at{};
  NoticeId id{};
};
struct Filter {
  bool is_unread_only = false;
  std::optional<PageKey> before{};
  std::int32_t limit = 50;
};
// Of one user, what changed last first.
core::Result<std::vector<Notice>> list(Session& session, core::UserId user, const Filter& filter);
core::Result<std::int64_t> count_unread(Session& session, core::UserId user);
// Those of `ids` that are the user's and unread; returns how many.
core::Result<std::int64_t> mark_read(Session& session, core::UserId user, const std::vector<NoticeId>& ids,
                                     core::Instant now);
core::Result<std::int64_t> mark_all_read(Session& session, core::UserId user, core::Instant now);
// Forgets those that changed last before `before`, read or not.
core::Result<std::int64_t> prune(Session& session, core::Instant before);

}  // namespace sightglass::database::notices
