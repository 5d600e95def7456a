#include "sources/s3/bucket_place.hpp"

#include <gtest/gtest.h>

#include "core/time.hpp"
#include "sources/s3/bucket_client.hpp"

namespace sightglass::sources::s3 {
namespace {

BucketPlace place(std::string_view text) { return place_of(parse_server_address(text).value_or(ServerAddress{})); }

TEST(BucketPlace, is_in_the_path_of_most_servers) {
  for (const auto* endpoint : {"https://s3.example.org", "https://minio.s3.example.org", "http://192.0.2.1:9000"}) {
    const auto found = place(std::string(endpoint) + "/cards/cam%201/");
    EXPECT_EQ(found.bucket, "cards") << endpoint;
    EXPECT_EQ(found.prefix, "cam 1/");
    EXPECT_EQ(found.region, "");
    EXPECT_FALSE(found.is_in_host);
  }
  EXPECT_EQ(place("https://s3.example.org/").bucket, "");
}

TEST(BucketPlace, is_in_the_host_where_the_server_is_known) {
  struct Case {
    const char* address;
    const char* bucket;
    const char* region;
  };
  for (const auto& [address, bucket, region] :
       {Case{"https://cards.s3.eu-central-1.amazonaws.com/cam/", "cards", "eu-central-1"},
        Case{"https://Cards.S3.eu-central-1.AmazonAWS.com/cam/", "cards", "eu-central-1"},
        Case{"https://cards.s3.dualstack.eu-west-1.amazonaws.com/cam", "cards", "eu-west-1"},
        Case{"https://cards.s3-eu-west-1.amazonaws.com/cam/", "cards", "eu-west-1"},
        Case{"https://cards.s3.amazonaws.com/cam/", "cards", ""},
        Case{"https://s3.cards.org.s3.eu-west-1.amazonaws.com/cam/", "s3.cards.org", "eu-west-1"},
        Case{"https://cards.s3.cn-north-1.amazonaws.com.cn/cam/", "cards", "cn-north-1"},
        Case{"https://cards.s3.eu-central-2.wasabisys.com/cam/", "cards", "eu-central-2"},
        Case{"https://cards.s3.fr-par.scw.cloud/cam/", "cards", "fr-par"}}) {
    const auto found = place(address);
    EXPECT_TRUE(found.is_in_host) << address;
    EXPECT_EQ(found.bucket, bucket) << address;
    EXPECT_EQ(found.prefix, "cam/") << address;
    EXPECT_EQ(found.region, region) << address;
  }
  const auto in_path = place("https://s3.eu-central-1.amazonaws.com/cards/cam/");
  EXPECT_FALSE(in_path.is_in_host);
  EXPECT_EQ(in_path.bucket, "cards");
  EXPECT_EQ(in_path.region, "eu-central-1");
}

TEST(BucketPlace, decides_where_objects_are_and_what_is_signed) {
  const core::SystemClock clock;
  Politeness politeness{1000};
  const auto client = [&](const std::string& address) {
    return std::make_unique<BucketClient>(Access{.kind = SourceKind::s3,
                                                 .base_url = address,
                                                 .sign_in = SignIn::basic,
                                                 .username = "AKIATEST",
                                                 .secret = "SECRETTEST"},
                                          politeness, clock, GatewayLimits{});
  };
  const auto in_host = client("https://cards.s3.eu-central-1.amazonaws.com/cam/");
  EXPECT_EQ(in_host->address_of("cam/a b.jpg"), "https://cards.s3.eu-central-1.amazonaws.com/cam/a%20b.jpg");
  const auto signature = in_host->signature(net::HttpMethod::get, "/cam/a%20b.jpg", {});
  EXPECT_TRUE(signature.get("authorization").contains("/eu-central-1/s3/aws4_request")) << "the region of the address";
  const auto in_path = client("https://s3.eu-central-1.amazonaws.com/cards/cam/");
  EXPECT_EQ(in_path->address_of("cam/a.jpg"), "https://s3.eu-central-1.amazonaws.com/cards/cam/a.jpg");
}

TEST(BucketPlace, makes_a_source_of_the_kind_s3) {
  EXPECT_EQ(guess_kind("https://cards.s3.eu-central-1.amazonaws.com/cam/"), SourceKind::s3);
  EXPECT_EQ(guess_kind("https://s3.amazonaws.com/cards/"), SourceKind::s3);
  EXPECT_EQ(guess_kind("https://cards.s3.amazonaws.com/latest.jpg"), SourceKind::still);
  EXPECT_EQ(guess_kind("https://aws.amazon.com/s3/"), SourceKind::http_index);
  EXPECT_EQ(guess_kind("https://ec2-1.compute.amazonaws.com/pictures/"), SourceKind::http_index);
  const Access whole{.kind = SourceKind::s3, .base_url = "https://cards.s3.eu-central-1.amazonaws.com/"};
  EXPECT_TRUE(check(whole, {})) << "the bucket is in the host";
  const Access none{.kind = SourceKind::s3, .base_url = "https://s3.eu-central-1.amazonaws.com/"};
  EXPECT_FALSE(check(none, {}));
}

}  // namespace
}  // namespace sightglass::sources::s3
