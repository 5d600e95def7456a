#include "conformance/gateway/gateway_cases.hpp"
#include "net/http_client.hpp"
#include "sources/s3/s3_gateway.hpp"
#include "storage/hashing.hpp"
#include "storage/s3/s3_client.hpp"
#include "storage/s3/uri_encoding.hpp"
#include "support/rados_gateway.hpp"

namespace sightglass::sources {
namespace {

// A prefix of its own in the one bucket of the one server.
class BucketEnd final : public RemoteEnd {
 public:
  explicit BucketEnd(test::RadosGateway& server)
      : server_(server), options_(server.options()), client_(options_, net::make_http_client({}), clock_) {}
  ~BucketEnd() override {
    if (is_stopped_) server_.start_again();
  }

  void put(const std::string& path, std::string_view bytes, std::chrono::seconds) override {
    const auto put =
        client_.put({.key = path, .body = bytes, .bytes = std::ssize(bytes), .sha256 = storage::sha256_of(bytes)});
    if (!put) throw std::runtime_error(put.error().message + " | " + put.error().cause);
  }
  void remove(const std::string& path) override {
    if (!client_.remove(path)) throw std::runtime_error("the object stays");
  }
  void stop() override {
    server_.kill();
    is_stopped_ = true;
  }

  Access access(const std::string& below) const override {
    Access access{.kind = SourceKind::s3,
                  .base_url = options_.endpoint + "/" + options_.bucket + "/" + options_.prefix,
                  .sign_in = SignIn::basic,
                  .username = options_.credentials.access_key,
                  .secret = options_.credentials.secret_key,
                  .allows_plain_transport = true,
                  .allows_private_addresses = true};
    if (!below.empty()) access.base_url += storage::s3::encode_path(below) + "/";
    return access;
  }

 private:
  test::RadosGateway& server_;
  const core::SystemClock clock_{};
  const storage::s3::S3Options options_;
  storage::s3::S3Client client_;
  bool is_stopped_ = false;
};

}  // namespace

std::vector<GatewayCase> s3_cases() {
  return {{.name = "rados_gateway",
           .make_gateway = make_s3_gateway,
           .start = []() -> std::shared_ptr<RemoteEnd> {
             auto* server = test::RadosGateway::get();
             return server == nullptr ? nullptr : std::make_shared<BucketEnd>(*server);
           },
           .needs = test::RadosGateway::needs,
           .style = "ListObjectsV2",
           .tells_times = false,  // of its own making, which nobody can set
           .has_directories = false}};
}

}  // namespace sightglass::sources
