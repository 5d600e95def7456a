#include "http/photo_query.hpp"

#include <array>
#include <charconv>

#include "fmt/format.h"
#include "http/endpoint_support.hpp"
#include "http/page_cursor.hpp"
#include "http/query.hpp"

namespace sightglass::http {
namespace {

using database::photos::PageKey;
using database::photos::Sort;

// In the order of the enumeration.
constexpr std::array<std::string_view, 4> sort_names{"-taken_at", "taken_at", "-uploaded_at", "uploaded_at"};
constexpr std::array<std::string_view, 2> kind_names{"job", "field"};

std::string list_name(Sort sort) { return fmt::format("photos/{}", sort_names[static_cast<std::size_t>(sort)]); }

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

}  // namespace

core::Result<PhotoQuery> read_photo_query(const Request& request) {
  QueryReader query(request);
  const auto page = read_page(query);
  PhotoQuery found{.filter = {.job = query.id<core::JobId>("job"),
                              .location = query.id<core::LocationId>("location"),
                              .tag = query.text("tag"),
                              .label = query.text("label"),
                              .verdict = query.text("verdict"),
                              .taken_from = query.instant("taken_from"),
                              .taken_to = query.instant("taken_to"),
                              .bbox = query.box("bbox"),
                              .text = query.text("q"),
                              .sort = sort_of(query),
                              .limit = page.limit}};
  read_asset(query, found);
  read_kind(query, found);
  read_states(query, found);
  SG_TRY(query.finish());
  if (page.cursor) {
    SG_ASSIGN(found.after, read_photo_cursor(found.filter.sort, *page.cursor));
  }
  return found;
}

std::string photo_cursor(Sort sort, const PageKey& key) {
  return id_cursor(list_name(sort), fmt::format("{}/{}", core::to_micros(key.at), key.id.to_string()));
}

core::Result<PageKey> read_photo_cursor(Sort sort, std::string_view cursor) {
  SG_ASSIGN(const auto key, read_id_cursor(list_name(sort), cursor));
  const auto slash = key.find('/');
  if (slash == std::string::npos) return core::fail(bad_cursor());
  std::int64_t micros = 0;
  const char* const end = key.data() + slash;
  const auto parsed = std::from_chars(key.data(), end, micros);
  const auto id = core::PhotoId::parse(std::string_view(key).substr(slash + 1));
  if (parsed.ec != std::errc{} || parsed.ptr != end || !id) return core::fail(bad_cursor());
  return PageKey{.at = core::from_micros(micros), .id = *id};
}

}  // namespace sightglass::http
