#include "inspection/critical_finding.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <vector>

#include "core/json_writer.hpp"
#include "database/findings.hpp"
#include "database/notices.hpp"
#include "database/people.hpp"
#include "database/photos.hpp"
#include "filing/json_fields.hpp"
#include "queue/task_kinds.hpp"
#include "queue/task_queue.hpp"

namespace sightglass::inspection {
namespace {

using core::Result;
using database::Session;

// The finding and its photo while somebody has to see them.
struct Pressing {
  core::Finding finding{};
  core::Photo photo{};
};

Result<core::FindingId> finding_named(const core::Task& task) {
  SG_ASSIGN(auto arguments, filing::JsonFields::parse(task.arguments));
  const auto id = arguments.id<core::FindingId>("finding_id");
  SG_TRY(arguments.outcome());
  return id;
}

Result<std::optional<Pressing>> pressing(Session& session, core::FindingId id) {
  SG_ASSIGN(auto finding, database::findings::find(session, id));
  const bool waits = finding && finding->state == core::FindingState::open && !finding->is_by_person &&
                     finding->severity == core::Severity::critical;
  if (!waits) return std::optional<Pressing>{};
  SG_ASSIGN(auto photo, database::photos::find(session, finding->photo_id));
  if (!photo || photo->trashed_at) return std::optional<Pressing>{};
  return std::optional(Pressing{.finding = std::move(*finding), .photo = std::move(*photo)});
}

Result<std::vector<core::UserId>> those_who_answer(Session& session, const core::Photo& photo) {
  std::vector<core::UserId> people;
  for (const auto role : {core::Role::reviewer, core::Role::operator_}) {
    SG_ASSIGN(const auto users, database::users::list_active(session, role));
    std::ranges::copy(users, std::back_inserter(people));
  }
  if (people.empty()) {
    SG_ASSIGN(people, database::users::list_active(session, core::Role::administrator));
  }
  if (photo.uploaded_by) {
    SG_ASSIGN(const auto uploader, database::users::find(session, *photo.uploaded_by));
    if (uploader && !uploader->is_disabled) people.push_back(uploader->id);
  }
  std::ranges::sort(people);
  people.erase(std::ranges::unique(people).begin(), people.end());
  return people;
}

Result<std::int64_t> tell_all(Session& session, const Pressing& what, const core::Task& task, core::Instant now) {
  SG_ASSIGN(const auto people, those_who_answer(session, what.photo));
  for (const auto user : people)
    SG_TRY(database::notices::tell(session,
                                   {.user = user,
                                    .kind = database::notices::critical_anomaly,
                                    .job = what.photo.job_id,
                                    .photo = what.photo.id,
                                    .task = task.id},
                                   now));
  return static_cast<std::int64_t>(people.size());
}

std::string result_json(core::FindingId finding, std::int64_t told) {
  std::string text;
  core::JsonWriter(text).begin_object().member("finding_id", finding.to_string()).member("told", told).end_object();
  return text;
}

}  // namespace

Result<void> enqueue_critical(Session& session, core::PhotoId photo, core::FindingId finding, core::Instant now) {
  std::string arguments;
  core::JsonWriter(arguments).begin_object().member("finding_id", finding.to_string()).end_object();
  const auto kind = queue::kind_named(critical_task_kind);
  SG_TRY(queue::enqueue_unique(session,
                               {.kind = std::string(kind.name),
                                .queue = kind.queue,
                                .arguments = std::move(arguments),
                                .photo_id = photo,
                                .max_attempts = kind.max_attempts,
                                .unique_key = "critical:" + finding.to_string()},
                               now));
  return {};
}

Result<std::string> tell_critical(database::Database& database, const core::Task& task, const CompleteTask& complete,
                                  core::Instant now) {
  SG_ASSIGN(const auto id, finding_named(task));
  return database.write([&](Session& session) -> Result<std::string> {
    SG_ASSIGN(const auto what, pressing(session, id));
    std::int64_t told = 0;
    if (what) {
      SG_ASSIGN(told, tell_all(session, *what, task, now));
    }
    auto result = result_json(id, told);
    SG_ASSIGN(const bool is_ours, complete(session, result));
    if (!is_ours) return core::fail(core::ErrorCode::cancelled, "another worker has this task");
    return result;
  });
}

}  // namespace sightglass::inspection
