// Any bytes as the headers of a resumable upload: what is understood is bounded, and reads as one thing only.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/upload_headers.hpp"
#include "http/upload_wish.hpp"

namespace {

using namespace sightglass;

std::string encode_base64(std::string_view bytes) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      bits = bits << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) text += i + j <= bytes.size() ? alphabet[bits >> (18 - 6 * j) & 63] : '=';
  }
  return text;
}

// A text that is understood is the only one for its bytes.
void read_base64(std::string_view text) {
  if (const auto bytes = http::decode_base64(text))
    if (encode_base64(*bytes) != text) std::abort();
}

void read_metadata(std::string_view text) {
  const auto metadata = http::parse_upload_metadata(text);
  if (!metadata) return;
  if (metadata->size() > http::max_metadata_entries) std::abort();
  std::string again;
  for (const auto& [key, value] : *metadata)
    again.append(again.empty() ? "" : ",").append(key).append(" ").append(encode_base64(value));
  const auto read_again = http::parse_upload_metadata(again);
  if (!read_again || *read_again != *metadata) std::abort();
  const auto wish = http::read_upload_wish(*metadata);
  if (wish && wish->position && (std::abs(wish->position->latitude) > 90 || std::abs(wish->position->longitude) > 180))
    std::abort();
}

void read_number(std::string_view text) {
  http::Request request;
  request.headers.add("Upload-Offset", std::string(text));
  const auto number = http::read_number_header(request, "Upload-Offset");
  if (number && (!*number || **number < 0)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  read_base64(text);
  read_metadata(text);
  read_number(text);
  const auto checksum = http::parse_upload_checksum(text);
  if (checksum && checksum->digest.size() != (checksum->kind == storage::DigestKind::sha1 ? 20 : 32)) std::abort();
  return 0;
}
