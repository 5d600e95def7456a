// Writes JSON text straight into a string: the hot listings and the sidecars. Reading is Boost.JSON's work.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sightglass::core {

// Appends to the string it was given. The caller keeps begin/end balanced; commas are the writer's.
// Text is sent as UTF-8: an invalid byte becomes U+FFFD, control characters are escaped.
// Not thread-safe; one writer per document.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& string(std::string_view text);
  JsonWriter& integer(std::int64_t number);
  JsonWriter& number(double number);  // NaN and infinities become null
  JsonWriter& boolean(bool truth);
  JsonWriter& null();
  JsonWriter& raw(std::string_view json);  // already valid JSON

  JsonWriter& member(std::string_view name, std::string_view text) { return key(name).string(text); }
  JsonWriter& member(std::string_view name, const char* text) { return key(name).string(text); }
  JsonWriter& member(std::string_view name, const std::string& text) { return key(name).string(text); }
  JsonWriter& member(std::string_view name, bool truth) { return key(name).boolean(truth); }
  JsonWriter& member(std::string_view name, std::int64_t value) { return key(name).integer(value); }
  JsonWriter& member(std::string_view name, std::int32_t value) { return key(name).integer(value); }
  JsonWriter& member(std::string_view name, double value) { return key(name).number(value); }
  template <typename T>
  JsonWriter& member(std::string_view name, const std::optional<T>& value) {
    if (!value) return key(name).null();
    return member(name, *value);
  }

 private:
  void separate();
  std::string& out_;
  bool needs_comma_ = false;
};

// `text` as a JSON string with its quotes.
std::string json_quoted(std::string_view text);

}  // namespace sightglass::core
