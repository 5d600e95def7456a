// Where an S3 store is and how it is spoken to.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "core/result.hpp"
#include "storage/s3/signer.hpp"

namespace sightglass::storage::s3 {

// Of requests that met a server in trouble (5xx, 429) or none at all. Others are never repeated.
struct RetryPolicy {
  int most_attempts = 5;
  std::chrono::milliseconds first_pause{100};  // doubled each time; a random part of it is waited
  std::chrono::milliseconds longest_pause{5'000};
  std::chrono::seconds patience{30};  // after the first attempt began no further one is begun later than this
  // Tests pass their own; by default the thread sleeps.
  std::function<void(std::chrono::milliseconds)> pause{};
};

struct S3Options {
  std::string endpoint{};  // "https://s3.eu-central-1.amazonaws.com": scheme, host, perhaps a port, no path
  std::string bucket{};
  std::string region = "us-east-1";
  std::string prefix{};  // of all keys in the bucket; empty, or ending in '/'
  Credentials credentials{};
  bool is_path_style = true;  // "endpoint/bucket/key"; else "bucket.endpoint/key"
  Dialect dialect = aws_dialect;
  // Whether the server refuses a PUT on a taken key when asked to. Without it names are looked for before they are
  // taken, and two servers may take the same one.
  bool refuses_taken_keys = true;
  std::string ca_file{};                       // PEM; empty: those that the system trusts
  std::filesystem::path spool{};               // a local directory for bytes on their way
  std::int64_t part_bytes = 16LL << 20;        // larger uploads go in parts of this size, 5 MiB at least
  std::chrono::seconds stall{20};              // this long without bytes ends a request
  std::chrono::milliseconds deadline{30'000};  // of a request, and more for the bytes it carries
  RetryPolicy retry{};
};

// invalid_input naming the field, in words of the settings.
core::Result<void> check(const S3Options& options);

// The TCP port that the endpoint leads to, for a process that is confined to it.
std::uint16_t port_of(const S3Options& options);

}  // namespace sightglass::storage::s3
