// Results of analysis: list and detail.
#include "database/analyses.hpp"
#include "http/endpoint_support.hpp"
#include "http/object_access.hpp"
#include "http/page_cursor.hpp"
#include "http/photo_json.hpp"

namespace sightglass::http {
namespace {

constexpr std::string_view list_name = "analysis";

core::Result<Response> list_analyses(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto page = read_page(query);
  const auto photo = query.id<core::PhotoId>("photo");
  SG_TRY(query.finish());
  SG_ASSIGN(const auto after, read_id_cursor<core::AnalysisId>(list_name, page.cursor));
  SG_ASSIGN(const auto found, services.database.read([&](database::Session& session) {
    return database::analyses::list(session, accounts::visibility_of(request.caller), photo, after, page.limit);
  }));
  std::optional<std::string> next;
  if (found.next) next = database::encode_cursor(list_name, cursor_key(*found.next));
  return Response::json(200, page_json(found.analyses, next, write_analysis));
}

core::Result<database::analyses::Analysis> visible_analysis(database::Session& session, const Request& request) {
  SG_ASSIGN(const auto id, captured_analysis(request));
  SG_ASSIGN(auto analysis, database::analyses::find(session, id));
  if (!analysis) return core::fail(core::not_found("no such analysis"));
  const auto photo = visible_photo(session, request.caller, analysis->photo_id);
  if (photo) return std::move(*analysis);
  // The words must not tell a hidden result from a missing one.
  if (photo.error().code == core::ErrorCode::not_found) return core::fail(core::not_found("no such analysis"));
  return core::fail(photo.error());
}

core::Result<Response> get_analysis(const Services& services, const Request& request) {
  SG_ASSIGN(const auto analysis,
            services.database.read([&](database::Session& session) { return visible_analysis(session, request); }));
  std::string text;
  core::JsonWriter json(text);
  write_analysis(json, analysis);
  return Response::json(200, std::move(text));
}

}  // namespace

void add_analysis_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/images/analysis",
                   .operation = "listAnalyses",
                   .guard = {.check = ObjectCheck::listing},
                   .handle = bound_with_query(services, list_analyses)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/images/analysis/{id}",
                   .operation = "getAnalysis",
                   .guard = {.check = ObjectCheck::photo},
                   .handle = bound(services, get_analysis)});
}

}  // namespace sightglass::http
