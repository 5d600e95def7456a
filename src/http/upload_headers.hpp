// The request headers of the tus protocol 1.0.0 (tus.io/protocols/resumable-upload), read strictly.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "http/message.hpp"
#include "storage/hashing.hpp"

namespace sightglass::http {

inline constexpr std::string_view tus_version = "1.0.0";
inline constexpr std::string_view tus_extensions = "creation,creation-with-upload,checksum,expiration,termination";
inline constexpr std::string_view tus_checksum_algorithms = "sha1,sha256";
inline constexpr std::string_view chunk_media_type = "application/offset+octet-stream";
inline constexpr std::size_t max_metadata_entries = 64;

// All errors of this file are invalid_input about the request's headers (400) whose text names the header.

// Decimal digits only, 0 and up; nullopt when the request has no such header.
core::Result<std::optional<std::int64_t>> read_number_header(const Request& request, std::string_view name);

// Upload-Metadata: "key base64,key base64,key". Keys are printable ASCII without space and comma, and differ; values
// are any bytes. An empty text has no entries.
using UploadMetadata = std::vector<std::pair<std::string, std::string>>;
core::Result<UploadMetadata> parse_upload_metadata(std::string_view text);

// Upload-Checksum: "sha1 base64" or "sha256 base64".
struct ChunkChecksum {
  storage::DigestKind kind = storage::DigestKind::sha1;
  std::string digest{};  // raw bytes, as many as the kind has
};
core::Result<ChunkChecksum> parse_upload_checksum(std::string_view text);

// Base64 with padding, strictly (RFC 4648, section 4): nullopt for anything that another text would stand for as well.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace sightglass::http
