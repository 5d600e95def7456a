// Reads query parameters strictly: every one has a type and a limit, none is given twice, and nothing unknown passes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/geometry.hpp"
#include "core/ids.hpp"
#include "core/result.hpp"
#include "http/json_body.hpp"
#include "http/message.hpp"

namespace sightglass::http {

// As JsonObject: getters remember the first error, finish() returns it. An empty value counts as absent, because
// forms send `?asset=&job=`. Borrows the request.
class QueryReader {
 public:
  explicit QueryReader(const Request& request);

  std::optional<std::string> text(std::string_view name, std::size_t max_characters = 200);
  std::optional<std::int64_t> integer(std::string_view name, IntegerRange range = {});
  std::optional<double> number(std::string_view name, double least, double most);
  // "true", "false", "1" or "0".
  std::optional<bool> boolean(std::string_view name);
  std::optional<std::string_view> choice(std::string_view name, std::span<const std::string_view> choices);
  std::optional<core::Instant> instant(std::string_view name);
  // "west,south,east,north" in degrees; west may be larger than east (the box then crosses the 180° meridian).
  std::optional<core::GeoBox> box(std::string_view name);
  // The only getter for a parameter that may come several times.
  std::vector<std::string> texts(std::string_view name, ListLimits limits = {});

  template <typename Id>
  std::optional<Id> id(std::string_view name) {
    const auto value = single(name);
    if (!value) return std::nullopt;
    auto parsed = Id::parse(*value);
    if (!parsed) refuse(name, "is not an id");
    return parsed;
  }

  // An error of the handler's own, "`name` `message`"; the first error of all stands.
  void refuse(std::string_view name, std::string_view message);

  // The first error met; else invalid_input naming the first parameter that nobody asked for.
  core::Result<void> finish() const;

 private:
  void mark_read(std::string_view name);
  std::optional<std::string_view> single(std::string_view name);
  const Parameters& parameters_;
  std::vector<bool> was_read_;
  std::optional<core::Error> error_{};
};

}  // namespace sightglass::http
