#include "http/upload_headers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "http/problem.hpp"

namespace sightglass::http {
namespace {

core::Error wrong_header(std::string message) {
  return core::invalid_input(std::string(malformed_headers_field), std::move(message));
}

constexpr std::uint8_t no_digit = 0xff;

constexpr std::array<std::uint8_t, 256> make_base64_values() {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::uint8_t, 256> values{};
  values.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values.at(static_cast<unsigned char>(alphabet[i])) = static_cast<std::uint8_t>(i);
  }
  return values;
}

constexpr auto base64_values = make_base64_values();

bool is_key_character(char c) { return c > ' ' && c < 0x7f && c != ','; }

core::Result<std::pair<std::string, std::string>> parse_entry(std::string_view entry) {
  const auto space = entry.find(' ');
  const auto key = entry.substr(0, space);
  if (key.empty() || !std::ranges::all_of(key, is_key_character))
    return core::fail(wrong_header("Upload-Metadata: each entry is a key, a space and base64"));
  // A key alone has an empty value.
  const auto value = space == std::string_view::npos ? std::string() : decode_base64(entry.substr(space + 1));
  if (!value)
    return core::fail(wrong_header(fmt::format("Upload-Metadata: the value of {} is not base64", key.substr(0, 64))));
  return std::pair{std::string(key), *value};
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && text.ends_with('=')) {
    text.remove_suffix(1);
    ++padding;
  }
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const std::uint8_t value = base64_values.at(static_cast<unsigned char>(c));
    if (value == no_digit) return std::nullopt;
    bits = (bits << 6 | value) & 0xffffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>(bits >> held & 0xff);
  }
  // Bits that make no byte must be zero, or several texts would stand for the same bytes.
  if ((bits & ((1U << held) - 1)) != 0) return std::nullopt;
  return bytes;
}

core::Result<std::optional<std::int64_t>> read_number_header(const Request& request, std::string_view name) {
  if (!request.headers.has(name)) return std::nullopt;
  const auto text = request.headers.get(name);
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || end != text.data() + text.size() || text.starts_with('-'))
    return core::fail(wrong_header(fmt::format("{} must be a whole number, 0 and up", name)));
  return number;
}

core::Result<UploadMetadata> parse_upload_metadata(std::string_view text) {
  UploadMetadata metadata;
  if (text.empty()) return metadata;
  while (true) {
    const auto comma = text.find(',');
    SG_ASSIGN(auto entry, parse_entry(text.substr(0, comma)));
    if (std::ranges::find(metadata, entry.first, &UploadMetadata::value_type::first) != metadata.end())
      return core::fail(wrong_header(fmt::format("Upload-Metadata: {} is given twice", entry.first.substr(0, 64))));
    if (metadata.size() == max_metadata_entries)
      return core::fail(wrong_header(fmt::format("Upload-Metadata: at most {} entries", max_metadata_entries)));
    metadata.push_back(std::move(entry));
    if (comma == std::string_view::npos) return metadata;
    text.remove_prefix(comma + 1);
  }
}

core::Result<ChunkChecksum> parse_upload_checksum(std::string_view text) {
  const auto space = text.find(' ');
  const auto algorithm = text.substr(0, space);
  const bool is_sha1 = algorithm == "sha1";
  if (!is_sha1 && algorithm != "sha256")
    return core::fail(wrong_header(fmt::format("Upload-Checksum: the algorithms are {}", tus_checksum_algorithms)));
  auto digest = space == std::string_view::npos ? std::nullopt : decode_base64(text.substr(space + 1));
  if (!digest || digest->size() != (is_sha1 ? 20 : 32))
    return core::fail(wrong_header(fmt::format("Upload-Checksum: this is no {} digest in base64", algorithm)));
  return ChunkChecksum{.kind = is_sha1 ? storage::DigestKind::sha1 : storage::DigestKind::sha256,
                       .digest = std::move(*digest)};
}

}  // namespace sightglass::http
