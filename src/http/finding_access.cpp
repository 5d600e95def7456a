#include "http/finding_access.hpp"

#include "accounts/access.hpp"
#include "core/json_writer.hpp"
#include "filing/sidecar_files.hpp"
#include "http/endpoint_support.hpp"
#include "http/finding_json.hpp"
#include "http/object_access.hpp"

namespace sightglass::http {
namespace {

core::Error no_such_finding() { return core::not_found("no such finding"); }

std::string details_of(const inspection::Decided& decided) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("finding_id", decided.finding.id.to_string());
  json.key("kind").string(core::name_of(decided.finding.kind)).member("class", decided.finding.class_name);
  json.key("state").string(core::name_of(decided.finding.state)).end_object();
  return text;
}

}  // namespace

core::Result<core::FindingId> captured_finding(const Request& request) {
  if (const auto id = core::FindingId::parse(request.captures.get("id"))) return *id;
  return core::fail(no_such_finding());
}

core::Result<SeenFinding> seen_finding(database::Session& session, const accounts::Caller& caller, core::FindingId id,
                                       std::optional<core::FindingKind> kind) {
  SG_ASSIGN(auto listed, database::findings::find_listed(session, id));
  if (!listed || (kind && listed->finding.kind != *kind)) return core::fail(no_such_finding());
  auto photo = visible_photo(session, caller, listed->finding.photo_id);
  if (photo) return SeenFinding{std::move(*listed), std::move(*photo)};
  // The words must not tell a hidden one from a missing one.
  return core::fail(photo.error().code == core::ErrorCode::not_found ? no_such_finding() : photo.error());
}

inspection::Person person_of(const accounts::Caller& caller) { return {.id = caller.user_id, .name = caller.name}; }

core::Result<void> log_decision(const Services& services, database::Session& session, const Request& request,
                                std::string_view action, const inspection::Decided& decided) {
  if (decided.is_repeat) return {};
  return services.audit.append(session, request.caller, origin_of(request),
                               {.action = "finding." + std::string(action),
                                .object_type = "photo",
                                .object_id = decided.finding.photo_id.to_string(),
                                .details = details_of(decided)});
}

void renew_sidecars(const Services& services, const std::vector<inspection::Decided>& decided) {
  for (const auto& one : decided) {
    if (!one.has_changed_verdict) continue;
    const auto id = one.finding.photo_id;
    const auto photo =
        services.database.read([&](database::Session& session) { return database::photos::find(session, id); });
    if (photo && *photo)
      log_stale_sidecar(filing::refresh_sidecar(services.blobs, services.database, **photo), "photo", id.to_string());
  }
}

core::Result<Response> decide_captured(const Services& services, const Request& request,
                                       std::optional<core::FindingKind> kind, std::string_view action,
                                       const Deciding& decide) {
  SG_ASSIGN(const auto id, captured_finding(request));
  database::findings::Listed listed;
  SG_ASSIGN(const auto decided,
            services.database.write([&](database::Session& session) -> core::Result<inspection::Decided> {
              SG_ASSIGN(auto seen, seen_finding(session, request.caller, id, kind));
              SG_TRY(accounts::may_decide(request.caller, seen.photo, seen.listed.finding.kind));
              SG_ASSIGN(auto outcome, decide(session, seen));
              SG_TRY(log_decision(services, session, request, action, outcome));
              listed = std::move(seen.listed);
              return outcome;
            }));
  renew_sidecars(services, {decided});
  listed.finding = decided.finding;
  return Response::json(200, finding_text(listed));
}

}  // namespace sightglass::http
