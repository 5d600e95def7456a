// An export of several files: a zip that is made while it is taken away.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "exports/annotation_export.hpp"
#include "exports/photo_walk.hpp"
#include "storage/archive_writer.hpp"

namespace sightglass::exports {

// The zip of one export, as its contents write into it.
class Package {
 public:
  Package(std::unique_ptr<storage::ArchiveWriter> writer, core::Instant now) : writer_(std::move(writer)), now_(now) {}
  core::Result<void> add(std::string name, std::string_view text);
  storage::ArchiveWriter& writer() { return *writer_; }

 private:
  std::unique_ptr<storage::ArchiveWriter> writer_;
  core::Instant now_;
};

// What a format puts into its package, in the order of these calls.
class PackageContents {
 public:
  virtual ~PackageContents() = default;
  // "images/": where pictures lie in the package.
  virtual std::string_view pictures_folder() const = 0;
  virtual core::Result<void> begin(Package&) { return {}; }
  // False: the photo is not in this export, nor is its picture.
  virtual core::Result<bool> add(const AnnotatedPhoto& photo, Package& package) = 0;
  virtual core::Result<void> finish(Package&) { return {}; }
};

// `database` and `options` outlive it. unavailable when no archive can be written.
core::Result<std::unique_ptr<Export>> make_package(database::Database& database, const Options& options,
                                                   std::unique_ptr<PackageContents> contents);

}  // namespace sightglass::exports
