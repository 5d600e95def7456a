// Asking after a file without fetching it, which servers of some kinds answer: a gateway may be one that does so too.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "sources/gateway.hpp"

namespace sightglass::sources {

// What a server says of a file.
struct FileSigns {
  std::string validator{};              // as Fetched::validator
  std::optional<std::int64_t> bytes{};  // its length
};

class AsksAfterFiles {
 public:
  virtual ~AsksAfterFiles() = default;
  // nullopt where this server does not answer such questions. Blocks; by as many at once as there are connections,
  // those that fetch among them.
  virtual Remote<std::optional<FileSigns>> ask_after(const RemoteFile& file,
                                                     const std::function<bool()>& should_stop) = 0;
};

}  // namespace sightglass::sources
