#include "database/saved_searches.hpp"

namespace sightglass::database::saved_searches {

core::Result<void> insert(Session& session, const SavedSearch& search) {
  SG_TRY(
      session.execute("INSERT INTO saved_searches (id, user_id, name, query, created_at) VALUES ($1, $2, $3, $4, $5)",
                      {search.id, search.user, search.name, search.query, search.created_at}));
  return {};
}

core::Result<std::vector<SavedSearch>> list(Session& session, core::UserId user) {
  return session.all("SELECT id, user_id, name, query, created_at FROM saved_searches WHERE user_id = $1 ORDER BY name",
                     {user}, [](const Row& row) {
                       return SavedSearch{.id = row.id<core::SearchId>(0),
                                          .user = row.id<core::UserId>(1),
                                          .name = row.string(2),
                                          .query = row.string(3),
                                          .created_at = row.instant(4)};
                     });
}

core::Result<bool> remove(Session& session, core::UserId user, core::SearchId id) {
  SG_ASSIGN(const auto removed,
            session.execute("DELETE FROM saved_searches WHERE id = $1 AND user_id = $2", {id, user}));
  return removed > 0;
}

}  // namespace sightglass::database::saved_searches
