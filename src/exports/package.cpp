#include "exports/package.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

namespace sightglass::exports {
namespace {

constexpr std::size_t piece_size = 256U << 10;

class PackageExport final : public Export {
 public:
  PackageExport(database::Database& database, const Options& options, std::unique_ptr<PackageContents> contents,
                std::unique_ptr<storage::ArchiveWriter> writer)
      : options_(options),
        contents_(std::move(contents)),
        package_(std::move(writer), options.now),
        walk_(database, options) {}

  core::Result<void> next(std::string& piece) override {
    if (!is_begun_) {
      SG_TRY(contents_->begin(package_));
      is_begun_ = true;
    }
    while (!is_over_ && package_.writer().waiting_bytes() < piece_size) SG_TRY(advance());
    piece = package_.writer().take();
    return {};
  }

 private:
  core::Result<void> advance() {
    if (picture_) return copy_some();
    SG_ASSIGN(const auto* photo, walk_.next());
    if (photo == nullptr) return finish();
    SG_ASSIGN(const bool is_in, contents_->add(*photo, package_));
    return is_in && options_.open_picture ? begin_picture(photo->photo) : core::Result<void>{};
  }

  core::Result<void> begin_picture(const core::Photo& photo) {
    auto picture = options_.open_picture(photo);
    const auto name = std::string(contents_->pictures_folder()) + picture_name(photo);
    if (!picture && picture.error().code == core::ErrorCode::not_found) {
      fmt::format_to(std::back_inserter(left_out_), "{}: {}\r\n", name, picture.error().message);
      return {};
    }
    if (!picture) return std::unexpected(picture.error());
    SG_TRY(package_.writer().begin({.name = name, .bytes = picture->bytes, .modified_at = photo.taken_at}));
    picture_ = std::move(*picture);
    copied_ = 0;
    return {};
  }

  core::Result<void> copy_some() {
    if (copied_ == picture_->bytes) {
      picture_.reset();
      return {};
    }
    chunk_.resize(static_cast<std::size_t>(std::min<std::int64_t>(picture_->bytes - copied_, piece_size)));
    const auto count = ::pread(picture_->fd.get(), chunk_.data(), chunk_.size(), copied_);
    // Its length stands in the zip already: only a torn archive tells that a file is torn.
    if (count <= 0)
      return core::fail(core::unavailable("a photo's file ended while it was exported", std::strerror(errno)));
    copied_ += count;
    return package_.writer().write(std::string_view(chunk_).substr(0, static_cast<std::size_t>(count)));
  }

  core::Result<void> finish() {
    SG_TRY(contents_->finish(package_));
    if (!left_out_.empty())
      SG_TRY(package_.add("left_out.txt", "These pictures are not in this export.\r\n\r\n" + left_out_));
    SG_TRY(package_.writer().finish());
    is_over_ = true;
    return {};
  }

  const Options& options_;
  std::unique_ptr<PackageContents> contents_;
  Package package_;
  PhotoWalk walk_;
  std::optional<Picture> picture_{};  // that is being copied
  std::int64_t copied_ = 0;           // of it
  std::string chunk_{};
  std::string left_out_{};
  bool is_begun_ = false;
  bool is_over_ = false;
};

}  // namespace

core::Result<void> Package::add(std::string name, std::string_view text) {
  SG_TRY(
      writer_->begin({.name = std::move(name), .bytes = static_cast<std::int64_t>(text.size()), .modified_at = now_}));
  return writer_->write(text);
}

core::Result<std::unique_ptr<Export>> make_package(database::Database& database, const Options& options,
                                                   std::unique_ptr<PackageContents> contents) {
  SG_ASSIGN(auto writer, storage::make_zip_writer());
  return std::make_unique<PackageExport>(database, options, std::move(contents), std::move(writer));
}

}  // namespace sightglass::exports
