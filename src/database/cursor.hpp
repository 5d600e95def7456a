// The opaque text a client hands back to get the next page of a list.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "database/photos.hpp"

namespace sightglass::database {

// Where a page ended: the sort column as a number (0 when there is none) and the id that breaks ties.
struct CursorKey {
  std::int64_t number = 0;
  core::Uuid id{};
  bool operator==(const CursorKey&) const = default;
};

// 40 characters of base64url (RFC 4648, section 5): a version byte, the key, and a checksum over both and `list`,
// which names the list and its order ("jobs", "photos.newest_taken"). The checksum catches accidents, not enemies:
// a forged key only begins a page elsewhere among rows that the caller may see.
std::string encode_cursor(std::string_view list, const CursorKey& key);
// invalid_input, field "cursor", for every text that encode_cursor(list, …) did not make.
core::Result<CursorKey> decode_cursor(std::string_view text, std::string_view list);

std::string encode_cursor(photos::Sort sort, const photos::PageKey& key);
core::Result<photos::PageKey> decode_cursor(std::string_view text, photos::Sort sort);

}  // namespace sightglass::database
