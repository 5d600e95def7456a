#include "http/dispatch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <exception>
#include <random>

#include "http/client_address.hpp"
#include "http/compression.hpp"
#include "http/conditional.hpp"
#include "http/multipart_sink.hpp"
#include "http/page_policy.hpp"
#include "http/problem.hpp"
#include "http/request_target.hpp"

namespace sightglass::http {
namespace {

// Unique over processes and starts by its random half, and cheap: no system call for each request.
std::string make_request_id() {
  static const std::uint64_t start = (std::uint64_t{std::random_device{}()} << 32) | std::random_device{}();
  static std::atomic<std::uint32_t> count{0};
  return fmt::format("{:016x}{:08x}", start, count.fetch_add(1, std::memory_order_relaxed));
}

bool accepts_html(const Request& request) {
  return request.headers.get("Accept").find("text/html") != std::string_view::npos;
}

Response redirect_to_sign_in(const Request& request) {
  std::string target = request.path;
  char separator = '?';
  for (const auto& [name, value] : request.query.pairs()) {
    target += fmt::format("{}{}={}", separator, percent_encoded(name), percent_encoded(value));
    separator = '&';
  }
  Response response = Response::empty(303);
  response.headers.add("Location", "/sign-in?next=" + percent_encoded(target));
  response.headers.add("Cache-Control", "no-store");
  return response;
}

// Work of a handler, with every exception turned into an internal error: the border "request".
template <typename Work>
auto guarded(const Work& work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::exception& exception) {
    return std::unexpected(core::internal_error("the handler failed", exception.what()));
  } catch (...) {
    return std::unexpected(core::internal_error("the handler failed", "an exception of an unknown type"));
  }
}

// Who sends credentials is judged by them.
bool is_admitted_program(const Exchange& exchange) {
  const auto& request = exchange.request;
  return exchange.endpoint->guard.admits_local_programs && !request.caller.is_signed_in() &&
         !request.headers.has("Authorization") && !request.headers.has("Cookie") && is_local_program(request);
}

}  // namespace

