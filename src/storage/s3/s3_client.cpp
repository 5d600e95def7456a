#include "storage/s3/s3_client.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "core/ids.hpp"
#include "core/media_type.hpp"
#include "storage/hashing.hpp"
#include "storage/s3/s3_calls.hpp"
#include "storage/s3/uri_encoding.hpp"

namespace sightglass::storage::s3 {
namespace {

using net::HttpAnswer;
using net::HttpMethod;

// Names of what is kept beside the bytes, behind the vendor's prefix.
constexpr std::string_view hash_field = "meta-sha256";
constexpr std::string_view writer_field = "meta-sightglass-writer";
constexpr std::string_view reserved_field = "meta-sightglass-reserved";

constexpr std::chrono::seconds slow_answer{300};  // copies and joined parts of gigabytes
constexpr std::chrono::hours longest_download{2};
constexpr std::chrono::seconds probe_deadline{5};
constexpr std::int64_t slowest_bytes_per_ms = 256;  // of what we send; less than that is no store

std::int64_t number_in(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string_view without_default_port(std::string_view scheme, std::string_view host) {
  const std::string_view port = scheme == "https" ? ":443" : ":80";
  return host.ends_with(port) ? host.substr(0, host.size() - port.size()) : host;
}

core::Error damaged(std::string_view key) {
  return {.code = core::ErrorCode::corrupt_image,
          .message = fmt::format("The stored bytes of {} are damaged: their SHA-256 is another one.", key)};
}

// So that whoever follows a signed address gets a picture and not a download.
std::string content_type_of(std::string_view key) {
  if (key.ends_with(".json") || key.ends_with(".upload")) return "application/json";
  for (const auto type : {core::MediaType::jpeg, core::MediaType::png, core::MediaType::webp, core::MediaType::tiff,
                          core::MediaType::heic, core::MediaType::avif, core::MediaType::gif}) {
    const auto extension = core::extension_of(type);
    if (key.ends_with(extension) && key.size() > extension.size() && key[key.size() - extension.size() - 1] == '.')
      return std::string(core::mime_of(type));
  }
  return "application/octet-stream";
}

std::string fresh_writer() { return core::Uuid::make_v7(core::SystemClock{}.now()).to_string(); }

}  // namespace

S3Client::S3Client(S3Options options, std::unique_ptr<net::HttpClient> http, const core::Clock& clock)
    : options_(std::move(options)),
      http_(std::move(http)),
      clock_(clock),
      signer_(options_.credentials, options_.region, options_.dialect) {
  const std::string_view endpoint = options_.endpoint;
  const auto scheme = endpoint.substr(0, endpoint.find("://"));
  const auto server = without_default_port(scheme, endpoint.substr(scheme.size() + 3));
  host_ = options_.is_path_style ? std::string(server) : fmt::format("{}.{}", options_.bucket, server);
  origin_ = fmt::format("{}://{}", scheme, host_);
}

std::string S3Client::object_path(std::string_view key) const {
  std::string path = options_.is_path_style ? "/" + options_.bucket : std::string();
  if (!key.empty()) path.append("/").append(options_.prefix).append(key);
  return path.empty() ? "/" : path;
}

std::string S3Client::url_for(std::string_view path) const { return origin_ + encode_path(path); }

net::HttpRequest S3Client::request_for(const Call& call) const {
  const auto now = clock_.now();
  const std::string path = object_path(call.key);
  NamedTexts fields = call.fields;
  fields.emplace_back("host", host_);
  fields.emplace_back(field("date"), signing_time(now));
  fields.emplace_back(field("content-sha256"), call.payload_hash);
  const RequestToSign to_sign{.method = net::name_of(call.method),
                              .path = path,
                              .query = call.query,
                              .fields = fields,
                              .payload_hash = call.payload_hash};
  net::HttpRequest request{.method = call.method, .url = url_for(path), .body = call.body, .sink = call.sink};
  if (!call.query.empty()) request.url.append("?").append(encoded_query(call.query));
  for (auto& [name, value] : fields) request.fields.add(std::move(name), std::move(value));
  request.fields.add("authorization", signer_.authorization(to_sign, now));
  request.stall = call.is_slow_to_answer ? slow_answer : options_.stall;
  request.deadline = options_.deadline + call.more_time;
  if (call.is_slow_to_answer) request.deadline += slow_answer;
  if (call.deadline) request.deadline = *call.deadline;
  return request;
}

Attempted<HttpAnswer> S3Client::attempt(const Call& call) const {
  auto answer = http_->perform(request_for(call));
  if (!answer) return std::unexpected(failure_of(std::move(answer).error()));
  if (answer->status >= 200 && answer->status < 300) return std::move(*answer);
  return std::unexpected(failure_of(*answer, options_, call.doing, call.key));
}

core::Result<HttpAnswer> S3Client::send(const Call& call) const {
  return with_retries<HttpAnswer>(options_.retry, [&] { return attempt(call); });
}

core::Result<void> S3Client::check_access() const {
  const Call call{.doing = "list", .query = {{"list-type", "2"}, {"max-keys", "1"}, {"prefix", options_.prefix}}};
  SG_ASSIGN(const auto answer, send(call));
  SG_TRY(parse_objects(answer.body));
  return {};
}

core::Result<void> S3Client::probe() const {
  auto answer = attempt({.method = HttpMethod::head, .doing = "reach", .deadline = probe_deadline});
  if (!answer) return core::fail(std::move(answer).error().error);
  return {};
}

core::Result<void> S3Client::check_taken_keys_are_refused(std::string_view key) const {
  const Upload upload{.key = key, .sha256 = sha256_of(""), .only_if_absent = true};
  SG_TRY(put(upload));
  const auto again = put(upload);
  SG_TRY(remove(key));
  if (!again && again.error().code != core::ErrorCode::conflict) return again;
  if (!again) return {};
  return core::fail(
      core::unavailable(fmt::format("The S3 server at {} replaces objects though it is told not to (field {}), so that "
                                    "two servers could take the same "
                                    "name. Set storage.s3_dialect to google for Google Cloud Storage; for another "
                                    "server that only one Sightglass uses, "
                                    "set storage.s3_conditional_writes to false.",
                                    options_.endpoint, options_.dialect.if_absent_field)));
}

ObjectFacts S3Client::facts_of(const HttpAnswer& answer) const {
  const auto& fields = answer.fields;
  return {.bytes = number_in(fields.get("content-length")),
          .modified_at = core::parse_http_date(fields.get("last-modified")).value_or(core::Instant{}),
          .sha256 = core::Sha256::from_hex(fields.get(field(hash_field))),
          .writer = std::string(fields.get(field(writer_field))),
          .is_reserved = fields.has(field(reserved_field))};
}

core::Result<ObjectFacts> S3Client::head(std::string_view key) const {
  SG_ASSIGN(const auto answer, send({.method = HttpMethod::head, .key = key, .doing = "look at"}));
  return facts_of(answer);
}

core::Result<ObjectFacts> S3Client::get(std::string_view key, const Begin& begin, const Take& take) const {
  Sha256Hasher hasher;
  bool was_damaged = false;
  const Call call{.key = key,
                  .doing = "read",
                  .sink = [&](std::string_view bytes) -> core::Result<void> {
                    hasher.update(bytes);
                    return take(bytes);
                  },
                  .more_time = longest_download};
  return with_retries<ObjectFacts>(options_.retry, [&]() -> Attempted<ObjectFacts> {
    hasher = Sha256Hasher();
    if (auto begun = begin(); !begun) return std::unexpected(Failure{.error = std::move(begun).error()});
    auto answer = attempt(call);
    if (!answer) return std::unexpected(std::move(answer).error());
    const auto facts = facts_of(*answer);
    if (!facts.sha256 || hasher.value() == *facts.sha256) return facts;
    // Once more: they may have been damaged on the way.
    return std::unexpected(Failure{.error = damaged(key), .may_pass = !std::exchange(was_damaged, true)});
  });
}

core::Result<std::string> S3Client::get_range(std::string_view key, std::int64_t first, std::int64_t last) const {
  const Call call{.key = key,
                  .doing = "read",
                  .fields = {{"range", fmt::format("bytes={}-{}", first, last)}},
                  .sink = net::IntoMemory{.most_bytes = last - first + 1},
                  .more_time = longest_download};
  SG_ASSIGN(auto answer, send(call));
  return std::move(answer.body);
}

NamedTexts S3Client::own_fields(const Upload& upload, const std::string& writer) const {
  NamedTexts fields{{"content-type", content_type_of(upload.key)}, {field(writer_field), writer}};
  if (upload.is_reservation) {
    fields.emplace_back(field(reserved_field), "1");
  } else {
    fields.emplace_back(field(hash_field), upload.sha256.to_hex());
  }
  return fields;
}

core::Result<bool> S3Client::was_written_by(std::string_view key, const std::string& writer) const {
  const auto facts = head(key);
  if (!facts && facts.error().code == core::ErrorCode::not_found) return false;
  if (!facts) return core::fail(facts.error());
  return facts->writer == writer;
}

core::Result<void> S3Client::put(const Upload& upload) const {
  const std::string writer = fresh_writer();
  Call call{.method = HttpMethod::put,
            .key = upload.key,
            .doing = "write",
            .fields = own_fields(upload, writer),
            .body = upload.body,
            .payload_hash = upload.sha256.to_hex(),
            .more_time = std::chrono::milliseconds(upload.bytes / slowest_bytes_per_ms)};
  if (upload.only_if_absent && options_.refuses_taken_keys) {
    call.fields.emplace_back(options_.dialect.if_absent_field, options_.dialect.if_absent_value);
  } else if (upload.only_if_absent) {
    const auto there = head(upload.key);
    if (there) return core::fail(core::ErrorCode::conflict, fmt::format("The store already has {}.", upload.key));
    if (there.error().code != core::ErrorCode::not_found) return core::fail(there.error());
  }
  const auto answer = send(call);
  if (answer) return {};
  if (answer.error().code != core::ErrorCode::conflict) return core::fail(answer.error());
  // The key may be taken by an attempt of this very call, whose answer was lost.
  SG_ASSIGN(const bool is_ours, was_written_by(upload.key, writer));
  return is_ours ? core::Result<void>{} : core::fail(answer.error());
}

core::Result<void> S3Client::remove(std::string_view key) const {
  const auto answer = send({.method = HttpMethod::delete_, .key = key, .doing = "remove"});
  if (!answer && answer.error().code != core::ErrorCode::not_found) return core::fail(answer.error());
  return {};
}

core::Result<void> S3Client::copy(std::string_view from, std::string_view to) const {
  const std::string source = fmt::format("/{}/{}{}", options_.bucket, options_.prefix, from);
  const Call call{.method = HttpMethod::put,
                  .key = to,
                  .doing = "copy to",
                  .fields = {{field("copy-source"), encode_path(source)}},
                  .is_slow_to_answer = true};
  SG_TRY(with_retries<void>(options_.retry, [&]() -> Attempted<void> {
    auto answer = attempt(call);
    if (!answer) return std::unexpected(std::move(answer).error());
    if (is_done(answer->body, "CopyObjectResult")) return {};
    answer->status = 500;  // as AWS words it: an error inside of a 200 is one of the server's
    return std::unexpected(failure_of(*answer, options_, call.doing, to));
  }));
  return {};
}

core::Result<ObjectPage> S3Client::list(std::string_view prefix, const std::string& next) const {
  Call call{.doing = "list",
            .query = {{"list-type", "2"}, {"encoding-type", "url"}, {"prefix", options_.prefix + std::string(prefix)}}};
  if (!next.empty()) call.query.emplace_back("continuation-token", next);
  SG_ASSIGN(const auto answer, send(call));
  return parse_objects(answer.body);
}

std::string S3Client::presigned_address(std::string_view key, std::chrono::seconds lifetime, NamedTexts query) const {
  const std::string path = object_path(key);
  const RequestToSign to_sign{.method = "GET", .path = path, .query = std::move(query), .fields = {{"host", host_}}};
  return url_for(path) + "?" + signer_.presigned_query(to_sign, clock_.now(), lifetime);
}

}  // namespace sightglass::storage::s3
