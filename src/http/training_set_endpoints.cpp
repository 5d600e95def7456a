// What models are learnt of: the counts, the photos with their roles, and people's marks.
#include <algorithm>
#include <array>
#include <iterator>

#include "http/endpoint_support.hpp"
#include "http/json_body.hpp"
#include "http/object_access.hpp"
#include "http/page_cursor.hpp"
#include "http/training_endpoints.hpp"
#include "http/training_subject.hpp"

namespace sightglass::http {
namespace {

using core::Result;
using database::Session;
namespace training = inspection::training;
using training::Example;

constexpr std::string_view list_name = "training_photos";
constexpr std::array<std::string_view, 4> roles{"good", "defect", "class", "left_out"};
constexpr std::array<std::string_view, 3> marks{"good", "defect", "left_out"};

std::optional<std::string> if_any(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

void write_example(core::JsonWriter& json, const Example& example) {
  json.begin_object().member("photo_id", example.photo_id.to_string());
  json.member("role", if_any(name_of(example.role)));
  json.member("class", example.things.empty() ? std::nullopt : std::optional(example.things.front().class_name));
  json.member("held_out", example.is_held_out).member("said_by", example.said_by);
  json.member("reason", name_of(example.reason)).member("mark", if_any(example.mark)).end_object();
}

Result<Response> get_set(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto subject = read_subject(query);
  SG_TRY(query.finish());
  SG_ASSIGN(const auto set, services.database.read([&](Session& session) -> Result<training::TrainingSet> {
    SG_TRY(training::check(subject));
    SG_TRY(check_scope_exists(session, subject.scope));
    return training::training_set(session, subject);
  }));
  return Response::json(200, to_json(counts_of(set)));
}

struct Wanted {
  std::optional<std::string> role{};
  std::optional<std::string> class_name{};
  std::optional<core::PhotoId> after{};
  std::int32_t limit = 50;
};

bool is_wanted(const Example& example, const Wanted& wanted) {
  if (wanted.after && !(example.photo_id < *wanted.after)) return false;
  if (wanted.role && name_of(example.role) != *wanted.role) return false;
  return !wanted.class_name || std::ranges::any_of(example.things, [&](const training::Taught& thing) {
    return thing.class_name == *wanted.class_name;
  });
}

struct ExamplePage {
  std::vector<Example> shown{};
  std::optional<std::string> next{};
};

// What the caller may not see is left out, so that a page may be shorter than was asked for.
Result<ExamplePage> page_of(Session& session, const accounts::Caller& caller, const training::TrainingSet& set,
                            const Wanted& wanted) {
  std::vector<Example> rows;
  for (const auto& example : set.examples) {
    if (rows.size() > static_cast<std::size_t>(wanted.limit)) break;
    if (is_wanted(example, wanted)) rows.push_back(example);
  }
  ExamplePage page;
  if (rows.size() > static_cast<std::size_t>(wanted.limit)) {
    rows.resize(static_cast<std::size_t>(wanted.limit));
    page.next = database::encode_cursor(list_name, cursor_key(rows.back().photo_id));
  }
  std::vector<core::PhotoId> ids;
  std::ranges::transform(rows, std::back_inserter(ids), &Example::photo_id);
  SG_ASSIGN(const auto visible, database::photos::visible_among(session, accounts::visibility_of(caller), ids));
  std::ranges::copy_if(rows, std::back_inserter(page.shown), [&](const Example& example) {
    return std::ranges::find(visible, example.photo_id) != visible.end();
  });
  return page;
}

Result<Response> list_photos(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto page = read_page(query);
  const auto subject = read_subject(query);
  const auto role = query.choice("role", roles);
  Wanted wanted{.role = role ? std::optional(std::string(*role)) : std::nullopt,
                .class_name = query.text("class"),
                .limit = page.limit};
  SG_TRY(query.finish());
  SG_TRY(training::check(subject));
  SG_ASSIGN(wanted.after, read_id_cursor<core::PhotoId>(list_name, page.cursor));
  SG_ASSIGN(const auto found, services.database.read([&](Session& session) -> Result<ExamplePage> {
    SG_TRY(check_scope_exists(session, subject.scope));
    SG_ASSIGN(const auto set, training::training_set(session, subject));
    return page_of(session, request.caller, set, wanted);
  }));
  return Response::json(200, page_json(found.shown, found.next, write_example));
}

Result<void> audit(const Services& services, Session& session, const Request& request, const training::Subject& subject,
                   const Example& example) {
  std::string details;
  core::JsonWriter json(details);
  json.begin_object().member("task", subject.task).member("scope_kind", subject.scope.kind);
  json.member("scope_value", subject.scope.value).member("mark", if_any(example.mark)).end_object();
  return services.audit.append(session, request.caller, origin_of(request),
                               {.action = "training.mark",
                                .object_type = "photo",
                                .object_id = example.photo_id.to_string(),
                                .details = std::move(details)});
}

Result<Response> mark_photo(const Services& services, const Request& request) {
  const auto id = core::PhotoId::parse(request.captures.get("photo_id"));
  SG_ASSIGN(auto body, JsonObject::parse(request));
  const auto subject = read_subject(body);
  if (!body.has("mark")) body.refuse("mark", "`mark` is required");
  const auto said = body.optional_choice("mark", marks);
  SG_TRY(body.finish());
  if (!id) return core::fail(core::not_found("no such photo"));
  SG_TRY(training::check(subject));
  SG_ASSIGN(const auto example, services.database.write([&](Session& session) -> Result<Example> {
    SG_TRY(visible_photo(session, request.caller, *id));
    SG_ASSIGN(
        auto marked,
        training::mark(session, subject, {.photo_id = *id, .mark = said.value_or(""), .marked_by = request.caller.name},
                       services.clock.now()));
    SG_TRY(audit(services, session, request, subject, marked));
    return marked;
  }));
  std::string text;
  core::JsonWriter json(text);
  write_example(json, example);
  return Response::json(200, std::move(text));
}

Guard reads() { return {.least_role = core::Role::reviewer, .area = accounts::Area::models}; }

}  // namespace

void add_training_set_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/training-sets",
                   .operation = "getTrainingSet",
                   .guard = reads(),
                   .handle = bound_with_query(services, get_set)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/training-sets/photos",
                   .operation = "listTrainingPhotos",
                   .guard = reads(),
                   .handle = bound_with_query(services, list_photos)});
  table.push_back({.method = Method::put,
                   .pattern = "/api/v1/training-sets/photos/{photo_id}",
                   .operation = "markTrainingPhoto",
                   .guard = {.least_role = core::Role::reviewer,
                             .area = accounts::Area::models,
                             .access = accounts::Access::write,
                             .check = ObjectCheck::photo},
                   .body = BodyKind::json,
                   .handle = bound(services, mark_photo)});
}

}  // namespace sightglass::http
