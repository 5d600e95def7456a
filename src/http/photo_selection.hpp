// Which photos a request is about: named one by one, or all that a filter lets through but for some.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/result.hpp"
#include "http/json_body.hpp"
#include "http/photo_query.hpp"
#include "http/services.hpp"

namespace sightglass::http {

inline constexpr std::size_t most_excepted_photos = 1000;

struct PhotoSelection {
  bool names_photos = false;
  std::vector<core::PhotoId> photos{};
  std::optional<PhotoQuery> filter{};   // instead of `photos`: those it lets through, from its cursor on,
  std::vector<core::PhotoId> except{};  // but for these
};

// Reads `photos` (at most `most_named`), or `filter` and `except`. invalid_input naming the member; what is wrong with
// its type comes with body.finish().
core::Result<PhotoSelection> read_photo_selection(JsonObject& body, std::size_t most_named);

// That there is one way of choosing and not two. For after body.finish(): a member that is wrong or unknown explains
// itself better than the choice that is missing for it.
core::Result<void> check_photo_selection(const PhotoSelection& selection);

// The filter's next page of 500 photos, as many of them as are not excepted; moves the filter's cursor on. Its `next`
// says whether there are more. Blocks.
core::Result<database::photos::Page> next_page(const Services& services, const Request& request,
                                               PhotoSelection& selection);

}  // namespace sightglass::http
