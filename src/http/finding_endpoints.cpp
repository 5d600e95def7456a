// Anomalies, meter readings, damage reports and spottings: lists, details, and what people say of one.
#include "http/endpoint_support.hpp"
#include "http/finding_access.hpp"
#include "http/finding_input.hpp"
#include "http/finding_json.hpp"
#include "http/page_cursor.hpp"
#include "http/text_rules.hpp"

namespace sightglass::http {
namespace {

using core::FindingKind;
using core::Result;
using inspection::Action;
using inspection::Word;

Result<Response> list_findings(const Services& services, const Request& request, FindingKind kind) {
  QueryReader query(request);
  SG_ASSIGN(const auto asked, read_finding_query(query, {.kind = kind}));
  SG_ASSIGN(const auto page, services.database.read([&](database::Session& session) {
    return database::findings::list(session, asked.filter, accounts::visibility_of(request.caller), asked.after);
  }));
  std::optional<std::string> next;
  if (page.next) next = finding_cursor(asked, *page.next);
  const auto write = [](core::JsonWriter& json, const database::findings::Listed& listed) {
    write_finding(json, listed);
  };
  return Response::json(200, page_json(page.findings, next, write));
}

Result<Response> get_finding(const Services& services, const Request& request, FindingKind kind) {
  SG_ASSIGN(const auto id, captured_finding(request));
  SG_ASSIGN(const auto seen, services.database.read([&](database::Session& session) {
    return seen_finding(session, request.caller, id, kind);
  }));
  auto response = Response::json(200, finding_text(seen.listed));
  response.headers.set("ETag", "\"" + std::to_string(seen.listed.finding.revision) + "\"");
  return response;
}

// What the rows of the contract say, as an action and its word.
struct Said {
  Action action = Action::confirm;
  Word word{};
};

Result<Said> read_confirmation(const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  Said said;
  said.action = body.required_boolean("confirmed") ? Action::confirm : Action::reject;
  said.word.notes = body.optional_string("notes", max_description_characters);
  SG_TRY(body.finish());
  return said;
}

Result<Said> read_validation(const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  Said said;
  const bool is_valid = body.required_boolean("is_valid");
  said.word.value = body.optional_number("corrected_value");
  said.word.notes = body.optional_string("notes", max_description_characters);
  if (is_valid && said.word.value)
    body.refuse("corrected_value", "`corrected_value` is of readings that are not valid");
  SG_TRY(body.finish());
  said.action = is_valid ? Action::confirm : said.word.value ? Action::correct : Action::reject;
  return said;
}

Result<Said> read_resolution(const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request, true));
  Said said{.action = Action::resolve};
  said.word.notes = body.optional_string("resolution_notes", max_description_characters);
  SG_TRY(body.finish());
  return said;
}

