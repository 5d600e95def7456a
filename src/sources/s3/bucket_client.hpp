// Lists a bucket of an S3 server: signed or not, in the region that the server names.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "net/http_client.hpp"
#include "sources/gateway.hpp"
#include "sources/politeness.hpp"
#include "sources/s3/bucket_place.hpp"
#include "sources/s3/object_pages.hpp"
#include "sources/server_address.hpp"
#include "sources/source_address.hpp"
#include "storage/s3/signer.hpp"

namespace sightglass::sources::s3 {

// Thread-safe. Borrows politeness and clock.
class BucketClient {
 public:
  BucketClient(const Access& access, Politeness& politeness, const core::Clock& clock, const GatewayLimits& limits);

  // Whether the address names a bucket.
  bool has_bucket() const { return !place_.bucket.empty(); }
  // Of the source's keys; empty, or with a '/' at its end.
  const std::string& prefix() const { return place_.prefix; }
  // Where the object is.
  std::string address_of(std::string_view key) const;

  struct Page {
    ObjectPage objects{};
    std::optional<core::Instant> server_time{};
  };
  // The query besides what all lists have. Failures concern the source. Blocks.
  Remote<Page> list(storage::s3::NamedTexts query, const std::function<bool()>& should_stop);

  // Asks once where the bucket is, so that what is signed later is signed for there. Blocks.
  Remote<void> find_region(const std::function<bool()>& should_stop);

  // What signs a request for the encoded path; none for a public bucket.
  net::HttpFields signature(net::HttpMethod method, std::string_view path, const storage::s3::NamedTexts& query) const;

 private:
  Remote<net::HttpAnswer> ask(const storage::s3::NamedTexts& query, const std::function<bool()>& should_stop) const;
  bool take_region(const net::HttpAnswer& answer);
  Failure failure_of(const net::HttpAnswer& answer) const;
  Failure refusal_of(const net::HttpAnswer& answer, std::string_view code) const;
  std::string region() const;
  // Before a key, encoded: "/bucket", or nothing.
  std::string bucket_path() const;

  const Access access_;
  const GatewayLimits limits_;
  const ServerAddress address_;
  const BucketPlace place_;
  Politeness& politeness_;
  const core::Clock& clock_;
  const std::unique_ptr<net::HttpClient> http_;
  mutable std::mutex mutex_;
  std::string region_;  // us-east-1 at first where the address tells none: what servers of other makers than Amazon
                        // mostly are content with
  bool is_region_known_ = false;
};

}  // namespace sightglass::sources::s3
