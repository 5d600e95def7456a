#include "http/queue_history_endpoints.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "core/json_writer.hpp"
#include "http/endpoint_support.hpp"
#include "queue/task_rates.hpp"

namespace sightglass::http {
namespace {

using std::chrono::seconds;

constexpr std::int64_t most_points = 1'500;  // of one queue
constexpr std::int64_t usual_points = 120;   // as many as a chart of usual width shows apart
// What people divide hours and days into; the first that gives no more than the usual points is taken.
constexpr std::array nice_steps{seconds(60),     seconds(300),    seconds(900),    seconds(3'600),
                                seconds(10'800), seconds(21'600), seconds(86'400), seconds(604'800)};
constexpr std::chrono::hours usual_span{1};

seconds nice_step(seconds span) {
  const auto* const found = std::ranges::find_if(nice_steps, [&](seconds step) { return span / step <= usual_points; });
  return found == nice_steps.end() ? nice_steps.back() : *found;
}

core::Result<queue::RateRange> read_range(const Request& request, core::Instant now) {
  QueryReader query(request);
  queue::RateRange range{.until = query.instant("to").value_or(now)};
  range.from = query.instant("from").value_or(range.until - usual_span);
  const auto span = std::chrono::ceil<seconds>(range.until - range.from);
  const auto step = query.integer("step", {.least = 60, .most = 604'800});
  range.step = step ? seconds(*step) : nice_step(span);
  if (span <= seconds(0)) query.refuse("to", "must lie behind `from`");
  if (range.step.count() % 60 != 0) query.refuse("step", "must be whole minutes, in seconds");
  if (span.count() > 0 && span / range.step > most_points)
    query.refuse("step", "is too short for this time: more than 1,500 points");
  SG_TRY(query.finish());
  return range;
}

std::optional<double> seconds_of(const std::optional<queue::Micros>& duration) {
  if (!duration) return std::nullopt;
  return static_cast<double>(duration->count()) / 1e6;
}

void write_spread(core::JsonWriter& json, core::JsonKey name, const queue::Spread& spread) {
  json.key(name).begin_object();
  json.member("p50", seconds_of(spread.percentile(50))).member("p95", seconds_of(spread.percentile(95)));
  json.member("p99", seconds_of(spread.percentile(99))).end_object();
}

void write_rate(core::JsonWriter& json, const queue::Rate& rate) {
  json.member("completed", rate.completed).member("failed", rate.failed).member("discarded", rate.discarded);
  json.member("cancelled", rate.cancelled);
  write_spread(json, "wait", rate.wait);
  write_spread(json, "run", rate.run);
}

queue::Rate sum_of(const queue::QueueHistory& history) {
  queue::Rate sum;
  for (const auto& [at, rate] : history.points) sum += rate;
  return sum;
}

void write_history(core::JsonWriter& json, const queue::QueueHistory& history) {
  json.begin_object().member("name", core::name_of(history.queue)).key("total").begin_object();
  write_rate(json, sum_of(history));
  json.end_object().key("points").begin_array();
  for (const auto& point : history.points) {
    json.begin_object().member("at", core::to_iso8601(point.at));
    write_rate(json, point.rate);
    json.end_object();
  }
  json.end_array().end_object();
}

core::Result<Response> queue_history(const Services& services, const Request& request) {
  SG_ASSIGN(const auto range, read_range(request, services.clock.now()));
  SG_ASSIGN(const auto histories,
            services.database.read([&](database::Session& session) { return queue::rate_history(session, range); }));
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("from", core::to_iso8601(range.from)).member("to", core::to_iso8601(range.until));
  json.member("step", std::int64_t{range.step.count()}).key("queues").begin_array();
  for (const auto& history : histories) write_history(json, history);
  json.end_array().end_object();
  auto response = Response::json(200, std::move(text));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

}  // namespace

void add_queue_history_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/queues/history",
                   .operation = "getQueueHistory",
                   .guard = {.least_role = core::Role::reviewer, .area = accounts::Area::tasks},
                   .handle = bound_with_query(services, queue_history)});
}

}  // namespace sightglass::http
