// What waits for reviewers, and all that a screen shows of one item.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/findings.hpp"
#include "core/photo.hpp"
#include "core/result.hpp"
#include "database/bursts.hpp"
#include "database/database.hpp"
#include "database/findings.hpp"
#include "database/meters.hpp"

namespace sightglass::inspection {

// Counting stops there: more is "10,000 and more" to everybody.
inline constexpr std::int64_t most_waiting = 10'000;

struct QueueState {
  core::FindingKind kind{};
  database::findings::Waiting waiting{};
  std::optional<double> median_seconds{};  // an item took this person, lately
};
// One for each kind. Blocks, as all here.
core::Result<std::vector<QueueState>> queues(database::Session& session, const database::photos::Visibility& visibility,
                                             std::optional<core::UserId> person);

struct ReviewItem {
  database::findings::Listed listed{};
  core::Photo photo{};
  std::vector<core::Finding> others{};                      // of the same photo, of any kind
  std::vector<core::Finding> burst{};                       // open ones of the same visit, itself among them
  std::vector<database::bursts::Shown> visit{};             // all photos of that visit, in the order they were taken
  std::optional<core::Photo> good{};                        // of an anomaly: what it looks like when it is good
  std::optional<database::meters::Meter> meter{};           // of a reading
  std::vector<database::findings::PastReading> readings{};  // of that meter before this photo, the newest first
};
struct ReviewPage {
  std::vector<ReviewItem> items{};
  std::optional<database::findings::PageKey> next{};
};
// Open findings of one kind, as `filter` asks. `filter.is_first_of_burst` makes one item of each burst.
core::Result<ReviewPage> next_items(database::Session& session, const database::findings::Filter& filter,
                                    const database::photos::Visibility& visibility,
                                    const std::optional<database::findings::PageKey>& after);

}  // namespace sightglass::inspection
