#include "http/upload_headers.hpp"

#include <gtest/gtest.h>

#include "http/problem.hpp"
#include "http/upload_wish.hpp"

namespace sightglass::http {
namespace {

template <typename T>
void expect_malformed(const core::Result<T>& result, std::string_view text) {
  ASSERT_FALSE(result) << text;
  EXPECT_EQ(status_of(result.error(), ErrorStyle::structured), 400) << text;
}

TEST(Base64, reads_the_published_examples) {  // RFC 4648, section 10
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("Zg=="), "f");
  EXPECT_EQ(decode_base64("Zm8="), "fo");
  EXPECT_EQ(decode_base64("Zm9v"), "foo");
  EXPECT_EQ(decode_base64("Zm9vYmFy"), "foobar");
  EXPECT_EQ(decode_base64("//79"), "\xff\xfe\xfd");
}

TEST(Base64, refuses_every_second_text_for_the_same_bytes) {
  for (const auto* text : {"Zg", "Zg=", "Zh==", "Zm9=", "Zm 9v", "Zm-v", "====", "Z===", "Zg==Zg=="})
    EXPECT_FALSE(decode_base64(text)) << text;
}

TEST(UploadMetadata, reads_keys_with_and_without_values) {
  const auto metadata = parse_upload_metadata("filename cHVtcC5qcGc=,description ,draft");
  ASSERT_TRUE(metadata);
  const UploadMetadata wanted{{"filename", "pump.jpg"}, {"description", ""}, {"draft", ""}};
  EXPECT_EQ(*metadata, wanted);
  EXPECT_TRUE(parse_upload_metadata("")->empty());
}

TEST(UploadMetadata, refuses_what_the_protocol_forbids) {
  for (const auto* text :
       {",", "a YQ==,", "a YQ==,,b YQ==", " YQ==", "a  YQ==", "a YQ", "a YQ==,a Yg==", "\xc3\xa4 YQ=="})
    expect_malformed(parse_upload_metadata(text), text);
  std::string many = "k0 YQ==";
  for (std::size_t i = 1; i <= max_metadata_entries; ++i) many += ",k" + std::to_string(i) + " YQ==";
  expect_malformed(parse_upload_metadata(many), many);
}

TEST(UploadChecksum, reads_both_algorithms) {
  const auto sha1 = parse_upload_checksum("sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
  ASSERT_TRUE(sha1);
  EXPECT_EQ(sha1->kind, storage::DigestKind::sha1);
  EXPECT_EQ(sha1->digest.size(), 20U);
  EXPECT_TRUE(parse_upload_checksum("sha256 ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="));
}

TEST(UploadChecksum, refuses_other_algorithms_and_other_lengths) {
  for (const auto* text : {"", "sha1", "md5 qZk+NkcGgWq6PiVxeFDCbA==", "sha256 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=",
                           "SHA1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=", "sha1 a9993e364706816aba3e25717850c26c9cd0d89d"})
    expect_malformed(parse_upload_checksum(text), text);
}

TEST(NumberHeader, is_digits_only) {
  const auto read = [](std::string text) {
    Request request;
    request.headers.add("Upload-Offset", std::move(text));
    return read_number_header(request, "Upload-Offset");
  };
  EXPECT_EQ(*read("0"), 0);
  EXPECT_EQ(*read("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(*read_number_header(Request{}, "Upload-Offset"), std::nullopt);
  for (const auto* text : {"", "-1", "+1", "1.0", "0x10", " 1", "9223372036854775808"})
    expect_malformed(read(text), text);
}

TEST(UploadWish, reads_what_a_form_has_and_where_the_picture_was_taken) {
  const auto wish = read_upload_wish({{"filename", "pump.jpg"},
                                      {"filetype", "image/jpeg"},
                                      {"job_id", "7"},
                                      {"kind", "job"},
                                      {"tags", "pump, north"},
                                      {"skip_duplicate", "true"},
                                      {"latitude", "47.4"},
                                      {"longitude", "-8.5"}});
  ASSERT_TRUE(wish) << wish.error().message;
  EXPECT_EQ(wish->filename, "pump.jpg");
  EXPECT_EQ(wish->kind, core::PhotoKind::job);
  EXPECT_EQ(wish->fields.job, "7");
  EXPECT_EQ(wish->fields.tags, (std::vector<std::string>{"pump", "north"}));
  EXPECT_TRUE(wish->skip_duplicate);
  EXPECT_EQ(wish->position, (core::GeoPosition{.latitude = 47.4, .longitude = -8.5, .altitude = std::nullopt}));
}

TEST(UploadWish, names_the_entry_that_is_wrong) {
  const std::vector<std::pair<UploadMetadata, std::string>> wrong{
      {{{"descripton", "x"}}, "descripton"},
      {{{"kind", "picture"}}, "kind"},
      {{{"kind", "job"}}, "job_id"},
      {{{"latitude", "91"}, {"longitude", "0"}}, "latitude"},
      {{{"latitude", "nan"}, {"longitude", "0"}}, "latitude"},
      {{{"latitude", "1"}}, "longitude"},
      {{{"altitude", "1"}}, "altitude"},
      {{{"sha256", "abc"}}, "sha256"},
      {{{"skip_duplicate", "maybe"}}, "skip_duplicate"},
      {{{"description", "\xff"}}, "description"}};
  for (const auto& [metadata, field] : wrong) {
    const auto wish = read_upload_wish(metadata);
    ASSERT_FALSE(wish) << field;
    EXPECT_EQ(wish.error().field, field);
    EXPECT_EQ(status_of(wish.error(), ErrorStyle::structured), 422);
  }
}

}  // namespace
}  // namespace sightglass::http
