#include "sources/s3/object_pages.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "support/test_paths.hpp"

namespace sightglass::sources::s3 {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> corpus_text(const std::string& name) {
  const char* shared = std::getenv("SIGHTGLASS_SHARED");
  const fs::path base = shared != nullptr ? fs::path(shared) : fs::path(SIGHTGLASS_SOURCE_DIR).parent_path() / "shared";
  const std::ifstream file(base / "data" / "http_listings" / name);
  if (!file) return std::nullopt;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string page(const std::string& inner) {
  return "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" + inner + "</ListBucketResult>";
}

TEST(ObjectPages, of_a_real_server_name_every_object) {
  const auto text = corpus_text("captured/s3_v2_all.xml");
  const auto tree = corpus_text("tree_s3.csv");
  if (!text || !tree) GTEST_SKIP() << "the shared listings are absent";
  const auto parsed = parse_object_page(*text);
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->is_second_version);
  std::set<std::string> lines;
  for (const auto& object : parsed->objects) {
    lines.insert("\"" + object.key + "\"," + std::to_string(object.bytes.value_or(-1)));
    EXPECT_TRUE(object.modified_at) << object.key;
    EXPECT_TRUE(object.etag.starts_with('"')) << object.etag;
  }
  std::set<std::string> expected;
  std::istringstream rows(*tree);
  std::string row;
  std::getline(rows, row);
  while (std::getline(rows, row)) expected.insert(row);
  EXPECT_EQ(lines, expected);
}

TEST(ObjectPages, of_real_servers_name_directories) {
  const auto delimited = corpus_text("captured/s3_v2_delimiter.xml");
  const auto first_version = corpus_text("captured/s3_v1_prefix.xml");
  const auto sample = corpus_text("fixtures/s3_v1_doc_sample.xml");
  if (!delimited || !first_version || !sample) GTEST_SKIP() << "the shared listings are absent";
  const auto top = parse_object_page(*delimited);
  ASSERT_TRUE(top);
  EXPECT_EQ(top->objects.size(), 2U);
  EXPECT_EQ(top->prefixes, std::vector<std::string>{"cam2/"});
  const auto below = parse_object_page(*first_version);
  ASSERT_TRUE(below);
  EXPECT_FALSE(below->is_second_version);
  EXPECT_EQ(below->prefixes, (std::vector<std::string>{"cam1/2024-05-01/", "cam1/2024-05-02/"}));
  const auto documented = parse_object_page(*sample);
  ASSERT_TRUE(documented);
  ASSERT_EQ(documented->objects.size(), 1U);
  EXPECT_EQ(documented->objects[0].key, "sample.jpg");
  EXPECT_EQ(documented->objects[0].bytes, 142'863);
  EXPECT_EQ(documented->prefixes, std::vector<std::string>{"photos/"});
}

TEST(ObjectPages, decode_keys_where_the_server_encoded_them) {
  const auto encoded = parse_object_page(
      page("<EncodingType>url</EncodingType><Contents><Key>a+b%2B%FF%0A.jpg</Key><Size>1</Size></Contents>"));
  ASSERT_TRUE(encoded);
  EXPECT_EQ(encoded->objects[0].key, "a b+\xFF\n.jpg");
  const auto plain = parse_object_page(page("<Contents><Key>a+b%2B.jpg</Key></Contents>"));
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->objects[0].key, "a+b%2B.jpg");
  EXPECT_FALSE(plain->objects[0].bytes);
}

TEST(ObjectPages, say_how_the_next_one_is_asked_for) {
  const std::string more = "<IsTruncated>true</IsTruncated>";
  EXPECT_EQ(parse_object_page(page(more + "<NextContinuationToken>t</NextContinuationToken>"))->next_token, "t");
  EXPECT_EQ(parse_object_page(page(more + "<NextMarker>m</NextMarker>"))->next_marker, "m");
  EXPECT_EQ(
      parse_object_page(page(more + "<Contents><Key>a</Key></Contents><Contents><Key>b</Key></Contents>"))->next_marker,
      "b");
  EXPECT_EQ(parse_object_page(page("<IsTruncated>false</IsTruncated><NextMarker>m</NextMarker>"))->next_marker, "");
  EXPECT_FALSE(parse_object_page(page(more)));
}

TEST(ObjectPages, are_refused_when_they_are_none) {
  for (const auto* text : {"", "<html><body>Index of /</body></html>", "<Error><Code>NoSuchBucket</Code></Error>", "{}",
                           "<ListBucketResult><Contents>"})
    EXPECT_FALSE(parse_object_page(text)) << text;
  std::string bomb = "<!DOCTYPE a [<!ENTITY b \"bbbbbbbbbb\">]>" + page("<Contents><Key>&b;</Key></Contents>");
  const auto parsed = parse_object_page(bomb);
  if (parsed) EXPECT_EQ(parsed->objects[0].key, "&b;");
}

}  // namespace
}  // namespace sightglass::sources::s3
