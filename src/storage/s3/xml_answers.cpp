#include "storage/s3/xml_answers.hpp"

#include <fmt/format.h>

#include <optional>
#include <pugixml.hpp>

#include "storage/s3/xml_parts.hpp"

namespace sightglass::storage::s3 {
namespace {

// pugixml knows no document types, entities of its own or outside files: nothing in a text can make it grow or read.
constexpr unsigned int parsing = pugi::parse_default;
// A page of a thousand keys of a kilobyte, each byte percent-encoded, and what stands around them.
constexpr std::size_t longest_text = 8 << 20;

core::Error odd_answer(std::string_view what) {
  return core::unavailable(fmt::format("The S3 server's answer cannot be read: {}.", what));
}

std::optional<pugi::xml_document> parse(std::string_view xml) {
  pugi::xml_document document;
  if (xml.size() > longest_text) return std::nullopt;
  if (!document.load_buffer(xml.data(), xml.size(), parsing, pugi::encoding_utf8)) return std::nullopt;
  return document;
}

core::Result<ListedObject> read_object(const pugi::xml_node& node, bool is_encoded) {
  ListedObject object{.key = decode_key(text_of(node, "Key"), is_encoded)};
  const auto bytes = length_of(text_of(node, "Size"));
  const auto modified_at = core::parse_iso8601(text_of(node, "LastModified"));
  if (object.key.empty() || !bytes || !modified_at)
    return core::fail(odd_answer("an object without key, size or time"));
  object.bytes = *bytes;
  object.modified_at = *modified_at;
  return object;
}

core::Result<ListedUpload> read_upload(const pugi::xml_node& node, bool is_encoded) {
  ListedUpload upload{.key = decode_key(text_of(node, "Key"), is_encoded), .id = text_of(node, "UploadId")};
  const auto begun_at = core::parse_iso8601(text_of(node, "Initiated"));
  if (upload.key.empty() || upload.id.empty() || !begun_at)
    return core::fail(odd_answer("an upload without key, id or time"));
  upload.begun_at = *begun_at;
  return upload;
}

}  // namespace

ErrorAnswer parse_error(std::string_view xml) {
  const auto document = parse(xml);
  if (!document) return {};
  const auto error = child(*document, "Error");
  return {.code = text_of(error, "Code"), .message = text_of(error, "Message"), .region = text_of(error, "Region")};
}

core::Result<ObjectPage> parse_objects(std::string_view xml) {
  const auto document = parse(xml);
  const auto list = document ? child(*document, "ListBucketResult") : pugi::xml_node{};
  if (!list) return core::fail(odd_answer("it is no list of objects"));
  const bool is_encoded = text_of(list, "EncodingType") == "url";
  ObjectPage page;
  for (const auto& node : list.children()) {
    if (local_name(node) != "Contents") continue;
    SG_ASSIGN(auto object, read_object(node, is_encoded));
    page.objects.push_back(std::move(object));
  }
  if (text_of(list, "IsTruncated") != "true") return page;
  page.next = text_of(list, "NextContinuationToken");
  if (page.next.empty()) return core::fail(odd_answer("there is more, but no token to ask for it"));
  return page;
}

core::Result<UploadPage> parse_uploads(std::string_view xml) {
  const auto document = parse(xml);
  const auto list = document ? child(*document, "ListMultipartUploadsResult") : pugi::xml_node{};
  if (!list) return core::fail(odd_answer("it is no list of uploads"));
  const bool is_encoded = text_of(list, "EncodingType") == "url";
  UploadPage page;
  for (const auto& node : list.children()) {
    if (local_name(node) != "Upload") continue;
    SG_ASSIGN(auto upload, read_upload(node, is_encoded));
    page.uploads.push_back(std::move(upload));
  }
  if (text_of(list, "IsTruncated") != "true") return page;
  page.next_key = decode_key(text_of(list, "NextKeyMarker"), is_encoded);
  page.next_id = text_of(list, "NextUploadIdMarker");
  if (page.next_key.empty()) return core::fail(odd_answer("there is more, but no mark to ask for it"));
  return page;
}

core::Result<std::string> parse_upload_id(std::string_view xml) {
  const auto document = parse(xml);
  std::string id = document ? text_of(child(*document, "InitiateMultipartUploadResult"), "UploadId") : std::string();
  if (id.empty()) return core::fail(odd_answer("it names no upload"));
  return id;
}

bool is_done(std::string_view xml, std::string_view expected) {
  const auto document = parse(xml);
  return document && child(*document, expected);
}

}  // namespace sightglass::storage::s3
