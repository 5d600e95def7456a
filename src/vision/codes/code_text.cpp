#include "vision/codes/code_text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace sightglass::vision {

namespace {

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }
bool are_digits(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_digit); }
bool is_capital(char letter) { return letter >= 'A' && letter <= 'Z'; }

// Bytes of the sequence that begins at `text`, 0 when it is no valid UTF-8 (RFC 3629, section 4).
std::size_t sequence_length(std::string_view text) {
  const auto first = static_cast<std::uint8_t>(text[0]);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t index = 1; index < length; ++index) {
    if ((static_cast<std::uint8_t>(text[index]) & 0xC0) != 0x80) return 0;
  }
  const auto second = static_cast<std::uint8_t>(text[1]);
  const bool is_out_of_range = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                               (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
  return is_out_of_range ? 0 : length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

// Besides letters: tabulators, line ends, and the separators and the end of ISO/IEC 15434 messages.
bool is_ascii_text(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char byte) {
    const auto value = static_cast<std::uint8_t>(byte);
    const bool is_control = value < 0x20 || value == 0x7F;
    return value < 0x80 && (!is_control || std::string_view("\t\n\r\x04\x1c\x1d\x1e\x1f").contains(byte));
  });
}

std::string hexadecimal(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    const auto value = static_cast<std::uint8_t>(byte);
    text += digits[value >> 4];
    text += digits[value & 15];
  }
  return text;
}

// One pair of Code 39's full ASCII form; nothing when there is no such pair.
std::optional<char> full_ascii(char shift, char letter) {
  if (!is_capital(letter)) return std::nullopt;
  switch (shift) {
    case '+': return static_cast<char>(letter + 32);
    case '$': return static_cast<char>(letter - 64);
    case '/':
      if (letter == 'Z') return ':';
      return letter <= 'O' ? std::optional(static_cast<char>(letter - 32)) : std::nullopt;
    case '%':
      if (letter <= 'E') return static_cast<char>(letter - 38);
      if (letter <= 'J') return static_cast<char>(letter - 11);
      if (letter <= 'O') return static_cast<char>(letter + 16);
      if (letter <= 'S') return static_cast<char>(letter + 43);
      if (letter == 'V') return '@';
      if (letter == 'W') return '`';
      return std::nullopt;
    default: return std::nullopt;
  }
}

// A symbol does not say which form it has. Small letters are what the full form is used for; slashes and percent signs
// before capitals are common in plain part numbers, so that these alone do not make one.
std::string code39_text(std::string plain) {
  std::string full;
  bool has_small_letter = false;
  for (std::size_t index = 0; index < plain.size(); ++index) {
    if (std::string_view("$%/+").find(plain[index]) == std::string_view::npos) {
      full += plain[index];
      continue;
    }
    if (index + 1 == plain.size()) return plain;
    const auto letter = full_ascii(plain[index], plain[index + 1]);
    if (!letter) return plain;
    has_small_letter |= plain[index] == '+';
    full += *letter;
    ++index;
  }
  return has_small_letter ? full : plain;
}

std::string gtin_text(CodeKind kind, std::string digits) {
  if (kind == CodeKind::upc_e && digits.size() == 8) digits = expanded_upc_e(digits);
  if (kind != CodeKind::ean8 && digits.size() == 12) digits.insert(digits.begin(), '0');
  const std::size_t wanted = kind == CodeKind::ean8 ? 8 : 13;
  return digits.size() == wanted && has_gtin_check_digit(digits) ? digits : std::string();
}

std::string databar_text(std::string digits) {
  if (digits.size() == 14) digits.insert(0, "01");
  return digits.size() == 16 && are_digits(digits) ? digits : std::string();
}

// Identifiers of GS1 whose elements have a length that all readers know, so that nothing separates them from the next
// (GS1 General Specifications, figure 7.8.5-2), by their first two digits.
bool has_known_length(std::string_view identifier) {
  constexpr std::array<std::string_view, 22> known{"00", "01", "02", "03", "04", "11", "12", "13", "14", "15", "16",
                                                   "17", "18", "19", "20", "31", "32", "33", "34", "35", "36", "41"};
  return std::ranges::find(known, identifier.substr(0, 2)) != known.end();
}

