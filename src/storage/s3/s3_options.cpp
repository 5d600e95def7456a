#include "storage/s3/s3_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "storage/blob_store.hpp"

namespace sightglass::storage::s3 {
namespace {

constexpr std::size_t longest_prefix = 200;  // with our longest keys within the 1,024 bytes that S3 allows

std::unexpected<core::Error> wrong(std::string_view name, std::string_view words) {
  return core::fail(core::invalid_input(std::string(name), fmt::format("{} {}", name, words)));
}

bool is_endpoint(std::string_view text) {
  const auto scheme = text.find("://");
  if (scheme == std::string_view::npos) return false;
  const auto name = text.substr(0, scheme);
  const auto host = text.substr(scheme + 3);
  return (name == "http" || name == "https") && !host.empty() &&
         host.find_first_of("/?#@ \t\r\n") == std::string_view::npos;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool is_name(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_name_character); }

bool is_prefix(std::string_view text) {
  return text.empty() ||
         (text.ends_with('/') && text.size() <= longest_prefix && is_valid_key(text.substr(0, text.size() - 1)));
}

}  // namespace

core::Result<void> check(const S3Options& options) {
  if (!is_endpoint(options.endpoint))
    return wrong("storage.s3_endpoint", "must be \"https://host\" or \"http://host:port\", without a path");
  if (!is_name(options.bucket) || options.bucket.size() > 255)
    return wrong("storage.s3_bucket", "must be the name of a bucket");
  if (!is_name(options.region)) return wrong("storage.s3_region", "must be the name of a region, such as us-east-1");
  if (!is_prefix(options.prefix))
    return wrong("storage.s3_prefix", "may have 200 characters at most, and no empty, \".\" or \"..\" segment");
  if (options.credentials.access_key.empty() || options.credentials.secret_key.empty())
    return wrong("storage.s3_secret_key", "and storage.s3_access_key are needed to use the bucket");
  return {};
}

std::uint16_t port_of(const S3Options& options) {
  const std::string_view endpoint = options.endpoint;
  std::uint16_t port = endpoint.starts_with("https://") ? 443 : 80;
  const auto colon = endpoint.rfind(':');
  // Behind an address of IPv6 in brackets, and not inside it.
  if (colon > endpoint.find("://") && colon + 1 < endpoint.size() &&
      endpoint.find(']', colon) == std::string_view::npos)
    std::from_chars(endpoint.data() + colon + 1, endpoint.data() + endpoint.size(), port);
  return port;
}

}  // namespace sightglass::storage::s3
