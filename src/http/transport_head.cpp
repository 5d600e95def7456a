#include "http/transport_head.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <ctime>
#include <iterator>

#include "core/time.hpp"
#include "http/problem.hpp"

namespace sightglass::http {
namespace {

// The Date header changes once a second; each thread remembers its own.
const std::string& date_now() {
  thread_local std::time_t remembered = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != remembered) {
    text = core::to_http_date(core::from_micros(std::int64_t{now} * 1'000'000));
    remembered = now;
  }
  return text;
}

void append_value(std::string& out, std::string_view value) {
  constexpr std::string_view forbidden("\r\n\0", 3);
  if (value.find_first_of(forbidden) == std::string_view::npos) {
    out += value;
    return;
  }
  for (const char c : value)
    if (forbidden.find(c) == std::string_view::npos) out += c;
}

}  // namespace

bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

void write_head(const Response& response, std::int64_t body_bytes, Framing framing, std::string& out) {
  out.clear();
  fmt::format_to(std::back_inserter(out), FMT_COMPILE("HTTP/1.1 {} {}\r\nDate: {}\r\n"), response.status,
                 reason_of(response.status), date_now());
  for (const auto& [name, value] : response.headers.fields()) {
    out += name;
    out += ": ";
    append_value(out, value);
    out += "\r\n";
  }
  if (may_have_body(response.status) && body_bytes >= 0)
    fmt::format_to(std::back_inserter(out), FMT_COMPILE("Content-Length: {}\r\n"), body_bytes);
  if (body_bytes < 0 && !framing.is_http_1_0) out += "Transfer-Encoding: chunked\r\n";
  if (!framing.keeps_alive) {
    out += "Connection: close\r\n";
  } else if (framing.is_http_1_0) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
}

}  // namespace sightglass::http
