// Reads what S3 servers answer in XML. The text is outside bytes: any of it may be missing, odd or hostile.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"

namespace sightglass::storage::s3 {

struct ErrorAnswer {
  std::string code{};     // "NoSuchKey"; empty when the text tells of no error
  std::string message{};  // the server's words, for the log
  std::string region{};   // where the bucket is, when that is what is wrong
};
// Never fails: what is not there stays empty.
ErrorAnswer parse_error(std::string_view xml);

struct ListedObject {
  std::string key{};  // with the store's prefix
  std::int64_t bytes = 0;
  core::Instant modified_at{};
};
struct ObjectPage {
  std::vector<ListedObject> objects{};
  std::string next{};  // continuation token; empty on the last page
};
// Of ListObjectsV2. unavailable for a text that is no such page or has a key without a sensible length and time.
core::Result<ObjectPage> parse_objects(std::string_view xml);

struct ListedUpload {
  std::string key{};
  std::string id{};
  core::Instant begun_at{};
};
struct UploadPage {
  std::vector<ListedUpload> uploads{};
  std::string next_key{};  // both empty on the last page
  std::string next_id{};
};
// Of ListMultipartUploads. Errors as of parse_objects().
core::Result<UploadPage> parse_uploads(std::string_view xml);

// Of CreateMultipartUpload.
core::Result<std::string> parse_upload_id(std::string_view xml);

// Copies and completed uploads answer 200 before they are done; whether they were is in the text. `expected` is the
// name of the element that says so.
bool is_done(std::string_view xml, std::string_view expected);

}  // namespace sightglass::storage::s3
