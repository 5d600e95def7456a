#include "http/multipart_headers.hpp"

#include <algorithm>
#include <utility>

#include "http/problem.hpp"
#include "http/request_target.hpp"

namespace sightglass::http {
namespace {

std::unexpected<core::Error> malformed(std::string message) {
  return core::fail(core::invalid_input(std::string(malformed_body_field), std::move(message)));
}

constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool is_same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::ranges::equal(a, b, [](char left, char right) { return to_lower(left) == to_lower(right); });
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// Reads a quoted string whose opening quote is gone, and takes it with its closing quote; the end closes it too.
std::string take_quoted(std::string_view& rest) {
  std::string out;
  while (!rest.empty() && rest.front() != '"') {
    std::size_t length = 1;
    char c = rest.front();
    if (rest.starts_with("\\\"") || rest.starts_with("\\\\")) {
      c = rest[1];
      length = 2;
    } else if (rest.starts_with("%22")) {
      c = '"';
      length = 3;
    }
    out += c;
    rest.remove_prefix(length);
  }
  if (!rest.empty()) rest.remove_prefix(1);
  return out;
}

// Takes the value that follows "name=", and what stands before the next ';'.
std::string take_value(std::string_view& rest) {
  std::string value;
  if (rest.starts_with('"')) {
    rest.remove_prefix(1);
    value = take_quoted(rest);
  } else {
    value = trimmed(rest.substr(0, rest.find(';')));
  }
  rest.remove_prefix(std::min(rest.find(';'), rest.size()));
  return value;
}

std::optional<std::string> extended_value(std::string_view text) {
  const auto charset = text.substr(0, text.find('\''));
  if (!is_same_name(charset, "UTF-8")) return std::nullopt;
  const auto language_end = text.find('\'', charset.size() + 1);
  if (language_end == std::string_view::npos) return std::nullopt;
  return percent_decoded(text.substr(language_end + 1));
}

// Quoted pairs aside, quotes come in twos.
bool has_open_quote(std::string_view value) {
  bool is_open = false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (is_open && value[i] == '\\') {
      ++i;
    } else if (value[i] == '"') {
      is_open = !is_open;
    }
  }
  return is_open;
}

core::Result<void> read_disposition(std::string_view value, PartHeaders& headers) {
  if (!is_same_name(trimmed(value.substr(0, value.find(';'))), "form-data"))
    return malformed("a part's Content-Disposition is not form-data");
  if (has_open_quote(value)) return malformed("a quote in a part's Content-Disposition is never closed");
  auto name = header_parameter(value, "name");
  if (!name) return malformed("a part has no name");
  headers.name = std::move(*name);
  headers.filename = header_parameter(value, "filename");
  const auto extended = header_parameter(value, "filename*");
  if (!headers.filename && extended) headers.filename = extended_value(*extended).value_or(*extended);
  return {};
}

core::Result<void> check_transfer_encoding(std::string_view value) {
  if (is_same_name(value, "binary") || is_same_name(value, "8bit") || is_same_name(value, "7bit")) return {};
  return malformed("a part has a Content-Transfer-Encoding; send its bytes as they are");
}

bool has_forbidden_control(std::string_view line) {
  return std::ranges::any_of(line, [](char c) { return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7f; });
}

}  // namespace

std::optional<std::string> header_parameter(std::string_view value, std::string_view name) {
  auto rest = value;
  rest.remove_prefix(std::min(rest.find(';'), rest.size()));
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const auto equals = rest.find_first_of("=;");
    if (equals == std::string_view::npos) break;
    const auto key = trimmed(rest.substr(0, equals));
    rest.remove_prefix(equals);
    if (rest.front() == ';') continue;
    rest = rest.substr(1);
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    auto found = take_value(rest);
    if (is_same_name(key, name)) return found;
  }
  return std::nullopt;
}

core::Result<PartHeaders> parse_part_headers(std::string_view block) {
  PartHeaders headers;
  bool has_disposition = false;
  while (!block.empty()) {
    const auto line = block.substr(0, block.find("\r\n"));
    block.remove_prefix(std::min(line.size() + 2, block.size()));
    const auto colon = line.find(':');
    if (colon == 0 || colon == std::string_view::npos || line.front() == ' ' || line.front() == '\t')
      return malformed("a part has a header line without a name");
    if (has_forbidden_control(line)) return malformed("a part's headers hold a control character");
    const auto name = line.substr(0, colon);
    const auto value = trimmed(line.substr(colon + 1));
    if (is_same_name(name, "Content-Disposition")) {
      if (std::exchange(has_disposition, true)) return malformed("a part has two Content-Disposition headers");
      SG_TRY(read_disposition(value, headers));
    } else if (is_same_name(name, "Content-Type")) {
      headers.content_type = value;
    } else if (is_same_name(name, "Content-Transfer-Encoding")) {
      SG_TRY(check_transfer_encoding(value));
    }
  }
  if (!has_disposition) return malformed("a part has no Content-Disposition header");
  return headers;
}

}  // namespace sightglass::http
