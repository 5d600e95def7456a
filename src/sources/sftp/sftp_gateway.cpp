#include "sources/sftp/sftp_gateway.hpp"

#include <fmt/format.h>

#include <deque>
#include <mutex>
#include <utility>

#include "core/result.hpp"
#include "sources/failures.hpp"
#include "sources/listing_builder.hpp"
#include "sources/received_bytes.hpp"
#include "sources/remote_names.hpp"
#include "sources/sftp/ssh_session.hpp"

namespace sightglass::sources {
namespace {

using sftp::Handle;
using sftp::ShouldStop;
using sftp::SshSession;
using Attributes = LIBSSH2_SFTP_ATTRIBUTES;
using Clock = std::chrono::steady_clock;

// The library asks for several packets of it at once, without which each 32 KiB would cost a round trip.
constexpr std::size_t piece_bytes = 512 << 10;

bool has(const Attributes& attributes, unsigned long what) { return (attributes.flags & what) != 0; }

std::optional<std::int64_t> length_of(const Attributes& attributes) {
  if (!has(attributes, LIBSSH2_SFTP_ATTR_SIZE)) return std::nullopt;
  return static_cast<std::int64_t>(attributes.filesize & 0x7FFF'FFFF'FFFF'FFFFULL);
}

std::optional<core::Instant> time_of(const Attributes& attributes) {
  if (!has(attributes, LIBSSH2_SFTP_ATTR_ACMODTIME)) return std::nullopt;
  return core::Instant(std::chrono::seconds(attributes.mtime));
}

std::string validator_of(const Attributes& attributes) {
  return fmt::format("{}-{}", attributes.filesize, attributes.mtime);
}

class SftpGateway final : public Gateway {
 public:
  SftpGateway(const Access& access, Politeness& politeness, const GatewayLimits& limits)
      : politeness_(politeness),
        target_{.address = parse_server_address(access.base_url).value_or(ServerAddress{}),
                .access = access,
                .limits = limits},
        directory_(directory_of(target_.address)) {
    if (directory_ && directory_->starts_with("/~/")) directory_->erase(0, 3);
  }

  Remote<Listing> list(const ListOptions& options, const Take& take) override {
    ListingBuilder builder(options, take);
    builder.listing().style = "SFTP";
    std::deque<Folder> waiting{Folder{}};
    while (!waiting.empty()) {
      const Folder next = std::move(waiting.front());
      waiting.pop_front();
      SG_TRY(builder.check_stop());
      bool has_begun = false;
      SG_TRY(with_session(options.should_stop, has_begun, [&](SshSession& session) {
        return list_one(session, next, {.options = options, .builder = builder, .waiting = waiting}, has_begun);
      }));
    }
    return std::move(builder.listing());
  }

  Remote<Fetched> fetch(const RemoteFile& file, const FetchRequest& request, Partial* partial) override {
    if (partial != nullptr) *partial = {};
    Fetched fetched;
    bool has_begun = false;
    SG_TRY(with_session(request.should_stop, has_begun, [&](SshSession& session) -> Remote<void> {
      return fetch_over(session, file, {.request = request, .partial = partial, .fetched = fetched}, has_begun);
    }));
    return fetched;
  }

  std::string host_key() const override {
    const std::scoped_lock lock(mutex_);
    return seen_key_;
  }

 private:
  struct Folder {
    std::string path{};
    std::int32_t depth = 0;
  };
  struct Walk {
    const ListOptions& options;
    ListingBuilder& builder;
    std::deque<Folder>& waiting;
  };
  struct Errand {
    const FetchRequest& request;
    Partial* partial;
    Fetched& fetched;
  };

  // A kept connection may have died meanwhile: what has not begun by then is done over a new one.
  template <typename Work>
  Remote<void> with_session(const ShouldStop& should_stop, const bool& has_begun, Work work) {
    if (!directory_) return source_fails(Trouble::address, "That is no address of an SSH server.", "base_url");
    if (auto kept = take_kept()) {
      if (!politeness_.wait(should_stop)) return stopped();
      kept->obey(should_stop);
      auto done = work(*kept);
      if (done || !is_of_connection(done.error())) keep(std::move(kept));
      if (done || has_begun || done.error().trouble != Trouble::unreachable) return done;
    }
    if (!politeness_.wait(should_stop)) return stopped();
    SG_ASSIGN(auto session, open(should_stop));
    auto done = work(*session);
    if (done || !is_of_connection(done.error())) keep(std::move(session));
    return done;
  }

  // After these the connection may be in the middle of anything.
  static bool is_of_connection(const Failure& failure) {
    switch (failure.trouble) {
      case Trouble::gone:
      case Trouble::refused:
      case Trouble::wrong_length: return false;
      default: return true;
    }
  }

  Remote<std::unique_ptr<SshSession>> open(const ShouldStop& should_stop) {
    std::string seen_key;
    auto session = SshSession::open(target_, should_stop, seen_key);
    if (!seen_key.empty()) {
      const std::scoped_lock lock(mutex_);
      seen_key_ = std::move(seen_key);
    }
    return session;
  }

  std::unique_ptr<SshSession> take_kept() {
    const std::scoped_lock lock(mutex_);
    if (kept_.empty()) return nullptr;
    auto session = std::move(kept_.back());
    kept_.pop_back();
    return session;
  }

  void keep(std::unique_ptr<SshSession> session) {
    session->obey(never_);
    const std::scoped_lock lock(mutex_);
    if (kept_.size() < static_cast<std::size_t>(target_.limits.connections)) kept_.push_back(std::move(session));
  }

  std::string path_of(std::string_view relative) const {
    const std::string path = *directory_ + std::string(relative);
    return path.empty() ? "." : path;
  }

  Remote<void> list_one(SshSession& session, const Folder& here, const Walk& walk, bool& has_begun) {
    auto opened = session.open_handle(path_of(here.path), LIBSSH2_SFTP_OPENDIR);
    if (!opened) return cannot_list(here, walk, std::move(opened).error());
    std::string name;
    Attributes attributes{};
    for (int count = 1;; ++count) {
      if (count % 100 == 0) SG_TRY(walk.builder.check_stop());
      SG_ASSIGN(const bool has_more, session.read_entry(*opened, name, attributes));
      if (!has_more) return {};
      has_begun = true;
      if (name != "." && name != "..") SG_TRY(take_entry(here, walk, name, attributes));
    }
  }

  Remote<void> cannot_list(const Folder& here, const Walk& walk, Failure failure) const {
    const bool is_own = failure.trouble == Trouble::gone || failure.trouble == Trouble::refused;
    if (is_own && !here.path.empty()) {
      walk.builder.warn(fmt::format("The directory \"{}\" cannot be listed.", printable(here.path)));
      return {};
    }
    if (is_own) {
      failure.error.message =
          fmt::format("{} has no directory {} that this user may list.", target_.address.host, printable(path_of("")));
      failure.error.field = "base_url";
      failure.trouble = Trouble::listing;
    }
    failure.concerns_source = true;
    return std::unexpected(std::move(failure));
  }

  static Remote<void> take_entry(const Folder& here, const Walk& walk, const std::string& name,
                                 const Attributes& attributes) {
    const std::string path = here.path.empty() ? name : fmt::format("{}/{}", here.path, name);
    const auto mode = has(attributes, LIBSSH2_SFTP_ATTR_PERMISSIONS) ? attributes.permissions : 0;
    if (LIBSSH2_SFTP_S_ISDIR(mode)) {
      SG_ASSIGN(const bool is_fit, walk.builder.add_folder(path));
      if (is_fit && here.depth < walk.options.depth) walk.waiting.push_back({.path = path, .depth = here.depth + 1});
      return {};
    }
    if (LIBSSH2_SFTP_S_ISLNK(mode)) walk.builder.warn("Links are not followed, and were left out.");
    // Servers that tell nothing of kinds show files: fetching tells.
    if (mode != 0 && !LIBSSH2_SFTP_S_ISREG(mode)) return {};
    return walk.builder.add_file({.path = path, .bytes = length_of(attributes), .modified_at = time_of(attributes)});
  }

  Remote<void> fetch_over(SshSession& session, const RemoteFile& file, const Errand& errand, bool& has_begun) {
    if (!is_relative_path(file.path)) return file_fails(Trouble::refused, "That is no name of a file.");
    const auto& request = errand.request;
    SG_ASSIGN(const Handle handle, session.open_handle(path_of(file.path), LIBSSH2_SFTP_OPENFILE));
    SG_ASSIGN(const Attributes before, session.attributes_of(handle));
    errand.fetched = {
        .bytes = length_of(before).value_or(0), .validator = validator_of(before), .modified_at = time_of(before)};
    const bool is_same = request.validator == errand.fetched.validator;
    errand.fetched.is_unchanged = is_same && request.only_if_new;
    if (errand.fetched.is_unchanged) return {};
    ReceivedBytes received(request, is_same && request.offset <= errand.fetched.bytes ? request.offset : 0);
    SG_TRY(received.expect(errand.fetched.bytes));
    ::libssh2_sftp_seek64(handle.get(), static_cast<libssh2_uint64_t>(received.length()));
    has_begun = true;
    if (auto copied = copy(session, handle, {.request = request, .length = errand.fetched.bytes}, received); !copied) {
      if (errand.partial != nullptr)
        *errand.partial = {.bytes = received.length(), .validator = errand.fetched.validator};
      return std::unexpected(std::move(copied).error());
    }
    SG_ASSIGN(const Attributes after, session.attributes_of(handle));
    if (validator_of(after) != errand.fetched.validator)
      return file_fails(Trouble::wrong_length, "The file was changed while it was fetched.");
    return received.finish(errand.fetched.bytes);
  }

  struct Wanted {
    const FetchRequest& request;
    std::int64_t length;
  };
  Remote<void> copy(SshSession& session, const Handle& handle, const Wanted& wanted, ReceivedBytes& received) const {
    const auto& request = wanted.request;
    const auto until = Clock::now() + target_.limits.transfer;
    std::string piece(piece_bytes, '\0');
    // No further than it was long: a file that grows all the while would never end.
    while (received.length() < wanted.length) {
      if (request.should_stop && request.should_stop()) return stopped();
      if (Clock::now() >= until) return file_fails(Trouble::timeout, "The file did not come in time.");
      SG_ASSIGN(const std::size_t got, session.read(handle, piece.data(), piece.size()));
      if (got == 0) return {};
      SG_TRY(received.append(std::string_view(piece).substr(0, got)));
    }
    return {};
  }

  Politeness& politeness_;
  const sftp::Target target_;
  std::optional<std::string> directory_;
  const ShouldStop never_ = [] { return false; };
  mutable std::mutex mutex_;
  std::string seen_key_;
  std::vector<std::unique_ptr<SshSession>> kept_;
};

}  // namespace

std::unique_ptr<Gateway> make_sftp_gateway(const Access& access, Politeness& politeness, const core::Clock& /*clock*/,
                                           const GatewayLimits& limits) {
  return std::make_unique<SftpGateway>(access, politeness, limits);
}

}  // namespace sightglass::sources
