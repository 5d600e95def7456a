// The listing: the rows a filter lets through, in keyset pages.
#include <algorithm>
#include <string>

#include "database/photo_filter.hpp"
#include "database/photo_rows.hpp"
#include "database/photos.hpp"

namespace sightglass::database::photos {
namespace {

constexpr std::int32_t largest_page = 500;

}  // namespace

core::Result<Page> list(Session& session, const Filter& filter, const Visibility& visibility,
                        const std::optional<PageKey>& after) {
  const auto limit = static_cast<std::size_t>(std::clamp(filter.limit, 1, largest_page));
  Conditions conditions;
  SG_TRY(add_filter(conditions, session, filter, visibility, after));
  std::string sql = "SELECT " + columns_of_photos(true) + " FROM photos p" + conditions.where();
  sql += order_clause(filter.sort);
  // One more than asked for tells whether a page follows.
  sql += " LIMIT " + conditions.parameter(static_cast<std::int64_t>(limit) + 1);
  Page page;
  SG_ASSIGN(page.photos, session.all(sql, conditions.parameters(), read_photo));
  if (page.photos.size() > limit) {
    page.photos.pop_back();
    const core::Photo& last = page.photos.back();
    page.next = PageKey{order_of(filter.sort).position == taken_at_column ? last.taken_at : last.uploaded_at, last.id};
  }
  return page;
}

core::Result<std::int64_t> count(Session& session, const Filter& filter, const Visibility& visibility,
                                 std::int64_t most) {
  Conditions conditions;
  SG_TRY(add_filter(conditions, session, filter, visibility, std::nullopt));
  const std::string sql = "SELECT count(*) FROM (SELECT 1 FROM photos p" + conditions.where() + " LIMIT " +
                          conditions.parameter(most) + ") found";
  SG_ASSIGN(const auto found,
            session.first(sql, conditions.parameters(), [](const Row& row) { return row.integer(0); }));
  return found.value_or(0);
}

}  // namespace sightglass::database::photos
