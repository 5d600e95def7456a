// Which models hold where: promoting and rolling back, and asking what holds for a photo.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "database/models.hpp"
#include "database/promotions.hpp"

namespace sightglass::inspection {

using database::promotions::Scope;

// What is taught on the ground, as models and their promotions name it.
inline constexpr std::string_view anomaly_task = "anomaly";
inline constexpr std::string_view damage_task = "damage";
inline constexpr std::string_view species_task = "species";
inline constexpr std::array taught_tasks{anomaly_task, damage_task, species_task};
// Models of these tasks may hold for a part of the photos alone; all others hold everywhere or nowhere.
bool is_taught(std::string_view task);

// invalid_input naming "scope" for a kind there is none of, and for a value that is missing or too much.
core::Result<void> check_scope(const Scope& scope);

struct Promoting {
  core::ModelId model{};
  Scope scope{};
  std::string person{};  // who says so
  std::string rule = "person";
  std::string why{};
};

// All block on the database, in the caller's transaction.

// Makes a ready model the current one of its task in a scope. not_found without it; conflict when it is not ready, or
// current there already.
core::Result<database::promotions::Promotion> promote(database::Session& session, const Promoting& promoting,
                                                      core::Instant now);
// Goes back to the model before the current one, and from there, asked again, to the one before that. Where there was
// none, a scope other than the global one is left without a model of its own, and nullopt is the answer. conflict when
// nothing holds in the scope, when the only global one would go, or when the one before is not ready any more.
core::Result<std::optional<database::promotions::Promotion>> roll_back(database::Session& session,
                                                                       std::string_view task, const Scope& scope,
                                                                       std::string_view person, core::Instant now);
// A model that nothing uses is marked as removed; its bytes are the caller's to delete. not_found; conflict while it is
// current somewhere.
core::Result<database::models::Model> retire(database::Session& session, core::ModelId id);
// Where a model for this photo may hold, the narrowest first: its asset, the asset's type, its location (else the
// asset's), everywhere.
core::Result<std::vector<Scope>> scopes_of(database::Session& session, const core::Photo& photo);
// The ready model that holds in the first of `scopes` that has one; the narrowest comes first.
core::Result<std::optional<database::models::Model>> model_for(database::Session& session, std::string_view task,
                                                               std::span<const Scope> scopes);

}  // namespace sightglass::inspection
