// Searches that a user gave a name.
#pragma once

#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::database::saved_searches {

struct SavedSearch {
  core::SearchId id{};
  core::UserId user{};
  std::string name{};   // unique among the user's
  std::string query{};  // the photo listing's query string
  core::Instant created_at{};
};

core::Result<void> insert(Session& session, const SavedSearch& search);            // conflict: name in use
core::Result<std::vector<SavedSearch>> list(Session& session, core::UserId user);  // by name
// False when the user has no such search.
core::Result<bool> remove(Session& session, core::UserId user, core::SearchId id);

}  // namespace sightglass::database::saved_searches
