#include "sources/http/http_session.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <utility>

#include "sources/http/failures.hpp"
#include "sources/http/file_answer.hpp"

namespace sightglass::sources::http {
namespace {

constexpr int most_redirects = 5;

net::HttpClientOptions client_options(const Access& access, const GatewayLimits& limits,
                                      std::function<std::vector<std::string>()> names) {
  return {.most_connections = static_cast<std::size_t>(std::max(limits.connections, 1)),
          .connect_deadline = limits.connect,
          .ca_file = limits.ca_file,
          .addresses = access.allows_private_addresses ? net::Addresses::any : net::Addresses::public_only,
          .names = std::move(names)};
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto piece = bytes.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = bits << 8 | (k < piece.size() ? static_cast<unsigned char>(piece[k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k) text += k <= piece.size() ? digits[bits >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

void add_sign_in(net::HttpFields& fields, const Access& access) {
  if (access.sign_in == SignIn::basic)
    fields.add("Authorization", "Basic " + base64(access.username + ":" + access.secret));
  if (access.sign_in != SignIn::header) return;
  const auto colon = access.secret.find(':');
  if (colon == std::string::npos) return;
  const auto value = access.secret.find_first_not_of(' ', colon + 1);
  fields.add(access.secret.substr(0, colon), value == std::string::npos ? "" : access.secret.substr(value));
}

// Which of the ways to sign in that are known here a server asks for: "Digest realm=…" (RFC 9110, 11.6.1).
Challenges challenges_in(const net::HttpFields& fields) {
  Challenges found;
  for (const auto& [name, value] : fields.all()) {
    std::string lower = name + ": " + value;
    std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    if (!lower.starts_with("www-authenticate: ")) continue;
    found.digest |= lower.contains(" digest ");
    found.basic |= lower.contains(" basic ");
  }
  return found;
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

}  // namespace

HttpSession::HttpSession(const Access& access, Politeness& politeness, const core::Clock& clock,
                         const GatewayLimits& limits, Signer signer, std::function<std::vector<std::string>()> names)
    : access_(access),
      root_(parse_web_address(access.base_url).value_or(WebAddress{})),
      politeness_(politeness),
      clock_(clock),
      limits_(limits),
      signer_(std::move(signer)),
      client_(net::make_http_client(client_options(access, limits, std::move(names)))) {}

HttpSession::~HttpSession() = default;

net::HttpFields HttpSession::fields_for(const Way& way) const {
  net::HttpFields fields{{"User-Agent", "Sightglass"}, {"Accept", "*/*"}};
  for (const auto& [name, value] : way.question.fields.all()) fields.add(name, value);
  if (!way.address.has_origin_of(root_)) return fields;
  if (!signer_) {
    add_sign_in(fields, access_);
    return fields;
  }
  const auto signs = signer_(way.question.method, way.address, fields, way.question.body);
  for (const auto& [name, value] : signs.all()) fields.add(name, value);
  return fields;
}

Remote<void> HttpSession::check_transport(const WebAddress& address) const {
  if (address.host.empty())
    return fail(make_failure(Trouble::address, true, "This is no address of a web server.", "base_url"));
  if (address.is_tls || access_.allows_plain_transport) return {};
  return fail(make_failure(Trouble::address, address.has_origin_of(root_),
                           "It would be sent in the clear, which this source does not allow.",
                           "settings.allow_plain_transport"));
}

Remote<WebAddress> HttpSession::redirected(const Way& way, std::string_view location) const {
  const bool is_listing = way.purpose == Purpose::listing;
  const auto refuse = [&](std::string message) {
    return fail(make_failure(Trouble::address, is_listing, std::move(message), is_listing ? "base_url" : ""));
  };
  if (location.empty()) return refuse("The server leads to another place and does not say where.");
  auto target = resolve(way.address, location);
  if (!target) return refuse("The server leads to what is no address of a web server.");
  if (way.address.is_tls && !target->is_tls) return refuse("The server leads from a safe connection to a plain one.");
  return std::move(*target);
}

Remote<net::HttpAnswer> HttpSession::step(Way& way) {
  SG_TRY(check_transport(way.address));
  if (!politeness_.wait(way.question.should_stop)) return fail(stopped());
  const bool is_listing = way.purpose == Purpose::listing;
  net::HttpRequest request{.method = way.question.method,
                           .url = way.address.text(),
                           .fields = fields_for(way),
                           .sink = way.sink,
                           .deadline = is_listing ? limits_.answer : limits_.transfer,
                           .stall = limits_.stall,
                           .arrived = &way.arrived,
                           .should_stop = way.question.should_stop};
  if (!way.question.body.empty()) request.body = way.question.body;
  if (access_.sign_in == SignIn::digest && way.address.has_origin_of(root_))
    request.digest = {.username = access_.username, .password = access_.secret};
  way.arrived = {};
  auto answer = client_->perform(request);
  if (answer) return std::move(*answer);
  auto failure = failure_of(answer.error(), is_listing, way.arrived.ended_short);
  // Where another server led to is not what the settings say.
  const bool is_forbidden = failure.error.field == net::forbidden_address_field;
  if (is_forbidden) failure.concerns_source = is_listing || way.address.has_origin_of(root_);
  return fail(std::move(failure));
}

Remote<net::HttpAnswer> HttpSession::walk(Way& way) {
  std::set<std::string> visited;
  const bool is_listing = way.purpose == Purpose::listing;
  way.address = way.question.address;
  for (;;) {
    const bool is_new = visited.insert(way.address.text()).second;
    if (!is_new || visited.size() > most_redirects + 1)
      return fail(make_failure(Trouble::address, is_listing, "The server leads from one place to another without end.",
                               is_listing ? "base_url" : ""));
    SG_ASSIGN(auto answer, step(way));
    if (!is_redirect(answer.status)) return answer;
    SG_ASSIGN(way.address, redirected(way, answer.fields.get("Location")));
  }
}

Failure HttpSession::refusal_of(const net::HttpAnswer& answer, Purpose purpose) const {
  const auto now = core::parse_http_date(answer.fields.get("Date")).value_or(clock_.now());
  return failure_of(Refusal{.status = answer.status,
                            .is_listing = purpose == Purpose::listing,
                            .sign_in = access_.sign_in,
                            .offers = challenges_in(answer.fields),
                            .retry_after = read_retry_after(answer.fields.get("Retry-After"), now)});
}

Remote<HttpSession::Page> HttpSession::ask(const Question& question, Purpose purpose) {
  Way way{.question = question, .purpose = purpose, .sink = net::IntoMemory{.most_bytes = question.most_bytes}};
  SG_ASSIGN(auto answer, walk(way));
  if (answer.status < 200 || answer.status > 299) return fail(refusal_of(answer, purpose));
  Page page{.status = answer.status,
            .address = std::move(way.address),
            .fields = std::move(answer.fields),
            .body = std::move(answer.body)};
  page.server_time = core::parse_http_date(page.fields.get("Date"));
  return page;
}

std::optional<Remote<Fetched>> HttpSession::try_fetch(const WebAddress& address, const FetchRequest& request,
                                                      std::int64_t offset, Gateway::Partial* partial,
                                                      std::optional<std::int64_t> promised) {
  const Question question{
      .address = address, .fields = conditions(request, offset), .should_stop = request.should_stop};
  Way way{.question = question,
          .purpose = Purpose::file,
          .sink = net::IntoFile{.fd = request.fd, .most_bytes = request.most_bytes, .offset = offset}};
  const auto walked = walk(way);
  if (partial != nullptr) *partial = partial_of(way.arrived, request, offset);
  if (!walked) return Remote<Fetched>(fail(walked.error()));
  if (walked->status == 304 && request.only_if_new) return fetched_of(*walked, 0);
  if (offset > 0 && (walked->status == 416 || walked->status == 412)) return std::nullopt;
  if (walked->status == 206 && is_other_version(walked->fields, request.validator)) return std::nullopt;
  if (walked->status != 200 && walked->status != 206) return Remote<Fetched>(fail(refusal_of(*walked, Purpose::file)));
  const auto length = (walked->status == 206 ? offset : 0) + way.arrived.bytes;
  if (auto whole = check_length(*walked, length, promised); !whole) return Remote<Fetched>(fail(whole.error()));
  // A longer version of before may lie behind.
  if (::ftruncate(request.fd, length) != 0)
    return Remote<Fetched>(fail(make_failure(Trouble::other, true, "A fetched file could not be cut to its length.")));
  return fetched_of(*walked, length);
}

Remote<Fetched> HttpSession::fetch(std::string_view address, const FetchRequest& request, Gateway::Partial* partial,
                                   std::optional<std::int64_t> promised) {
  const auto target = parse_web_address(address);
  if (!target) return fail(make_failure(Trouble::address, false, "The file's address is none of a web server."));
  const std::int64_t offset = is_strong(request.validator) ? request.offset : 0;
  if (auto fetched = try_fetch(*target, request, offset, partial, promised)) return std::move(*fetched);
  return try_fetch(*target, request, 0, partial, promised)
      .value_or(fail(make_failure(Trouble::server_error, false, "The server refuses every part of the file.")));
}

Remote<std::optional<FileSigns>> HttpSession::ask_after(std::string_view address,
                                                        const std::function<bool()>& should_stop) {
  const auto target = parse_web_address(address);
  if (!target) return fail(make_failure(Trouble::address, false, "The file's address is none of a web server."));
  const Question question{.address = *target, .method = net::HttpMethod::head, .should_stop = should_stop};
  Way way{.question = question, .purpose = Purpose::file, .sink = net::IntoMemory{}};
  SG_ASSIGN(const auto answer, walk(way));
  if (answer.status == 405 || answer.status == 501) return std::optional<FileSigns>{};
  if (answer.status < 200 || answer.status > 299) return fail(refusal_of(answer, Purpose::file));
  return std::optional(signs_of(answer));
}

}  // namespace sightglass::sources::http
