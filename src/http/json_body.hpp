// Reads a JSON request body strictly: every member has one type and a limit, and nothing unknown passes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "http/message.hpp"

namespace sightglass::http {

struct IntegerRange {
  std::int64_t least = std::numeric_limits<std::int64_t>::min();
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
};

struct NumberRange {
  double least = std::numeric_limits<double>::lowest();
  double most = std::numeric_limits<double>::max();
};

struct ListLimits {
  std::size_t max_items = 100;
  std::size_t max_characters = 200;  // of each item
};

// A member of a PATCH body: absent leaves the value alone, null clears it, else it is replaced.
template <typename T>
struct Patched {
  bool is_present = false;
  std::optional<T> value{};  // nullopt when null
};

// The members of one JSON object. A getter that meets a wrong value remembers the first error and returns an empty
// value; finish() then returns that error, so that a handler reads all members and checks once:
//
//   SG_ASSIGN(auto body, JsonObject::parse(request));
//   auto title = body.optional_string("title", 200);
//   SG_TRY(body.finish());
//
// Text must be UTF-8 without control characters other than tab and line ends; limits count Unicode characters.
// `optional_` treats null as absent.
class JsonObject {
 public:
  static constexpr std::size_t max_depth = 16;

  // Errors: unsupported_format unless the content type is application/json; invalid_input with field "body" when the
  // text is no JSON, too deep or no object. An empty body is an empty object only when
  // `may_be_empty`, and then needs no content type.
  static core::Result<JsonObject> parse(const Request& request, bool may_be_empty = false);
  static core::Result<JsonObject> parse_text(std::string_view text);

  JsonObject(JsonObject&&) noexcept;
  JsonObject& operator=(JsonObject&&) noexcept;
  ~JsonObject();

  // Whether the member is there, null or not. Does not count as reading it.
  bool has(std::string_view name) const;

  // A required text of no characters is refused.
  std::string required_string(std::string_view name, std::size_t max_characters);
  std::optional<std::string> optional_string(std::string_view name, std::size_t max_characters);
  Patched<std::string> patched_string(std::string_view name, std::size_t max_characters);
  // Any bytes JSON can hold but NUL, for passwords.
  std::string required_secret(std::string_view name, std::size_t max_bytes);

  std::int64_t required_integer(std::string_view name, IntegerRange range = {});
  std::optional<std::int64_t> optional_integer(std::string_view name, IntegerRange range = {});
  Patched<std::int64_t> patched_integer(std::string_view name, IntegerRange range = {});

  double required_number(std::string_view name, NumberRange range = {});
  std::optional<double> optional_number(std::string_view name, NumberRange range = {});
  Patched<double> patched_number(std::string_view name, NumberRange range = {});

  bool required_boolean(std::string_view name);
  std::optional<bool> optional_boolean(std::string_view name);

  // One of `choices`, else an error that lists them.
  std::optional<std::string> optional_choice(std::string_view name, std::span<const std::string_view> choices);
  std::optional<core::Instant> optional_instant(std::string_view name);
  Patched<core::Instant> patched_instant(std::string_view name);

  std::vector<std::string> required_strings(std::string_view name, ListLimits limits = {});
  std::optional<std::vector<std::string>> optional_strings(std::string_view name, ListLimits limits = {});

  template <typename Id>
  Id required_id(std::string_view name) {
    return Id{uuid(name, true).value_or(core::Uuid{})};
  }
  template <typename Id>
  std::optional<Id> optional_id(std::string_view name) {
    const auto value = uuid(name, false);
    return value ? std::optional(Id{*value}) : std::nullopt;
  }
  template <typename Id>
  Patched<Id> patched_id(std::string_view name) {
    const bool is_present = has(name);
    return {is_present, optional_id<Id>(name)};
  }
  template <typename Id>
  std::vector<Id> required_ids(std::string_view name, std::size_t max_items) {
    std::vector<Id> ids;
    for (const auto& value : uuids(name, max_items)) ids.push_back(Id{value});
    return ids;
  }
  std::optional<core::JobId> optional_job(std::string_view name);
  Patched<core::JobId> patched_job(std::string_view name);

  // A member that is an object, to be read and finished by itself.
  std::optional<JsonObject> optional_object(std::string_view name);
  // A member that is a list of 1 … max_items objects, each to be read and finished by itself.
  std::vector<JsonObject> required_objects(std::string_view name, std::size_t max_items);
  // A member that is an object, as the JSON text it is, at most max_bytes long.
  std::optional<std::string> optional_object_text(std::string_view name, std::size_t max_bytes);
  // A member that is an object of texts, numbers and truths, as the parameters of a query would say it.
  std::optional<Parameters> optional_parameters(std::string_view name);

  // An error of the handler's own; the first error of all stands.
  void refuse(std::string_view name, std::string message);

  // The first error met; else invalid_input naming the first member that nobody read.
  core::Result<void> finish() const;

 private:
  struct Impl;
  explicit JsonObject(std::unique_ptr<Impl> impl);
  std::optional<core::Uuid> uuid(std::string_view name, bool is_required);
  std::vector<core::Uuid> uuids(std::string_view name, std::size_t max_items);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sightglass::http
