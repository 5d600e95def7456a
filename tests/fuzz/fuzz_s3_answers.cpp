// What an S3 server answers comes over a network: any text must be read or refused, and what is read must be such that
// the store can go on with it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "storage/s3/s3_keys.hpp"
#include "storage/s3/uri_encoding.hpp"
#include "storage/s3/xml_answers.hpp"

namespace s3 = sightglass::storage::s3;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (const auto page = s3::parse_objects(text)) {
    for (const auto& object : page->objects) {
      if (object.key.empty() || object.bytes < 0) std::abort();
      // A key that is taken for one comes through an address unharmed.
      if (s3::check_key(object.key) && s3::decode_uri(s3::encode_path(object.key)) != object.key) std::abort();
      if (const auto piece = s3::parse_piece(object.key)) {
        if (piece->offset < 0 || s3::piece_key(piece->key, piece->offset) != object.key) std::abort();
      }
    }
  }
  if (const auto page = s3::parse_uploads(text)) {
    for (const auto& upload : page->uploads)
      if (upload.key.empty() || upload.id.empty()) std::abort();
    if (page->next_key.empty() && !page->next_id.empty()) std::abort();
  }
  if (const auto id = s3::parse_upload_id(text); id && id->empty()) std::abort();
  s3::parse_error(text);
  s3::is_done(text, "CopyObjectResult");
  return 0;
}
