#include "sources/folder/folder_gateway.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <utility>

#include "core/result.hpp"
#include "sources/failures.hpp"
#include "sources/folder/folder_tree.hpp"
#include "sources/listing_builder.hpp"
#include "sources/received_bytes.hpp"
#include "sources/remote_names.hpp"

namespace sightglass::sources {
namespace {

using folder::open_below;
using folder::open_root;
using runtime::UnixFd;

constexpr std::size_t piece_bytes = 1 << 20;

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

core::Instant instant_of(const timespec& time) {
  return core::Instant(std::chrono::seconds(time.tv_sec) +
                       std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::nanoseconds(time.tv_nsec)));
}

// Changes with the bytes also where somebody sets the time back: nobody sets the inode's.
std::string etag_of(const struct stat& state) {
  return fmt::format("{:x}-{:x}.{:x}-{:x}", state.st_ino, state.st_ctim.tv_sec, state.st_ctim.tv_nsec, state.st_size);
}

std::string joined(const std::string& folder, std::string_view name) {
  return folder.empty() ? std::string(name) : fmt::format("{}/{}", folder, name);
}

std::unexpected<Failure> file_fails_by(int error) {
  const std::string cause = std::strerror(error);
  switch (error) {
    case ENOENT: return file_fails(Trouble::gone, "The file is not there any more.", cause);
    case ENOTDIR:
    case ELOOP: return file_fails(Trouble::refused, "A link stands where the file was; links are not followed.", cause);
    case EACCES:
    case EPERM: return file_fails(Trouble::refused, "The server may not read this file.", cause);
    case ESTALE:
    case ENODEV:
    case EHOSTDOWN: return source_fails(Trouble::unreachable, "The directory is not mounted any more.", "", cause);
    default: return file_fails(Trouble::server_error, "The file cannot be read.", cause);
  }
}

class FolderGateway final : public Gateway {
 public:
  FolderGateway(const Access& access, Politeness& politeness, const core::Clock& clock)
      : path_(access.base_url), politeness_(politeness), clock_(clock) {}

  Remote<Listing> list(const ListOptions& options, const Take& take) override {
    SG_ASSIGN(const UnixFd root, root_directory());
    ListingBuilder builder(options, take);
    builder.listing().style = "folder";
    builder.listing().server_time = clock_.now();
    std::deque<Waiting> waiting{{.path = "", .depth = 0}};
    while (!waiting.empty()) {
      const Waiting next = std::move(waiting.front());
      waiting.pop_front();
      SG_TRY(list_one({.root = root.get(), .options = options, .builder = builder, .waiting = waiting}, next));
    }
    return std::move(builder.listing());
  }

  Remote<Fetched> fetch(const RemoteFile& file, const FetchRequest& request, Partial* partial) override {
    if (partial != nullptr) *partial = {};
    if (!politeness_.wait(request.should_stop)) return stopped();
    SG_ASSIGN(const UnixFd root, root_directory());
    const UnixFd source = open_below(root.get(), file.path, O_RDONLY);
    struct stat before{};
    if (!source || ::fstat(source.get(), &before) != 0) return file_fails_by(errno);
    if (!S_ISREG(before.st_mode)) return file_fails(Trouble::refused, "That is no file any more.");
    Fetched fetched{.bytes = before.st_size,
                    .validator = etag_of(before),
                    .modified_at = instant_of(before.st_mtim),
                    .server_time = clock_.now()};
    const bool is_same = fetched.validator == request.validator;
    fetched.is_unchanged = request.only_if_new && is_same;
    if (fetched.is_unchanged) return fetched;
    ReceivedBytes received(request, is_same && request.offset <= before.st_size ? request.offset : 0);
    SG_TRY(received.expect(before.st_size));
    if (auto copied = copy(source.get(), before.st_size, request, received); !copied) {
      if (partial != nullptr) *partial = {.bytes = received.length(), .validator = fetched.validator};
      return std::unexpected(std::move(copied).error());
    }
    struct stat after{};
    if (::fstat(source.get(), &after) != 0) return file_fails_by(errno);
    if (etag_of(after) != fetched.validator)
      return file_fails(Trouble::wrong_length, "The file was changed while it was copied.");
    SG_TRY(received.finish(before.st_size));
    return fetched;
  }

