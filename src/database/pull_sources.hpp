// Sources that fetch their pictures themselves (docs/pull-sources.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/pull_ids.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::database::pull_sources {

struct Source {
  core::PullSourceId id{};
  std::string name{};  // unique; 1 … 100 characters
  std::optional<core::LocationId> location_id{};
  std::string kind = "http_index";  // sources::SourceKind
  std::string base_url{};           // never with a user or password
  std::string sign_in = "none";     // sources::SignIn
  std::string username{};
  std::string secret{};                   // bytes, sealed for "pull source <id>"; empty: none
  std::string settings = "{}";            // pulls/source_settings.hpp
  std::int64_t clock_offset_seconds = 0;  // added to the times that its cameras' clocks showed
  bool is_active = true;
  std::string host_key{};  // of an SSH server: what the first contact showed
  std::optional<core::UserId> created_by{};
  core::Instant created_at{};
  core::Instant updated_at{};
  // What runs found out; update() leaves it alone.
  std::string last_pulled_filename{};  // for readers; decides nothing
  std::optional<core::Instant> last_pull_at{};
  std::optional<core::Instant> last_new_file_at{};
  std::string last_error{};  // in words; empty after a run that reached the source
  std::optional<core::Instant> last_error_at{};
  std::optional<core::Instant> paused_until{};  // the server asked to be left alone
};

// All block.

// conflict when the name is in use, or the location is gone.
core::Result<void> insert(Session& session, const Source& source);
core::Result<void> update(Session& session, const Source& source);
core::Result<void> remove(Session& session, core::PullSourceId id);
core::Result<std::optional<Source>> find(Session& session, core::PullSourceId id);
core::Result<std::optional<Source>> find_named(Session& session, std::string_view name);
enum class Which : std::uint8_t { active, all };
core::Result<std::vector<Source>> list(Session& session, Which which);  // by name

core::Result<void> note_host_key(Session& session, core::PullSourceId id, std::string_view host_key);
core::Result<void> note_pulled(Session& session, core::PullSourceId id, std::string_view name, core::Instant at);
// Of a run that ended: an empty `error` clears the one before.
core::Result<void> note_run(Session& session, core::PullSourceId id, std::string_view error,
                            std::optional<core::Instant> paused_until, core::Instant at);

}  // namespace sightglass::database::pull_sources
