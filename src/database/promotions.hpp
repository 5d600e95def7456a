// Which model holds where: promotions, one current for each task and scope, and their history.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/findings.hpp"
#include "core/result.hpp"
#include "database/database.hpp"

namespace sightglass::database::promotions {

// Where a model holds. `value` is empty for "global", else an asset's type, an asset's id, …
struct Scope {
  std::string kind = "global";  // "global", "asset_type", "asset", "location", "station", "source"
  std::string value{};
  bool operator==(const Scope&) const = default;
};

struct Promotion {
  std::string id{};  // a UUIDv7
  std::string task{};
  Scope scope{};
  core::ModelId model_id{};
  std::optional<core::ModelId> previous_id{};  // what a rollback goes back to
  core::Instant promoted_at{};
  std::string promoted_by{};  // a name
  std::string rule{};         // "person", "better", "install", "rollback"
  std::string why{};
  bool is_current = true;
};

// All block.

core::Result<std::optional<Promotion>> current(Session& session, std::string_view task, const Scope& scope);
// Every current promotion of a task, or of all.
core::Result<std::vector<Promotion>> currents(Session& session, std::optional<std::string> task);
// Newest first.
core::Result<std::vector<Promotion>> history(Session& session, core::ModelId model, std::int32_t limit);
// Those of one task and scope, in the order they were made.
core::Result<std::vector<Promotion>> course(Session& session, std::string_view task, const Scope& scope);
// Ends the current one of the same task and scope and puts `promotion` in its place.
core::Result<void> put(Session& session, const Promotion& promotion);
// Leaves the scope without a model of its own; false when it had none.
core::Result<bool> end(Session& session, std::string_view task, const Scope& scope);

}  // namespace sightglass::database::promotions