Result<Said> read_spotting(const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request, true));
  Said said;
  said.word.class_name = body.optional_string("species", 200);
  if (const auto count = body.optional_integer("count", {.least = 0, .most = 10'000}))
    said.word.count = static_cast<std::int32_t>(*count);
  said.word.notes = body.optional_string("notes", max_description_characters);
  const bool is_empty = body.optional_boolean("is_empty").value_or(false);
  if (is_empty && (said.word.class_name || said.word.count))
    body.refuse("is_empty", "`is_empty` goes without `species` and `count`");
  SG_TRY(body.finish());
  if (is_empty) {
    said.word.class_name = "empty";
    said.word.count = 0;
  }
  return said;
}

// What is the same as the machine said is no correction.
void drop_agreement(const core::Finding& finding, Said& said) {
  if (said.word.class_name == finding.class_name) said.word.class_name.reset();
  if (said.word.count == finding.count) said.word.count.reset();
  if (said.word.class_name || said.word.count) said.action = Action::correct;
}

// In the contract's words the field at fault is another than in ours.
core::Error worded(core::Error error) {
  if (error.field == "value") error.field = "corrected_value";
  if (error.field == "action") error.field = "is_valid";
  return error;
}

using ReadSaid = Result<Said> (*)(const Request&);

Result<Response> say(const Services& services, const Request& request, FindingKind kind, ReadSaid read) {
  SG_ASSIGN(auto said, read(request));
  SG_ASSIGN(said.word.revision, read_if_match(request));
  // The log names what was done, which for spottings is known only beside what the machine said.
  const auto action = kind == FindingKind::spotting ? std::string_view("confirm") : inspection::name_of(said.action);
  auto answer =
      decide_captured(services, request, kind, action, [&](database::Session& session, const SeenFinding& seen) {
        auto here = said;
        if (kind == FindingKind::spotting) drop_agreement(seen.listed.finding, here);
        return inspection::decide(session, person_of(request.caller), seen.listed.finding.id, here.action, here.word,
                                  services.clock.now());
      });
  if (!answer && kind == FindingKind::reading) return core::fail(worded(std::move(answer).error()));
  return answer;
}

struct Resource {
  FindingKind kind;
  std::string_view list, detail, say;  // patterns
  std::string_view list_operation, detail_operation, say_operation;
  ReadSaid read;
  core::Role least_role;
};

constexpr Resource resources[] = {
    {FindingKind::anomaly, "/api/v1/images/anomalies", "/api/v1/images/anomalies/{id}",
     "/api/v1/images/anomalies/{id}/confirm", "listAnomalies", "getAnomaly", "confirmAnomaly", read_confirmation,
     core::Role::reviewer},
    {FindingKind::reading, "/api/v1/images/meter-readings", "/api/v1/images/meter-readings/{id}",
     "/api/v1/images/meter-readings/{id}/validate", "listMeterReadings", "getMeterReading", "validateMeterReading",
     read_validation, core::Role::technician},
    {FindingKind::damage, "/api/v1/images/damage-reports", "/api/v1/images/damage-reports/{id}",
     "/api/v1/images/damage-reports/{id}/resolve", "listDamageReports", "getDamageReport", "resolveDamageReport",
     read_resolution, core::Role::reviewer},
    {FindingKind::spotting, "/api/v1/images/spottings", "/api/v1/images/spottings/{id}",
     "/api/v1/images/spottings/{id}/confirm", "listSpottings", "getSpotting", "confirmSpotting", read_spotting,
     core::Role::reviewer},
};

void add_resource(EndpointTable& table, const Services& services, const Resource& resource) {
  const auto kind = resource.kind;
  table.push_back(
      {.method = Method::get,
       .pattern = resource.list,
       .operation = resource.list_operation,
       .guard = {.area = accounts::Area::review, .check = ObjectCheck::listing},
       .handle = [&services, kind](const Request& request) { return list_findings(services, request, kind); }});
  table.push_back({.method = Method::get,
                   .pattern = resource.detail,
                   .operation = resource.detail_operation,
                   .guard = {.area = accounts::Area::review, .check = ObjectCheck::photo},
                   .handle = [&services, kind](const Request& request) -> Result<Response> {
                     SG_TRY(QueryReader(request).finish());
                     return get_finding(services, request, kind);
                   }});
  table.push_back({.method = Method::post,
                   .pattern = resource.say,
                   .operation = resource.say_operation,
                   .guard = {.least_role = resource.least_role,
                             .area = accounts::Area::review,
                             .access = accounts::Access::write,
                             .check = ObjectCheck::photo},
                   .body = BodyKind::json,
                   .handle = [&services, kind, read = resource.read](const Request& request) -> Result<Response> {
                     SG_TRY(QueryReader(request).finish());
                     return say(services, request, kind, read);
                   }});
}

}  // namespace

void add_finding_endpoints(EndpointTable& table, const Services& services) {
  for (const auto& resource : resources) add_resource(table, services, resource);
}

}  // namespace sightglass::http
