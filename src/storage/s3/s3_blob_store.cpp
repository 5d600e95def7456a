#include "storage/s3/s3_blob_store.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <utility>

#include "core/ids.hpp"
#include "storage/hashing.hpp"
#include "storage/s3/s3_incoming.hpp"
#include "storage/s3/s3_keys.hpp"
#include "storage/s3/s3_pieces.hpp"
#include "storage/s3/s3_resumable.hpp"
#include "storage/s3/uri_encoding.hpp"
#include "telemetry/log.hpp"

namespace sightglass::storage::s3 {
namespace {

constexpr std::int64_t most_bytes_read_whole = 64LL << 20;
// Up to here bytes go through us to be copied, which can refuse a taken key in one step; beyond, the server copies.
constexpr std::int64_t most_bytes_copied_here = 256 << 10;
// No upload of ours takes that long without an end.
constexpr std::chrono::hours abandoned_after{24};

core::Error none_such(std::string_view key) { return core::not_found(fmt::format("The store has no {}.", key)); }

core::Error too_large(std::string_view key) {
  return {.code = core::ErrorCode::too_large, .message = fmt::format("{} is too large to be read at once.", key)};
}

net::HttpClientOptions http_options(const S3Options& options) { return {.ca_file = options.ca_file}; }

}  // namespace

S3BlobStore::S3BlobStore(S3Options options, const core::Clock& clock, std::unique_ptr<Spool> spool)
    : clock_(clock), spool_(std::move(spool)), client_(options, net::make_http_client(http_options(options)), clock) {}

core::Result<std::unique_ptr<S3BlobStore>> S3BlobStore::open(S3Options options, const core::Clock& clock,
                                                             Checks checks) {
  SG_TRY(check(options));
  SG_ASSIGN(auto spool, Spool::open(options.spool));
  std::unique_ptr<S3BlobStore> store(new S3BlobStore(std::move(options), clock, std::move(spool)));
  if (checks == Checks::none) return store;
  SG_TRY(store->client_.check_access());
  if (checks == Checks::access || !store->client_.options().refuses_taken_keys) return store;
  const auto probe = "incoming/probe-" + core::Uuid::make_v7(clock.now()).to_string();
  SG_TRY(store->client_.check_taken_keys_are_refused(probe));
  return store;
}

core::Result<std::unique_ptr<IncomingBlob>> S3BlobStore::begin_incoming() {
  SG_ASSIGN(auto file, spool_->make_unnamed());
  return std::make_unique<S3Incoming>(std::move(file));
}

core::Result<std::unique_ptr<ResumableBlob>> S3BlobStore::resume(std::string_view key) {
  SG_TRY(check_key(key));
  if (!is_resumable(key))
    return core::fail(core::invalid_input("key", fmt::format("Resumable blobs end in {}.", resumable_suffix)));
  return S3Resumable::open(client_, *spool_, key);
}

// Takes a name in one step for bytes that come in several.
core::Result<void> S3BlobStore::reserve(std::string_view key) const {
  return client_.put({.key = key, .sha256 = sha256_of(""), .only_if_absent = true, .is_reservation = true});
}

core::Result<void> S3BlobStore::put_file(std::string_view key, int fd, std::int64_t bytes, const core::Sha256& sha256,
                                         Existing existing) const {
  const bool must_be_absent = existing == Existing::is_conflict;
  if (bytes <= client_.options().part_bytes) {
    return client_.put({.key = key,
                        .body = net::FileRange{.fd = fd, .offset = 0, .length = bytes},
                        .bytes = bytes,
                        .sha256 = sha256,
                        .only_if_absent = must_be_absent});
  }
  if (must_be_absent) SG_TRY(reserve(key));
  auto put = client_.put_in_parts(key, fd, bytes, sha256);
  if (!put && must_be_absent) static_cast<void>(client_.remove(key));  // a name without bytes counts as absent
  return put;
}

core::Result<void> S3BlobStore::place(IncomingBlob& incoming, std::string_view key) {
  SG_TRY(check_key(key));
  auto* resumable = dynamic_cast<S3Resumable*>(&incoming);
  if (resumable == nullptr && dynamic_cast<S3Incoming*>(&incoming) == nullptr)
    return core::fail(core::internal_error("An upload was placed in a store it was not begun in."));
  if (resumable != nullptr) SG_TRY(resumable->sync());
  if (resumable != nullptr) SG_TRY(resumable->catch_up());
  return put_file(key, incoming.read_fd(), incoming.bytes(), incoming.sha256(), Existing::is_conflict);
}

core::Result<void> S3BlobStore::put(std::string_view key, std::string_view bytes, Durability) {
  SG_TRY(check_key(key));
  return client_.put(
      {.key = key, .body = bytes, .bytes = static_cast<std::int64_t>(bytes.size()), .sha256 = sha256_of(bytes)});
}

core::Result<void> S3BlobStore::copy_pieces(std::string_view from, std::string_view to, Existing existing) const {
  SG_ASSIGN(const auto file, open_resumable(from));
  SG_ASSIGN(const auto hash, sha256_of_file(file.get()));
  struct stat status = {};
  ::fstat(file.get(), &status);
  return put_file(to, file.get(), status.st_size, hash, existing);
}

core::Result<void> S3BlobStore::link(std::string_view from, std::string_view to) {
  SG_TRY(check_key(from));
  SG_TRY(check_key(to));
  if (is_resumable(from)) return copy_pieces(from, to, Existing::is_conflict);
  SG_ASSIGN(const auto source, info(from));
  if (source.bytes <= most_bytes_copied_here) return claim(from, to);
  SG_TRY(reserve(to));
  auto copied = client_.copy(from, to);
  if (!copied) static_cast<void>(client_.remove(to));
  return copied;
}

core::Result<void> S3BlobStore::claim(std::string_view from, std::string_view to) {
  SG_TRY(check_key(to));
  SG_ASSIGN(const auto bytes, read(from));
  return client_.put({.key = to,
                      .body = std::string_view(bytes),
                      .bytes = static_cast<std::int64_t>(bytes.size()),
                      .sha256 = sha256_of(bytes),
                      .only_if_absent = true});
}

core::Result<void> S3BlobStore::rename(std::string_view from, std::string_view to) {
  SG_TRY(check_key(from));
  SG_TRY(check_key(to));
  SG_TRY(is_resumable(from) ? copy_pieces(from, to, Existing::is_replaced) : client_.copy(from, to));
  return remove(from);
}

core::Result<void> S3BlobStore::remove(std::string_view key) {
  SG_TRY(check_key(key));
  return is_resumable(key) ? remove_pieces(client_, key) : client_.remove(key);
}

core::Result<BlobInfo> S3BlobStore::info_of_resumable(std::string_view key) const {
  SG_ASSIGN(const auto pieces, find_pieces(client_, key));
  return BlobInfo{.bytes = pieces.bytes(), .modified_at = pieces.modified_at};
}

core::Result<BlobInfo> S3BlobStore::info(std::string_view key) const {
  SG_TRY(check_key(key));
  if (is_resumable(key)) return info_of_resumable(key);
  SG_ASSIGN(const auto facts, client_.head(key));
  if (facts.is_reserved) return core::fail(none_such(key));
  return BlobInfo{.bytes = facts.bytes, .modified_at = facts.modified_at};
}

core::Result<ObjectFacts> S3BlobStore::get(std::string_view key, const S3Client::Begin& begin,
                                           const S3Client::Take& take) const {
  SG_ASSIGN(auto facts, client_.get(key, begin, take));
  if (facts.is_reserved) return core::fail(none_such(key));
  return facts;
}

core::Result<std::string> S3BlobStore::read(std::string_view key) const {
  SG_TRY(check_key(key));
  std::string bytes;
  const auto take_at = [&](std::int64_t offset, std::string_view more) -> core::Result<void> {
    bytes.resize(static_cast<std::size_t>(offset));
    if (static_cast<std::int64_t>(bytes.size() + more.size()) > most_bytes_read_whole)
      return core::fail(too_large(key));
    bytes.append(more);
    return {};
  };
  if (is_resumable(key)) {
    SG_ASSIGN(const auto pieces, find_pieces(client_, key));
    SG_TRY(read_pieces(client_, key, pieces, 0, take_at));
    return bytes;
  }
  const auto begin = [&]() -> core::Result<void> {
    bytes.clear();
    return {};
  };
  SG_TRY(
      get(key, begin, [&](std::string_view more) { return take_at(static_cast<std::int64_t>(bytes.size()), more); }));
  return bytes;
}

core::Result<runtime::UnixFd> S3BlobStore::open_resumable(std::string_view key) const {
  SG_ASSIGN(const auto pieces, find_pieces(client_, key));
  SG_ASSIGN(auto file, spool_->make_unnamed());
  SG_TRY(read_pieces(client_, key, pieces, 0, [&](std::int64_t offset, std::string_view bytes) {
    return write_all(file.writer.get(), offset, std::as_bytes(std::span(bytes)));
  }));
  return std::move(file.reader);
}

core::Result<runtime::UnixFd> S3BlobStore::open(std::string_view key) const {
  SG_TRY(check_key(key));
  if (is_resumable(key)) return open_resumable(key);
  SG_ASSIGN(auto file, spool_->make_unnamed());
  std::int64_t offset = 0;
  const auto begin = [&] {
    offset = 0;
    return shorten(file.writer.get(), 0);
  };
  SG_TRY(get(key, begin, [&](std::string_view bytes) -> core::Result<void> {
    SG_TRY(write_all(file.writer.get(), offset, std::as_bytes(std::span(bytes))));
    offset += static_cast<std::int64_t>(bytes.size());
    return {};
  }));
  return std::move(file.reader);
}

core::Result<void> S3BlobStore::list(std::string_view prefix,
                                     const std::function<bool(std::string_view key, const BlobInfo&)>& visit) const {
  const auto own = client_.options().prefix.size();
  ObjectPage page;
  do {
    SG_ASSIGN(page, client_.list(prefix, page.next));
    for (const auto& object : page.objects) {
      const auto key = std::string_view(object.key).substr(std::min(own, object.key.size()));
      // Pieces are told of with their blob; what is no key was put there by others.
      if (!check_key(key)) continue;
      BlobInfo blob{.bytes = object.bytes, .modified_at = object.modified_at};
      // Only blobs being put together are empty in the list, and a few that are really so.
      if (object.bytes == 0) {
        const auto looked_at = info(key);
        if (!looked_at && looked_at.error().code == core::ErrorCode::not_found) continue;
        if (!looked_at) return core::fail(looked_at.error());
        blob = *looked_at;
      }
      if (!visit(key, blob)) return {};
    }
  } while (!page.next.empty());
  return {};
}

core::Result<std::int64_t> S3BlobStore::remove_abandoned() {
  SG_ASSIGN(const auto files, spool_->remove_abandoned());
  const auto uploads = client_.abort_uploads(clock_.now() - abandoned_after);
  if (uploads) return files + *uploads;
  // They cost room and harm nobody, and not every server lists them.
  telemetry::log_warning("uploads in parts that were given up could not be removed",
                         {{"cause", uploads.error().cause}});
  return files;
}

core::Result<std::int64_t> S3BlobStore::free_bytes() const { return spool_->free_bytes(); }

core::Result<std::optional<std::string>> S3BlobStore::download_address(std::string_view key,
                                                                       std::chrono::seconds lifetime,
                                                                       std::string_view filename) const {
  SG_TRY(check_key(key));
  NamedTexts query;
  if (!filename.empty()) {
    // RFC 6266 and RFC 8187: percent-encoded UTF-8 alone, which every browser reads.
    query.emplace_back("response-content-disposition", "inline; filename*=UTF-8''" + encode_query(filename));
  }
  return client_.presigned_address(key, lifetime, std::move(query));
}

}  // namespace sightglass::storage::s3
