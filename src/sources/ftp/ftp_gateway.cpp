#include "sources/ftp/ftp_gateway.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <deque>
#include <utility>

#include "core/result.hpp"
#include "net/curl/handle_pool.hpp"
#include "sources/failures.hpp"
#include "sources/ftp/ftp_transfer.hpp"
#include "sources/ftp/list_lines.hpp"
#include "sources/listing_builder.hpp"
#include "sources/received_bytes.hpp"
#include "sources/remote_names.hpp"
#include "storage/s3/uri_encoding.hpp"

namespace sightglass::sources {
namespace {

using ftp::Entry;
using ftp::EntryKind;
using ftp::Told;
using std::chrono::seconds;
using storage::s3::encode_path;

constexpr seconds minute{60};
using Quarters = std::chrono::duration<std::int64_t, std::ratio<900>>;  // of an hour: what zones differ by
constexpr seconds longest_zone{14 * 3600};
// Where the zone is known only for one half of the year, and where it is not known.
constexpr seconds precision_with_zone{3600};
constexpr seconds precision_without_zone{86'400};

bool is_unknown_command(int code) { return code == 500 || code == 501 || code == 502 || code == 504; }

std::string validator_of(const Told& told) {
  if (!told.bytes || !told.modified_at) return {};
  return fmt::format("{}-{}", *told.bytes, core::to_micros(*told.modified_at) / 1'000'000);
}

// How far the server's clock on the wall is from UTC, when its listing and its MDTM speak of the same file.
std::optional<seconds> zone_between(core::Instant listed, core::Instant in_utc) {
  const auto difference =
      std::chrono::duration_cast<seconds>(listed - std::chrono::floor<std::chrono::minutes>(in_utc));
  const auto zone = std::chrono::round<Quarters>(difference);
  if (std::chrono::abs(difference - zone) > minute || std::chrono::abs(zone) > longest_zone) return std::nullopt;
  return seconds(zone);
}

class FtpGateway final : public Gateway {
 public:
  FtpGateway(const Access& access, Politeness& politeness, const core::Clock& clock, const GatewayLimits& limits)
      : politeness_(politeness),
        clock_(clock),
        target_{.address = parse_server_address(access.base_url).value_or(ServerAddress{}),
                .access = access,
                .limits = limits},
        handles_(static_cast<std::size_t>(limits.connections) + 1) {
    if (const auto directory = directory_of(target_.address)) base_ = encode_path(*directory);
  }

  Remote<Listing> list(const ListOptions& options, const Take& take) override {
    ListingBuilder builder(options, take);
    Walk walk{.options = options, .builder = builder};
    walk.waiting.push_back({});
    while (!walk.waiting.empty()) {
      const Folder next = std::move(walk.waiting.front());
      walk.waiting.pop_front();
      SG_TRY(builder.check_stop());
      SG_TRY(list_one(next, walk));
    }
    builder.listing().style = has_no_mlsd_ ? "LIST" : "MLSD";
    return std::move(builder.listing());
  }

  Remote<Fetched> fetch(const RemoteFile& file, const FetchRequest& request, Partial* partial) override {
    if (partial != nullptr) *partial = {};
    if (!is_relative_path(file.path)) return file_fails(Trouble::refused, "That is no name of a file.");
    const std::string path = base_ + encode_path(file.path);
    Told seen;
    if (!request.validator.empty()) {
      SG_ASSIGN(seen, look_at(path, request.should_stop));
    }
    const bool is_same = !request.validator.empty() && validator_of(seen) == request.validator;
    if (is_same && request.only_if_new)
      return Fetched{.bytes = seen.bytes.value_or(0),
                     .is_unchanged = true,
                     .validator = request.validator,
                     .modified_at = seen.modified_at};
    ReceivedBytes received(request, is_same && request.offset <= seen.bytes.value_or(0) ? request.offset : 0);
    if (const auto bytes = is_same ? seen.bytes : file.bytes) SG_TRY(received.expect(*bytes));
    return download(path, file, {.request = request, .partial = partial, .received = received});
  }

 private:
  struct Folder {
    std::string path{};
    std::int32_t depth = 0;
  };
  struct Walk {
    const ListOptions& options;
    ListingBuilder& builder;
    std::deque<Folder> waiting{};
    std::optional<seconds> zone{};  // of LIST's times
    bool has_asked_for_zone = false;
  };
  struct Errand {
    const FetchRequest& request;
    Partial* partial;
    ReceivedBytes& received;
  };
  struct Answer {
    Remote<Told> outcome;
    Told told{};
    int code = 0;
  };

  Answer perform(const ftp::Request& request) {
    if (base_.empty() || has_control_characters(target_.access.username) ||
        has_control_characters(target_.access.secret))
      return {.outcome = source_fails(Trouble::address, "That is no address of an FTP server, or no sign-in for one.",
                                      "base_url")};
    if (!politeness_.wait(request.should_stop)) return {.outcome = stopped()};
    const auto loan = handles_.lend(std::chrono::steady_clock::now() + request.deadline);
    if (!loan) return {.outcome = source_fails(Trouble::timeout, "All connections were in use for too long.")};
    ftp::FtpTransfer transfer(loan->get(), target_, request);
    auto outcome = transfer.run();
    return {.outcome = std::move(outcome), .told = transfer.told(), .code = transfer.last_code()};
  }

  Remote<Told> look_at(const std::string& path, const std::function<bool()>& should_stop) {
    return perform({.path = path, .only_looks = true, .deadline = target_.limits.answer, .should_stop = should_stop})
        .outcome;
  }

  Remote<Fetched> download(const std::string& path, const RemoteFile& file, const Errand& errand) {
    const auto offset = errand.received.length();
    auto answer = perform({.path = path,
                           .offset = offset,
                           .deadline = target_.limits.transfer,
                           .take = [&](std::string_view bytes) { return errand.received.append(bytes); },
                           .should_stop = errand.request.should_stop});
    const std::string validator = validator_of(answer.told);
    const bool has_changed = offset > 0 && !validator.empty() && validator != errand.request.validator;
    if (!answer.outcome) {
      const bool is_of_use = !validator.empty() && !has_changed && errand.received.length() > offset;
      if (errand.partial != nullptr && is_of_use)
        *errand.partial = {.bytes = errand.received.length(), .validator = validator};
      return std::unexpected(std::move(answer.outcome).error());
    }
    if (has_changed) return file_fails(Trouble::wrong_length, "The file was changed while it was fetched.");
    const auto promised = answer.told.bytes ? answer.told.bytes : file.bytes;
    SG_TRY(errand.received.finish(promised.value_or(errand.received.length())));
    return Fetched{.bytes = errand.received.length(), .validator = validator, .modified_at = answer.told.modified_at};
  }

  Remote<void> list_one(const Folder& here, Walk& walk) {
    SG_ASSIGN(const auto text, text_of(here, walk));
    if (!text) return {};
    std::vector<Entry> entries = entries_in(*text);
    if (has_no_mlsd_) SG_TRY(set_times_right(here, entries, walk));
    for (auto& entry : entries) SG_TRY(take_entry(here, entry, walk));
    return {};
  }

  // nullopt for a directory below the source's own that cannot be listed.
  Remote<std::optional<std::string>> text_of(const Folder& here, const Walk& walk) {
    std::string text;
    ftp::Request request{.path = base_ + (here.path.empty() ? "" : encode_path(here.path) + "/"),
                         .command = has_no_mlsd_ ? nullptr : "MLSD",
                         .deadline = target_.limits.answer,
                         .take = [&](std::string_view bytes) -> Remote<void> {
                           if (text.size() + bytes.size() > static_cast<std::size_t>(target_.limits.most_listing_bytes))
                             return source_fails(Trouble::listing, "A directory's listing is too long.", "base_url");
                           text.append(bytes);
                           return {};
                         },
                         .should_stop = walk.options.should_stop};
    auto answer = perform(request);
    if (!answer.outcome && !has_no_mlsd_ && is_unknown_command(answer.code)) {
      has_no_mlsd_ = true;
      request.command = nullptr;
      text.clear();
      answer = perform(request);
    }
    if (answer.outcome) return text;
    return cannot_list(here, walk, std::move(answer.outcome).error());
  }

  Remote<std::optional<std::string>> cannot_list(const Folder& here, const Walk& walk, Failure failure) const {
    if (failure.concerns_source) return std::unexpected(std::move(failure));
    if (!here.path.empty()) {
      walk.builder.warn(fmt::format("The directory \"{}\" cannot be listed.", printable(here.path)));
      return std::nullopt;
    }
    failure.concerns_source = true;
    if (failure.trouble == Trouble::gone || failure.trouble == Trouble::refused) {
      failure.trouble = Trouble::listing;
      failure.error.field = "base_url";
      failure.error.message = fmt::format("{} has no such directory that this user may list.", target_.address.host);
    }
    return std::unexpected(std::move(failure));
  }

  std::vector<Entry> entries_in(std::string_view text) const {
    std::vector<Entry> entries;
    const auto now = clock_.now();
    while (!text.empty()) {
      const auto end = text.find('\n');
      auto line = text.substr(0, end);
      text.remove_prefix(end == text.npos ? text.size() : end + 1);
      if (line.ends_with('\r')) line.remove_suffix(1);
      auto entry = has_no_mlsd_ ? ftp::parse_list_line(line, now) : ftp::parse_mlsd_line(line);
      if (entry) entries.push_back(std::move(*entry));
    }
    return entries;
  }

  Remote<void> set_times_right(const Folder& here, std::vector<Entry>& entries, Walk& walk) {
    for (const auto& entry : entries) {
      const bool is_telling = entry.kind == EntryKind::file && entry.modified_at && entry.precision == minute;
      if (walk.has_asked_for_zone || !is_telling || !is_fit(entry.name)) continue;
      walk.has_asked_for_zone = true;
      const auto seen = look_at(base_ + encode_path(path_of(here, entry.name)), walk.options.should_stop);
      if (!seen && seen.error().concerns_source) return std::unexpected(seen.error());
      if (seen && seen->modified_at) walk.zone = zone_between(*entry.modified_at, *seen->modified_at);
    }
    for (auto& entry : entries) {
      if (!entry.modified_at) continue;
      *entry.modified_at -= walk.zone.value_or(seconds(0));
      const auto least = !walk.zone ? precision_without_zone : *walk.zone == seconds(0) ? minute : precision_with_zone;
      entry.precision = std::max(entry.precision, least);
    }
    return {};
  }

  static bool is_fit(const std::string& name) { return is_segment(name) && !has_control_characters(name); }

  static std::string path_of(const Folder& here, const std::string& name) {
    return here.path.empty() ? name : fmt::format("{}/{}", here.path, name);
  }

  static Remote<void> take_entry(const Folder& here, const Entry& entry, Walk& walk) {
    if (!is_fit(entry.name)) {
      walk.builder.warn(fmt::format("\"{}\" was left out: that is no name of a file.", printable(entry.name)));
      return {};
    }
    const std::string path = path_of(here, entry.name);
    if (entry.kind == EntryKind::link) walk.builder.warn("Links are not followed, and were left out.");
    if (entry.kind == EntryKind::folder) {
      SG_ASSIGN(const bool is_taken, walk.builder.add_folder(path));
      if (is_taken && here.depth < walk.options.depth) walk.waiting.push_back({.path = path, .depth = here.depth + 1});
    }
    if (entry.kind != EntryKind::file) return {};
    return walk.builder.add_file(
        {.path = path, .bytes = entry.bytes, .modified_at = entry.modified_at, .precision = entry.precision});
  }

  Politeness& politeness_;
  const core::Clock& clock_;
  const ftp::Target target_;
  std::string base_;  // encoded, with a '/' at both ends; empty when the address is none
  net::curl::HandlePool handles_;
  std::atomic<bool> has_no_mlsd_{false};
};

}  // namespace

std::unique_ptr<Gateway> make_ftp_gateway(const Access& access, Politeness& politeness, const core::Clock& clock,
                                          const GatewayLimits& limits) {
  return std::make_unique<FtpGateway>(access, politeness, clock, limits);
}

}  // namespace sightglass::sources