 private:
  struct Waiting {
    std::string path{};
    std::int32_t depth = 0;
  };
  struct Walk {
    int root;
    const ListOptions& options;
    ListingBuilder& builder;
    std::deque<Waiting>& waiting;
  };

  Remote<UnixFd> root_directory() const {
    UnixFd root = open_root(path_);
    if (root) return root;
    const std::string cause = std::strerror(errno);
    switch (errno) {
      case ENOENT:
        return source_fails(Trouble::unreachable, fmt::format("There is no directory {} on this server.", path_),
                            "base_url", cause);
      case ENOTDIR:
      case ELOOP:
        return source_fails(Trouble::address,
                            fmt::format("{} is no directory, or a link leads there: name the directory itself.", path_),
                            "base_url", cause);
      case EACCES:
      case EPERM:
        return source_fails(Trouble::credentials, fmt::format("The server may not read {}.", path_), "base_url", cause);
      default: return source_fails(Trouble::unreachable, fmt::format("{} cannot be read.", path_), "base_url", cause);
    }
  }

  Remote<void> list_one(const Walk& walk, const Waiting& here) {
    SG_TRY(walk.builder.check_stop());
    if (!politeness_.wait(walk.options.should_stop)) return stopped();
    UnixFd fd = open_below(walk.root, here.path, O_RDONLY | O_DIRECTORY);
    Directory directory(fd ? ::fdopendir(fd.get()) : nullptr);
    if (!directory) {
      walk.builder.warn(
          fmt::format("The directory \"{}\" cannot be read: {}.", printable(here.path), std::strerror(errno)));
      return {};
    }
    const int listed = fd.release();  // the stream's own from here on
    for (int count = 1;; ++count) {
      if (count % 1000 == 0) SG_TRY(walk.builder.check_stop());
      errno = 0;
      const dirent* entry = ::readdir(directory.get());
      if (entry == nullptr && errno != 0)
        return source_fails(Trouble::unreachable, fmt::format("{} cannot be read to its end.", path_), "",
                            std::strerror(errno));
      if (entry == nullptr) return {};
      SG_TRY(take_entry(walk, here, listed, entry->d_name));
    }
  }

  static Remote<void> take_entry(const Walk& walk, const Waiting& here, int directory, const char* name) {
    if (!is_segment(name)) return {};
    struct stat state{};
    if (::fstatat(directory, name, &state, AT_SYMLINK_NOFOLLOW) != 0) return {};  // gone since it was listed
    const std::string path = joined(here.path, name);
    if (S_ISDIR(state.st_mode)) {
      SG_ASSIGN(const bool is_fit, walk.builder.add_folder(path));
      if (is_fit && here.depth < walk.options.depth) walk.waiting.push_back({.path = path, .depth = here.depth + 1});
      return {};
    }
    if (S_ISLNK(state.st_mode)) walk.builder.warn("Links are not followed, and were left out.");
    if (!S_ISREG(state.st_mode)) return {};
    return walk.builder.add_file({.path = path,
                                  .bytes = state.st_size,
                                  .modified_at = instant_of(state.st_mtim),
                                  .precision = std::chrono::seconds(0),
                                  .etag = etag_of(state)});
  }

  // No further than it was long: a file that grows all the while would never end.
  static Remote<void> copy(int source, std::int64_t length, const FetchRequest& request, ReceivedBytes& received) {
    std::string piece(piece_bytes, '\0');
    while (received.length() < length) {
      if (request.should_stop && request.should_stop()) return stopped();
      const ssize_t got = ::pread(source, piece.data(), piece.size(), received.length());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return file_fails_by(errno);
      if (got == 0) return {};
      SG_TRY(received.append(std::string_view(piece).substr(0, static_cast<std::size_t>(got))));
    }
    return {};
  }

  const std::string path_;
  Politeness& politeness_;
  const core::Clock& clock_;
};

}  // namespace

std::unique_ptr<Gateway> make_folder_gateway(const Access& access, Politeness& politeness, const core::Clock& clock,
                                             const GatewayLimits& /*limits*/) {
  return std::make_unique<FolderGateway>(access, politeness, clock);
}

}  // namespace sightglass::sources
