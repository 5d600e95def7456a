#include "sources/sftp/sftp_gateway.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "core/result.hpp"
#include "sources/failures.hpp"
#include "sources/listing_builder.hpp"
#include "sources/received_bytes.hpp"
#include "sources/remote_names.hpp"
#include "sources/sftp/sftp_session.hpp"

namespace sightglass::sources {
namespace {

using sftp::Attributes;
using sftp::Handle;
using sftp::NamedFile;
using sftp::SftpSession;
using sftp::ShouldStop;
using Clock = std::chrono::steady_clock;

std::optional<std::int64_t> length_of(const Attributes& attributes) {
  if (!attributes.bytes) return std::nullopt;
  return static_cast<std::int64_t>(*attributes.bytes & 0x7FFF'FFFF'FFFF'FFFFULL);
}

std::optional<core::Instant> time_of(const Attributes& attributes) {
  if (!attributes.modified_at) return std::nullopt;
  return core::Instant(std::chrono::seconds(*attributes.modified_at));
}

std::string validator_of(const Attributes& attributes) {
  return fmt::format("{}-{}", attributes.bytes.value_or(0), attributes.modified_at.value_or(0));
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
      SG_TRY(with_session(options.should_stop, has_begun, [&](SftpSession& session) {
        return list_one(session, next, {.options = options, .builder = builder, .waiting = waiting}, has_begun);
      }));
    }
    return std::move(builder.listing());
  }

  Remote<Fetched> fetch(const RemoteFile& file, const FetchRequest& request, Partial* partial) override {
    if (partial != nullptr) *partial = {};
    Fetched fetched;
    bool has_begun = false;
    SG_TRY(with_session(request.should_stop, has_begun, [&](SftpSession& session) -> Remote<void> {
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

  Remote<std::unique_ptr<SftpSession>> open(const ShouldStop& should_stop) {
    std::string seen_key;
    auto session = SftpSession::open(target(), should_stop, seen_key);
    const std::scoped_lock lock(mutex_);
    if (!seen_key.empty()) seen_key_ = std::move(seen_key);
    if (session && target_.access.host_key.empty() && !known_target_) {
      known_target_ = target_;
      known_target_->access.host_key = seen_key_;
    }
    return session;
  }

  // Of the first contact any key is taken, and from then on that one.
  const sftp::Target& target() const {
    const std::scoped_lock lock(mutex_);
    return known_target_ ? *known_target_ : target_;
  }

  std::unique_ptr<SftpSession> take_kept() {
    const std::scoped_lock lock(mutex_);
    if (kept_.empty()) return nullptr;
    auto session = std::move(kept_.back());
    kept_.pop_back();
    return session;
  }

  void keep(std::unique_ptr<SftpSession> session) {
    session->obey(never_);
    const std::scoped_lock lock(mutex_);
    if (kept_.size() < static_cast<std::size_t>(target_.limits.connections)) kept_.push_back(std::move(session));
  }

  std::string path_of(std::string_view relative) const {
    const std::string path = *directory_ + std::string(relative);
    return path.empty() ? "." : path;
  }

  Remote<void> list_one(SftpSession& session, const Folder& here, const Walk& walk, bool& has_begun) {
    auto opened = session.open_directory(path_of(here.path));
    if (!opened) return cannot_list(here, walk, std::move(opened).error());
    while (true) {
      SG_TRY(walk.builder.check_stop());
      SG_ASSIGN(const auto names, session.read_names(*opened));
      if (names.empty()) return {};
      has_begun = true;
      for (const auto& file : names)
        if (file.name != "." && file.name != "..") SG_TRY(take_entry(here, walk, file));
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

  static Remote<void> take_entry(const Folder& here, const Walk& walk, const NamedFile& file) {
    const std::string path = here.path.empty() ? file.name : fmt::format("{}/{}", here.path, file.name);
    const auto mode = file.attributes.mode.value_or(0);
    if (S_ISDIR(mode)) {
      SG_ASSIGN(const bool is_fit, walk.builder.add_folder(path));
      if (is_fit && here.depth < walk.options.depth) walk.waiting.push_back({.path = path, .depth = here.depth + 1});
      return {};
    }
    if (S_ISLNK(mode)) walk.builder.warn("Links are not followed, and were left out.");
    // Servers that tell nothing of kinds show files: fetching tells.
    if ((mode & S_IFMT) != 0 && !S_ISREG(mode)) return {};
    return walk.builder.add_file(
        {.path = path, .bytes = length_of(file.attributes), .modified_at = time_of(file.attributes)});
  }

  Remote<void> fetch_over(SftpSession& session, const RemoteFile& file, const Errand& errand, bool& has_begun) {
    if (!is_relative_path(file.path)) return file_fails(Trouble::refused, "That is no name of a file.");
    const auto& request = errand.request;
    SG_ASSIGN(const Handle handle, session.open_file(path_of(file.path)));
    SG_ASSIGN(const Attributes before, session.attributes_of(handle));
    errand.fetched = {
        .bytes = length_of(before).value_or(0), .validator = validator_of(before), .modified_at = time_of(before)};
    const bool is_same = request.validator == errand.fetched.validator;
    errand.fetched.is_unchanged = is_same && request.only_if_new;
    if (errand.fetched.is_unchanged) return {};
    ReceivedBytes received(request, is_same && request.offset <= errand.fetched.bytes ? request.offset : 0);
    SG_TRY(received.expect(errand.fetched.bytes));
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
  Remote<void> copy(SftpSession& session, const Handle& handle, const Wanted& wanted, ReceivedBytes& received) const {
    const auto until = Clock::now() + target_.limits.transfer;
    // No further than it was long: a file that grows all the while would never end.
    return session.read(handle, {.begin = received.length(), .end = wanted.length, .patience = target_.limits.stall},
                        [&](std::string_view bytes) -> Remote<void> {
                          if (wanted.request.should_stop && wanted.request.should_stop()) return stopped();
                          if (Clock::now() >= until)
                            return file_fails(Trouble::timeout, "The file did not come in time.");
                          return received.append(bytes);
                        });
  }

  Politeness& politeness_;
  const sftp::Target target_;
  std::optional<sftp::Target> known_target_{};  // under mutex_ until it is set; stays as it is then
  std::optional<std::string> directory_;
  const ShouldStop never_ = [] { return false; };
  mutable std::mutex mutex_;
  std::string seen_key_;
  std::vector<std::unique_ptr<SftpSession>> kept_;
};

}  // namespace

std::unique_ptr<Gateway> make_sftp_gateway(const Access& access, Politeness& politeness, const core::Clock& /*clock*/,
                                           const GatewayLimits& limits) {
  return std::make_unique<SftpGateway>(access, politeness, limits);
}

}  // namespace sightglass::sources