bool is_request_id(std::string_view text) {
  if (text.empty() || text.size() > 64) return false;
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

// Counters of one endpoint, by class of status so that a scrape stays small; made once, so that counting needs no lock.
struct Dispatcher::Series {
  std::array<telemetry::Counter*, 5> requests{};  // 1xx … 5xx
  telemetry::Histogram* duration = nullptr;
};

Dispatcher::Dispatcher(const EndpointTable& table, accounts::Authenticator& authenticator, telemetry::Metrics& metrics,
                       DispatchOptions options)
    : router_(table),
      authenticator_(authenticator),
      metrics_(metrics),
      options_(options),
      first_endpoint_(table.data()) {
  for (std::size_t i = 0; i <= table.size(); ++i) {
    std::string_view operation = i < table.size() ? table[i].operation : "none";
    if (operation.empty()) operation = "page";
    auto series = std::make_unique<Series>();
    for (std::size_t status = 0; status < series->requests.size(); ++status) {
      series->requests.at(status) =
          &metrics_.counter("sightglass_http_requests_total", "Requests answered, by operation and class of status.",
                            fmt::format("operation=\"{}\",status=\"{}xx\"", operation, status + 1));
    }
    series->duration = &metrics_.histogram("sightglass_http_request_seconds", "From head to last byte sent.",
                                           fmt::format("operation=\"{}\"", operation));
    series_.push_back(std::move(series));
  }
}

Dispatcher::~Dispatcher() = default;

Dispatcher::Series& Dispatcher::series_of(const Endpoint* endpoint) {
  if (endpoint == nullptr) return *series_.back();
  return *series_.at(static_cast<std::size_t>(endpoint - first_endpoint_));
}

std::optional<Response> Dispatcher::begin(Exchange& exchange, std::string_view target) {
  auto& request = exchange.request;
  const auto brought = request.headers.get("X-Request-Id");
  request.request_id = is_request_id(brought) ? std::string(brought) : make_request_id();
  if (auto refusal = route(exchange, target)) return refusal;
  auto remembered = authenticator_.check_remembered(
      {.authorization = request.headers.get("Authorization"),
       .cookie = request.headers.get("Cookie"),
       .csrf_token = request.headers.get("X-CSRF-Token"),
       .is_safe_method = request.method == Method::get || request.method == Method::head});
  return remembered ? settle_caller(exchange, std::move(*remembered)) : std::nullopt;
}

std::optional<Response> Dispatcher::route(Exchange& exchange, std::string_view target) {
  auto& request = exchange.request;
  auto parsed = parse_target(target);
  if (!parsed) {
    if (parsed.error().code == core::ErrorCode::too_large)
      return protocol_problem(414, "too_large", parsed.error().message, exchange.errors, request.request_id);
    return refuse(exchange, parsed.error());
  }
  request.path = std::move(parsed->path);
  request.query = std::move(parsed->query);
  auto match = router_.match(request.method, request.path);
  if (match.endpoint == nullptr) return unmatched(exchange, match.allow);
  exchange.endpoint = match.endpoint;
  exchange.errors = match.endpoint->errors;
  // Only a browser can do anything with a page that explains an error.
  if (exchange.errors == ErrorStyle::page && !accepts_html(request)) exchange.errors = ErrorStyle::structured;
  request.captures = std::move(match.captures);
  return std::nullopt;
}

Response Dispatcher::unmatched(const Exchange& exchange, const std::string& allow) const {
  const auto& request = exchange.request;
  const auto style = accepts_html(request) ? ErrorStyle::page : ErrorStyle::structured;
  if (allow.empty()) return problem(core::not_found("nothing is served at this path"), style, request.request_id);
  Response response = request.method == Method::options
                          ? Response::empty(204)
                          : protocol_problem(405, "method_not_allowed", fmt::format("this path answers {}", allow),
                                             style, request.request_id);
  response.headers.add("Allow", allow);
  return response;
}

std::optional<Response> Dispatcher::authenticate(Exchange& exchange) {
  const auto& request = exchange.request;
  const accounts::Credentials credentials{
      .authorization = request.headers.get("Authorization"),
      .cookie = request.headers.get("Cookie"),
      .csrf_token = request.headers.get("X-CSRF-Token"),
      .is_safe_method = request.method == Method::get || request.method == Method::head};
  return settle_caller(exchange, guarded([&] { return authenticator_.check(credentials); }));
}

// A public row answers strangers and stale credentials alike: a log-in form must work with an expired cookie, and with
// a live one whose CSRF token the page has lost.
std::optional<Response> Dispatcher::settle_caller(Exchange& exchange, core::Result<accounts::Caller> outcome) const {
  exchange.is_authenticated = true;
  auto& request = exchange.request;
  const bool is_public = exchange.endpoint->guard.is_public;
  if (outcome) request.caller = std::move(*outcome);
  if (outcome && (is_public || request.caller.is_signed_in())) return std::nullopt;
  const bool is_stranger = outcome || outcome.error().code == core::ErrorCode::unauthenticated;
  if (is_stranger && is_admitted_program(exchange)) return std::nullopt;
  if (is_public && (is_stranger || outcome.error().code == core::ErrorCode::permission_denied)) return std::nullopt;
  if (is_stranger && exchange.errors == ErrorStyle::page) return redirect_to_sign_in(request);
  if (!outcome) return refuse(exchange, outcome.error());
  return refuse(exchange, {.code = core::ErrorCode::unauthenticated, .message = "sign in or send a token"});
}

std::optional<Response> Dispatcher::guard(Exchange& exchange, std::int64_t declared_bytes) {
  const auto& endpoint = *exchange.endpoint;
  const auto& wanted = endpoint.guard;
  const auto& caller = exchange.request.caller;
  const bool is_free = wanted.is_public || is_admitted_program(exchange);
  if (!is_free && caller.role < wanted.least_role) {
    return refuse(exchange, {.code = core::ErrorCode::permission_denied,
                             .message = fmt::format("this needs the role {}", core::name_of(wanted.least_role))});
  }
  if (!is_free && !accounts::holds_scope(caller, wanted.area, wanted.access)) {
    return refuse(exchange, {.code = core::ErrorCode::permission_denied,
                             .message = fmt::format("this token lacks the scope {}",
                                                    accounts::scope_name(wanted.area, wanted.access))});
  }
  if (declared_bytes > endpoint.max_body_bytes) {
    return refuse(exchange, {.code = core::ErrorCode::too_large,
                             .message = fmt::format("the body has {} bytes; at most {} are taken", declared_bytes,
                                                    endpoint.max_body_bytes)});
  }
  exchange.may_handle = true;
  return std::nullopt;
}

std::optional<Response> Dispatcher::try_fast(Exchange& exchange) {
  if (!exchange.endpoint->fast) return std::nullopt;
  auto answer = guarded([&]() -> core::Result<std::optional<Response>> {
    auto response = exchange.endpoint->fast(exchange.request);
    if (response) apply_conditions(exchange.request, *response);
    return response;
  });
  if (!answer) return refuse(exchange, answer.error());
  return std::move(*answer);
}

Response Dispatcher::handle(Exchange& exchange) { return run(exchange, exchange.endpoint->handle); }

Response Dispatcher::handle_patiently(Exchange& exchange) { return run(exchange, exchange.endpoint->patient); }

Response Dispatcher::run(Exchange& exchange, const Handler& handler) const {
  auto answer = guarded([&] { return handler(exchange.request); });
  if (!answer) return refuse(exchange, answer.error());
  if (!answer->is_deferred) refine(exchange, *answer);
  return std::move(*answer);
}

core::Result<std::unique_ptr<Channel>> Dispatcher::subscribe(const Exchange& exchange) const {
  return guarded([&] { return exchange.endpoint->subscribe(exchange.request); });
}

core::Result<std::unique_ptr<ByteSink>> Dispatcher::open_body(Exchange& exchange, bool has_body) {
  return guarded([&]() -> core::Result<std::unique_ptr<ByteSink>> {
    const auto& row = *exchange.endpoint;
    if (row.body == BodyKind::bytes) return row.receive(exchange.request);
    return MultipartSink::open(row, exchange.request, has_body);
  });
}

core::Result<void> Dispatcher::write_body(ByteSink& sink, std::string_view bytes) const {
  return guarded([&] { return sink.write(bytes); });
}

Response Dispatcher::finish_body(Exchange& exchange, ByteSink& sink) {
  auto answer = guarded([&] { return sink.finish(); });
  return answer ? std::move(*answer) : refuse(exchange, answer.error());
}

core::Result<void> Dispatcher::make_piece(StreamedBody& body, std::string& piece) const {
  auto made = guarded([&] { return body.next(piece); });
  if (!made) {
    telemetry::log_error("an answer was cut off", {{"error", core::name_of(made.error().code)},
                                                   {"message", made.error().message},
                                                   {"cause", made.error().cause}});
  }
  return made;
}

void Dispatcher::refine(const Exchange& exchange, Response& response) const {
  apply_conditions(exchange.request, response);
  compress(exchange.request, response);
}

Response Dispatcher::refuse(const Exchange& exchange, const core::Error& error) const {
  const auto& request = exchange.request;
  if (is_our_fault(error)) {
    telemetry::log_error("request failed", {{"request_id", request.request_id},
                                            {"path", request.path},
                                            {"error", core::name_of(error.code)},
                                            {"message", error.message},
                                            {"cause", error.cause}});
  }
  return problem(error, exchange.errors, request.request_id);
}

void Dispatcher::add_headers(const Exchange& exchange, Response& response) const {
  auto& headers = response.headers;
  headers.add("X-Request-Id", exchange.request.request_id);
  headers.set("X-Content-Type-Options", "nosniff");
  if (exchange.endpoint != nullptr)
    for (const auto& [name, value] : exchange.endpoint->headers) headers.set(name, std::string(value));
  if (!headers.get("Content-Type").starts_with("text/html")) return;
  headers.set("Referrer-Policy", "same-origin");
  headers.set("X-Frame-Options", "DENY");
  if (!headers.has("Content-Security-Policy")) headers.add("Content-Security-Policy", page_policy());
}

void Dispatcher::record(const Exchange& exchange, int status, std::int64_t bytes_sent) {
  const auto& request = exchange.request;
  const std::chrono::duration<double> duration = std::chrono::steady_clock::now() - exchange.began;
  auto& series = series_of(exchange.endpoint);
  series.requests.at(static_cast<std::size_t>(std::clamp(status / 100, 1, 5) - 1))->add();
  series.duration->observe(duration.count());
  if (!telemetry::is_logged(options_.access_log_level)) return;
  telemetry::log(options_.access_log_level, "request",
                 {{"method", name_of(request.method)},
                  {"path", request.path},
                  {"status", status},
                  {"bytes", bytes_sent},
                  {"milliseconds", std::round(duration.count() * 1e6) / 1000},
                  {"caller", request.caller.name},
                  {"peer", request.peer},
                  {"request_id", request.request_id}});
}

}  // namespace sightglass::http