// The identifier in the brackets at the beginning of `text`, two to four digits; empty when there is none.
std::string_view bracketed_identifier(std::string_view text) {
  const auto end = text.find(')');
  if (!text.starts_with('(') || end == std::string_view::npos || end < 3 || end > 5) return {};
  const auto identifier = text.substr(1, end - 1);
  return are_digits(identifier) ? identifier : std::string_view();
}

// From the form that people read, "(10)12A(15)991231", to what the symbol holds, "1012A", 0x1D, "15991231".
std::string element_string(std::string text) {
  if (bracketed_identifier(text).empty()) return text;
  std::string elements;
  bool is_open = false;
  for (std::string_view rest = text; !rest.empty();) {
    const auto identifier = bracketed_identifier(rest);
    if (identifier.empty()) {
      elements += rest[0];
      rest.remove_prefix(1);
      continue;
    }
    if (is_open) elements += '\x1d';
    elements += identifier;
    is_open = !has_known_length(identifier);
    rest.remove_prefix(identifier.size() + 2);
  }
  return elements;
}

std::string capitals(std::string text) {
  for (char& letter : text) letter = letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 32) : letter;
  return text;
}

std::string ruled(CodeKind kind, std::string text) {
  if (text.starts_with("]C1")) text.erase(0, 3);
  switch (kind) {
    case CodeKind::ean8:
    case CodeKind::ean13:
    case CodeKind::upc_a:
    case CodeKind::upc_e: return gtin_text(kind, std::move(text));
    case CodeKind::databar: return databar_text(std::move(text));
    case CodeKind::databar_expanded: return element_string(std::move(text));
    case CodeKind::codabar: return capitals(std::move(text));
    case CodeKind::code39: return code39_text(std::move(text));
    default: return text;
  }
}

}  // namespace

std::string_view name_of(CodeKind kind) {
  constexpr std::array<std::string_view, 17> names{
      "aztec",       "codabar", "code39", "code93", "code128",  "databar",  "databar_expanded",
      "data_matrix", "ean8",    "ean13",  "itf",    "maxicode", "micro_qr", "pdf417",
      "qr",          "upc_a",   "upc_e"};
  return names.at(static_cast<std::size_t>(kind));
}

SelfCheck self_check_of(CodeKind kind) {
  switch (kind) {
    case CodeKind::codabar:
    case CodeKind::code39:
    case CodeKind::itf: return SelfCheck::none;
    case CodeKind::ean8:
    case CodeKind::ean13:
    case CodeKind::upc_a:
    case CodeKind::upc_e: return SelfCheck::digit;
    case CodeKind::code93:
    case CodeKind::code128:
    case CodeKind::databar:
    case CodeKind::databar_expanded: return SelfCheck::remainder;
    default: return SelfCheck::corrected;
  }
}

bool is_linear(CodeKind kind) { return self_check_of(kind) != SelfCheck::corrected; }

std::string expanded_upc_e(std::string_view digits) {
  if (digits.size() != 8 || !are_digits(digits)) return {};
  const std::string body(digits.substr(1, 6));
  const char last = body[5];
  std::string item = body.substr(0, 2) + last + "0000" + body.substr(2, 3);
  if (last == '3') item = body.substr(0, 3) + "00000" + body.substr(3, 2);
  if (last == '4') item = body.substr(0, 4) + "00000" + body[4];
  if (last >= '5') item = body.substr(0, 5) + "0000" + last;
  return digits[0] + item + digits[7];
}

bool has_gtin_check_digit(std::string_view digits) {
  if (!are_digits(digits)) return false;
  int sum = 0;
  int weight = 1;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, weight = 4 - weight)
    sum += weight * (*digit - '0');
  return sum % 10 == 0;
}

FoundCode found_code(CodeContent content) {
  FoundCode code{.text = ruled(content.kind, std::move(content.text))};
  if (content.kind == CodeKind::ean13 && code.text.starts_with('0')) content.kind = CodeKind::upc_a;
  code.kind = name_of(content.kind);
  code.is_binary = content.is_binary ? !is_ascii_text(code.text) : !is_utf8(code.text);
  if (code.is_binary) code.text = hexadecimal(code.text);
  return code;
}

}  // namespace sightglass::vision
