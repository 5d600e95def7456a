// The JSON header of a model's file: its members with their ranges, from bytes that anybody may have written; and the
// envelope of magic, length and header that files of models share.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace sightglass::vision {

// All members: invalid_input, naming the member, when it is absent, of another type or out of its range.
class HeaderFields {
 public:
  static core::Result<HeaderFields> parse(std::string_view json);
  core::Result<std::int64_t> integer(std::string_view name, std::int64_t least, std::int64_t most) const;
  core::Result<double> number(std::string_view name, double least, double most) const;
  core::Result<bool> boolean(std::string_view name) const;
  core::Result<std::string> text(std::string_view name, std::size_t most_bytes) const;
  core::Result<std::vector<std::string>> texts(std::string_view name, std::size_t most, std::size_t most_bytes) const;
  core::Result<std::vector<double>> numbers(std::string_view name, std::size_t count) const;  // finite

 private:
  struct Object;
  explicit HeaderFields(std::shared_ptr<const Object> object) : object_(std::move(object)) {}
  std::shared_ptr<const Object> object_;  // shared: copies of the fields are cheap, and the object never changes
};

struct HeaderAndBlocks {
  std::string_view header{}, blocks{};
};
// Magic (4 bytes), the header's length (4 bytes, at most 8 MiB), the header; `blocks` is what follows.
core::Result<HeaderAndBlocks> opened(std::string_view bytes, std::string_view magic);
std::string begun(std::string_view magic, std::string_view header);

}  // namespace sightglass::vision
