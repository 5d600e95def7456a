#include "http/photo_archive_body.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/json_writer.hpp"
#include "http/archive_names.hpp"
#include "http/object_access.hpp"
#include "storage/archive_writer.hpp"

namespace sightglass::http {
namespace {

constexpr std::size_t piece_size = 256U << 10;
// Opened together: one transaction looks them up, another one writes down that they are looked at. More would be
// checked too long before a slow client gets to them.
constexpr std::size_t photos_of_a_group = 8;
constexpr std::string_view left_out_name = "left_out.txt";

struct Found {
  core::Photo photo{};
  std::string folder{};
};

struct Opened {
  std::string name{};
  core::Instant taken_at{};
  OpenedFile file{};
};

class PhotoArchiveBody final : public StreamedBody {
 public:
  PhotoArchiveBody(const Services& services, std::shared_ptr<PhotoBytes> bytes, const Request& request,
                   std::shared_ptr<const PhotoArchive> archive, PhotoArchives::Sending sending,
                   std::unique_ptr<storage::ArchiveWriter> writer)
      : services_(services),
        bytes_(std::move(bytes)),
        caller_(request.caller),
        request_id_(request.request_id),
        peer_(request.peer),
        archive_(std::move(archive)),
        sending_(std::move(sending)),
        writer_(std::move(writer)) {}

  core::Result<void> next(std::string& piece) override {
    if (!is_begun_) {
      SG_TRY(record_download());
      is_begun_ = true;
    }
    while (!is_finished_ && writer_->waiting_bytes() < piece_size) SG_TRY(advance());
    piece = writer_->take();
    return {};
  }

 private:
  core::Result<void> advance() {
    if (sent_ < promised()) return copy_some();
    if (!opened_.empty() && is_current_) {
      opened_.pop_front();
      is_current_ = false;
    }
    if (!opened_.empty()) return begin_file();
    if (next_photo_ < archive_->photos.size()) return open_some();
    return finish();
  }
  std::int64_t promised() const { return is_current_ ? opened_.front().file.bytes : 0; }

  core::Result<void> begin_file() {
    const auto& next = opened_.front();
    SG_TRY(writer_->begin({.name = next.name, .bytes = next.file.bytes, .modified_at = next.taken_at}));
    is_current_ = true;
    sent_ = 0;
    return {};
  }

  core::Result<void> copy_some() {
    const auto& current = opened_.front();
    chunk_.resize(static_cast<std::size_t>(std::min<std::int64_t>(promised() - sent_, piece_size)));
    const auto count = ::pread(current.file.fd.get(), chunk_.data(), chunk_.size(), sent_);
    // Its length stands in the zip already: only a torn archive tells that a file is torn.
    if (count <= 0) return core::fail(core::unavailable("a photo's file ended while it was sent", current.name));
    sent_ += count;
    return writer_->write(std::string_view(chunk_).substr(0, static_cast<std::size_t>(count)));
  }

  // Opens the next group, and writes down who looks at them before a byte of them goes out.
  core::Result<void> open_some() {
    const auto end = std::min(next_photo_ + photos_of_a_group, archive_->photos.size());
    const std::vector<core::PhotoId> ids(archive_->photos.begin() + static_cast<std::ptrdiff_t>(next_photo_),
                                         archive_->photos.begin() + static_cast<std::ptrdiff_t>(end));
    next_photo_ = end;
    std::vector<core::PhotoId> viewed;
    for (const auto id : ids) {
      SG_ASSIGN(const bool is_open, open_one(id));
      if (is_open) viewed.push_back(id);
    }
    if (viewed.empty()) return {};
    return services_.database.write([&](database::Session& session) -> core::Result<void> {
      for (const auto id : viewed) SG_TRY(record_view(session, id));
      return {};
    });
  }

  // False when it is left out. An error of the machine, not of this photo, ends the archive.
  core::Result<bool> open_one(core::PhotoId id) {
    // A picture that is turned between the look at its row and the one at its file is looked at once more.
    for (int attempt = 0;; ++attempt) {
      SG_ASSIGN(auto found, find(id));
      if (!found) return false;
      auto& [photo, folder] = *found;
      const auto filename = archived_filename(photo, archive_->variant == PhotoVariant::display);
      auto file = bytes_->open(photo, archive_->variant);
      if (!file && file.error().code == core::ErrorCode::unavailable && attempt == 0) continue;
      if (!file) return leave_out(filename, id, file.error().message);
      opened_.push_back({names_.claim(folder, filename), photo.taken_at, std::move(*file)});
      return true;
    }
  }

