#include "storage/archive_writer.hpp"

#include <algorithm>

#include "storage/blob_store.hpp"

namespace sightglass::storage {

// The rules of keys, and what Windows reads as a folder or a drive.
bool is_archivable_name(std::string_view name) {
  return is_valid_key(name) && std::ranges::none_of(name, [](char c) { return c == '\\' || c == ':'; });
}

}  // namespace sightglass::storage
