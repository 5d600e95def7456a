// Packs files into one archive that is sent while it is made: what comes out is taken away piece by piece and never
// seen again.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/time.hpp"

namespace sightglass::storage {

struct ArchivedFile {
  std::string name{};  // UTF-8, relative, '/' between folders; unique within the archive, which is the caller's affair
  std::int64_t bytes = 0;
  core::Instant modified_at{};  // archives keep seconds, of the years 1980 to 2037; others are moved to the nearest
};

// True for names that stay below the folder an archive is unpacked into, on every system: non-empty UTF-8 without
// control characters, '\', ':' and empty, "." or ".." segments.
bool is_archivable_name(std::string_view name);

// Not thread-safe; may move between threads from call to call. Never blocks: files are read by who calls.
class ArchiveWriter {
 public:
  virtual ~ArchiveWriter() = default;
  // The next file. invalid_input naming "name" for one that is not archivable, before anything of it is written.
  virtual core::Result<void> begin(const ArchivedFile& file) = 0;
  // Bytes of the file begun last; internal_error for more than were announced.
  virtual core::Result<void> write(std::string_view bytes) = 0;
  // The archive's end. begin() and finish() give internal_error while the file begun last lacks bytes: an archive with
  // a torn file inside never looks whole.
  virtual core::Result<void> finish() = 0;
  // Takes away what was made since the last call.
  virtual std::string take() = 0;
  virtual std::size_t waiting_bytes() const = 0;  // that take() would give
};

// A zip whose files are stored as they are: pictures are compressed already. Sizes over 4 GiB and any number of files
// are told the way of ZIP64, where they need it. unavailable when the system cannot say UTF-8.
core::Result<std::unique_ptr<ArchiveWriter>> make_zip_writer();

}  // namespace sightglass::storage
