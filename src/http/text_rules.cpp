#include "http/text_rules.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "fmt/format.h"

namespace sightglass::http {
namespace {

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

// Length in bytes of the well-formed sequence at the front (Unicode 15, table 3-7), 0 when there is none.
std::size_t sequence_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return 0;
  }
  // Overlong forms, surrogates and values past U+10FFFF show in the second byte.
  const auto second = static_cast<unsigned char>(text[1]);
  const bool is_bad = (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
                      (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
  return is_bad ? 0 : length;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const auto begin = text.find_first_not_of(blank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> pieces;
  while (true) {
    const auto comma = text.find(',');
    pieces.emplace_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return pieces;
    text.remove_prefix(comma + 1);
  }
}

core::Result<std::vector<std::string>> read_array(std::string_view text) {
  boost::system::error_code failed;
  const auto value = boost::json::parse(text, failed);
  if (failed || !value.is_array()) {
    return core::fail(core::invalid_input("tags", "tags must be a comma separated list or a JSON array of strings"));
  }
  std::vector<std::string> tags;
  for (const auto& item : value.get_array()) {
    if (!item.is_string()) return core::fail(core::invalid_input("tags", "every tag must be a string"));
    tags.emplace_back(item.get_string());
  }
  return tags;
}

}  // namespace

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) return std::string_view::npos;
    text.remove_prefix(length);
    ++count;
  }
  return count;
}

core::Result<void> check_text(std::string_view field, std::string_view text, std::size_t max_characters) {
  const std::size_t count = count_characters(text);
  if (count == std::string_view::npos) {
    return core::fail(core::invalid_input(std::string(field), fmt::format("{} must be UTF-8 text", field)));
  }
  if (count > max_characters) {
    return core::fail(core::invalid_input(
        std::string(field), fmt::format("{} has {} characters; at most {} are allowed", field, count, max_characters)));
  }
  const auto is_refused = [](char c) { return is_control(c) && c != '\n' && c != '\r' && c != '\t'; };
  if (std::ranges::any_of(text, is_refused)) {
    return core::fail(
        core::invalid_input(std::string(field), fmt::format("{} must not hold control characters", field)));
  }
  return {};
}

core::Result<std::vector<std::string>> check_tags(std::vector<std::string> tags) {
  std::vector<std::string> kept;
  for (const auto& tag : tags) {
    const std::string_view text = trimmed(tag);
    if (text.empty() || std::ranges::find(kept, text) != kept.end()) continue;
    SG_TRY(check_text("tags", text, max_tag_characters));
    if (kept.size() == max_tags) {
      return core::fail(core::invalid_input("tags", fmt::format("at most {} tags are allowed", max_tags)));
    }
    kept.emplace_back(text);
  }
  return kept;
}

core::Result<std::vector<std::string>> parse_tags(std::string_view text) {
  text = trimmed(text);
  if (!text.starts_with('[')) return check_tags(split_at_commas(text));
  SG_ASSIGN(auto tags, read_array(text));
  return check_tags(std::move(tags));
}

std::string shown_filename(std::string_view sent) {
  if (const auto slash = sent.find_last_of("/\\"); slash != std::string_view::npos) sent.remove_prefix(slash + 1);
  std::string shown;
  while (!sent.empty()) {
    const std::size_t length = sequence_length(sent);
    const std::string_view piece = length == 0 ? "\xef\xbf\xbd" : sent.substr(0, length);
    sent.remove_prefix(std::max<std::size_t>(length, 1));
    if (piece.size() == 1 && is_control(piece.front())) continue;
    if (shown.size() + piece.size() > max_filename_bytes) break;
    shown += piece;
  }
  return shown;
}

}  // namespace sightglass::http
