#include "database/pull_notices.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "database/notices.hpp"
#include "database/people.hpp"
#include "database/pull_files.hpp"

namespace sightglass::database::pull_notices {
namespace {

core::Result<std::vector<core::UserId>> audience(Session& session, const pull_sources::Source& source) {
  SG_ASSIGN(auto people, users::list_active(session, core::Role::operator_));
  if (people.empty()) {
    SG_ASSIGN(people, users::list_active(session, core::Role::administrator));
  }
  if (!source.created_by || std::ranges::find(people, *source.created_by) != people.end()) return people;
  SG_ASSIGN(const auto creator, users::find(session, *source.created_by));
  if (creator && !creator->is_disabled) people.push_back(creator->id);
  return people;
}

core::Result<std::int64_t> tell(Session& session, const pull_sources::Source& source, std::string_view kind,
                                std::string_view code, core::Instant now) {
  SG_ASSIGN(const auto people, audience(session, source));
  for (const auto user : people)
    SG_TRY(notices::tell(session, {.user = user, .kind = kind, .code = code, .source = source.id}, now));
  return std::ssize(people);
}

}  // namespace

core::Result<std::int64_t> tell_given_up(Session& session, const pull_sources::Source& source, std::int64_t files,
                                         std::string_view reason, core::Instant now) {
  if (files == 0) return 0;
  return tell(session, source, notices::source_gave_up, reason, now);
}

core::Result<std::int64_t> tell_failing(Session& session, const pull_sources::Source& before, core::Instant now) {
  if (!before.last_error.empty()) return 0;
  return tell(session, before, notices::source_failing, {}, now);
}

core::Result<std::int64_t> tell_quiet(Session& session, const pull_sources::Source& before, std::int32_t quiet_days,
                                      core::Instant now) {
  if (quiet_days == 0) return 0;
  const auto quiet_from = before.last_new_file_at.value_or(before.created_at) + std::chrono::days(quiet_days);
  const bool was_quiet = before.last_pull_at && *before.last_pull_at >= quiet_from;
  if (now < quiet_from || was_quiet) return 0;
  return tell(session, before, notices::source_quiet, {}, now);
}

core::Result<void> tell_of_run(Session& session, const pull_runs::Run& run, std::int32_t quiet_days,
                               core::Instant now) {
  constexpr std::int32_t most_looked_at = 1000;  // they say that there are some, and not how many
  SG_ASSIGN(const auto before, pull_sources::find(session, run.source_id));
  if (!before) return {};
  SG_ASSIGN(const auto failed, pull_files::of_run(session, run.id, pull_files::State::failed, most_looked_at));
  const auto given_up = std::ranges::count_if(failed, &pull_files::File::is_given_up);
  const auto last = std::ranges::find_if(failed, &pull_files::File::is_given_up);
  if (given_up > 0) SG_TRY(tell_given_up(session, *before, given_up, last->reason, now));
  if (!run.error.empty()) {
    SG_TRY(tell_failing(session, *before, now));
  } else if (run.pulled == 0) {
    SG_TRY(tell_quiet(session, *before, quiet_days, now));
  }
  return {};
}

}  // namespace sightglass::database::pull_notices
