#include "http/photo_query.hpp"

#include <array>

#include "database/catalogue.hpp"
#include "database/cursor.hpp"
#include "database/people.hpp"
#include "http/endpoint_support.hpp"

namespace sightglass::http {
namespace {

using database::photos::Sort;

// In the order of the enumeration.
constexpr std::array<std::string_view, 4> sort_names{"-taken_at", "taken_at", "-uploaded_at", "uploaded_at"};
constexpr std::array<std::string_view, 2> kind_names{"job", "field"};

Sort sort_of(QueryReader& query) {
  const auto name = query.choice("sort", sort_names).value_or(sort_names.front());
  for (std::size_t i = 0; i < sort_names.size(); ++i) {
    if (sort_names[i] == name) return static_cast<Sort>(i);
  }
  return Sort::newest_taken;
}

void read_asset(QueryReader& query, PhotoQuery& found) {
  const auto text = query.text("asset");
  if (!text) return;
  found.filter.asset = core::AssetId::parse(*text);
  if (!found.filter.asset) found.asset_code = text;
}

void read_uploader(QueryReader& query, PhotoQuery& found) {
  const auto text = query.text("uploader");
  if (!text) return;
  found.filter.uploader = core::UserId::parse(*text);
  if (!found.filter.uploader) found.uploader_name = text;
}

void read_kind(QueryReader& query, PhotoQuery& found) {
  const auto name = query.choice("kind", kind_names);
  if (name) found.filter.kind = *name == "job" ? core::PhotoKind::job : core::PhotoKind::field;
}

void read_states(QueryReader& query, PhotoQuery& found) {
  if (const auto name = query.text("status")) {
    found.filter.status = core::processing_status_from_name(*name);
    if (!found.filter.status) query.refuse("status", "must be PENDING, PROCESSING, COMPLETED or FAILED");
  }
  if (const auto name = query.text("source")) {
    found.filter.source = core::photo_source_from_name(*name);
    if (!found.filter.source) query.refuse("source", "must be upload, job_upload, import, camera, trigger or pull");
  }
}

void read_trap_facts(QueryReader& query, PhotoQuery& found) {
  found.filter.temperature_from = query.number("temperature_from", core::coldest, core::hottest);
  found.filter.temperature_to = query.number("temperature_to", core::coldest, core::hottest);
  if (const auto name = query.text("moon_phase")) {
    found.filter.moon_phase = core::moon_phase_from_name(*name);
    if (!found.filter.moon_phase)
      query.refuse("moon_phase",
                   "must be new, waxing_crescent, first_quarter, waxing_gibbous, full, waning_gibbous, last_quarter or "
                   "waning_crescent");
  }
}

}  // namespace

PhotoQuery read_photo_filter(QueryReader& query) {
  PhotoQuery found{.filter = {.job = query.id<core::JobId>("job"),
                              .location = query.id<core::LocationId>("location"),
                              .camera = query.text("camera"),
                              .tag = query.text("tag"),
                              .label = query.text("label"),
                              .verdict = query.text("verdict"),
                              .taken_from = query.instant("taken_from"),
                              .taken_to = query.instant("taken_to"),
                              .bbox = query.box("bbox"),
                              .text = query.text("q"),
                              .sort = sort_of(query)}};
  if (query.boolean("trashed").value_or(false)) found.filter.trash = database::photos::Trash::alone;
  read_asset(query, found);
  read_uploader(query, found);
  read_kind(query, found);
  read_states(query, found);
  read_trap_facts(query, found);
  return found;
}

core::Result<PhotoQuery> read_photo_query(const Request& request) {
  QueryReader query(request);
  const auto page = read_page(query);
  auto found = read_photo_filter(query);
  found.filter.limit = page.limit;
  SG_TRY(query.finish());
  if (page.cursor) {
    SG_ASSIGN(found.after, database::decode_cursor(*page.cursor, found.filter.sort));
  }
  return found;
}

core::Result<bool> resolve(database::Session& session, PhotoQuery& query) {
  if (query.asset_code) {
    SG_ASSIGN(const auto asset, database::assets::find_by_code(session, *query.asset_code));
    if (!asset) return false;
    query.filter.asset = asset->id;
  }
  if (query.uploader_name) {
    SG_ASSIGN(const auto user, database::users::find_by_name(session, *query.uploader_name));
    if (!user) return false;
    query.filter.uploader = user->id;
  }
  return true;
}

}  // namespace sightglass::http
