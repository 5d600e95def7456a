#include "ingest/import.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <thread>
#include <utility>

#include "ingest/admission.hpp"
#include "ingest/file_walk.hpp"

namespace sightglass::ingest {
namespace {

namespace fs = std::filesystem;
using runtime::UnixFd;

constexpr std::size_t most_refusals_listed = 10'000;

core::Result<UnixFd> open_picture(const fs::path& path, std::int64_t most_bytes) {
  UnixFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status = {};
  if (!fd || ::fstat(fd.get(), &status) != 0) {
    return core::fail(core::invalid_input("path", std::string("The file cannot be read: ") + std::strerror(errno)));
  }
  if (!S_ISREG(status.st_mode)) return core::fail(core::invalid_input("path", "This is not a file."));
  if (status.st_size > most_bytes) {
    return core::fail(core::ErrorCode::too_large, "The file has " + std::to_string(status.st_size) +
                                                      " bytes; at most " + std::to_string(most_bytes) + " are taken.");
  }
  return fd;
}

std::int64_t size_of(const UnixFd& fd) {
  struct stat status = {};
  return ::fstat(fd.get(), &status) == 0 ? status.st_size : 0;
}

// What is written is no longer kept as `room`.
core::Result<void> copy(int from, storage::IncomingBlob& to, Admission::Reservation& room) {
  std::vector<std::byte> buffer(256 << 10);
  for (;;) {
    const ssize_t got = ::read(from, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return core::fail(core::invalid_input("path", std::string("The file cannot be read: ") + std::strerror(errno)));
    }
    if (got == 0) return {};
    SG_TRY(to.write(std::span(buffer).first(static_cast<std::size_t>(got))));
    room.note_written(got);
  }
}

Submission submission_for(const ImportOptions& options, const fs::path& path) {
  Submission submission;
  submission.kind = options.job_id ? core::PhotoKind::job : core::PhotoKind::field;
  submission.source = core::PhotoSource::import;
  submission.original_filename = path.filename().string();
  submission.description = options.description;
  submission.tags = options.tags;
  submission.job_id = options.job_id;
  submission.asset_id = options.asset_id;
  submission.location_id = options.location_id;
  submission.uploaded_by = options.uploaded_by;
  submission.uploader_name = options.uploader_name;
  submission.queue = core::TaskQueue::batch;
  submission.allow_damaged = options.allow_damaged;
  submission.skip_duplicate = true;
  submission.request_id = "import";
  return submission;
}

// Hands out files to a few threads and gathers what became of them.
class ImportRun {
 public:
  using Progress = std::function<bool(const ImportedFile&, const ImportReport&)>;
  ImportRun(Ingest& ingest, storage::BlobStore& blobs, const ImportOptions& options, const Progress& progress,
            FoundFiles found)
      : ingest_(ingest),
        blobs_(blobs),
        options_(options),
        admission_(blobs, options.min_free_bytes),
        progress_(progress),
        files_(std::move(found.files)),
        passed_over_(std::move(found.passed_over)) {
    report_.found = static_cast<std::int64_t>(files_.size() + passed_over_.size());
  }

  core::Result<ImportReport> run() {
    {
      std::vector<std::jthread> threads;
      const auto wanted = static_cast<std::size_t>(std::clamp(options_.parallel, 1, 64));
      for (std::size_t i = 0; i < std::min(wanted, files_.size()); ++i) threads.emplace_back([this] { work(); });
    }
    if (no_room_) return std::unexpected(*no_room_);
    for (const auto& [path, reason] : passed_over_) {
      if (!is_stopped_) note(path, core::fail(core::invalid_input("path", reason)));
    }
    return report_;
  }

 private:
  void work() {
    while (const fs::path* path = take()) note(*path, import_one(*path));
  }

  const fs::path* take() {
    const std::lock_guard lock(mutex_);
    if (is_stopped_ || next_ == files_.size()) return nullptr;
    return &files_[next_++];
  }

  core::Result<Accepted> import_one(const fs::path& path) {
    SG_ASSIGN(const UnixFd fd, open_picture(path, ingest_.policy().limits.max_bytes));
    SG_ASSIGN(auto room, admission_.admit(size_of(fd)));
    SG_ASSIGN(const auto incoming, blobs_.begin_incoming());
    SG_TRY(copy(fd.get(), *incoming, room));
    return ingest_.accept(*incoming, submission_for(options_, path));
  }

  void note(const fs::path& path, const core::Result<Accepted>& outcome) {
    const std::lock_guard lock(mutex_);
    ImportedFile file{.path = path};
    if (outcome) {
      note_accepted(file, *outcome);
    } else {
      note_refused(file, outcome.error());
    }
    if (progress_ && !progress_(file, report_)) is_stopped_ = true;
  }

  void note_accepted(ImportedFile& file, const Accepted& accepted) {
    file.photo_id = accepted.photo.id;
    file.outcome = accepted.was_there ? ImportOutcome::was_there : ImportOutcome::imported;
    ++(accepted.was_there ? report_.was_there : report_.imported);
    if (!accepted.was_there) report_.bytes += accepted.photo.file_bytes;
  }

  void note_refused(ImportedFile& file, const core::Error& error) {
    file.outcome = ImportOutcome::refused;
    file.reason = error.message;
    file.code = error.code;
    ++report_.refused;
    if (report_.refusals.size() < most_refusals_listed) report_.refusals.push_back(file);
    if (error.code != core::ErrorCode::quota_exceeded) return;
    is_stopped_ = true;  // every further file would be refused for the same reason
    no_room_ = error;
  }

  Ingest& ingest_;
  storage::BlobStore& blobs_;
  const ImportOptions& options_;
  Admission admission_;
  const Progress& progress_;
  const std::vector<fs::path> files_;
  const std::vector<PassedOver> passed_over_;
  std::mutex mutex_;
  std::size_t next_ = 0;
  bool is_stopped_ = false;
  ImportReport report_{};
  std::optional<core::Error> no_room_{};
};

}  // namespace

core::Result<ImportReport> import_paths(Ingest& ingest, storage::BlobStore& blobs, const ImportOptions& options,
                                        const std::function<bool(const ImportedFile&, const ImportReport&)>& progress) {
  SG_ASSIGN(auto found, find_files(options.paths));
  return ImportRun(ingest, blobs, options, progress, std::move(found)).run();
}

}  // namespace sightglass::ingest
