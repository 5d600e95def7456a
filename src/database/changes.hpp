// What changed lately: short notices that triggers write in the transaction of the change, whichever process makes it.
// The newest 20,000 and few more are kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/result.hpp"
#include "database/database.hpp"
#include "database/photos.hpp"

namespace sightglass::database::changes {

enum class Type : std::uint8_t {
  photo,
  job,
  asset,
  location,
  task,
  failure,
  notice,
  schedule,
  queue,
  node,
  finding,
  model,
  station,
  source
};
inline constexpr std::string_view type_names[] = {"photo",   "job",    "asset",    "location", "task",
                                                  "failure", "notice", "schedule", "queue",    "node",
                                                  "finding", "model",  "station",  "source"};
enum class Kind : std::uint8_t { created, changed, deleted };
inline constexpr std::string_view kind_names[] = {"created", "changed", "deleted"};

struct Change {
  std::int64_t seq = 0;  // rises in the order of the commits, and is never given out twice
  Type type = Type::photo;
  Kind kind = Kind::changed;
  std::string id{};                    // of queues and nodes their name
  std::optional<std::int64_t> job{};   // of photos: the job they are in; of jobs: themselves
  std::optional<std::string> photo{};  // of tasks and failures: whose they are; of photos: themselves
  std::optional<std::string> user{};   // of notices: whom alone they concern
};

// All block.

struct Range {
  std::int64_t oldest = 0;  // seq of the notices that are kept; `newest` stays when all are gone
  std::int64_t newest = 0;
};
core::Result<Range> range(Session& session);
// The seq behind which everything of the last seconds follows, at most some thousand notices.
core::Result<std::int64_t> some_seconds_ago(Session& session);
// Those behind `seq`, oldest first.
core::Result<std::vector<Change>> after(Session& session, std::int64_t seq, std::int32_t limit);
// Of the notices behind `seq` those that one may know of: the objects' visibility of now, and of what is gone that of
// its end. To who does not see everything, tasks without a photo are told no more than they are listed.
core::Result<std::unordered_set<std::int64_t>> visible_after(Session& session, const photos::Visibility& visibility,
                                                             std::int64_t seq);

}  // namespace sightglass::database::changes
