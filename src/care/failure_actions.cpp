#include "care/failure_actions.hpp"

#include <optional>
#include <string>
#include <utility>

#include "database/photos.hpp"
#include "queue/retry.hpp"
#include "queue/task_queue.hpp"

namespace sightglass::care {
namespace {

namespace photo_failures = database::photo_failures;
using core::Result;
using database::Session;
using photo_failures::Failure;
using photo_failures::State;

Result<void> refuse(std::string message) { return core::fail(core::ErrorCode::conflict, std::move(message)); }

Result<void> check_open(const Failure& failure) {
  switch (failure.state) {
    case State::open: return {};
    case State::retrying: return refuse("The picture is being tried again; wait for how that ends.");
    case State::resolved: break;
  }
  return refuse("The failure is resolved already.");
}

Result<void> analyse_anew(Session& session, const core::Photo& photo, std::string_view request_id, core::Instant now) {
  const queue::NewTask task{
      .kind = "process_inspection_photo", .photo_id = photo.id, .request_id = std::string(request_id)};
  SG_ASSIGN(const auto id, queue::enqueue(session, task, now));
  return database::photos::set_task(session, photo.id, id, core::ProcessingStatus::pending);
}

}  // namespace

Result<void> retry_failure(Session& session, const Failure& failure, std::string_view request_id, core::Instant now) {
  SG_TRY(check_open(failure));
  SG_ASSIGN(const auto photo, database::photos::find(session, failure.photo_id));
  if (!photo) return core::fail(core::not_found("The photo is gone."));
  std::optional<core::Task> task;
  if (photo->task_id) {
    SG_ASSIGN(task, queue::find(session, *photo->task_id));
  }
  if (!task || task->state == core::TaskState::completed) return analyse_anew(session, *photo, request_id, now);
  if (!core::is_final(task->state)) return refuse("A task of this photo waits or runs already.");
  SG_TRY(queue::try_again(session, task->id, now));
  return {};
}

Result<void> skip_failure(Session& session, const Failure& failure, std::string_view who, core::Instant now) {
  SG_TRY(check_open(failure));
  SG_ASSIGN(const bool is_skipped, photo_failures::skip(session, failure.id, who, now));
  return is_skipped ? Result<void>{} : refuse("The failure has just changed. Look again.");
}

Result<void> reopen_failure(Session& session, const Failure& failure) {
  SG_ASSIGN(const bool is_open, photo_failures::reopen(session, failure.id));
  return is_open ? Result<void>{} : refuse("Only a failure that was skipped, and is still one, can be taken up again.");
}

}  // namespace sightglass::care
