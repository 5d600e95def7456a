#include "outputs/settings_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <set>

namespace sightglass::outputs {
namespace {

namespace json = boost::json;

constexpr std::size_t most_bytes_of_settings = 16 << 10;
constexpr std::size_t longest_host = 253;  // RFC 1035, 3.1, as text

// Boost.JSON has seen to it that it is UTF-8.
bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace

struct SettingsReader::Document {
  json::object members{};
  std::set<std::string, std::less<>> asked{};
  std::optional<core::Error> fault{};

  const json::value* find(std::string_view name) {
    asked.emplace(name);
    const json::value* value = members.if_contains({name.data(), name.size()});
    return value != nullptr && !value->is_null() ? value : nullptr;
  }
};

SettingsReader::SettingsReader(std::string_view text) : document_(std::make_unique<Document>()) {
  boost::system::error_code fault;
  auto value = text.size() > most_bytes_of_settings ? json::value() : json::parse({text.data(), text.size()}, fault);
  if (!fault && value.is_object()) {
    document_->members = std::move(value.get_object());
  } else {
    document_->fault = core::invalid_input(
        "settings", fmt::format("settings must be a JSON object of {} bytes at most.", most_bytes_of_settings));
  }
}

SettingsReader::~SettingsReader() = default;

void SettingsReader::complain(std::string_view name, std::string_view fault) {
  if (document_->fault) return;
  document_->fault = core::invalid_input(fmt::format("settings.{}", name), fmt::format("settings.{} {}.", name, fault));
}

std::optional<std::string> SettingsReader::optional_text(std::string_view name, std::size_t most_bytes) {
  const json::value* value = document_->find(name);
  if (value == nullptr) return std::nullopt;
  const json::string* text = value->if_string();
  if (text == nullptr || text->empty() || text->size() > most_bytes) {
    complain(name, fmt::format("must be text of 1 to {} bytes", most_bytes));
  } else if (has_control_character({text->data(), text->size()})) {
    complain(name, "must not have control characters");
  } else {
    return std::string(text->data(), text->size());
  }
  return std::nullopt;
}

std::string SettingsReader::text(std::string_view name, std::size_t most_bytes) {
  auto text = optional_text(name, most_bytes);
  if (!text) complain(name, fmt::format("is missing: text of 1 to {} bytes", most_bytes));
  return std::move(text).value_or(std::string{});
}

std::string SettingsReader::text_or(std::string_view name, std::size_t most_bytes, std::string_view absent) {
  const json::value* value = document_->find(name);
  if (value == nullptr) return std::string(absent);
  if (const json::string* text = value->if_string(); text != nullptr && text->empty()) return {};
  return optional_text(name, most_bytes).value_or(std::string{});
}

std::optional<std::int64_t> SettingsReader::optional_integer(std::string_view name, std::int64_t least,
                                                             std::int64_t most) {
  const json::value* value = document_->find(name);
  if (value == nullptr) return std::nullopt;
  const std::int64_t* number = value->if_int64();
  if (number != nullptr && *number >= least && *number <= most) return *number;
  complain(name, fmt::format("must be a whole number from {} to {}", least, most));
  return std::nullopt;
}

std::int64_t SettingsReader::integer_or(std::string_view name, std::int64_t least, std::int64_t most,
                                        std::int64_t absent) {
  return optional_integer(name, least, most).value_or(absent);
}

bool SettingsReader::boolean_or(std::string_view name, bool absent) {
  const json::value* value = document_->find(name);
  if (value == nullptr) return absent;
  const bool* truth = value->if_bool();
  if (truth == nullptr) complain(name, "must be true or false");
  return truth != nullptr && *truth;
}

double SettingsReader::real_or(std::string_view name, double least, double most, double absent) {
  const json::value* value = document_->find(name);
  if (value == nullptr) return absent;
  boost::system::error_code fault;
  const auto number = value->to_number<double>(fault);
  if (!fault && number >= least && number <= most) return number;
  complain(name, fmt::format("must be a number from {} to {}", least, most));
  return absent;
}

std::vector<std::string> SettingsReader::texts_or(std::string_view name, std::size_t most, std::size_t most_bytes,
                                                  std::vector<std::string> absent) {
  const json::value* value = document_->find(name);
  if (value == nullptr) return absent;
  const json::array* array = value->if_array();
  std::vector<std::string> texts;
  bool is_sound = array != nullptr && array->size() <= most;
  for (std::size_t i = 0; is_sound && i < array->size(); ++i) {
    const json::string* text = (*array)[i].if_string();
    is_sound = text != nullptr && !text->empty() && text->size() <= most_bytes &&
               !has_control_character({text->data(), text->size()});
    if (is_sound) texts.emplace_back(text->data(), text->size());
  }
  if (!is_sound)
    complain(name, fmt::format("must be a list of at most {} texts of 1 to {} bytes without control characters", most,
                               most_bytes));
  return texts;
}

core::Result<void> SettingsReader::outcome() {
  for (const auto& member : document_->members)
    if (!document_->asked.contains(std::string_view(member.key().data(), member.key().size())))
      complain({member.key().data(), std::min<std::size_t>(member.key().size(), 100)},
               "is not a setting that there is here");
  if (document_->fault) return std::unexpected(*document_->fault);
  return {};
}

bool is_host(std::string_view text) {
  const auto may_stand = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_' || c == ':';
  };
  // More than one colon is an address of IPv6; one alone would be a port.
  return !text.empty() && text.size() <= longest_host && std::ranges::all_of(text, may_stand) &&
         std::ranges::count(text, ':') != 1 && !text.starts_with('-');
}

}  // namespace sightglass::outputs
