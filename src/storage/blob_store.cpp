#include "storage/blob_store.hpp"

namespace sightglass::storage {
namespace {

// ext4, XFS and S3 all allow more in a whole path; 255 bytes is NAME_MAX.
constexpr std::size_t longest_key = 1000;
constexpr std::size_t longest_segment = 255;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool is_valid_segment(std::string_view segment) {
  if (segment.empty() || segment.size() > longest_segment) return false;
  return segment != "." && segment != "..";
}

}  // namespace

bool is_valid_key(std::string_view key) {
  if (key.size() > longest_key) return false;
  for (const char c : key) {
    if (is_control(c)) return false;
  }
  for (;;) {
    const auto slash = key.find('/');
    if (!is_valid_segment(key.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    key.remove_prefix(slash + 1);
  }
}

core::Result<std::unique_ptr<ResumableBlob>> BlobStore::resume(std::string_view) {
  return core::fail(core::unavailable("This store takes no uploads that can be resumed."));
}

core::Result<std::optional<std::string>> BlobStore::download_address(std::string_view, std::chrono::seconds,
                                                                     std::string_view) const {
  return std::nullopt;
}

}  // namespace sightglass::storage
