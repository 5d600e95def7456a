#include "vision/google/vision_answers.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "core/json_writer.hpp"

namespace sightglass::vision::google {
namespace {

namespace json = boost::json;
using core::ErrorCode;
using core::Result;

constexpr std::int64_t most_results = 50;  // of each feature

std::string_view type_of(ProviderFeature feature) {
  constexpr std::array<std::string_view, 3> types{"LABEL_DETECTION", "OBJECT_LOCALIZATION", "TEXT_DETECTION"};
  return types.at(static_cast<std::size_t>(feature));
}

// RFC 4648, section 4.
std::string base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t held = 0;
  int bits = 0;
  for (const char byte : bytes) {
    held = held << 8 | static_cast<unsigned char>(byte);
    for (bits += 8; bits >= 6; bits -= 6) text += digits[held >> (bits - 6) & 63];
  }
  if (bits > 0) text += digits[held << (6 - bits) & 63];
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

// What the service leaves out is zero or empty: proto3's JSON has no defaults.
double number(const json::object& from, std::string_view member) {
  const auto* value = from.if_contains(member);
  if (value == nullptr || !value->is_number()) return 0;
  const double read = value->to_number<double>();
  return std::isfinite(read) ? read : 0;
}

std::string text(const json::object& from, std::string_view member) {
  const auto* value = from.if_contains(member);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

const json::object* object(const json::object& from, std::string_view member) {
  const auto* value = from.if_contains(member);
  return value == nullptr ? nullptr : value->if_object();
}

const json::array& array(const json::object& from, std::string_view member) {
  static const json::array none;
  const auto* value = from.if_contains(member);
  const auto* found = value == nullptr ? nullptr : value->if_array();
  return found == nullptr ? none : *found;
}

// The upright box around a polygon, cut to the picture. `scale` is 1 of pixels, the picture's size of shares.
core::Box box_around(const json::array& vertices, core::Size picture, bool is_shares) {
  const double across = is_shares ? picture.width : 1;
  const double down = is_shares ? picture.height : 1;
  std::optional<core::Box> box;
  for (const auto& vertex : vertices) {
    const auto* place = vertex.if_object();
    if (place == nullptr) continue;
    const double x = number(*place, "x") * across;
    const double y = number(*place, "y") * down;
    if (!box) {
      box = core::Box{x, y, 0, 0};
      continue;
    }
    const double right = std::max(box->right(), x);
    const double bottom = std::max(box->bottom(), y);
    box->x = std::min(box->x, x);
    box->y = std::min(box->y, y);
    box->width = right - box->x;
    box->height = bottom - box->y;
  }
  return core::clipped(box.value_or(core::Box{}), picture);
}

double share(double value) { return std::clamp(value, 0.0, 1.0); }

std::vector<ProviderLabel> read_labels(const json::object& response) {
  std::vector<ProviderLabel> labels;
  for (const auto& value : array(response, "labelAnnotations")) {
    const auto* one = value.if_object();
    if (one == nullptr || text(*one, "description").empty()) continue;
    labels.push_back({.name = text(*one, "description"), .confidence = share(number(*one, "score"))});
  }
  return labels;
}

std::vector<Detection> read_objects(const json::object& response, core::Size picture) {
  std::vector<Detection> objects;
  for (const auto& value : array(response, "localizedObjectAnnotations")) {
    const auto* one = value.if_object();
    const auto* polygon = one == nullptr ? nullptr : object(*one, "boundingPoly");
    if (polygon == nullptr) continue;
    const auto box = box_around(array(*polygon, "normalizedVertices"), picture, true);
    if (!box.is_empty())
      objects.push_back({.label = text(*one, "name"), .confidence = share(number(*one, "score")), .box = box});
  }
  return objects;
}

// The first annotation is the whole text in one; the words of it follow. They come without a confidence.
std::vector<TextLine> read_text(const json::object& response, core::Size picture) {
  std::vector<TextLine> words;
  bool is_whole = true;
  for (const auto& value : array(response, "textAnnotations")) {
    const auto* one = value.if_object();
    const auto* polygon = one == nullptr ? nullptr : object(*one, "boundingPoly");
    if (std::exchange(is_whole, false) || polygon == nullptr) continue;
    const auto box = box_around(array(*polygon, "vertices"), picture, false);
    if (!box.is_empty()) words.push_back({.text = text(*one, "description"), .box = box});
  }
  return words;
}

// google.rpc.Code, as far as the service's documentation names them.
ErrorCode code_of_rpc(std::int64_t code) {
  switch (code) {
    case 1: return ErrorCode::cancelled;
    case 3:
    case 9:
    case 11: return ErrorCode::invalid_input;
    case 4: return ErrorCode::timeout;
    case 5: return ErrorCode::not_found;
    case 7: return ErrorCode::permission_denied;
    case 8: return ErrorCode::quota_exceeded;
    case 16: return ErrorCode::unauthenticated;
    default: return ErrorCode::unavailable;
  }
}

ErrorCode code_of_status(int status) {
  switch (status) {
    case 400: return ErrorCode::invalid_input;
    case 401: return ErrorCode::unauthenticated;
    case 403: return ErrorCode::permission_denied;
    case 413: return ErrorCode::too_large;
    case 429: return ErrorCode::quota_exceeded;
    case 504: return ErrorCode::timeout;
    default: return status >= 500 ? ErrorCode::unavailable : ErrorCode::internal;
  }
}

constexpr std::size_t longest_words = 300;

// Whole characters of UTF-8 of at most that many bytes.
std::string shortened(std::string words) {
  if (words.size() <= longest_words) return words;
  std::size_t end = longest_words;
  while (end > 0 && (static_cast<unsigned char>(words[end]) & 0xc0) == 0x80) --end;
  words.resize(end);
  return words;
}

core::Error error_of(const json::object& status) {
  return {.code = code_of_rpc(static_cast<std::int64_t>(number(status, "code"))),
          .message = fmt::format("Google Cloud Vision refused the picture: {}", shortened(text(status, "message")))};
}

}  // namespace

std::string request_json(std::span<const ProviderPicture> pictures, std::span<const ProviderFeature> features) {
  std::string body;
  core::JsonWriter writer(body);
  writer.begin_object().key("requests").begin_array();
  for (const auto& picture : pictures) {
    writer.begin_object().key("image").begin_object().key("content").plain({base64(picture.jpeg)}).end_object();
    writer.key("features").begin_array();
    for (const auto feature : features)
      writer.begin_object().member("type", type_of(feature)).member("maxResults", most_results).end_object();
    writer.end_array().end_object();
  }
  writer.end_array().end_object();
  return body;
}

Result<std::vector<Result<ProviderAnswer>>> read_answers(std::string_view body,
                                                         std::span<const ProviderPicture> pictures) {
  boost::system::error_code failed;
  const auto value = json::parse(body, failed);
  const auto* root = failed ? nullptr : value.if_object();
  const auto& responses = root == nullptr ? json::array{} : array(*root, "responses");
  if (root == nullptr || responses.size() != pictures.size())
    return core::fail(core::internal_error(
        fmt::format("Google Cloud Vision answered for {} pictures of {}", responses.size(), pictures.size())));
  std::vector<Result<ProviderAnswer>> answers;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const auto* response = responses[i].if_object();
    if (response == nullptr) return core::fail(core::internal_error("Google Cloud Vision gave an answer that is none"));
    if (const auto* status = object(*response, "error")) {
      answers.push_back(core::fail(error_of(*status)));
      continue;
    }
    answers.push_back(ProviderAnswer{.labels = read_labels(*response),
                                     .objects = read_objects(*response, pictures[i].size),
                                     .text = read_text(*response, pictures[i].size)});
  }
  return answers;
}

core::Error read_error(int status, std::string_view body) {
  boost::system::error_code failed;
  const auto value = json::parse(body, failed);
  const auto* root = failed ? nullptr : value.if_object();
  const auto* error = root == nullptr ? nullptr : object(*root, "error");
  const std::string words = error == nullptr ? std::string() : shortened(text(*error, "message"));
  return {.code = code_of_status(status),
          .message = fmt::format("Google Cloud Vision answered {}{}{}", status, words.empty() ? "" : ": ", words)};
}

}  // namespace sightglass::vision::google
