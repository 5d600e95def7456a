// Signs requests as S3 servers verify them: AWS Signature Version 4, in the request's fields or in its query. Source:
// AWS documentation, "Authenticating Requests (AWS Signature Version 4)" of the S3 API reference.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/time.hpp"

namespace sightglass::storage::s3 {

struct Credentials {
  std::string access_key{};
  std::string secret_key{};
};

// The same scheme under two names. Google's documentation, "V4 signing process", tells its own.
struct Dialect {
  std::string_view algorithm = "AWS4-HMAC-SHA256";
  std::string_view key_prefix = "AWS4";
  std::string_view service = "s3";
  std::string_view terminator = "aws4_request";
  std::string_view field_prefix = "x-amz-";  // of the vendor's request and answer fields
  std::string_view query_prefix = "X-Amz-";  // likewise in signed addresses
  // What a PUT says so that it never replaces anything.
  std::string_view if_absent_field = "if-none-match";
  std::string_view if_absent_value = "*";
};
inline constexpr Dialect aws_dialect{};
inline constexpr Dialect google_dialect{.algorithm = "GOOG4-HMAC-SHA256",
                                        .key_prefix = "GOOG4",
                                        .service = "storage",
                                        .terminator = "goog4_request",
                                        .field_prefix = "x-goog-",
                                        .query_prefix = "X-Goog-",
                                        .if_absent_field = "x-goog-if-generation-match",
                                        .if_absent_value = "0"};

using NamedTexts = std::vector<std::pair<std::string, std::string>>;

struct RequestToSign {
  std::string_view method{};
  std::string_view path = "/";  // not yet percent-encoded; signed as it is, nothing is resolved
  NamedTexts query{};           // likewise, in any order
  NamedTexts fields{};          // all that are to be signed, "host" among them; names in lower case
  std::string payload_hash{};   // 64 hexadecimal digits, or unsigned_payload
};

inline constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";

// Thread-safe, because it is never changed.
class Signer {
 public:
  Signer(Credentials credentials, std::string region, Dialect dialect = aws_dialect)
      : credentials_(std::move(credentials)), region_(std::move(region)), dialect_(dialect) {}

  // The value of the field Authorization. The request must carry the date field that names the same time.
  std::string authorization(const RequestToSign& request, core::Instant now) const;
  // The query of an address that may be asked for without credentials until `lifetime` (1 second to 7 days) is over,
  // with the request's own query in it. Percent-encoded.
  std::string presigned_query(const RequestToSign& request, core::Instant now, std::chrono::seconds lifetime) const;

  // The steps of the two, for tests against AWS's published examples.
  static std::string canonical_request(const RequestToSign& request);
  std::string string_to_sign(const RequestToSign& request, core::Instant now) const;

  const Dialect& dialect() const { return dialect_; }

 private:
  std::string scope(core::Instant now) const;
  std::string signature(const RequestToSign& request, core::Instant now) const;

  Credentials credentials_;
  std::string region_;
  Dialect dialect_;
};

// "a=1&b=%2F", sorted by the encoded names, as it is signed and may be sent.
std::string encoded_query(const NamedTexts& query);

// "20130524T000000Z".
std::string signing_time(core::Instant now);

}  // namespace sightglass::storage::s3
