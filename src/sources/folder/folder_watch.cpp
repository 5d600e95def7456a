#include "sources/folder/folder_watch.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>

#include "runtime/unix_fd.hpp"
#include "sources/folder/folder_tree.hpp"
#include "sources/remote_names.hpp"

namespace sightglass::sources {
namespace {

using runtime::UnixFd;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t interesting =
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK;

struct Place {
  std::string path{};
  std::int32_t depth = 0;
};

class InotifyWatch final : public FolderWatch {
 public:
  InotifyWatch(FolderWatchOptions options, std::function<void()> wake)
      : options_(std::move(options)), wake_(std::move(wake)) {}

  core::Result<void> begin() {
    root_ = folder::open_root(options_.path);
    if (!root_) return cannot(errno);
    events_ = UnixFd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    end_ = UnixFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!events_ || !end_) return cannot(errno);
    watch_tree({});
    if (state_.folders == 0) return core::fail(core::unavailable(state_.shortfall));
    thread_ = std::jthread([this] { run(); });
    return {};
  }

  ~InotifyWatch() override {
    if (thread_.joinable()) ::eventfd_write(end_.get(), 1);
  }

  State state() const override {
    const std::scoped_lock lock(mutex_);
    return state_;
  }

 private:
  core::Result<void> cannot(int error) const {
    return core::fail(core::unavailable(
        fmt::format("{} cannot be watched; it is looked at by the clock alone.", options_.path), std::strerror(error)));
  }

  void fall_short(std::string why) {
    const std::scoped_lock lock(mutex_);
    state_.shortfall = std::move(why);
  }

  // By its descriptor: a name could be a link by now.
  bool watch_one(int directory, const Place& place) {
    if (state().folders >= options_.most_folders) {
      fall_short(fmt::format("Only {} directories of {} are watched; the others are looked at by the clock.",
                             options_.most_folders, options_.path));
      return false;
    }
    const int watch =
        ::inotify_add_watch(events_.get(), fmt::format("/proc/self/fd/{}", directory).c_str(), interesting);
    if (watch < 0) {
      fall_short(
          errno == ENOSPC
              ? "This machine watches no more directories (fs.inotify.max_user_watches); the others are looked at "
                "by the clock."
              : fmt::format("A directory cannot be watched: {}.", std::strerror(errno)));
      return false;
    }
    const std::scoped_lock lock(mutex_);
    places_[watch] = place;
    state_.folders = places_.size();
    return true;
  }

  void watch_tree(Place top) {
    std::deque<Place> waiting{std::move(top)};
    while (!waiting.empty()) {
      const Place place = std::move(waiting.front());
      waiting.pop_front();
      UnixFd fd = folder::open_below(root_.get(), place.path, O_RDONLY | O_DIRECTORY);
      if (!fd) continue;
      if (!watch_one(fd.get(), place)) return;
      if (place.depth < options_.depth) queue_folders(std::move(fd), place, waiting);
    }
  }

  static void queue_folders(UnixFd fd, const Place& place, std::deque<Place>& waiting) {
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::fdopendir(fd.get()), &::closedir);
    if (!directory) return;
    const int listed = fd.release();
    while (const dirent* entry = ::readdir(directory.get())) {
      struct stat state{};
      if (!is_segment(entry->d_name) || ::fstatat(listed, entry->d_name, &state, AT_SYMLINK_NOFOLLOW) != 0) continue;
      if (S_ISDIR(state.st_mode)) waiting.push_back(below(place, entry->d_name));
    }
  }

  static Place below(const Place& place, std::string_view name) {
    return {.path = place.path.empty() ? std::string(name) : fmt::format("{}/{}", place.path, name),
            .depth = place.depth + 1};
  }

  void run() {
    std::optional<Clock::time_point> due;  // when to tell of what has come
    while (true) {
      std::array<pollfd, 2> fds{
          {{.fd = events_.get(), .events = POLLIN, .revents = 0}, {.fd = end_.get(), .events = POLLIN, .revents = 0}}};
      ::poll(fds.data(), fds.size(), milliseconds_until(due));
      if (fds[1].revents != 0) return;
      if (fds[0].revents != 0 && take_events() && !due) due = std::max(Clock::now(), last_ + options_.least_gap);
      if (!due || Clock::now() < *due) continue;
      due.reset();
      last_ = Clock::now();
      wake_();
    }
  }

  static int milliseconds_until(const std::optional<Clock::time_point>& due) {
    if (!due) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*due - Clock::now()).count();
    return static_cast<int>(std::max<std::int64_t>(left, 0));
  }

  // Whether anything came that somebody should look at.
  bool take_events() {
    alignas(inotify_event) std::array<char, 16 << 10> buffer{};
    bool has_come = false;
    while (true) {
      const ssize_t got = ::read(events_.get(), buffer.data(), buffer.size());
      if (got <= 0) return has_come;
      for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
        const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
        at += sizeof(inotify_event) + event->len;
        has_come |= take_event(*event);
      }
    }
  }

  bool take_event(const inotify_event& event) {
    if ((event.mask & IN_Q_OVERFLOW) != 0) return true;  // who knows what it was
    const auto place = place_of(event.wd);
    if (!place) return false;
    if ((event.mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF)) != 0) {
      forget(event.wd);
      return false;
    }
    if ((event.mask & IN_ISDIR) == 0) return true;
    // What it already holds came before anybody watched it, so that it counts as news.
    if (event.len > 0 && place->depth < options_.depth) watch_tree(below(*place, event.name));
    return place->depth < options_.depth;
  }

  std::optional<Place> place_of(int watch) const {
    const std::scoped_lock lock(mutex_);
    const auto found = places_.find(watch);
    return found == places_.end() ? std::nullopt : std::optional(found->second);
  }

  void forget(int watch) {
    const std::scoped_lock lock(mutex_);
    const auto found = places_.find(watch);
    if (found == places_.end()) return;
    if (found->second.path.empty()) state_.shortfall = fmt::format("{} is gone.", options_.path);
    places_.erase(found);
    state_.folders = places_.size();
    ::inotify_rm_watch(events_.get(), watch);
  }

  const FolderWatchOptions options_;
  const std::function<void()> wake_;
  UnixFd root_;
  UnixFd events_;
  UnixFd end_;  // readable when the thread is to end
  Clock::time_point last_ = Clock::now() - std::chrono::hours(1);
  mutable std::mutex mutex_;
  std::unordered_map<int, Place> places_;
  State state_;
  std::jthread thread_;  // the last: it uses all of the others, and is joined before they go
};

}  // namespace

core::Result<std::unique_ptr<FolderWatch>> FolderWatch::start(FolderWatchOptions options, std::function<void()> wake) {
  auto watch = std::make_unique<InotifyWatch>(std::move(options), std::move(wake));
  SG_TRY(watch->begin());
  return watch;
}

}  // namespace sightglass::sources
