// Feature vectors of photos and of parts of them, as a model made them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "database/database.hpp"

namespace sightglass::database::embeddings {

struct Embedding {
  core::PhotoId photo_id{};
  std::string model{};   // name and version
  std::string region{};  // empty: the whole photo; else a finding's id
  std::string bytes{};   // raw, in the model's own form
  core::Instant made_at{};
};

// All block.

// Replaces what was there. conflict when there is no such photo.
core::Result<void> save(Session& session, const Embedding& embedding);
core::Result<std::optional<Embedding>> find(Session& session, core::PhotoId photo, std::string_view model,
                                            std::string_view region);

}  // namespace sightglass::database::embeddings
