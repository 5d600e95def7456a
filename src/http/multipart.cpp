#include "http/multipart.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "http/multipart_headers.hpp"
#include "http/problem.hpp"

namespace sightglass::http {
namespace {

constexpr std::size_t max_boundary_characters = 70;
constexpr std::size_t max_padding_bytes = 64;  // spaces after a boundary; nobody sends any

std::unexpected<core::Error> malformed(std::string message) {
  return core::fail(core::invalid_input(std::string(malformed_body_field), std::move(message)));
}

// bchars of RFC 2046, section 5.1.1.
bool is_boundary_character(char c) {
  constexpr std::string_view others = "'()+_,-./:=? ";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         others.find(c) != std::string_view::npos;
}

bool is_form_data(std::string_view content_type) {
  constexpr std::string_view wanted = "multipart/form-data";
  auto type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return std::ranges::equal(type, wanted, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

}  // namespace

core::Result<std::string> boundary_of(std::string_view content_type) {
  if (!is_form_data(content_type))
    return core::fail(core::ErrorCode::unsupported_format, "the body must be sent as multipart/form-data");
  auto boundary = header_parameter(content_type, "boundary");
  if (!boundary || boundary->empty()) return malformed("the Content-Type names no boundary");
  if (boundary->size() > max_boundary_characters) return malformed("the boundary is longer than 70 characters");
  if (!std::ranges::all_of(*boundary, is_boundary_character) || boundary->ends_with(' '))
    return malformed("the boundary holds characters it must not");
  return std::move(*boundary);
}

MultipartParser::MultipartParser(std::string_view boundary, UploadSink& sink, MultipartLimits limits)
    : delimiter_(fmt::format("\r\n--{}", boundary)), sink_(sink), limits_(limits) {}

core::Result<void> MultipartParser::feed(std::string_view bytes) {
  while (!bytes.empty()) SG_TRY(step(bytes));
  return {};
}

core::Result<void> MultipartParser::end() const {
  if (state_ == State::epilogue) return {};
  return malformed("the body ends before its closing boundary");
}

core::Result<void> MultipartParser::step(std::string_view& bytes) {
  switch (state_) {
    case State::preamble: return skip_preamble(bytes);
    case State::after_boundary: return read_boundary_line(bytes);
    case State::headers: return read_headers(bytes);
    case State::content: return read_content(bytes);
    case State::epilogue: bytes = {}; return {};
  }
  return {};
}

MultipartParser::Scan MultipartParser::scan(std::string_view& bytes) {
  Scan result;
  if (matched_ > 0) {
    const auto rest = std::string_view(delimiter_).substr(matched_);
    const auto same = static_cast<std::size_t>(std::ranges::mismatch(bytes, rest).in1 - bytes.begin());
    matched_ += same;
    if (matched_ == delimiter_.size() || same == bytes.size()) {
      bytes.remove_prefix(same);
      result.found = matched_ == delimiter_.size();
      if (result.found) matched_ = 0;
      return result;
    }
    // No shorter beginning can match inside what was matched: a CR stands only at its front.
    result.held_back = matched_;
    matched_ = 0;
    bytes.remove_prefix(same);
  }
  const auto at = bytes.find(delimiter_);
  if (at != std::string_view::npos) {
    result.content = bytes.substr(0, at);
    result.found = true;
    bytes.remove_prefix(at + delimiter_.size());
    return result;
  }
  const auto carriage_return = bytes.rfind('\r');
  const auto tail = carriage_return == std::string_view::npos ? std::string_view{} : bytes.substr(carriage_return);
  if (std::string_view(delimiter_).starts_with(tail)) matched_ = tail.size();
  result.content = bytes.substr(0, bytes.size() - matched_);
  bytes = {};
  return result;
}

core::Result<void> MultipartParser::skip_preamble(std::string_view& bytes) {
  const auto before = bytes.size();
  const bool found = scan(bytes).found;
  preamble_bytes_ += before - bytes.size();
  if (preamble_bytes_ > limits_.max_preamble_bytes + delimiter_.size())
    return malformed("the body does not begin with its boundary");
  if (found) state_ = State::after_boundary;
  return {};
}

// "--" closes the body; else spaces and CR LF end the boundary's line.
core::Result<void> MultipartParser::read_boundary_line(std::string_view& bytes) {
  gathered_ += bytes.front();
  bytes.remove_prefix(1);
  if (gathered_ == "--") {
    gathered_.clear();
    state_ = State::epilogue;
    return {};
  }
  if (gathered_ == "-") return {};
  const auto text_end = gathered_.find_first_not_of(" \t");
  const auto text = std::string_view(gathered_).substr(std::min(text_end, gathered_.size()));
  if (text == "\r\n") {
    state_ = State::headers;  // gathered_ becomes the CR LF before the first header line
    gathered_ = "\r\n";
    return {};
  }
  if ((!text.empty() && text != "\r") || gathered_.size() > max_padding_bytes)
    return malformed("a boundary is not followed by a line end (CR LF)");
  return {};
}

core::Result<void> MultipartParser::read_headers(std::string_view& bytes) {
  const auto known = gathered_.size();
  const auto taken = std::min(bytes.size(), limits_.max_header_bytes + 4 - std::min(known, limits_.max_header_bytes));
  gathered_ += bytes.substr(0, taken);
  const auto blank_line = gathered_.find("\r\n\r\n", known < 3 ? 0 : known - 3);
  if (blank_line == std::string::npos) {
    if (gathered_.size() > limits_.max_header_bytes) {
      return core::fail(core::ErrorCode::too_large,
                        fmt::format("the headers of a part are larger than {} bytes", limits_.max_header_bytes));
    }
    bytes.remove_prefix(taken);
    return {};
  }
  bytes.remove_prefix(blank_line + 4 - known);
  gathered_.resize(blank_line);
  return begin_part();
}

core::Result<void> MultipartParser::begin_part() {
  if (++parts_ > limits_.max_parts)
    return core::fail(core::ErrorCode::too_large, fmt::format("the body has more than {} parts", limits_.max_parts));
  SG_ASSIGN(const auto headers,
            parse_part_headers(std::string_view(gathered_).substr(std::min<std::size_t>(2, gathered_.size()))));
  gathered_.clear();
  state_ = State::content;
  matched_ = 2;  // the blank line's CR LF may already begin the delimiter: an empty part
  content_begins_ = true;
  return sink_.begin_part(headers);
}

core::Result<void> MultipartParser::read_content(std::string_view& bytes) {
  const auto scanned = scan(bytes);
  // The first two held-back bytes of a part are its blank line's, not content.
  const std::size_t blank_line = content_begins_ ? 2 : 0;
  if (scanned.held_back > 0 || scanned.found) content_begins_ = false;
  if (scanned.held_back > blank_line)
    SG_TRY(sink_.write(std::string_view(delimiter_).substr(blank_line, scanned.held_back - blank_line)));
  if (!scanned.content.empty()) SG_TRY(sink_.write(scanned.content));
  if (!scanned.found) return {};
  state_ = State::after_boundary;
  return sink_.end_part();
}

}  // namespace sightglass::http
