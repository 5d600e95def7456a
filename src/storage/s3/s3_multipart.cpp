// Uploads in parts.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/ids.hpp"
#include "storage/hashing.hpp"
#include "storage/s3/s3_calls.hpp"
#include "storage/s3/s3_client.hpp"
#include "storage/s3/spool.hpp"
#include "telemetry/log.hpp"

namespace sightglass::storage::s3 {
namespace {

using net::HttpAnswer;
using net::HttpMethod;

// AWS, "Amazon S3 multipart upload limits".
constexpr std::int64_t most_parts = 10'000;
constexpr std::int64_t slowest_bytes_per_ms = 256;

// A server's word on its way back to it.
std::string escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&') {
      escaped += "&amp;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string parts_as_xml(const std::vector<Part>& parts) {
  std::string xml = "<CompleteMultipartUpload>";
  for (const auto& part : parts)
    xml += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", part.number, escaped(part.etag));
  return xml + "</CompleteMultipartUpload>";
}

}  // namespace

core::Result<std::string> S3Client::begin_parts(std::string_view key, const core::Sha256& sha256,
                                                const std::string& writer) const {
  const Call call{.method = HttpMethod::post,
                  .key = key,
                  .doing = "begin to write",
                  .query = {{"uploads", ""}},
                  .fields = own_fields({.key = key, .sha256 = sha256}, writer)};
  SG_ASSIGN(const auto answer, send(call));
  return parse_upload_id(answer.body);
}

core::Result<Part> S3Client::put_part(std::string_view key, const std::string& id, std::int32_t number,
                                      const net::FileRange& range) const {
  SG_ASSIGN(const auto hash, sha256_of_range(range.fd, range.offset, range.length));
  const Call call{.method = HttpMethod::put,
                  .key = key,
                  .doing = "write a part of",
                  .query = {{"partNumber", std::to_string(number)}, {"uploadId", id}},
                  .body = range,
                  .payload_hash = hash.to_hex(),
                  .more_time = std::chrono::milliseconds(range.length / slowest_bytes_per_ms)};
  SG_ASSIGN(const auto answer, send(call));
  return Part{.number = number, .etag = std::string(answer.fields.get("etag"))};
}

core::Result<void> S3Client::end_parts(std::string_view key, const std::string& id, const std::vector<Part>& parts,
                                       const std::string& writer) const {
  const std::string xml = parts_as_xml(parts);
  const Call call{.method = HttpMethod::post,
                  .key = key,
                  .doing = "join the parts of",
                  .query = {{"uploadId", id}},
                  .fields = {{"content-type", "application/xml"}},
                  .body = std::string_view(xml),
                  .payload_hash = sha256_of(xml).to_hex(),
                  .is_slow_to_answer = true};
  const auto joined = with_retries<void>(options_.retry, [&]() -> Attempted<void> {
    auto answer = attempt(call);
    if (!answer) return std::unexpected(std::move(answer).error());
    if (is_done(answer->body, "CompleteMultipartUploadResult")) return {};
    answer->status = 500;
    return std::unexpected(failure_of(*answer, options_, call.doing, key));
  });
  // An attempt whose answer was lost may have joined them, and the next one finds no such upload.
  if (joined || joined.error().code != core::ErrorCode::not_found) return joined;
  SG_ASSIGN(const bool is_ours, was_written_by(key, writer));
  return is_ours ? core::Result<void>{} : joined;
}

core::Result<void> S3Client::abort_parts(std::string_view key, const std::string& id) const {
  SG_TRY(send({.method = HttpMethod::delete_, .key = key, .doing = "give up", .query = {{"uploadId", id}}}));
  return {};
}

core::Result<void> S3Client::put_in_parts(std::string_view key, int fd, std::int64_t bytes,
                                          const core::Sha256& sha256) const {
  const std::string writer = core::Uuid::make_v7(clock_.now()).to_string();
  const std::int64_t part_bytes = std::max(options_.part_bytes, (bytes + most_parts - 1) / most_parts);
  SG_ASSIGN(const auto id, begin_parts(key, sha256, writer));
  const auto put_all = [&]() -> core::Result<void> {
    std::vector<Part> parts;
    for (std::int64_t offset = 0; offset < bytes; offset += part_bytes) {
      const net::FileRange range{.fd = fd, .offset = offset, .length = std::min(part_bytes, bytes - offset)};
      SG_ASSIGN(auto part, put_part(key, id, static_cast<std::int32_t>(parts.size() + 1), range));
      parts.push_back(std::move(part));
    }
    return end_parts(key, id, parts, writer);
  };
  auto put = put_all();
  if (put) return {};
  // What cannot be given up now is found by abort_uploads().
  if (const auto aborted = abort_parts(key, id); !aborted)
    telemetry::log_warning("an upload in parts was left in the bucket",
                           {{"key", std::string(key)}, {"cause", aborted.error().cause}});
  return put;
}

core::Result<std::int64_t> S3Client::abort_uploads(core::Instant before) const {
  std::int64_t aborted = 0;
  UploadPage page;
  do {
    Call call{.doing = "list the uploads of",
              .query = {{"uploads", ""}, {"encoding-type", "url"}, {"prefix", options_.prefix}}};
    if (!page.next_key.empty()) {
      call.query.emplace_back("key-marker", page.next_key);
      call.query.emplace_back("upload-id-marker", page.next_id);
    }
    SG_ASSIGN(const auto answer, send(call));
    SG_ASSIGN(page, parse_uploads(answer.body));
    for (const auto& upload : page.uploads) {
      if (upload.begun_at >= before || !upload.key.starts_with(options_.prefix)) continue;
      SG_TRY(abort_parts(std::string_view(upload.key).substr(options_.prefix.size()), upload.id));
      ++aborted;
    }
  } while (!page.next_key.empty());
  return aborted;
}

}  // namespace sightglass::storage::s3
