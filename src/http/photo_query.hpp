// The photo list's query: filters, sort, page. Everything that works on a filtered set of photos takes the same.
#pragma once

#include <optional>
#include <string>

#include "core/result.hpp"
#include "database/photos.hpp"
#include "http/message.hpp"
#include "http/query.hpp"

namespace sightglass::http {

struct PhotoQuery {
  database::photos::Filter filter{};
  std::optional<std::string> asset_code{};     // `asset` when it is no id: to be looked up
  std::optional<std::string> uploader_name{};  // `uploader` likewise
  std::optional<database::photos::PageKey> after{};
};

// invalid_input naming the parameter: unknown ones, wrong values, a cursor of another list or sort.
core::Result<PhotoQuery> read_photo_query(const Request& request);
// Filters and sort alone; the caller reads what else it takes and then finishes the query.
PhotoQuery read_photo_filter(QueryReader& query);
// Looks up what the filter names in words; false when there is no such thing, and so no photo. Blocks.
core::Result<bool> resolve(database::Session& session, PhotoQuery& query);

}  // namespace sightglass::http
