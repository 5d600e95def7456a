// The photo list's query: filters, sort, page.
#pragma once

#include <optional>
#include <string>

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

}  // namespace sightglass::http
