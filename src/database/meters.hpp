// Meters of assets: what is known of a display or counter before it is read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/findings.hpp"
#include "core/result.hpp"
#include "database/database.hpp"

namespace sightglass::database::meters {

struct Meter {
  core::MeterId id{};
  core::AssetId asset_id{};
  std::string name{};                    // unique within its asset
  std::string kind{};                    // "wheels", "display", "needle", "gauge"
  std::string unit{};                    // "m³", "kWh", …: free
  std::int32_t digits = 0;               // before the point; 0: not known
  std::int32_t decimals = 0;             // behind it
  bool rolls_over = true;                // counters do, gauges do not
  std::optional<double> largest_rate{};  // units in an hour; nullopt: not known
  std::string profile = "{}";            // a JSON object: where its face and digits lie on the reference photo
  std::optional<core::PhotoId> reference_photo{};
  core::Instant created_at{};
  core::Instant updated_at{};
};

// All block.

// conflict for a name that the asset has already, or an asset that is not there.
core::Result<void> insert(Session& session, const Meter& meter);
core::Result<std::optional<Meter>> find(Session& session, core::MeterId id);
// By id, behind `after`; of all assets without one.
core::Result<std::vector<Meter>> list(Session& session, std::optional<core::AssetId> asset,
                                      std::optional<core::MeterId> after, std::int32_t limit);
// Everything but asset and created_at. not_found, and conflict for the name.
core::Result<void> update(Session& session, const Meter& meter);
core::Result<bool> remove(Session& session, core::MeterId id);  // its readings stay, without a meter

}  // namespace sightglass::database::meters
