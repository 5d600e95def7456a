// The calls of the S3 API that the store needs, signed, repeated where that may help, and checked both ways.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/sha256.hpp"
#include "core/time.hpp"
#include "net/http_client.hpp"
#include "storage/s3/retry.hpp"
#include "storage/s3/s3_options.hpp"
#include "storage/s3/signer.hpp"
#include "storage/s3/xml_answers.hpp"

namespace sightglass::storage::s3 {

// What is kept beside an object's bytes.
struct ObjectFacts {
  std::int64_t bytes = 0;  // of the whole object
  core::Instant modified_at{};
  std::optional<core::Sha256> sha256{};  // as its writer computed it; none for what others put there
  std::string writer{};                  // which call of ours wrote it
  bool is_reserved = false;              // a name taken for bytes that are still on their way
};

struct Upload {
  std::string_view key{};
  net::RequestBody body{};
  std::int64_t bytes = 0;
  core::Sha256 sha256{};
  bool only_if_absent = false;
  bool is_reservation = false;
};

struct Part {
  std::int32_t number = 1;  // 1 … 10,000
  std::string etag{};
};

// Keys are the store's own, without the prefix. Errors of every call: unavailable when the server cannot be reached, is
// in trouble after all attempts, or refuses our credentials, with words for the operator. Thread-safe. Blocks.
class S3Client {
 public:
  S3Client(S3Options options, std::unique_ptr<net::HttpClient> http, const core::Clock& clock);

  // Whether the bucket is there and may be listed.
  core::Result<void> check_access() const;
  // Whether the bucket answers within 5 seconds. Asks once.
  core::Result<void> probe() const;
  // Whether the server keeps to "only if absent", which many silently do not know; tried with the key, which is gone
  // again afterwards. unavailable when it does not.
  core::Result<void> check_taken_keys_are_refused(std::string_view key) const;

  core::Result<ObjectFacts> head(std::string_view key) const;  // not_found
  // Gives the object's bytes to `take`, in order, after `begin`, which is called anew for each attempt. not_found;
  // corrupt_image when they are not the bytes that were stored.
  using Take = std::function<core::Result<void>(std::string_view)>;
  using Begin = std::function<core::Result<void>()>;
  core::Result<ObjectFacts> get(std::string_view key, const Begin& begin, const Take& take) const;
  // Bytes from `first` to `last`, both counted: not checked against the whole object's hash.
  core::Result<std::string> get_range(std::string_view key, std::int64_t first, std::int64_t last) const;
  // conflict when the key is taken and it was to be absent.
  core::Result<void> put(const Upload& upload) const;
  // Removing what is not there is no error.
  core::Result<void> remove(std::string_view key) const;
  // On the server; replaces. not_found. Up to 5 GiB.
  core::Result<void> copy(std::string_view from, std::string_view to) const;
  // Pages of a thousand; `next` of the one before, empty for the first.
  core::Result<ObjectPage> list(std::string_view prefix, const std::string& next) const;

  // In parts of `part_bytes`, from the descriptor; the hash is of all. Replaces.
  core::Result<void> put_in_parts(std::string_view key, int fd, std::int64_t bytes, const core::Sha256& sha256) const;
  // Uploads in parts that somebody began before `before` and never ended. Returns how many.
  core::Result<std::int64_t> abort_uploads(core::Instant before) const;

  // Where anybody may read the object for a while, without asking us.
  std::string presigned_address(std::string_view key, std::chrono::seconds lifetime, NamedTexts query) const;

  const S3Options& options() const { return options_; }

 private:
  struct Call;
  struct Written;

  core::Result<net::HttpAnswer> send(const Call& call) const;
  Attempted<net::HttpAnswer> attempt(const Call& call) const;
  net::HttpRequest request_for(const Call& call) const;
  NamedTexts own_fields(const Upload& upload, const std::string& writer) const;
  std::string field(std::string_view name) const { return std::string(options_.dialect.field_prefix).append(name); }
  std::string object_path(std::string_view key) const;
  std::string url_for(std::string_view path) const;
  ObjectFacts facts_of(const net::HttpAnswer& answer) const;
  core::Result<bool> was_written_by(std::string_view key, const std::string& writer) const;

  core::Result<std::string> begin_parts(std::string_view key, const core::Sha256& sha256,
                                        const std::string& writer) const;
  core::Result<Part> put_part(std::string_view key, const std::string& id, std::int32_t number,
                              const net::FileRange& range) const;
  core::Result<void> end_parts(std::string_view key, const std::string& id, const std::vector<Part>& parts,
                               const std::string& writer) const;
  core::Result<void> abort_parts(std::string_view key, const std::string& id) const;

  S3Options options_;
  std::unique_ptr<net::HttpClient> http_;
  const core::Clock& clock_;
  Signer signer_;
  std::string host_{};    // as the field "host" says it
  std::string origin_{};  // scheme and host
};

}  // namespace sightglass::storage::s3
