#include "storage/s3/xml_answers.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sightglass::storage::s3 {
namespace {

constexpr std::string_view page = R"(<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
  <Name>photos</Name><Prefix>plant/</Prefix><EncodingType>url</EncodingType>
  <KeyCount>2</KeyCount><MaxKeys>2</MaxKeys><IsTruncated>true</IsTruncated>
  <NextContinuationToken>1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=</NextContinuationToken>
  <Contents><Key>plant/a%20b%2Bc+d.jpg</Key><LastModified>2026-11-21T04:12:33.000Z</LastModified>
    <ETag>&quot;x&quot;</ETag><Size>12</Size><StorageClass>STANDARD</StorageClass></Contents>
  <Contents><Key>plant/caf%C3%A9</Key><LastModified>2026-11-21T04:12:34Z</LastModified><Size>0</Size></Contents>
</ListBucketResult>)";

TEST(XmlAnswers, read_a_page_of_objects) {
  const auto objects = parse_objects(page);
  ASSERT_TRUE(objects) << objects.error().message;
  EXPECT_EQ(objects->next, "1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=");
  ASSERT_EQ(objects->objects.size(), 2u);
  EXPECT_EQ(objects->objects[0].key, "plant/a b+c d.jpg");
  EXPECT_EQ(objects->objects[0].bytes, 12);
  EXPECT_EQ(core::to_iso8601(objects->objects[0].modified_at), "2026-11-21T04:12:33.000000Z");
  EXPECT_EQ(objects->objects[1].key, "plant/caf\xC3\xA9");
}

TEST(XmlAnswers, take_keys_as_they_stand_where_the_server_does_not_encode_them) {
  const auto objects = parse_objects(
      "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a%20&amp;+b</Key><Size>1</Size>"
      "<LastModified>2026-11-21T04:12:34Z</LastModified></Contents></ListBucketResult>");
  ASSERT_TRUE(objects);
  EXPECT_EQ(objects->objects.at(0).key, "a%20&+b");
  EXPECT_EQ(objects->next, "");
}

TEST(XmlAnswers, refuse_pages_that_cannot_be_right) {
  for (const std::string_view text :
       {"", "nothing", "<html><body>Bad gateway</body></html>", "<ListBucketResult>", "<ListBucketResult></Other>",
        "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
        "<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Key>a</Key><Size>-1</Size><LastModified>2026-11-21T04:12:34Z</LastModified>"
        "</Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Key>a</Key><Size>1x</Size><LastModified>2026-11-21T04:12:34Z</LastModified>"
        "</Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Key>a</Key><Size>1</Size><LastModified>yesterday</LastModified></Contents>"
        "</ListBucketResult>",
        "<ListBucketResult><Contents><Size>1</Size><LastModified>2026-11-21T04:12:34Z</LastModified></Contents>"
        "</ListBucketResult>"}) {
    const auto objects = parse_objects(text);
    ASSERT_FALSE(objects) << text;
    EXPECT_EQ(objects.error().code, core::ErrorCode::unavailable);
  }
}

TEST(XmlAnswers, know_no_entities_and_no_outside_files) {
  const auto error = parse_error(
      "<!DOCTYPE lolz [<!ENTITY a \"aaaaaaaa\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]>"
      "<Error><Code>&a;&f;</Code></Error>");
  EXPECT_EQ(error.code, "&a;&f;");
}

TEST(XmlAnswers, read_deep_nesting_without_falling_over) {
  std::string deep;
  for (int i = 0; i < 200'000; ++i) deep += "<a>";
  EXPECT_EQ(parse_error(deep).code, "");
  for (int i = 0; i < 200'000; ++i) deep += "</a>";
  EXPECT_EQ(parse_error(deep).code, "");
}

TEST(XmlAnswers, read_what_an_error_says) {
  const auto error = parse_error(
      "<?xml version=\"1.0\"?><Error><Code>AuthorizationHeaderMalformed</Code><Message>wrong</Message>"
      "<Region>eu-central-1</Region></Error>");
  EXPECT_EQ(error.code, "AuthorizationHeaderMalformed");
  EXPECT_EQ(error.message, "wrong");
  EXPECT_EQ(error.region, "eu-central-1");
  EXPECT_EQ(parse_error("").code, "");
  EXPECT_EQ(parse_error("<html/>").code, "");
}

TEST(XmlAnswers, read_uploads_in_parts) {
  EXPECT_EQ(*parse_upload_id("<InitiateMultipartUploadResult><Bucket>b</Bucket><UploadId>2~x</UploadId>"
                             "</InitiateMultipartUploadResult>"),
            "2~x");
  EXPECT_FALSE(parse_upload_id("<InitiateMultipartUploadResult/>"));
  const auto uploads = parse_uploads(
      "<ListMultipartUploadsResult><IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker>"
      "<NextUploadIdMarker>i</NextUploadIdMarker><Upload><Key>a</Key><UploadId>u</UploadId>"
      "<Initiated>2026-11-21T04:12:34Z</Initiated></Upload></ListMultipartUploadsResult>");
  ASSERT_TRUE(uploads);
  EXPECT_EQ(uploads->uploads.at(0).id, "u");
  EXPECT_EQ(uploads->next_key, "k");
  EXPECT_FALSE(parse_uploads("<ListMultipartUploadsResult><Upload/></ListMultipartUploadsResult>"));
}

TEST(XmlAnswers, see_the_error_inside_of_a_success) {
  EXPECT_TRUE(is_done("<CopyObjectResult><ETag>x</ETag></CopyObjectResult>", "CopyObjectResult"));
  EXPECT_TRUE(is_done("<x:CopyObjectResult xmlns:x=\"s3\"/>", "CopyObjectResult"));
  EXPECT_FALSE(is_done("<Error><Code>InternalError</Code></Error>", "CopyObjectResult"));
  EXPECT_FALSE(is_done("", "CopyObjectResult"));
}

}  // namespace
}  // namespace sightglass::storage::s3
