#include "http/request_target.hpp"

#include <algorithm>

#include "http/problem.hpp"

namespace sightglass::http {
namespace {

constexpr std::size_t max_parameters = 100;

std::unexpected<core::Error> malformed(std::string message) {
  return core::fail(core::invalid_input(std::string(malformed_target_field), std::move(message)));
}

constexpr int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// nullopt for an escape without two hexadecimal digits.
std::optional<std::string> decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

bool has_control(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
  return false;
}

// Checked on the raw path, where an encoded slash can still be told from a real one.
bool has_encoded_separator(std::string_view raw) {
  for (auto at = raw.find('%'); at != std::string_view::npos; at = raw.find('%', at + 1)) {
    const auto code = raw.substr(at + 1, 2);
    if (code == "2f" || code == "2F" || code == "5c" || code == "5C") return true;
  }
  return false;
}

bool has_dot_segment(std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto segment = path.substr(0, path.find('/'));
    if (segment == "." || segment == "..") return true;
    path.remove_prefix(segment.size());
  }
  return false;
}

core::Result<void> parse_query(std::string_view raw, Parameters& query) {
  while (!raw.empty()) {
    const auto pair = raw.substr(0, raw.find('&'));
    raw.remove_prefix(std::min(pair.size() + 1, raw.size()));
    if (pair.empty()) continue;
    if (query.pairs().size() == max_parameters) return malformed("the query has more than 100 parameters");
    const auto equals = pair.find('=');
    auto name = decoded(pair.substr(0, equals), true);
    auto value = decoded(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), true);
    if (!name || !value) return malformed("the query holds an invalid percent escape");
    query.add(std::move(*name), std::move(*value));
  }
  return {};
}

}  // namespace

core::Result<RequestTarget> parse_target(std::string_view target) {
  if (target.size() > max_target_bytes)
    return core::fail(core::ErrorCode::too_large, "the request target is longer than 8192 bytes");
  if (target.empty() || target.front() != '/') return malformed("the request target must begin with '/'");
  if (target.find('#') != std::string_view::npos) return malformed("the request target holds a fragment");
  const auto raw_path = target.substr(0, target.find('?'));
  auto path = decoded(raw_path, false);
  if (!path) return malformed("the path holds an invalid percent escape");
  if (has_control(*path)) return malformed("the path holds a control character");
  if (has_encoded_separator(raw_path)) return malformed("the path holds an encoded slash");
  if (has_dot_segment(*path)) return malformed("the path holds a dot segment");
  RequestTarget parsed{.path = std::move(*path), .query = {}};
  if (raw_path.size() < target.size()) SG_TRY(parse_query(target.substr(raw_path.size() + 1), parsed.query));
  return parsed;
}

std::optional<std::string> percent_decoded(std::string_view text) { return decoded(text, false); }

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool is_unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                               c == '.' || c == '_' || c == '~';
    if (is_unreserved) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

}  // namespace sightglass::http
