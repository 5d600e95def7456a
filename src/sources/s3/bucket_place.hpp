// Where in an address a bucket stands: in its path, or, with the servers that are known to do so, in its host.
#pragma once

#include <string>
#include <string_view>

#include "sources/server_address.hpp"

namespace sightglass::sources::s3 {

struct BucketPlace {
  std::string bucket{};  // empty: the address names none
  std::string prefix{};  // of the source's keys; empty, or with a '/' at its end
  std::string region{};  // empty: the address does not tell
  bool is_in_host = false;
};

// "https://host/bucket/prefix/"; "https://bucket.s3.region.amazonaws.com/prefix/" and its like at servers that are
// known by name, where anybody else's "x.s3.example.org" would be a host like others.
BucketPlace place_of(const ServerAddress& address);

// Whether the host is of a known server that speaks S3.
bool is_known_server(std::string_view host);

}  // namespace sightglass::sources::s3
