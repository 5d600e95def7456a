// What was last found of a model that holds: whether its scores of now are still of the kind its goods had.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/findings.hpp"
#include "core/result.hpp"
#include "database/database.hpp"

namespace sightglass::database::model_drift {

inline constexpr std::string_view unknown = "unknown";  // too few scores to say
inline constexpr std::string_view steady = "steady";
inline constexpr std::string_view higher = "higher";  // photos look more unusual than goods did
inline constexpr std::string_view lower = "lower";

struct Drift {
  core::ModelId model_id{};
  std::string state{};
  core::Instant since{};             // when it came to be so
  std::optional<double> p{};         // absent while it is unknown
  std::optional<double> distance{};  // 0 … 1
  std::int64_t goods = 0;            // how many scores were compared with
  std::int64_t recent = 0;           // how many of late
  core::Instant checked_at{};
};

// All block.

// In the place of what was found before. conflict when there is no such model.
core::Result<void> put(Session& session, const Drift& drift);
core::Result<std::optional<Drift>> find(Session& session, core::ModelId model);
core::Result<std::vector<Drift>> list(Session& session);  // by model
// Forgets what was found of models that hold nowhere any more.
core::Result<std::int64_t> prune(Session& session);

}  // namespace sightglass::database::model_drift
