// A photo filter as SQL: its WHERE clause and its order, for the listing and everything that walks the same rows.
#pragma once

#include <optional>
#include <string_view>

#include "core/result.hpp"
#include "database/conditions.hpp"
#include "database/photos.hpp"

namespace sightglass::database::photos {

struct Order {
  std::string_view column;  // of photos "p"
  bool is_descending;
  int position;  // of the column in a row of columns_of_photos()
};
Order order_of(Sort sort);
// " ORDER BY …", which an index answers.
std::string order_clause(Sort sort);

// Adds conditions on photos "p": the filters that are present and nothing else, what may be seen, and where the rows
// begin behind `after`. Asks the database how common a tag or label is.
core::Result<void> add_filter(Conditions& conditions, Session& session, const Filter& filter,
                              const Visibility& visibility, const std::optional<PageKey>& after);

}  // namespace sightglass::database::photos
