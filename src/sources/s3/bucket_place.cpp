#include "sources/s3/bucket_place.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace sightglass::sources::s3 {
namespace {

// Whose endpoints are "s3.region.name", each bucket a name below that (makers' manuals).
constexpr std::array<std::string_view, 5> known_servers{".amazonaws.com", ".amazonaws.com.cn", ".wasabisys.com",
                                                        ".backblazeb2.com", ".scw.cloud"};

struct HostParts {
  std::string bucket{};
  std::string region{};
};

std::string_view first_label(std::string_view host) { return host.substr(0, host.find('.')); }

bool is_endpoint(std::string_view label) { return label == "s3" || label.starts_with("s3-"); }

// Between "s3" and the server's name: "eu-central-1", "dualstack.eu-central-1", or nothing. Elder names have it in the
// same label: "s3-eu-west-1".
std::string region_in(std::string_view endpoint, std::string_view rest) {
  if (endpoint.starts_with("s3-")) return std::string(endpoint.substr(3));
  constexpr std::string_view dual = "dualstack.";
  if (rest.starts_with(dual)) rest.remove_prefix(dual.size());
  return std::string(rest);
}

// Buckets have dots too: the last label that is an endpoint's counts.
std::optional<HostParts> parts_of(std::string host) {
  std::ranges::transform(host, host.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  const auto server = std::ranges::find_if(known_servers, [&](std::string_view name) { return host.ends_with(name); });
  if (server == known_servers.end()) return std::nullopt;
  const std::string_view below = std::string_view(host).substr(0, host.size() - server->size());
  std::optional<HostParts> found;
  for (std::size_t at = 0; at < below.size();) {
    const auto label = first_label(below.substr(at));
    const auto rest = below.substr(std::min(at + label.size() + 1, below.size()));
    if (is_endpoint(label))
      found = {.bucket = std::string(below.substr(0, at == 0 ? 0 : at - 1)), .region = region_in(label, rest)};
    at += label.size() + 1;
  }
  return found;
}

}  // namespace

BucketPlace place_of(const ServerAddress& address) {
  const std::string path = directory_of(address).value_or("/");
  auto host = parts_of(address.host).value_or(HostParts{});
  if (!host.bucket.empty())
    return {.bucket = std::move(host.bucket),
            .prefix = path.substr(1),
            .region = std::move(host.region),
            .is_in_host = true};
  const auto slash = path.find('/', 1);
  if (slash == path.npos) return {.region = std::move(host.region)};
  return {.bucket = path.substr(1, slash - 1), .prefix = path.substr(slash + 1), .region = std::move(host.region)};
}

bool is_known_server(std::string_view host) { return parts_of(std::string(host)).has_value(); }

}  // namespace sightglass::sources::s3
