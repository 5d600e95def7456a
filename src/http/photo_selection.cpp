#include "http/photo_selection.hpp"

#include <algorithm>

#include "accounts/caller.hpp"

namespace sightglass::http {
namespace {

using database::photos::Page;

// Some hundred milliseconds of a transaction that changes them all.
constexpr std::int32_t photos_of_a_page = 500;

core::Result<PhotoQuery> read_filter(const Parameters& parameters) {
  Request request;
  request.query = parameters;
  QueryReader reader(request);
  auto query = read_photo_filter(reader);
  SG_TRY(reader.finish());
  query.filter.limit = photos_of_a_page;
  return query;
}

}  // namespace

core::Result<PhotoSelection> read_photo_selection(JsonObject& body, std::size_t most_named) {
  PhotoSelection selection;
  selection.names_photos = body.has("photos");
  if (selection.names_photos) {
    selection.photos = body.required_ids<core::PhotoId>("photos", most_named);
  } else if (body.has("except")) {
    selection.except = body.required_ids<core::PhotoId>("except", most_excepted_photos);
  }
  if (const auto parameters = body.optional_parameters("filter")) {
    SG_ASSIGN(selection.filter, read_filter(*parameters));
  }
  return selection;
}

core::Result<void> check_photo_selection(const PhotoSelection& selection) {
  // An empty list beside a filter is two choices as well: taken for none, it would be about all photos.
  if (selection.names_photos == selection.filter.has_value())
    return core::fail(core::invalid_input("photos", "name either `photos` or a `filter`"));
  return {};
}

core::Result<Page> next_page(const Services& services, const Request& request, PhotoSelection& selection) {
  auto& query = *selection.filter;
  SG_ASSIGN(auto page, services.database.read([&](database::Session& session) -> core::Result<Page> {
    SG_ASSIGN(const bool can_match, resolve(session, query));
    if (!can_match) return Page{};
    return database::photos::list(session, query.filter, accounts::visibility_of(request.caller), query.after);
  }));
  std::erase_if(page.photos, [&](const auto& photo) {
    return std::ranges::find(selection.except, photo.id) != selection.except.end();
  });
  query.after = page.next;
  return page;
}

}  // namespace sightglass::http
