// Writes all of some bytes at one place of a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/result.hpp"

namespace sightglass::storage::disk {

// `name` is for the error's words. On an error some of the bytes may have been written. Blocks.
core::Result<void> write_at(int fd, std::int64_t offset, std::span<const std::byte> bytes, std::string_view name);

}  // namespace sightglass::storage::disk