  core::Result<std::optional<Found>> find(core::PhotoId id) {
    return services_.database.read([&](database::Session& session) -> core::Result<std::optional<Found>> {
      auto photo = visible_photo(session, caller_, id);
      if (!photo && photo.error().code != core::ErrorCode::not_found) return std::unexpected(photo.error());
      if (!photo) {
        leave_out("", id, "it is not there any more, or you may not see it");
        return std::nullopt;
      }
      if (photo->trashed_at) {
        leave_out(archived_filename(*photo, false), id, "it is in the trash");
        return std::nullopt;
      }
      SG_ASSIGN(auto folder, folder_of(session, *photo));
      return Found{std::move(*photo), std::move(folder)};
    });
  }

  // Who may see a photo they took need not see the job it was filed under.
  core::Result<std::string> folder_of(database::Session& session, const core::Photo& photo) {
    if (!photo.job_id) return field_folder(photo);
    auto& folder = job_folders_[photo.job_id->value];
    if (!folder.empty()) return folder;
    const auto job = visible_job(session, caller_, *photo.job_id);
    if (!job && job.error().code != core::ErrorCode::not_found) return std::unexpected(job.error());
    folder = job_folder(*photo.job_id, job ? &*job : nullptr);
    return folder;
  }

  bool leave_out(std::string_view filename, core::PhotoId id, std::string_view reason) {
    fmt::format_to(std::back_inserter(left_out_), "{}{}photo {}: {}\r\n", filename, filename.empty() ? "" : ", ",
                   id.to_string(), reason);
    return false;
  }

  core::Result<void> finish() {
    if (!left_out_.empty()) {
      const auto text = "These photos were chosen and are not in this archive.\r\n\r\n" + left_out_;
      SG_TRY(writer_->begin({.name = std::string(left_out_name),
                             .bytes = static_cast<std::int64_t>(text.size()),
                             .modified_at = services_.clock.now()}));
      SG_TRY(writer_->write(text));
    }
    SG_TRY(writer_->finish());
    is_finished_ = true;
    return {};
  }

  accounts::Origin origin() const { return {.request_id = request_id_, .peer = peer_}; }

  core::Result<void> record_download() {
    std::string details;
    core::JsonWriter json(details);
    json.begin_object().member("variant", name_of(archive_->variant)).member("photos", archive_->count);
    json.member("bytes", archive_->bytes).end_object();
    return services_.audit.record(caller_, origin(),
                                  {.action = "archive.download",
                                   .object_type = "archive",
                                   .object_id = archive_->id.to_string(),
                                   .details = std::move(details)});
  }

  // Like the entry of a picture looked at by itself, but never gathered: thousands in a minute would be only counted.
  core::Result<void> record_view(database::Session& session, core::PhotoId id) {
    std::string details;
    core::JsonWriter json(details);
    json.begin_object().member("views", std::int64_t{1}).key("variants").begin_array();
    json.string(name_of(archive_->variant)).end_array().member("archive", archive_->id.to_string()).end_object();
    return services_.audit.append(
        session, caller_, origin(),
        {.action = "photo.view", .object_type = "photo", .object_id = id.to_string(), .details = std::move(details)});
  }

  const Services& services_;
  std::shared_ptr<PhotoBytes> bytes_;
  accounts::Caller caller_;
  std::string request_id_;
  std::string peer_;
  std::shared_ptr<const PhotoArchive> archive_;
  PhotoArchives::Sending sending_;
  std::unique_ptr<storage::ArchiveWriter> writer_;
  std::size_t next_photo_ = 0;   // of the archive's
  std::deque<Opened> opened_{};  // the first one is being copied when `is_current_`
  bool is_current_ = false;
  std::int64_t sent_ = 0;  // of the current file
  std::string chunk_{};
  UniqueNames names_{};
  std::map<std::int64_t, std::string> job_folders_{};
  std::string left_out_{};
  bool is_begun_ = false;
  bool is_finished_ = false;
};

}  // namespace

core::Result<std::unique_ptr<StreamedBody>> make_archive_body(const Services& services,
                                                              const std::shared_ptr<PhotoBytes>& bytes,
                                                              const Request& request,
                                                              std::shared_ptr<const PhotoArchive> archive,
                                                              PhotoArchives::Sending sending) {
  SG_ASSIGN(auto writer, storage::make_zip_writer());
  return std::make_unique<PhotoArchiveBody>(services, bytes, request, std::move(archive), std::move(sending),
                                            std::move(writer));
}

}  // namespace sightglass::http
