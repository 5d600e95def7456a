// The web pages, their files, and the API's documentation.
#include <array>

#include "http/endpoint_support.hpp"
#include "http/object_access.hpp"
#include "http/page_policy.hpp"
#include "http/tile_server.hpp"
#include "http/web_files.hpp"

namespace sightglass::http {
namespace {

// Built files carry a hash of their content in their name; a page's shell names them and is asked for each time.
constexpr std::string_view cached_for_good = "public, max-age=31536000, immutable";
constexpr std::string_view cached_for_an_hour = "public, max-age=3600";
constexpr std::string_view checked_each_time = "no-cache";

// Swagger UI sets style attributes; nothing else is loosened, and only on its page.
constexpr std::string_view docs_policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

// The same empty shell for every page: what it shows comes from the API, which checks who asks.
core::Result<Response> send_shell(const Services& services, const Request& request) {
  SG_ASSIGN(auto response, send_web_file(request, services.web_root, "index.html", checked_each_time));
  std::string origins = services.download_origin;
  if (!services.tile_server.empty()) {
    SG_ASSIGN(const auto tiles, origin_of_tiles(services.tile_server));
    origins.append(origins.empty() ? "" : " ").append(tiles);
  }
  if (!origins.empty()) response.headers.set("Content-Security-Policy", page_policy(origins));
  return response;
}

core::Result<Response> send_job_page(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_job(request));
  SG_TRY(services.database.read([&](database::Session& session) { return visible_job(session, request.caller, id); }));
  return send_shell(services, request);
}

core::Result<Response> send_photo_page(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_photo(request));
  SG_TRY(
      services.database.read([&](database::Session& session) { return visible_photo(session, request.caller, id); }));
  return send_shell(services, request);
}

core::Result<Response> send_asset(const Services& services, const Request& request) {
  SG_ASSIGN(auto response,
            send_web_file(request, services.web_root / "assets", request.captures.get("name"), cached_for_good));
  response.headers.set("Content-Security-Policy", std::string(worker_policy));
  return response;
}

// What makes the pages installable. Neither has a hash in its name: a browser that kept an old service worker would go
// on showing old pages, so it asks each time. Lying at the root, the worker may stand before every page.
core::Result<Response> send_service_worker(const Services& services, const Request& request) {
  return send_web_file(request, services.web_root, "service-worker.js", checked_each_time);
}

core::Result<Response> send_manifest(const Services& services, const Request& request) {
  return send_web_file(request, services.web_root, "manifest.webmanifest", checked_each_time);
}

core::Result<Response> send_docs(const Services& services, const Request& request) {
  SG_ASSIGN(auto response, send_web_file(request, services.web_root / "swagger-ui", "docs.html", checked_each_time));
  response.headers.set("Content-Security-Policy", std::string(docs_policy));
  return response;
}

core::Result<Response> send_docs_file(const Services& services, const Request& request) {
  return send_web_file(request, services.web_root / "swagger-ui", request.captures.get("name"), cached_for_an_hour);
}

core::Result<Response> send_openapi(const Services& services, const Request& request) {
  return send_web_file(request, services.web_root, "openapi.json", checked_each_time);
}

void add_public(EndpointTable& table, const Services& services, std::string_view pattern, ServiceFunction handle,
                ErrorStyle errors) {
  table.push_back({.method = Method::get,
                   .pattern = pattern,
                   .operation = {},
                   .guard = {.is_public = true},
                   .errors = errors,
                   .handle = bound_with_query(services, handle)});
}

}  // namespace

void add_page_endpoints(EndpointTable& table, const Services& services) {
  for (const auto page : {"/",
                          "/sign-in",
                          "/first-run",
                          "/setup",
                          "/jobs",
                          "/photos",
                          "/tasks",
                          "/tasks/queues",
                          "/tasks/schedules",
                          "/task/{id}",
                          "/failures",
                          "/review",
                          "/review/{kind}",
                          "/meter/{id}",
                          "/cameras",
                          "/camera/{id}",
                          "/stations",
                          "/station/{id}",
                          "/api/ml/image-id",
                          "/sources",
                          "/sources/{id}",
                          "/models",
                          "/models/{task}",
                          "/notices",
                          "/assets",
                          "/asset/{id}",
                          "/places",
                          "/place/{id}",
                          "/map",
                          "/administration",
                          "/administration/{section}",
                          "/profile"}) {
    add_public(table, services, page, send_shell, ErrorStyle::page);
  }
  for (const auto page : {"/job/{id}", "/job/{id}/print"}) {
    table.push_back({.method = Method::get,
                     .pattern = page,
                     .operation = {},
                     .guard = {.area = accounts::Area::jobs, .check = ObjectCheck::job},
                     .errors = ErrorStyle::page,
                     .handle = bound_with_query(services, send_job_page)});
  }
  table.push_back({.method = Method::get,
                   .pattern = "/photo/{id}",
                   .operation = {},
                   .guard = {.check = ObjectCheck::photo},
                   .errors = ErrorStyle::page,
                   .handle = bound_with_query(services, send_photo_page)});
  add_public(table, services, "/assets/{name}", send_asset, ErrorStyle::page);
  add_public(table, services, "/service-worker.js", send_service_worker, ErrorStyle::page);
  add_public(table, services, "/manifest.webmanifest", send_manifest, ErrorStyle::page);
  add_public(table, services, "/api/docs", send_docs, ErrorStyle::page);
  add_public(table, services, "/swagger-ui/{name}", send_docs_file, ErrorStyle::page);
  add_public(table, services, "/api/openapi.json", send_openapi, ErrorStyle::structured);
  table.back().operation = "getOpenapi";
}

}  // namespace sightglass::http
