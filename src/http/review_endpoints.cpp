// Reviewing: what waits, and everything a screen shows of the next items.
#include <algorithm>
#include <span>

#include "http/decision_endpoints.hpp"
#include "http/endpoint_support.hpp"
#include "http/finding_input.hpp"
#include "http/finding_json.hpp"
#include "http/object_access.hpp"
#include "http/photo_json.hpp"
#include "inspection/review.hpp"

namespace sightglass::http {
namespace {

using core::Result;
using database::Session;

constexpr std::int32_t usual_items = 12;
constexpr std::int32_t most_items = 50;

Result<Response> get_queues(const Services& services, const Request& request) {
  SG_ASSIGN(const auto states, services.database.read([&](Session& session) {
    return inspection::queues(session, accounts::visibility_of(request.caller), request.caller.user_id);
  }));
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().key("queues").begin_array();
  for (const auto& state : states) {
    json.begin_object().key("kind").string(core::name_of(state.kind)).member("open", state.waiting.open);
    json.member("more", state.waiting.open >= inspection::most_waiting).key("oldest");
    if (state.waiting.oldest)
      json.string(core::to_iso8601(*state.waiting.oldest));
    else
      json.null();
    json.member("median_seconds", state.median_seconds).end_object();
  }
  json.end_array().end_object();
  return Response::json(200, std::move(text));
}

void write_findings(core::JsonWriter& json, const std::vector<core::Finding>& findings, core::Size upright) {
  json.begin_array();
  for (const auto& finding : findings) write_finding(json, finding, upright);
  json.end_array();
}

void write_meter(core::JsonWriter& json, const inspection::ReviewItem& item) {
  json.key("meter");
  if (!item.meter) {
    json.null();
    return;
  }
  json.begin_object().member("id", item.meter->id.to_string()).member("name", item.meter->name);
  json.member("unit", item.meter->unit).member("digits", item.meter->digits);
  json.member("decimals", item.meter->decimals).key("readings").begin_array();
  for (const auto& reading : item.readings) {
    json.begin_object().member("id", reading.id.to_string()).member("photo_id", reading.photo_id.to_string());
    json.member("taken_at", core::to_iso8601(reading.taken_at)).member("value", reading.value);
    json.member("value_text", reading.value_text).end_object();
  }
  json.end_array().end_object();
}

void write_visit(core::JsonWriter& json, const std::vector<database::bursts::Shown>& visit) {
  json.key("visit").begin_array();
  for (const auto& one : visit) {
    json.begin_object().member("photo_id", one.photo_id.to_string());
    json.member("thumbnail_url", thumbnail_url(one.photo_id, one.rotation));
    json.member("taken_at", core::to_iso8601(one.taken_at)).member("confidence", one.confidence).end_object();
  }
  json.end_array();
}

// The photos of a burst have other sizes only where cameras changed: their boxes are told in pixels alone.
void write_item(core::JsonWriter& json, const inspection::ReviewItem& item) {
  json.begin_object().key("finding");
  write_finding(json, item.listed);
  json.key("photo");
  write_photo(json, item.photo);
  json.key("others");
  write_findings(json, item.others, item.listed.upright);
  json.key("burst");
  write_findings(json, item.burst, {});
  write_visit(json, item.visit);
  json.key("good");
  if (item.good)
    write_photo(json, *item.good);
  else
    json.null();
  write_meter(json, item);
  json.end_object();
}

Result<Response> get_next(const Services& services, const Request& request) {
  QueryReader query(request);
  const bool gathers_bursts = query.boolean("burst").value_or(false);
  SG_ASSIGN(auto asked, read_finding_query(query, {.cursor_name = "after",
                                                   .usual_sort = database::findings::Sort::oldest,
                                                   .usual_limit = usual_items}));
  if (!asked.filter.kind) return core::fail(core::invalid_input("kind", "`kind` is required"));
  if (asked.filter.state) return core::fail(core::invalid_input("state", "only what is open waits for reviewers"));
  asked.filter.limit = std::min(asked.filter.limit, most_items);
  asked.filter.is_first_of_burst = gathers_bursts;
  SG_ASSIGN(auto page, services.database.read([&](Session& session) -> Result<inspection::ReviewPage> {
    SG_ASSIGN(auto found,
              inspection::next_items(session, asked.filter, accounts::visibility_of(request.caller), asked.after));
    for (auto& item : found.items) {
      SG_TRY(hide_unseen_duplicates(session, request.caller, std::span(&item.photo, 1)));
      if (item.good) SG_TRY(hide_unseen_duplicates(session, request.caller, std::span(&*item.good, 1)));
    }
    return found;
  }));
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().key("items").begin_array();
  for (const auto& item : page.items) write_item(json, item);
  json.end_array().member("next", page.next ? std::optional(finding_cursor(asked, *page.next)) : std::nullopt);
  json.end_object();
  return Response::json(200, std::move(text));
}

}  // namespace

void add_review_endpoints(EndpointTable& table, const Services& services) {
  const Guard reads{.area = accounts::Area::review, .check = ObjectCheck::listing};
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/review/queues",
                   .operation = "getReviewQueues",
                   .guard = reads,
                   .handle = bound(services, get_queues)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/review/next",
                   .operation = "getReviewItems",
                   .guard = reads,
                   .handle = bound_with_query(services, get_next)});
  add_decision_endpoints(table, services);
}

}  // namespace sightglass::http
