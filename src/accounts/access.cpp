#include "accounts/access.hpp"

#include <string>

namespace sightglass::accounts {
namespace {

core::Result<void> allow_if(bool is_allowed, const char* refusal) {
  if (is_allowed) return {};
  return core::fail(core::ErrorCode::permission_denied, refusal);
}

// What viewers once made, before their role was lowered, is no longer theirs to change.
bool is_own(const Caller& caller, const std::optional<core::UserId>& maker) {
  return caller.is_signed_in() && caller.role >= core::Role::technician && maker && *maker == caller.user_id &&
         caller.credential != Credential::command_line;
}

bool is_at_least(const Caller& caller, core::Role role) { return caller.is_signed_in() && caller.role >= role; }

}  // namespace

core::Result<void> may_change_photo(const Caller& caller, const core::Photo& photo) {
  return allow_if(is_at_least(caller, core::Role::reviewer) || is_own(caller, photo.uploaded_by),
                  "Only reviewers and up may change photos that others uploaded.");
}

core::Result<void> may_delete_photo(const Caller& caller, const core::Photo& photo) {
  return allow_if(is_at_least(caller, core::Role::operator_) || is_own(caller, photo.uploaded_by),
                  "Only operators and up may delete photos that others uploaded.");
}

core::Result<void> may_reprocess_photo(const Caller& caller, const core::Photo& photo) {
  return allow_if(is_at_least(caller, core::Role::reviewer) || is_own(caller, photo.uploaded_by),
                  "Only reviewers and up may have photos analysed again that others uploaded.");
}

core::Result<void> may_change_job(const Caller& caller, const core::Job& job) {
  return allow_if(is_at_least(caller, core::Role::operator_) || is_own(caller, job.created_by),
                  "Only operators and up may change jobs that others made.");
}

core::Result<void> may_delete_job(const Caller& caller, const core::Job& job) {
  return allow_if(is_at_least(caller, core::Role::operator_) || is_own(caller, job.created_by),
                  "Only operators and up may delete jobs that others made.");
}

core::Result<void> may_assign_job(const Caller& caller) {
  return allow_if(is_at_least(caller, core::Role::operator_), "Only operators and up may assign jobs.");
}

core::Result<void> may_add_to_job(const Caller& caller, const core::Job& job) {
  SG_TRY(allow_if(is_at_least(caller, core::Role::technician), "Only technicians and up may add photos to jobs."));
  if (job.status != "archived") return {};
  return core::fail(core::ErrorCode::conflict, "The job is archived. Open it again before adding photos.");
}

core::Result<void> may_decide(const Caller& caller, const core::Photo& photo, core::FindingKind kind) {
  const bool is_own_reading = kind == core::FindingKind::reading && is_own(caller, photo.uploaded_by);
  return allow_if(is_at_least(caller, core::Role::reviewer) || is_own_reading,
                  "Only reviewers and up may decide on findings; technicians on readings of photos they uploaded.");
}

core::Result<void> may_change_pair(const Caller& caller, const core::PhotoPair& pair) {
  return allow_if(is_at_least(caller, core::Role::reviewer) || is_own(caller, pair.created_by),
                  "Only reviewers and up may change pairs that others made.");
}

}  // namespace sightglass::accounts
