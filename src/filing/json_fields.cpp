#include "filing/json_fields.hpp"

#include <boost/json.hpp>

namespace sightglass::filing {
namespace {

namespace json = boost::json;

constexpr std::size_t most_bytes_of_a_document = 8 << 20;
constexpr std::size_t deepest_nesting = 32;

core::Result<json::value> parse_bounded(std::string_view text) {
  if (text.size() > most_bytes_of_a_document) {
    return core::fail(core::invalid_input("", "The JSON document is longer than 8 MiB."));
  }
  json::parse_options options;
  options.max_depth = deepest_nesting;
  boost::system::error_code fault;
  json::value value = json::parse({text.data(), text.size()}, fault, {}, options);
  if (fault) return core::fail(core::invalid_input("", "This is not JSON: " + fault.message() + "."));
  return value;
}

const json::object& as_object(const void* object) { return *static_cast<const json::object*>(object); }

const json::value* find(const void* object, std::string_view name) {
  const json::value* value = as_object(object).if_contains({name.data(), name.size()});
  return value != nullptr && !value->is_null() ? value : nullptr;
}

std::optional<double> number_of(const json::value& value) {
  boost::system::error_code fault;
  const double number = value.to_number<double>(fault);
  if (fault) return std::nullopt;
  return number;
}

}  // namespace

struct JsonFields::Document {
  json::value root;
  json::object nothing;  // stands in for members that are missing
  std::optional<core::Error> fault;
};

core::Result<JsonFields> JsonFields::parse(std::string_view text) {
  auto document = std::make_shared<Document>();
  SG_ASSIGN(document->root, parse_bounded(text));
  const json::object* object = document->root.if_object();
  if (object == nullptr) return core::fail(core::invalid_input("", "The JSON document is not an object."));
  return JsonFields(std::move(document), object);
}

void JsonFields::complain(std::string_view name, std::string_view fault) {
  if (document_->fault) return;
  std::string message = "The member \"";
  message.append(name).append("\" ").append(fault).append(".");
  document_->fault = core::invalid_input(std::string(name), std::move(message));
}

core::Result<void> JsonFields::outcome() const {
  if (document_->fault) return std::unexpected(*document_->fault);
  return {};
}

std::optional<std::string> JsonFields::optional_text(std::string_view name, std::size_t most_bytes) {
  const json::value* value = find(object_, name);
  if (value == nullptr) return std::nullopt;
  const json::string* text = value->if_string();
  if (text == nullptr) {
    complain(name, "is not text");
  } else if (text->size() > most_bytes) {
    complain(name, "is too long");
  } else {
    return std::string(text->data(), text->size());
  }
  return std::nullopt;
}

std::string JsonFields::text(std::string_view name, std::size_t most_bytes) {
  auto text = optional_text(name, most_bytes);
  if (!text) complain(name, "is missing");
  return std::move(text).value_or(std::string{});
}

std::optional<std::int64_t> JsonFields::optional_integer(std::string_view name, std::int64_t least, std::int64_t most) {
  const json::value* value = find(object_, name);
  if (value == nullptr) return std::nullopt;
  const std::int64_t* number = value->if_int64();
  if (number == nullptr || *number < least || *number > most) {
    complain(name, "is not a whole number in its range");
    return std::nullopt;
  }
  return *number;
}

std::int64_t JsonFields::integer(std::string_view name, std::int64_t least, std::int64_t most) {
  const auto number = optional_integer(name, least, most);
  if (!number) complain(name, "is missing");
  return number.value_or(0);
}

std::optional<double> JsonFields::optional_number(std::string_view name, double least, double most) {
  const json::value* value = find(object_, name);
  if (value == nullptr) return std::nullopt;
  const auto number = number_of(*value);
  if (!number || !(*number >= least && *number <= most)) {
    complain(name, "is not a number in its range");
    return std::nullopt;
  }
  return number;
}

bool JsonFields::boolean(std::string_view name) {
  const json::value* value = find(object_, name);
  const bool* truth = value == nullptr ? nullptr : value->if_bool();
  if (truth == nullptr) complain(name, "is not true or false");
  return truth != nullptr && *truth;
}

std::optional<bool> JsonFields::optional_boolean(std::string_view name) {
  if (find(object_, name) == nullptr) return std::nullopt;
  return boolean(name);
}

core::Instant JsonFields::instant(std::string_view name) {
  return parsed(name, [](std::string_view text) { return core::parse_iso8601(text); });
}

std::vector<std::string> JsonFields::texts(std::string_view name, std::size_t most, std::size_t most_bytes) {
  const json::value* value = find(object_, name);
  const json::array* array = value == nullptr ? nullptr : value->if_array();
  if (array == nullptr || array->size() > most) {
    complain(name, "is not a list of a bearable length");
    return {};
  }
  std::vector<std::string> texts;
  for (const json::value& item : *array) {
    const json::string* text = item.if_string();
    if (text == nullptr || text->size() > most_bytes) {
      complain(name, "holds something that is not a short text");
      return {};
    }
    texts.emplace_back(text->data(), text->size());
  }
  return texts;
}

JsonFields JsonFields::object(std::string_view name) {
  const json::value* value = find(object_, name);
  const json::object* object = value == nullptr ? nullptr : value->if_object();
  if (object == nullptr) complain(name, "is not an object");
  return {document_, object == nullptr ? &document_->nothing : object};
}

std::optional<JsonFields> JsonFields::optional_object(std::string_view name) {
  if (find(object_, name) == nullptr) return std::nullopt;
  return object(name);
}

std::vector<JsonFields> JsonFields::optional_objects(std::string_view name, std::size_t most) {
  const json::value* value = find(object_, name);
  if (value == nullptr) return {};
  const json::array* array = value->if_array();
  if (array == nullptr || array->size() > most) {
    complain(name, "is not a list of a bearable length");
    return {};
  }
  std::vector<JsonFields> objects;
  for (const json::value& item : *array) {
    const json::object* object = item.if_object();
    if (object == nullptr) complain(name, "holds something that is not an object");
    objects.push_back({document_, object == nullptr ? &document_->nothing : object});
  }
  return objects;
}

std::string JsonFields::object_text(std::string_view name) { return json::serialize(as_object(object(name).object_)); }

bool is_json_object(std::string_view text) {
  const auto value = parse_bounded(text);
  return value && value->is_object();
}

}  // namespace sightglass::filing
