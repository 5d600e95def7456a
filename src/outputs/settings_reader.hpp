// Reads an output's settings member by member, each with its limits, and refuses what is left over.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace sightglass::outputs {

// The first fault sticks: look at outcome() before anything that was read is used. Members that are absent or null get
// what the optional readers are given. Not thread-safe.
class SettingsReader {
 public:
  // Of a JSON object of 16 KiB at most; whatever else is a fault.
  explicit SettingsReader(std::string_view text);
  ~SettingsReader();
  SettingsReader(const SettingsReader&) = delete;
  SettingsReader& operator=(const SettingsReader&) = delete;

  // UTF-8 without control characters.
  std::string text(std::string_view name, std::size_t most_bytes);  // not empty
  std::optional<std::string> optional_text(std::string_view name, std::size_t most_bytes);
  // May be empty.
  std::string text_or(std::string_view name, std::size_t most_bytes, std::string_view absent);
  std::optional<std::int64_t> optional_integer(std::string_view name, std::int64_t least, std::int64_t most);
  std::int64_t integer_or(std::string_view name, std::int64_t least, std::int64_t most, std::int64_t absent);
  double real_or(std::string_view name, double least, double most, double absent);
  bool boolean_or(std::string_view name, bool absent);
  // Of 1 … most_bytes bytes each, like text().
  std::vector<std::string> texts_or(std::string_view name, std::size_t most, std::size_t most_bytes,
                                    std::vector<std::string> absent);
  // "settings.<name> <fault>."
  void complain(std::string_view name, std::string_view fault);
  // invalid_input naming "settings.<name>": the first fault, or a member that nobody asked for.
  core::Result<void> outcome();

 private:
  struct Document;
  std::unique_ptr<Document> document_;
};

// A host's name or address, as it may stand in settings: no blanks, no address with a scheme or a port.
bool is_host(std::string_view text);

}  // namespace sightglass::outputs
