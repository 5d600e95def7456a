#include "app/routes.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "app/handlers.hpp"
#include "core/json_writer.hpp"

namespace sightglass::app {
namespace {

std::string_view name_of(http::ObjectCheck check) {
  switch (check) {
    case http::ObjectCheck::none: return "none";
    case http::ObjectCheck::photo: return "photo";
    case http::ObjectCheck::job: return "job";
    case http::ObjectCheck::own: return "own";
    case http::ObjectCheck::listing: return "listing";
  }
  return "none";
}

std::string_view name_of(http::BodyKind body) {
  switch (body) {
    case http::BodyKind::none: return "none";
    case http::BodyKind::json: return "json";
    case http::BodyKind::multipart: return "multipart";
    case http::BodyKind::bytes: return "bytes";
  }
  return "none";
}

void write_row(core::JsonWriter& json, const http::Endpoint& row) {
  json.begin_object();
  json.member("method", http::name_of(row.method)).member("pattern", row.pattern).member("operation", row.operation);
  json.member("public", row.guard.is_public).member("role", core::name_of(row.guard.least_role));
  json.member("scope", accounts::scope_name(row.guard.area, row.guard.access));
  json.member("check", name_of(row.guard.check)).member("body", name_of(row.body));
  json.end_object();
}

std::string table_as_json(const http::EndpointTable& table) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (const auto& row : table) write_row(json, row);
  json.end_array();
  return text;
}

}  // namespace

std::string routes_as_json() {
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("sightglass-routes-{}", ::getpid());
  auto directory = DataDirectory::open(folder);
  if (!directory) throw std::runtime_error(directory.error().message);
  std::string text;
  {
    auto parts = Parts::build(std::move(*directory), Settings{}, Parts::Purpose::command, [] {});
    if (!parts) throw std::runtime_error(parts.error().message);
    text = table_as_json(Handlers(**parts, {}).table());
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return text;
}

}  // namespace sightglass::app
