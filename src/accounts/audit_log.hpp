// Who changed or looked at what. Changes are written in the change's own transaction; views of pictures are
// gathered in memory and written in groups.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "accounts/caller.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::accounts {

struct AuditEvent {
  std::string action{};       // "photo.update"
  std::string object_type{};  // "photo"
  std::string object_id{};
  std::string details = "{}";  // a JSON object: what changed, never secrets
};

// Where the event came from.
struct Origin {
  std::string_view request_id{};
  std::string_view peer{};
};

// Of what a command on the server's machine does.
inline constexpr Origin command_line_origin{.request_id = "", .peer = "command line"};

// Thread-safe.
class AuditLog {
 public:
  AuditLog(database::Database& database, const core::Clock& clock);
  ~AuditLog();  // writes what is gathered

  // In the transaction that makes the change.
  core::Result<void> append(database::Session& session, const Caller& caller, const Origin& origin,
                            const AuditEvent& event);
  // Blocks; for events without a transaction of their own, a refused sign-in for one.
  core::Result<void> record(const Caller& caller, const Origin& origin, const AuditEvent& event);
  // Never blocks. The first view of an object by a caller is written with the next flush; its repeats within a
  // minute make one more entry, with their count. When more than 20,000 wait, the rest is only counted.
  void note_view(const Caller& caller, const Origin& origin, std::string_view object_type, std::string_view object_id,
                 std::string_view variant);
  // Blocks. Writes the gathered views; called every few seconds and at shutdown.
  core::Result<void> flush();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sightglass::accounts
