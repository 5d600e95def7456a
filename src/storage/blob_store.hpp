// Where bytes live. Keys are relative paths that this program made ("images/job_7/img_….jpg"), never names
// from outside. The local disk is the default; the key layout is the same everywhere.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/sha256.hpp"
#include "core/time.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::storage {

// True for a non-empty relative path of printable segments without "", ".", ".." and control characters.
bool is_valid_key(std::string_view key);

struct BlobInfo {
  std::int64_t bytes = 0;
  core::Instant modified_at{};
};

// An upload on its way in: a temporary that is hashed while it is written. Destroyed without being placed,
// it leaves nothing behind. Not thread-safe; may move between threads from call to call. Blocks.
class IncomingBlob {
 public:
  virtual ~IncomingBlob() = default;
  // quota_exceeded when the disk is full.
  virtual core::Result<void> write(std::span<const std::byte> bytes) = 0;
  virtual std::int64_t bytes() const = 0;
  // The hash of everything written so far.
  virtual core::Sha256 sha256() const = 0;
  // A descriptor to read what was written, at any offset, and no way to write it; owned by the blob.
  virtual int read_fd() const = 0;
};

// Bytes that come in over many calls and outlive the process that took them: an upload that may be resumed. Destroyed
// or not, its bytes stay under its key until that is removed; those written since the last sync() may be gone with it,
// or with rest(), and others may not see them before. Between rest() and the next wake() it holds no descriptor and
// must not be written or read; it remembers the hash, so that going on costs no reading anew. Blocks.
class ResumableBlob : public IncomingBlob {
 public:
  // not_found when its bytes are gone. What is there decides bytes(), whatever was written before.
  virtual core::Result<void> wake() = 0;
  // Reads what this process did not write itself, so that the hash is of everything: before write() and sha256().
  virtual core::Result<void> catch_up() = 0;
  virtual void rest() = 0;
  // Makes everything written durable.
  virtual core::Result<void> sync() = 0;
  // Forgets all but the first `bytes`, at most bytes() of them.
  virtual core::Result<void> cut(std::int64_t bytes) = 0;
};

// Thread-safe. All calls block on the disk or the network.
class BlobStore {
 public:
  virtual ~BlobStore() = default;

  virtual core::Result<std::unique_ptr<IncomingBlob>> begin_incoming() = 0;
  // The resumable blob at `key`, awake; an empty one, not yet durable, when there is none. One user at a time.
  // The key ends in ".bytes", by which stores know it again. unavailable from a store that has no such blobs.
  virtual core::Result<std::unique_ptr<ResumableBlob>> resume(std::string_view key);
  // Makes the incoming bytes durable under `key` (file and directory synced). conflict when the key is taken. A
  // resumable blob stays under its own key as well, and must not be written any more.
  virtual core::Result<void> place(IncomingBlob& incoming, std::string_view key) = 0;
  // Writes small bytes atomically (temporary, rename), replacing what was there; durable on return when asked.
  enum class Durability : std::uint8_t { durable, rebuildable };
  virtual core::Result<void> put(std::string_view key, std::string_view bytes, Durability durability) = 0;
  // Makes `to` hold the same bytes as `from` without storing them twice where the store can (a hard link on
  // disk). conflict when `to` is taken, not_found when `from` is gone.
  virtual core::Result<void> link(std::string_view from, std::string_view to) = 0;
  // Like link, but only sure to survive a power cut once something else was placed durably in the same directory.
  // Cheaper for a caller who does that next.
  virtual core::Result<void> claim(std::string_view from, std::string_view to) { return link(from, to); }
  // Durable in both directories. What stood under `to` is replaced.
  virtual core::Result<void> rename(std::string_view from, std::string_view to) = 0;
  // Removing what is not there is no error.
  virtual core::Result<void> remove(std::string_view key) = 0;

  virtual core::Result<BlobInfo> info(std::string_view key) const = 0;         // not_found
  virtual core::Result<std::string> read(std::string_view key) const = 0;      // not_found; small blobs only
  virtual core::Result<runtime::UnixFd> open(std::string_view key) const = 0;  // not_found; seekable, read-only
  // Calls `visit` for every blob whose key begins with `prefix` ("" for all), in no promised order; stops
  // when it returns false. Temporaries of the store itself are not shown.
  virtual core::Result<void> list(std::string_view prefix,
                                  const std::function<bool(std::string_view key, const BlobInfo&)>& visit) const = 0;
  // Removes temporaries whose writer died; those being written are left alone. Returns how many there were.
  virtual core::Result<std::int64_t> remove_abandoned() { return 0; }
  // Where anybody may fetch the blob without asking us until `lifetime` (1 second to 7 days) is over, named `filename`
  // (UTF-8; empty: no name); nullopt from a store that nobody else can reach. Whether the blob is there is not looked
  // at.
  virtual core::Result<std::optional<std::string>> download_address(std::string_view key, std::chrono::seconds lifetime,
                                                                    std::string_view filename) const;
  // Whether the store can be reached just now: asks once, and blocks for at most 5 seconds.
  virtual core::Result<void> probe() const { return {}; }
  // Room left for new bytes; −1 when the store has no such limit.
  virtual core::Result<std::int64_t> free_bytes() const = 0;
};

}  // namespace sightglass::storage
