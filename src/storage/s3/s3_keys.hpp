// Which keys the store takes, and how the pieces of a resumable blob are called.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace sightglass::storage::s3 {

// invalid_input for what is no key, is not UTF-8, or is the name of a piece.
core::Result<void> check_key(std::string_view key);

// A resumable blob "a.bytes" is an empty object of that key, which says that it is there, and its pieces
// "a.bytes/000000000000000", the last segment being the offset of the piece's first byte.
inline constexpr std::string_view resumable_suffix = ".bytes";
inline bool is_resumable(std::string_view key) { return key.ends_with(resumable_suffix); }
std::string piece_key(std::string_view key, std::int64_t offset);

struct PieceName {
  std::string_view key{};  // of the whole blob
  std::int64_t offset = 0;
};
// nullopt for any other key.
std::optional<PieceName> parse_piece(std::string_view key);

}  // namespace sightglass::storage::s3
