#include "http/json_body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "http/text_rules.hpp"

namespace sightglass::http {
namespace {

namespace json = boost::json;

constexpr std::size_t max_members = 256;

core::Error malformed(std::string message) { return core::invalid_input("body", std::move(message)); }

// Media types compare without regard to case and may carry parameters (RFC 9110, section 8.3.1).
bool is_json_type(std::string_view content_type) {
  constexpr std::string_view wanted = "application/json";
  auto type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return std::ranges::equal(type, wanted, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

// Also of a double without a fraction: JSON has one number type, and clients write 3.0.
std::optional<std::int64_t> integer_of(const json::value& value) {
  if (const auto* number = value.if_int64()) return *number;
  const auto* real = value.if_double();
  if (real == nullptr || std::trunc(*real) != *real || std::abs(*real) > 9e15) return std::nullopt;
  return static_cast<std::int64_t>(*real);
}

std::optional<double> number_of(const json::value& value) {
  if (const auto* number = value.if_int64()) return static_cast<double>(*number);
  if (const auto* number = value.if_uint64()) return static_cast<double>(*number);
  if (const auto* real = value.if_double(); real != nullptr && std::isfinite(*real)) return *real;
  return std::nullopt;
}

}  // namespace

struct JsonObject::Impl {
  json::object members;
  std::vector<std::string> read{};
  std::optional<core::Error> error{};

  void refuse(std::string_view name, std::string message) {
    if (!error) error = core::invalid_input(std::string(name), std::move(message));
  }
  // The member unless it is absent or null; a required one must be there.
  const json::value* find(std::string_view name, bool is_required) {
    read.emplace_back(name);
    const auto* value = members.if_contains(name);
    if (value != nullptr && !value->is_null()) return value;
    if (is_required) refuse(name, fmt::format("`{}` is required", name));
    return nullptr;
  }
  std::optional<std::string> text(std::string_view name, bool is_required, std::size_t max_characters) {
    const auto* value = find(name, is_required);
    if (value == nullptr) return std::nullopt;
    const auto* string = value->if_string();
    if (string == nullptr) {
      refuse(name, fmt::format("`{}` must be a string", name));
      return std::nullopt;
    }
    std::string text(string->data(), string->size());
    if (is_required && text.empty()) refuse(name, fmt::format("`{}` must not be empty", name));
    if (auto checked = check_text(name, text, max_characters); !checked && !error) error = std::move(checked).error();
    return text;
  }
  std::optional<std::int64_t> integer(std::string_view name, bool is_required, IntegerRange range) {
    const auto* value = find(name, is_required);
    if (value == nullptr) return std::nullopt;
    const auto number = integer_of(*value);
    if (!number) {
      refuse(name, fmt::format("`{}` must be an integer", name));
    } else if (*number < range.least || *number > range.most) {
      refuse(name, fmt::format("`{}` must be between {} and {}", name, range.least, range.most));
    }
    return number;
  }
  std::optional<double> number(std::string_view name, bool is_required, NumberRange range) {
    const auto* value = find(name, is_required);
    if (value == nullptr) return std::nullopt;
    const auto number = number_of(*value);
    if (!number) {
      refuse(name, fmt::format("`{}` must be a number", name));
    } else if (*number < range.least || *number > range.most) {
      refuse(name, fmt::format("`{}` must be between {} and {}", name, range.least, range.most));
    }
    return number;
  }
  std::optional<bool> boolean(std::string_view name, bool is_required) {
    const auto* value = find(name, is_required);
    if (value == nullptr) return std::nullopt;
    const auto* truth = value->if_bool();
    if (truth == nullptr) refuse(name, fmt::format("`{}` must be true or false", name));
    return truth != nullptr ? std::optional(*truth) : std::nullopt;
  }
  std::optional<std::vector<std::string>> strings(std::string_view name, bool is_required, ListLimits limits) {
    const auto* value = find(name, is_required);
    if (value == nullptr) return std::nullopt;
    const auto* array = value->if_array();
    std::vector<std::string> items;
    if (array == nullptr) {
      refuse(name, fmt::format("`{}` must be an array of strings", name));
    } else if (array->size() > limits.max_items) {
      refuse(name, fmt::format("`{}` has {} items; at most {} are allowed", name, array->size(), limits.max_items));
    } else {
      for (const auto& item : *array) append_item(name, item, limits.max_characters, items);
    }
    return items;
  }
  void append_item(std::string_view name, const json::value& item, std::size_t max_characters,
                   std::vector<std::string>& items) {
    const auto* string = item.if_string();
    if (string == nullptr) return refuse(name, fmt::format("`{}` must be an array of strings", name));
    items.emplace_back(string->data(), string->size());
    if (auto checked = check_text(name, items.back(), max_characters); !checked && !error)
      error = std::move(checked).error();
  }
};

JsonObject::JsonObject(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
JsonObject::JsonObject(JsonObject&&) noexcept = default;
JsonObject& JsonObject::operator=(JsonObject&&) noexcept = default;
JsonObject::~JsonObject() = default;

core::Result<JsonObject> JsonObject::parse(const Request& request, bool may_be_empty) {
  if (may_be_empty && request.body.empty()) return JsonObject(std::make_unique<Impl>());
  if (!is_json_type(request.headers.get("Content-Type")))
    return core::fail(core::ErrorCode::unsupported_format, "the body must be sent as application/json");
  return parse_text(request.body);
}

core::Result<JsonObject> JsonObject::parse_text(std::string_view text) {
  json::parse_options options;
  options.max_depth = max_depth;
  boost::system::error_code failure;
  auto value = json::parse(text, failure, {}, options);
  if (failure == json::error::too_deep)
    return core::fail(malformed(fmt::format("the body is nested more than {} levels deep", max_depth)));
  if (failure) return core::fail(malformed(fmt::format("the body is not valid JSON: {}", failure.message())));
  if (!value.is_object()) return core::fail(malformed("the body must be a JSON object"));
  auto impl = std::make_unique<Impl>();
  impl->members = std::move(value.as_object());
  if (impl->members.size() > max_members)
    return core::fail(malformed(fmt::format("the body has more than {} members", max_members)));
  return JsonObject(std::move(impl));
}

bool JsonObject::has(std::string_view name) const { return impl_->members.contains(name); }

std::string JsonObject::required_string(std::string_view name, std::size_t max_characters) {
  return impl_->text(name, true, max_characters).value_or(std::string{});
}
std::optional<std::string> JsonObject::optional_string(std::string_view name, std::size_t max_characters) {
  return impl_->text(name, false, max_characters);
}
Patched<std::string> JsonObject::patched_string(std::string_view name, std::size_t max_characters) {
  return {has(name), impl_->text(name, false, max_characters)};
}

std::string JsonObject::required_secret(std::string_view name, std::size_t max_bytes) {
  const auto* value = impl_->find(name, true);
  if (value == nullptr) return {};
  const auto* string = value->if_string();
  if (string == nullptr) {
    refuse(name, fmt::format("`{}` must be a string", name));
    return {};
  }
  if (string->empty() || string->size() > max_bytes)
    refuse(name, fmt::format("`{}` must have 1 to {} bytes", name, max_bytes));
  if (std::ranges::count(*string, '\0') != 0) refuse(name, fmt::format("`{}` must not hold NUL", name));
  return {string->data(), string->size()};
}

std::int64_t JsonObject::required_integer(std::string_view name, IntegerRange range) {
  return impl_->integer(name, true, range).value_or(0);
}
std::optional<std::int64_t> JsonObject::optional_integer(std::string_view name, IntegerRange range) {
  return impl_->integer(name, false, range);
}
Patched<std::int64_t> JsonObject::patched_integer(std::string_view name, IntegerRange range) {
  return {has(name), impl_->integer(name, false, range)};
}

double JsonObject::required_number(std::string_view name, NumberRange range) {
  return impl_->number(name, true, range).value_or(0);
}
std::optional<double> JsonObject::optional_number(std::string_view name, NumberRange range) {
  return impl_->number(name, false, range);
}
Patched<double> JsonObject::patched_number(std::string_view name, NumberRange range) {
  return {has(name), impl_->number(name, false, range)};
}

bool JsonObject::required_boolean(std::string_view name) { return impl_->boolean(name, true).value_or(false); }
std::optional<bool> JsonObject::optional_boolean(std::string_view name) { return impl_->boolean(name, false); }

std::optional<std::string> JsonObject::optional_choice(std::string_view name,
                                                       std::span<const std::string_view> choices) {
  auto text = impl_->text(name, false, max_name_characters);
  if (text && std::ranges::count(choices, std::string_view(*text)) == 0)
    refuse(name, fmt::format("`{}` must be one of {}", name, fmt::join(choices, ", ")));
  return text;
}

std::optional<core::Instant> JsonObject::optional_instant(std::string_view name) {
  const auto text = impl_->text(name, false, 64);
  if (!text) return std::nullopt;
  const auto instant = core::parse_iso8601(*text);
  if (!instant) refuse(name, fmt::format("`{}` must be an ISO 8601 time such as 2026-11-21T04:12:33Z", name));
  return instant;
}

std::vector<std::string> JsonObject::required_strings(std::string_view name, ListLimits limits) {
  return impl_->strings(name, true, limits).value_or(std::vector<std::string>{});
}
std::optional<std::vector<std::string>> JsonObject::optional_strings(std::string_view name, ListLimits limits) {
  return impl_->strings(name, false, limits);
}

std::optional<core::Uuid> JsonObject::uuid(std::string_view name, bool is_required) {
  const auto text = impl_->text(name, is_required, 64);
  if (!text) return std::nullopt;
  const auto uuid = core::Uuid::parse(*text);
  if (!uuid) refuse(name, fmt::format("`{}` is not an id", name));
  return uuid;
}

std::vector<core::Uuid> JsonObject::uuids(std::string_view name, std::size_t max_items) {
  std::vector<core::Uuid> ids;
  for (const auto& text : required_strings(name, {.max_items = max_items, .max_characters = 64})) {
    if (const auto uuid = core::Uuid::parse(text)) {
      ids.push_back(*uuid);
    } else {
      refuse(name, fmt::format("`{}` holds \"{}\", which is not an id", name, text));
    }
  }
  return ids;
}

std::optional<core::JobId> JsonObject::optional_job(std::string_view name) {
  const auto number = impl_->integer(name, false, {.least = 1});
  return number ? std::optional(core::JobId{*number}) : std::nullopt;
}
Patched<core::Instant> JsonObject::patched_instant(std::string_view name) {
  return {has(name), optional_instant(name)};
}

Patched<core::JobId> JsonObject::patched_job(std::string_view name) { return {has(name), optional_job(name)}; }

std::optional<JsonObject> JsonObject::optional_object(std::string_view name) {
  const auto* value = impl_->find(name, false);
  if (value == nullptr) return std::nullopt;
  if (const auto* object = value->if_object()) return JsonObject(std::make_unique<Impl>(Impl{.members = *object}));
  refuse(name, fmt::format("`{}` must be an object", name));
  return std::nullopt;
}

std::vector<JsonObject> JsonObject::required_objects(std::string_view name, std::size_t max_items) {
  std::vector<JsonObject> objects;
  const auto* value = impl_->find(name, true);
  if (value == nullptr) return objects;
  const auto* array = value->if_array();
  if (array == nullptr || array->empty() || array->size() > max_items) {
    refuse(name, fmt::format("`{}` must be a list of 1 to {} objects", name, max_items));
    return objects;
  }
  for (const auto& item : *array) {
    if (const auto* object = item.if_object())
      objects.push_back(JsonObject(std::make_unique<Impl>(Impl{.members = *object})));
    else
      refuse(name, fmt::format("`{}` must hold objects only", name));
  }
  return objects;
}

std::optional<std::string> JsonObject::optional_object_text(std::string_view name, std::size_t max_bytes) {
  const auto* value = impl_->find(name, false);
  if (value == nullptr) return std::nullopt;
  if (!value->is_object()) {
    refuse(name, fmt::format("`{}` must be an object", name));
    return std::nullopt;
  }
  auto text = json::serialize(*value);
  if (text.size() > max_bytes) refuse(name, fmt::format("`{}` must be at most {} bytes long", name, max_bytes));
  return text;
}

std::optional<Parameters> JsonObject::optional_parameters(std::string_view name) {
  const auto* value = impl_->find(name, false);
  if (value == nullptr) return std::nullopt;
  const auto* object = value->if_object();
  if (object == nullptr) {
    refuse(name, fmt::format("`{}` must be an object", name));
    return std::nullopt;
  }
  Parameters parameters;
  for (const auto& member : *object) {
    const auto* text = member.value().if_string();
    if (member.value().is_structured() || member.value().is_null())
      refuse(name, fmt::format("`{}` must hold texts, numbers and truths only", name));
    else
      parameters.add(std::string(member.key()), text ? std::string(*text) : json::serialize(member.value()));
  }
  return parameters;
}

void JsonObject::refuse(std::string_view name, std::string message) { impl_->refuse(name, std::move(message)); }

core::Result<void> JsonObject::finish() const {
  if (impl_->error) return core::fail(*impl_->error);
  for (const auto& member : impl_->members) {
    const std::string_view name(member.key().data(), member.key().size());
    if (std::ranges::count(impl_->read, name) == 0)
      return core::fail(
          core::invalid_input(std::string(name), fmt::format("`{}` is not a field of this request", name)));
  }
  return {};
}

}  // namespace sightglass::http
