#include "http/endpoint_support.hpp"

#include "core/json_writer.hpp"
#include "telemetry/log.hpp"

namespace sightglass::http {

Handler bound(const Services& services, ServiceFunction handle) {
  return [&services, handle](const Request& request) -> core::Result<Response> {
    SG_TRY(QueryReader(request).finish());
    return handle(services, request);
  };
}

Handler bound_with_query(const Services& services, ServiceFunction handle) {
  return [&services, handle](const Request& request) { return handle(services, request); };
}

PageQuery read_page(QueryReader& query) {
  const auto limit = query.integer("limit", {.least = 1, .most = 500});
  return {.limit = static_cast<std::int32_t>(limit.value_or(50)), .cursor = query.text("cursor", 512)};
}

std::string details_of(const ChangedFields& changed) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().key("changed").begin_array();
  for (const auto field : changed) json.string(field);
  json.end_array().end_object();
  return text;
}

void log_stale_sidecar(const core::Result<void>& written, std::string_view object_type, std::string_view object_id) {
  if (written) return;
  telemetry::log_error("sidecar could not be renewed", {{"object_type", object_type},
                                                        {"object_id", object_id},
                                                        {"error", written.error().message},
                                                        {"cause", written.error().cause}});
}

core::Error worded_conflict(core::Error error, std::string_view field, std::string_view message) {
  if (error.code != core::ErrorCode::conflict) return error;
  error.field = field;
  error.message = message;
  return error;
}

}  // namespace sightglass::http
