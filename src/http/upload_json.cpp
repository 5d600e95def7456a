#include "http/upload_json.hpp"

#include <optional>

#include "core/json_writer.hpp"
#include "database/photos.hpp"
#include "http/object_access.hpp"
#include "http/problem.hpp"

namespace sightglass::http {
namespace {

using View = ingest::ResumableUploads::View;

struct Outcome {
  std::optional<core::PhotoId> photo{};
  std::optional<core::PhotoId> duplicate_of{};
};

core::Result<Outcome> outcome_of(const Services& services, const Request& request, const View& view) {
  const auto& upload = view.upload;
  if (!upload.photo) return Outcome{};
  if (*upload.photo != upload.id) return Outcome{.photo = upload.photo, .duplicate_of = upload.photo};
  return services.database.read([&](database::Session& session) -> core::Result<Outcome> {
    SG_ASSIGN(auto photo, database::photos::find(session, *upload.photo));
    if (!photo) return Outcome{.photo = upload.photo};
    SG_TRY(hide_unseen_duplicates(session, request.caller, {&*photo, 1}));
    return Outcome{.photo = upload.photo, .duplicate_of = photo->duplicate_of};
  });
}

void write_problem(core::JsonWriter& json, const std::optional<core::Error>& problem) {
  json.key("problem");
  if (!problem) {
    json.null();
    return;
  }
  json.begin_object().member("code", public_code_of(*problem)).member("message", problem->message);
  json.member("field", problem->field).end_object();
}

std::optional<std::string> text_of(const std::optional<core::PhotoId>& id) {
  return id ? std::optional(id->to_string()) : std::nullopt;
}

std::string to_json(const View& view, const Outcome& outcome) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("id", view.upload.id.to_string());
  json.member("offset", view.offset).member("length", view.upload.length);
  json.member("state", ingest::name_of(view.upload.state));
  json.member("photo", text_of(outcome.photo)).member("duplicate_of", text_of(outcome.duplicate_of));
  write_problem(json, view.upload.problem);
  json.member("expires_at", core::to_iso8601(view.expires_at)).end_object();
  return text;
}

}  // namespace

core::Result<std::string> upload_json(const Services& services, const Request& request, const View& view) {
  SG_ASSIGN(const auto outcome, outcome_of(services, request, view));
  return to_json(view, outcome);
}

}  // namespace sightglass::http
