#include "http/task_access.hpp"

#include <boost/json.hpp>

#include "accounts/access.hpp"
#include "database/photos.hpp"
#include "http/object_access.hpp"
#include "queue/task_queue.hpp"

namespace sightglass::http {
namespace {

bool made_by(const core::Task& batch, const accounts::Caller& caller) {
  boost::system::error_code failed;
  const auto arguments = boost::json::parse(batch.arguments, failed);
  if (failed || !arguments.is_object()) return false;
  const auto* const user = arguments.get_object().if_contains("user_id");
  return user && user->is_string() && std::string_view(user->get_string()) == caller.user_id.to_string();
}

core::Result<bool> may_see(database::Session& session, const accounts::Caller& caller, const core::Task& task) {
  if (accounts::visibility_of(caller).sees_all) return true;
  if (!task.photo_id) return made_by(task, caller);
  const auto photo = visible_photo(session, caller, *task.photo_id);
  if (photo) return true;
  if (photo.error().code == core::ErrorCode::not_found) return false;
  return core::fail(photo.error());
}

}  // namespace

core::Result<core::Task> visible_task(database::Session& session, const accounts::Caller& caller, core::TaskId id) {
  SG_ASSIGN(auto task, queue::find(session, id));
  if (!task) return core::fail(core::not_found("no such task"));
  SG_ASSIGN(const bool is_visible, may_see(session, caller, *task));
  if (!is_visible) return core::fail(core::not_found("no such task"));
  return std::move(*task);
}

core::Result<void> may_change_task(database::Session& session, const accounts::Caller& caller, const core::Task& task) {
  if (task.photo_id) {
    SG_ASSIGN(const auto photo, database::photos::find(session, *task.photo_id));
    if (photo) return accounts::may_reprocess_photo(caller, *photo);
  }
  if (caller.role >= core::Role::reviewer) return {};
  return core::fail(forbidden("reviewers and up may do that with tasks that have no photo"));
}

}  // namespace sightglass::http
