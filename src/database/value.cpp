#include "database/value.hpp"

#include <algorithm>

namespace sightglass::database {

core::Sha256 Row::sha256(int column) const {
  core::Sha256 hash;
  const std::string_view stored = bytes(column);
  const std::size_t length = std::min(stored.size(), hash.bytes.size());
  std::copy_n(reinterpret_cast<const std::uint8_t*>(stored.data()), length, hash.bytes.begin());
  return hash;
}

}  // namespace sightglass::database
