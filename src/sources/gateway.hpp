// The seam to a remote directory: what is in it, and the bytes of one file. What is new, what is tried again and what
// becomes of a picture is the affair of pulls/.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/time.hpp"

namespace sightglass::sources {

// What keeps a file from being had.
enum class Trouble : std::uint8_t {
  none,
  gone,          // it was listed and is not there
  refused,       // the server does not give it (403 of one file)
  wrong_length,  // it ended before, or went on behind, the length that was promised
  too_large,     // over FetchRequest::most_bytes
  timeout,
  unreachable,  // no connection, or it broke off
  busy,         // 429, 503, "too many connections": retry_after says when to come again, if the server did
  server_error,
  address,      // refused by our own rules: a forbidden address, plain transport, a redirect to either
  credentials,  // 401, a wrong password or key
  listing,      // an answer that is no directory, or one beyond bounds
  stopped,      // should_stop
  other,
};

// Whose fault it is decides what goes on: a file is tried again, a source ends its run.
struct Failure {
  core::Error error{};  // for people: a sentence without secrets; `field` when settings must change
  Trouble trouble = Trouble::other;
  bool concerns_source = false;  // no other file would fare better
  std::optional<std::chrono::seconds> retry_after{};
};

template <typename T>
using Remote = std::expected<T, Failure>;

struct RemoteFile {
  // Relative to the source's directory, "cam1/IMG 1.JPG": decoded bytes of any encoding, at most 4,096 of them;
  // segments are never empty, "." or "..", and have neither '/' nor NUL.
  std::string path{};
  std::string address{};                // for the gateway that listed it: where to fetch it. Text, no secrets
  std::optional<std::int64_t> bytes{};  // exact; absent where the listing rounds or does not say
  std::optional<core::Instant> modified_at{};
  std::chrono::seconds precision{1};  // of modified_at: minutes on many pages
  std::string etag{};                 // or another word that changes with the bytes; may be empty
};

struct ListOptions {
  std::int32_t depth = 0;  // of directories below, 0 … 16
  std::int64_t most_files = 1'000'000;
  std::int32_t most_folders = 100'000;
  std::function<bool()> should_stop = [] { return false; };
};

struct Listing {
  std::string style{};  // what was recognised: "nginx", "Apache", "MLSD", "ListObjectsV2"
  std::int64_t files = 0;
  std::int64_t folders = 0;                    // listed, the source's own not counted
  std::vector<std::string> warnings{};         // sentences; at most 20
  std::optional<core::Instant> server_time{};  // what the server's clock showed when it answered
};

struct FetchRequest {
  int fd = -1;               // borrowed, seekable; bytes are written at their offsets
  std::int64_t offset = 0;   // so many are there from an earlier attempt, of the version `validator` names
  std::string validator{};   // Fetched::validator of that attempt, or of the bytes that are known
  bool only_if_new = false;  // answers is_unchanged when the file is still the one `validator` names
  std::int64_t most_bytes = 50LL << 20;
  std::function<bool()> should_stop = [] { return false; };
};

struct Fetched {
  std::int64_t bytes = 0;     // the file's length; that many are in the descriptor, from 0 on
  bool is_unchanged = false;  // and nothing was written
  std::string validator{};    // for a later attempt; empty where the server gives none
  std::string media_type{};   // as the server calls it
  std::optional<core::Instant> modified_at{};
  std::optional<core::Instant> server_time{};
  bool is_whole = false;  // the server made it for this answer: however young it is, nobody is writing to it
};

// list() is called by one thread at a time; fetch() by as many as there are connections. All block.
class Gateway {
 public:
  virtual ~Gateway() = default;
  // Calls `take` with each file, in the order of the listing; a failure of `take` ends it with just that. What is no
  // file, or does not lie below the source's directory, is left out.
  using Take = std::function<Remote<void>(RemoteFile)>;
  virtual Remote<Listing> list(const ListOptions& options, const Take& take) = 0;
  // When it returns a value the file is whole. After a failure as much of it as came may be in the descriptor, and
  // `partial`, when not null, says how much of which version: the offset and validator to go on with.
  struct Partial {
    std::int64_t bytes = 0;
    std::string validator{};
  };
  virtual Remote<Fetched> fetch(const RemoteFile& file, const FetchRequest& request, Partial* partial = nullptr) = 0;
  // The key that the server showed when it was last spoken to, "SHA256:…"; empty where servers have none, and before
  // the first contact. Thread-safe.
  virtual std::string host_key() const { return {}; }
};

}  // namespace sightglass::sources
