// Reads the members of a JSON object one by one, each with its limits. The first fault sticks and names its member.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/result.hpp"
#include "core/time.hpp"

namespace sightglass::filing {

// After a fault every reader returns an empty value; look at outcome() before using any. A member that is missing
// or null is a fault for the plain readers and nullopt for the optional ones. Not thread-safe.
class JsonFields {
 public:
  // invalid_input when the text is longer than 8 MiB, nested deeper than 32, not JSON or not an object.
  static core::Result<JsonFields> parse(std::string_view text);

  std::string text(std::string_view name, std::size_t most_bytes);
  std::optional<std::string> optional_text(std::string_view name, std::size_t most_bytes);
  std::int64_t integer(std::string_view name, std::int64_t least, std::int64_t most);
  std::optional<std::int64_t> optional_integer(std::string_view name, std::int64_t least, std::int64_t most);
  std::optional<double> optional_number(std::string_view name, double least, double most);
  bool boolean(std::string_view name);
  std::optional<bool> optional_boolean(std::string_view name);
  core::Instant instant(std::string_view name);
  std::vector<std::string> texts(std::string_view name, std::size_t most, std::size_t most_bytes);
  // A member that is a list of objects, or is missing; faults inside are this reader's too.
  std::vector<JsonFields> optional_objects(std::string_view name, std::size_t most);
  // A member that is an object, as JSON text.
  std::string object_text(std::string_view name);
  // A member that is an object; faults inside are this reader's too.
  JsonFields object(std::string_view name);
  std::optional<JsonFields> optional_object(std::string_view name);

  // A text that `parse(std::string_view) -> std::optional<T>` understands.
  template <typename F>
  auto parsed(std::string_view name, F&& parse) -> typename decltype(parse(std::string_view{}))::value_type {
    const auto value = parse(text(name, 256));
    if (!value) complain(name, "is not one of the values it may have");
    return value.value_or(typename decltype(parse(std::string_view{}))::value_type{});
  }
  template <typename Id>
  Id id(std::string_view name) {
    return parsed(name, Id::parse);
  }
  template <typename Id>
  std::optional<Id> optional_id(std::string_view name) {
    if (!optional_text(name, 64)) return std::nullopt;
    return id<Id>(name);
  }

  // For rules over several members.
  void complain(std::string_view name, std::string_view fault);
  core::Result<void> outcome() const;

 private:
  struct Document;
  JsonFields(std::shared_ptr<Document> document, const void* object)
      : document_(std::move(document)), object_(object) {}

  std::shared_ptr<Document> document_;  // shared with the readers of members
  const void* object_;                  // the vendor's object inside the document
};

// Whether the text is one JSON object within the same limits.
bool is_json_object(std::string_view text);

}  // namespace sightglass::filing
