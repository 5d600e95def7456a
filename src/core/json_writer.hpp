// Writes JSON text straight into a string: the hot listings and the sidecars. Reading is Boost.JSON's work.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace sightglass::core {

// Whether `c` stands in a JSON string as it is; other characters are escaped or, beyond ASCII, checked first.
constexpr bool is_plain_json(char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

// A member's name. That a literal needs no escapes is settled by the compiler, so that a listing's thousands of
// names cost a copy each.
class JsonKey {
 public:
  template <std::size_t N>
  consteval JsonKey(const char (&literal)[N]) : name_(literal, N - 1), is_plain_(true) {
    for (const char c : name_)
      if (!is_plain_json(c)) throw "a literal key with a character that needs an escape";
  }
  JsonKey(std::string_view name) : name_(name) {}
  JsonKey(const std::string& name) : name_(name) {}
  std::string_view name() const { return name_; }
  bool is_plain() const { return is_plain_; }

 private:
  std::string_view name_;
  bool is_plain_ = false;
};

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
  JsonWriter& key(JsonKey key);
  JsonWriter& string(std::string_view text);
  // A string of these parts one after the other, none of which needs an escape: ids, hashes, times, addresses.
  JsonWriter& plain(std::initializer_list<std::string_view> parts);
  JsonWriter& integer(std::int64_t number);
  JsonWriter& number(double number);  // NaN and infinities become null
  JsonWriter& boolean(bool truth);
  JsonWriter& null();
  JsonWriter& raw(std::string_view json);  // already valid JSON

  JsonWriter& member(JsonKey name, std::string_view text) { return key(name).string(text); }
  JsonWriter& member(JsonKey name, const char* text) { return key(name).string(text); }
  JsonWriter& member(JsonKey name, const std::string& text) { return key(name).string(text); }
  JsonWriter& member(JsonKey name, bool truth) { return key(name).boolean(truth); }
  JsonWriter& member(JsonKey name, std::int64_t value) { return key(name).integer(value); }
  JsonWriter& member(JsonKey name, std::int32_t value) { return key(name).integer(value); }
  JsonWriter& member(JsonKey name, double value) { return key(name).number(value); }
  template <typename T>
  JsonWriter& member(JsonKey name, const std::optional<T>& value) {
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
