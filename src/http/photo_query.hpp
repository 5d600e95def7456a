// The photo list's query: filters, sort, page.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "database/photos.hpp"
#include "http/message.hpp"

namespace sightglass::http {

struct PhotoQuery {
  database::photos::Filter filter{};
  std::optional<std::string> asset_code{};  // `asset` when it is no id: to be looked up
  std::optional<database::photos::PageKey> after{};
};

// invalid_input naming the parameter: unknown ones, wrong values, a cursor of another list or sort.
core::Result<PhotoQuery> read_photo_query(const Request& request);

// The cursor that leads to the page after `key`; holds the sort, so that it passes with no other.
std::string photo_cursor(database::photos::Sort sort, const database::photos::PageKey& key);
core::Result<database::photos::PageKey> read_photo_cursor(database::photos::Sort sort, std::string_view cursor);

}  // namespace sightglass::http
