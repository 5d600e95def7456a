#include "exports/export_file.hpp"

#include <string>

#include "runtime/partial_file.hpp"

namespace sightglass::exports {

core::Result<ExportedFile> write_export(database::Database& database, const Options& options,
                                        const std::filesystem::path& directory,
                                        const std::function<void(std::int64_t bytes)>& progress) {
  ExportedFile written{.path = directory / ("annotations." + std::string(ending_of(options)))};
  SG_ASSIGN(const auto made, make_export(database, options));
  runtime::PartialFile file(written.path);
  SG_TRY(file.open());
  for (std::string piece;;) {
    SG_TRY(made->next(piece));
    if (piece.empty()) break;
    SG_TRY(file.write(piece));
    written.bytes += static_cast<std::int64_t>(piece.size());
    if (progress) progress(written.bytes);
  }
  SG_TRY(file.finish());
  return written;
}

OpenPicture originals_of(storage::BlobStore& blobs) {
  return [&blobs](const core::Photo& photo) -> core::Result<Picture> {
    if (photo.files.original.empty()) return core::fail(core::not_found("no original was kept"));
    SG_ASSIGN(auto fd, blobs.open(photo.files.original));
    const auto bytes = ::lseek(fd.get(), 0, SEEK_END);
    if (bytes != photo.file_bytes)
      return core::fail(core::not_found("the original is not as long as it was; `sightglass check` tells more"));
    return Picture{.fd = std::move(fd), .bytes = bytes};
  };
}

}  // namespace sightglass::exports
