#include "storage/s3/signer.hpp"

#include <gtest/gtest.h>

#include "storage/hashing.hpp"
#include "storage/s3/uri_encoding.hpp"

namespace sightglass::storage::s3 {
namespace {

// The suite that AWS published with Signature Version 4 ("aws4_testsuite"): credentials, scope and time of all cases.
constexpr Dialect suite_dialect{.service = "service"};
const Signer suite({.access_key = "AKIDEXAMPLE", .secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}, "us-east-1",
                   suite_dialect);
const core::Instant suite_time = core::parse_iso8601("2015-08-30T12:36:00Z").value_or(core::Instant{});
const std::string hash_of_nothing = sha256_of("").to_hex();

RequestToSign suite_request(NamedTexts query, std::string_view path = "/", NamedTexts more = {}) {
  NamedTexts fields{{"host", "example.amazonaws.com"}};
  fields.insert(fields.end(), more.begin(), more.end());
  fields.emplace_back("x-amz-date", "20150830T123600Z");
  return {.method = "GET",
          .path = path,
          .query = std::move(query),
          .fields = std::move(fields),
          .payload_hash = hash_of_nothing};
}

std::string signature_in(std::string_view authorization) {
  return std::string(authorization.substr(authorization.find("Signature=") + 10));
}

TEST(Signer, agrees_with_get_vanilla_in_every_step) {
  const auto request = suite_request({});
  EXPECT_EQ(Signer::canonical_request(request),
            "GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n" + hash_of_nothing);
  EXPECT_EQ(suite.string_to_sign(request, suite_time),
            "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n"
            "bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63");
  EXPECT_EQ(suite.authorization(request, suite_time),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            "SignedHeaders=host;x-amz-date, "
            "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

TEST(Signer, agrees_with_the_published_queries) {
  const auto signature = [](NamedTexts query) {
    return signature_in(suite.authorization(suite_request(std::move(query)), suite_time));
  };
  // get-vanilla-query-order-key-case
  EXPECT_EQ(signature({{"Param2", "value2"}, {"Param1", "value1"}}),
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
  // get-vanilla-query-order-value
  EXPECT_EQ(signature({{"Param1", "value2"}, {"Param1", "value1"}}),
            "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694");
  // get-vanilla-empty-query-key
  EXPECT_EQ(signature({{"Param1", "value1"}}), "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb");
  // get-vanilla-utf8-query
  EXPECT_EQ(signature({{"\xE1\x88\xB4", "bar"}}), "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04");
  // get-vanilla-query-unreserved
  constexpr std::string_view unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  EXPECT_EQ(signature({{std::string(unreserved), std::string(unreserved)}}),
            "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197");
}

TEST(Signer, agrees_with_the_published_paths_and_fields) {
  const auto signature = [](const RequestToSign& request) {
    return signature_in(suite.authorization(request, suite_time));
  };
  // get-utf8
  EXPECT_EQ(signature(suite_request({}, "/\xE1\x88\xB4")),
            "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85");
  // get-space
  EXPECT_EQ(signature(suite_request({}, "/example space/")),
            "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741");
  // get-header-key-duplicate
  EXPECT_EQ(
      signature(suite_request({}, "/", {{"my-header1", "value2"}, {"my-header1", "value2"}, {"my-header1", "value1"}})),
      "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea");
  // get-header-value-trim
  EXPECT_EQ(signature(suite_request({}, "/", {{"my-header1", " value1"}, {"my-header2", " \"a   b   c\""}})),
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
}

// The examples of the S3 API reference, "Authenticating Requests: Using the Authorization Header".
const Signer example({.access_key = "AKIAIOSFODNN7EXAMPLE", .secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"},
                     "us-east-1");
const core::Instant example_time = core::parse_iso8601("2013-05-24T00:00:00Z").value_or(core::Instant{});

std::string example_signature(std::string_view method, std::string_view path, NamedTexts query, NamedTexts more,
                              std::string hash = hash_of_nothing) {
  more.emplace_back("host", "examplebucket.s3.amazonaws.com");
  more.emplace_back("x-amz-content-sha256", hash);
  more.emplace_back("x-amz-date", "20130524T000000Z");
  return signature_in(example.authorization({.method = method,
                                             .path = path,
                                             .query = std::move(query),
                                             .fields = std::move(more),
                                             .payload_hash = std::move(hash)},
                                            example_time));
}

TEST(Signer, agrees_with_the_examples_of_the_s3_reference) {
  EXPECT_EQ(example_signature("GET", "/test.txt", {}, {{"range", "bytes=0-9"}}),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  EXPECT_EQ(
      example_signature("PUT", "/test$file.text", {},
                        {{"date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                        sha256_of("Welcome to Amazon S3.").to_hex()),
      "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  EXPECT_EQ(example_signature("GET", "/", {{"lifecycle", ""}}, {}),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  EXPECT_EQ(example_signature("GET", "/", {{"max-keys", "2"}, {"prefix", "J"}}, {}),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

// Likewise, "Authenticating Requests: Using Query Parameters".
TEST(Signer, agrees_with_the_presigned_example_of_the_s3_reference) {
  const RequestToSign request{
      .method = "GET", .path = "/test.txt", .fields = {{"host", "examplebucket.s3.amazonaws.com"}}};
  EXPECT_EQ(example.presigned_query(request, example_time, std::chrono::seconds(86400)),
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&"
            "X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&"
            "X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&"
            "X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

TEST(Signer, names_googles_own_scheme_in_its_dialect) {
  const Signer google({.access_key = "GOOGTS7C7FUP3AIRVJTE", .secret_key = "secret"}, "auto", google_dialect);
  const auto signed_as =
      google.authorization({.method = "GET", .fields = {{"host", "storage.googleapis.com"}}}, example_time);
  EXPECT_TRUE(signed_as.starts_with(
      "GOOG4-HMAC-SHA256 Credential=GOOGTS7C7FUP3AIRVJTE/20130524/auto/storage/goog4_request, SignedHeaders=host, "))
      << signed_as;
}

TEST(UriEncoding, leaves_only_the_unreserved_as_they_are) {
  EXPECT_EQ(encode_path("/a b/c+d/~e.f-g_h"), "/a%20b/c%2Bd/~e.f-g_h");
  EXPECT_EQ(encode_query("a/b=c&\xC3\xA9"), "a%2Fb%3Dc%26%C3%A9");
  EXPECT_EQ(decode_uri("a%2fb%2F%C3%A9 %zz%4"), "a/b/\xC3\xA9 %zz%4");
}

TEST(Hmac, agrees_with_rfc_4231) {
  EXPECT_EQ(hmac_sha256(std::string(20, '\x0b'), "Hi There").to_hex(),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First").to_hex(),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

}  // namespace
}  // namespace sightglass::storage::s3
