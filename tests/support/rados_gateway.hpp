// A real S3 server for tests: a Ceph object gateway on loopback, with all its bytes in memory.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>

#include "storage/s3/s3_options.hpp"

namespace sightglass::test {

// Started once, when it is first asked for, which takes a quarter of a minute; ended with the process, however that
// ends.
class RadosGateway {
 public:
  // Null where $SIGHTGLASS_SHARED/tools/radosgw-up or the packages that it starts are absent.
  static RadosGateway* get();
  static constexpr const char* needs =
      "$SIGHTGLASS_SHARED/tools/radosgw-up and the packages ceph-mon, ceph-osd, radosgw";

  ~RadosGateway();
  RadosGateway(const RadosGateway&) = delete;
  RadosGateway& operator=(const RadosGateway&) = delete;

  std::uint16_t port() const { return port_; }
  std::string address() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // Of the bucket "photos", below a prefix that nobody else has.
  storage::s3::S3Options options();

  // The gateway alone, at once; what is stored stays.
  void kill();
  void start_again();

 private:
  RadosGateway() = default;
  bool start();
  bool make_bucket() const;

  std::filesystem::path directory_{};
  std::uint16_t port_ = 0;
  std::FILE* guard_ = nullptr;  // a process that ends the server when this pipe is closed
  int stores_ = 0;
};

}  // namespace sightglass::test
