#include "sources/s3/s3_gateway.hpp"

#include <fmt/format.h>

#include "unit/sources/http_source_fixture.hpp"

namespace sightglass::sources {
namespace {

std::string object(const std::string& key) {
  return "<Contents><Key>" + key +
         "</Key><LastModified>2026-11-20T04:12:33.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>5</Size></"
         "Contents>";
}
std::string page(const std::string& inner) { return "<ListBucketResult>" + inner + "</ListBucketResult>"; }
const std::string more = "<IsTruncated>true</IsTruncated>";

class S3GatewayTest : public HttpSourceTest {
 protected:
  Access signed_in() const {
    auto signs = access("/bucket/cam/");
    signs.kind = SourceKind::s3;
    signs.sign_in = SignIn::basic;
    signs.username = "AKIATEST";
    signs.secret = "SECRETTEST";
    return signs;
  }
  std::unique_ptr<Gateway> gateway(const Access& with) { return make_s3_gateway(with, politeness, clock, limits); }
  Failure failure_with(const Reply& reply) {
    answer = [reply](const Request&) { return reply; };
    std::vector<RemoteFile> files;
    const auto listed = list(*gateway(signed_in()), files);
    EXPECT_FALSE(listed);
    return listed ? Failure{} : listed.error();
  }
};

TEST_F(S3GatewayTest, asks_a_public_bucket_without_a_signature) {
  answer = [](const Request&) { return Reply{.body = page(object("cam/a.jpg"))}; };
  std::vector<RemoteFile> files;
  ASSERT_TRUE(list(*gateway(access("/bucket/cam/")), files));
  EXPECT_EQ(paths(files), std::vector<std::string>{"a.jpg"});
  EXPECT_EQ(files[0].bytes, 5);
  EXPECT_EQ(files[0].etag, "\"e\"");
  EXPECT_FALSE(requests.front().fields.contains("authorization"));
  EXPECT_TRUE(requests.front().target.starts_with("/bucket?")) << requests.front().target;
  EXPECT_TRUE(requests.front().target.contains("prefix=cam%2F"));
}

TEST_F(S3GatewayTest, signs_for_the_region_that_the_server_names) {
  answer = [](const Request& request) {
    if (request.fields.at("authorization").contains("/eu-central-1/s3/"))
      return Reply{.body = request.target.starts_with("/bucket?") ? page(object("cam/a.jpg")) : "bytes"};
    return Reply{.status = 400,
                 .body = "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-central-1</Region></Error>"};
  };
  std::vector<RemoteFile> files;
  ASSERT_TRUE(list(*gateway(signed_in()), files));
  ASSERT_EQ(files.size(), 1U);
  // Another gateway has to find it out first.
  const ScratchFile file;
  const auto fetched = gateway(signed_in())->fetch(files[0], {.fd = file.fd()});
  ASSERT_TRUE(fetched) << fetched.error().error.message;
  EXPECT_EQ(file.text(), "bytes");
}

TEST_F(S3GatewayTest, turns_the_pages_of_both_versions) {
  answer = [](const Request& request) {
    if (request.target.contains("continuation-token=t%201")) return Reply{.body = page(object("cam/b.jpg") + more)};
    if (request.target.contains("marker=cam%2Fb.jpg")) return Reply{.body = page(object("cam/c.jpg"))};
    return Reply{.body = page(object("cam/a.jpg") + more + "<NextContinuationToken>t 1</NextContinuationToken>")};
  };
  std::vector<RemoteFile> files;
  ASSERT_TRUE(list(*gateway(signed_in()), files));
  EXPECT_EQ(paths(files), (std::vector<std::string>{"a.jpg", "b.jpg", "c.jpg"}));
}

TEST_F(S3GatewayTest, ends_a_list_that_does_not_end) {
  answer = [](const Request&) {
    return Reply{.body = page(object("cam/a.jpg") + more + "<NextContinuationToken>same</NextContinuationToken>")};
  };
  std::vector<RemoteFile> files;
  const auto listed = list(*gateway(signed_in()), files);
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().trouble, Trouble::listing);
}

TEST_F(S3GatewayTest, ends_a_list_whose_pages_bring_nothing_new) {
  answer = [this](const Request&) {
    return Reply{.body = page("<CommonPrefixes><Prefix>cam/sub/</Prefix></CommonPrefixes>" + more +
                              fmt::format("<NextContinuationToken>t{}</NextContinuationToken>", requests.size()))};
  };
  std::vector<RemoteFile> files;
  const auto listed = list(*gateway(signed_in()), files);
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().trouble, Trouble::listing);
  EXPECT_EQ(requests.size(), 2U);
}

TEST_F(S3GatewayTest, leaves_out_keys_that_are_no_paths) {
  answer = [](const Request&) {
    return Reply{.body = page("<EncodingType>url</EncodingType>" + object("cam/") + object("cam/../a.jpg") +
                              object("cam//b.jpg") + object("cam/c%0A.jpg") + object("other/d.jpg") +
                              object("cam/folder/") + object("cam/d.jpg"))};
  };
  std::vector<RemoteFile> files;
  const auto listed = list(*gateway(signed_in()), files, {.depth = 16});
  ASSERT_TRUE(listed);
  EXPECT_EQ(paths(files), std::vector<std::string>{"d.jpg"});
  EXPECT_EQ(listed->warnings.size(), 3U);
}

TEST_F(S3GatewayTest, tells_whose_fault_a_refusal_is) {
  const auto error = [](const std::string& code) { return "<Error><Code>" + code + "</Code></Error>"; };
  const auto unknown = failure_with({.status = 403, .body = error("InvalidAccessKeyId")});
  EXPECT_EQ(unknown.trouble, Trouble::credentials);
  EXPECT_EQ(unknown.error.field, "auth_username");
  const auto wrong = failure_with({.status = 403, .body = error("SignatureDoesNotMatch")});
  EXPECT_EQ(wrong.error.field, "auth_password");
  const auto absent = failure_with({.status = 404, .body = error("NoSuchBucket")});
  EXPECT_EQ(absent.trouble, Trouble::listing);
  EXPECT_EQ(absent.error.field, "base_url");
  const auto busy = failure_with({.status = 503, .fields = {{"Retry-After", "7"}}, .body = error("SlowDown")});
  EXPECT_EQ(busy.trouble, Trouble::busy);
  EXPECT_EQ(busy.retry_after, std::chrono::seconds(7));
  EXPECT_EQ(failure_with({.body = "<html>Welcome</html>"}).trouble, Trouble::listing);
  for (const auto& failure : {unknown, wrong, absent, busy}) EXPECT_TRUE(failure.concerns_source);
}

}  // namespace
}  // namespace sightglass::sources
