#include "storage/s3/s3_errors.hpp"

#include <fmt/format.h>

#include <array>

#include "core/no_room.hpp"
#include "storage/s3/xml_answers.hpp"

namespace sightglass::storage::s3 {
namespace {

using core::ErrorCode;

constexpr bool may_pass(int status) { return status >= 500 || status == 429; }

std::string words_of_refusal(const ErrorAnswer& answer, const S3Options& options) {
  if (answer.code == "SignatureDoesNotMatch")
    return fmt::format(
        "The S3 server at {} refuses the signature: storage.s3_secret_key is not the one of this access "
        "key.",
        options.endpoint);
  if (answer.code == "InvalidAccessKeyId" || answer.code == "InvalidAccessKey")
    return fmt::format("The S3 server at {} does not know storage.s3_access_key.", options.endpoint);
  if (answer.code == "RequestTimeTooSkewed")
    return fmt::format("The clocks of this machine and of the S3 server at {} differ by too much.", options.endpoint);
  if (answer.code == "AuthorizationHeaderMalformed" && !answer.region.empty())
    return fmt::format("The bucket {} is in the region {}; set storage.s3_region to it.", options.bucket,
                       answer.region);
  return fmt::format(
      "The S3 server at {} does not let this access key use the bucket {}: it needs to read, write, "
      "delete and list.",
      options.endpoint, options.bucket);
}

core::Error error_of(const net::HttpAnswer& answer, const ErrorAnswer& told, const S3Options& options,
                     std::string_view doing, std::string_view key) {
  if (told.code == "AuthorizationHeaderMalformed") return core::unavailable(words_of_refusal(told, options));
  switch (answer.status) {
    case 301:
    case 307:
      return core::unavailable(fmt::format(
          "The bucket {} is served elsewhere: check storage.s3_endpoint and storage.s3_region.", options.bucket));
    case 401:
    case 403:
      if (told.code == "QuotaExceeded")
        return core::no_room(fmt::format("The quota of the bucket {} is used up.", options.bucket));
      return core::unavailable(words_of_refusal(told, options));
    case 404:
      if (told.code == "NoSuchBucket" || key.empty())
        return core::unavailable(
            fmt::format("There is no bucket {} at {}; make it first.", options.bucket, options.endpoint));
      return core::not_found(fmt::format("The store has no {}.", key));
    case 409:
    case 412: return {.code = ErrorCode::conflict, .message = fmt::format("The store already has {}.", key)};
    case 413: return {.code = ErrorCode::too_large, .message = fmt::format("The store does not take {}.", key)};
    case 507: return core::no_room("There is no room left where pictures are stored; nothing of this was kept.");
    default:
      return core::unavailable(fmt::format("The S3 server at {} could not {} {}.", options.endpoint, doing,
                                           key.empty() ? std::string_view(options.bucket) : key));
  }
}

}  // namespace

Failure failure_of(const net::HttpAnswer& answer, const S3Options& options, std::string_view doing,
                   std::string_view key) {
  const ErrorAnswer told = parse_error(answer.body);
  Failure failure{.error = error_of(answer, told, options, doing, key), .may_pass = may_pass(answer.status)};
  failure.error.cause = fmt::format("{} {}: status {} {} {}", doing, key, answer.status, told.code, told.message);
  if (core::is_no_room(failure.error)) failure.may_pass = false;
  return failure;
}

Failure failure_of(core::Error error) {
  const bool may_pass = error.code == ErrorCode::unavailable || error.code == ErrorCode::timeout;
  // For whoever waits on the other side it is one and the same: the store is not there.
  if (error.code == ErrorCode::timeout) error.code = ErrorCode::unavailable;
  return {.error = std::move(error), .may_pass = may_pass};
}

}  // namespace sightglass::storage::s3
