// Any bytes as the values of request headers that we read ourselves: ranges, validators, credentials, encodings,
// forwarded addresses.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "accounts/access_tokens.hpp"
#include "accounts/token_text.hpp"
#include "core/time.hpp"
#include "http/client_address.hpp"
#include "http/compression.hpp"
#include "http/conditional.hpp"

namespace {

using namespace sightglass;

void read_range(std::string_view text) {
  http::Request request;
  request.headers.add("Range", std::string(text));
  auto response = http::Response::json(200, "0123456789");
  response.headers.add("ETag", "\"a\"");
  http::apply_conditions(request, response);
  const auto length = http::body_length(response);
  if (response.status == 206 ? length < 1 || length > 10 : response.status == 200 && length != 10) std::abort();
}

// A credential that is understood must be the one text that its parts make.
void read_credentials(std::string_view text) {
  using namespace accounts;
  if (const auto cookie = parse_cookie_text(text)) {
    if (parse_cookie_text(cookie_text(cookie->session, cookie->secret))->session != cookie->session) std::abort();
  }
  if (const auto token = parse_service_text(text)) {
    if (parse_service_text(service_text(token->token, token->secret))->token != token->token) std::abort();
  }
  if (const auto refresh = parse_refresh_text(text)) {
    const auto written = refresh_text(refresh->session, refresh->rotation, refresh->secret);
    if (parse_refresh_text(written)->rotation != refresh->rotation) std::abort();
  }
  static_cast<void>(session_cookie_in(text));
  static const AccessTokens tokens(std::string(32, 'k'));
  if (tokens.verify(text, core::from_micros(0))) std::abort();  // nobody signed one that was valid in 1970
}

// Whatever a proxy passes on, the client is an address that reads as itself.
void read_forwarded(std::string_view text) {
  static const auto proxies = http::TrustedProxies::parse({"10.0.0.0/8", "2001:db8::/32"});
  http::Headers headers;
  headers.add("X-Forwarded-For", std::string(text));
  headers.add("X-Forwarded-Proto", std::string(text));
  const auto client = http::client_behind(*proxies, "10.0.0.1", headers);
  if (!http::parse_address(client.address)) std::abort();
  http::Headers again;
  again.add("X-Forwarded-For", client.address);
  if (http::client_behind(*proxies, "10.0.0.1", again).address != client.address) std::abort();
  static_cast<void>(http::TrustedProxies::parse({std::string(text)}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  read_range(text);
  read_credentials(text);
  read_forwarded(text);
  static_cast<void>(http::matches_any(text, "\"a\""));
  static_cast<void>(http::accepts_gzip(text));
  if (const auto date = core::parse_http_date(text)) {
    if (core::parse_http_date(core::to_http_date(*date)) != date) std::abort();
  }
  return 0;
}
