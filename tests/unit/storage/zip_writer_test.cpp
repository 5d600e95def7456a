#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "storage/archive_writer.hpp"

namespace sightglass::storage {
namespace {

const core::Instant noon = core::parse_iso8601("2021-06-30T12:00:00Z").value_or(core::Instant{});

std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = count; i-- > 0;) value = value << 8U | static_cast<unsigned char>(bytes.at(at + i));
  return value;
}

// A line of the directory at a zip's end (APPNOTE.TXT 6.3.10, section 4.3.12).
struct Listed {
  std::string name;
  std::uint64_t flags, method, bytes, offset;
};

std::vector<Listed> directory_of(std::string_view zip) {
  std::vector<Listed> listed;
  const auto end = zip.rfind("PK\x05\x06");
  if (end == std::string_view::npos) return listed;
  auto at = static_cast<std::size_t>(number(zip, end + 16, 4));
  for (auto left = number(zip, end + 10, 2); left > 0; --left) {
    EXPECT_EQ(zip.substr(at, 4), "PK\x01\x02");
    const auto name = static_cast<std::size_t>(number(zip, at + 28, 2));
    listed.push_back({.name = std::string(zip.substr(at + 46, name)),
                      .flags = number(zip, at + 8, 2),
                      .method = number(zip, at + 10, 2),
                      .bytes = number(zip, at + 24, 4),
                      .offset = number(zip, at + 42, 4)});
    at += 46 + name + static_cast<std::size_t>(number(zip, at + 30, 2) + number(zip, at + 32, 2));
  }
  return listed;
}

class ZipWriter : public ::testing::Test {
 protected:
  void add(std::string name, std::string_view bytes) {
    ASSERT_TRUE(zip->begin({.name = name, .bytes = static_cast<std::int64_t>(bytes.size()), .modified_at = noon}));
    ASSERT_TRUE(zip->write(bytes));
  }
  std::unique_ptr<ArchiveWriter> zip = make_zip_writer().value();
};

constexpr std::uint64_t utf8_flag = 1U << 11;

TEST_F(ZipWriter, stores_files_as_they_are_and_lists_them_at_the_end) {
  add("job_7 Roof/one.jpg", "the first picture");
  add("job_7 Roof/empty.jpg", "");
  ASSERT_TRUE(zip->finish());
  const auto made = zip->take();
  const auto listed = directory_of(made);
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].name, "job_7 Roof/one.jpg");
  EXPECT_EQ(listed[0].method, 0U) << "stored";
  EXPECT_EQ(listed[0].bytes, 17U);
  EXPECT_EQ(listed[1].bytes, 0U);
  EXPECT_NE(made.find("the first picture"), std::string::npos);
  EXPECT_EQ(made.substr(listed[1].offset, 4), "PK\x03\x04");
}

TEST_F(ZipWriter, says_of_names_beyond_ascii_that_they_are_utf8) {
  add("job_1 Dächer/日本 😀.jpg", "x");
  add("job_1/plain.jpg", "x");
  ASSERT_TRUE(zip->finish());
  const auto listed = directory_of(zip->take());
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].name, "job_1 Dächer/日本 😀.jpg");
  EXPECT_TRUE(listed[0].flags & utf8_flag);
  EXPECT_EQ(listed[1].name, "job_1/plain.jpg");
}

TEST_F(ZipWriter, gives_out_what_was_made_at_once) {
  ASSERT_TRUE(zip->begin({.name = "a.jpg", .bytes = 300'000, .modified_at = noon}));
  EXPECT_GT(zip->waiting_bytes(), 30U);
  EXPECT_TRUE(zip->take().starts_with("PK\x03\x04"));
  EXPECT_EQ(zip->waiting_bytes(), 0U);
  ASSERT_TRUE(zip->write(std::string(200'000, 'a')));
  EXPECT_EQ(zip->take().size(), 200'000U);
}

TEST_F(ZipWriter, tells_of_large_files_the_way_of_zip64) {
  ASSERT_TRUE(zip->begin({.name = "large.tif", .bytes = 5LL << 30, .modified_at = noon}));
  const auto head = zip->take();
  EXPECT_EQ(number(head, 4, 2), 45U) << "the version that can read it";
  EXPECT_EQ(number(head, 22, 4), 0xFFFF'FFFFU);
  const auto extra = head.find(std::string("\x01\x00", 2), 30 + 9);
  ASSERT_NE(extra, std::string::npos);
  EXPECT_EQ(number(head, extra + 4, 8), 5ULL << 30U);
}

TEST_F(ZipWriter, never_makes_a_torn_file_look_whole) {
  ASSERT_TRUE(zip->begin({.name = "a.jpg", .bytes = 10, .modified_at = noon}));
  ASSERT_TRUE(zip->write("12345"));
  EXPECT_FALSE(zip->finish());
  EXPECT_FALSE(zip->begin({.name = "b.jpg", .bytes = 1, .modified_at = noon}));
  EXPECT_FALSE(zip->write("678901")) << "more than were announced";
  EXPECT_EQ(zip->take().find("PK\x05\x06"), std::string::npos) << "no end of an archive";
}

TEST_F(ZipWriter, refuses_names_that_lead_out_of_the_folder) {
  for (const std::string name : {"", "/etc/passwd", "../a.jpg", "a/../../b.jpg", "a//b.jpg", "C:\\a.jpg", "a\\b.jpg",
                                 "c:a.jpg", "a\nb.jpg", "a/.", "./a"}) {
    const auto begun = zip->begin({.name = name, .bytes = 1, .modified_at = noon});
    ASSERT_FALSE(begun) << name;
    EXPECT_EQ(begun.error().field, "name");
  }
  EXPECT_EQ(zip->waiting_bytes(), 0U);
}

TEST_F(ZipWriter, moves_times_that_a_zip_cannot_say_to_the_nearest) {
  ASSERT_TRUE(zip->begin({.name = "early.jpg", .bytes = 0, .modified_at = core::from_micros(-62'000'000'000'000'000)}));
  const auto early = zip->take();
  ASSERT_TRUE(zip->begin({.name = "late.jpg", .bytes = 0, .modified_at = core::from_micros(200'000'000'000'000'000)}));
  const auto late = zip->take();
  // Years since 1980 in the upper seven bits of the date.
  EXPECT_LE(number(early, 12, 2) >> 9U, 0U);
  EXPECT_EQ(number(late, late.rfind("PK\x03\x04") + 12, 2) >> 9U, 58U);
}

}  // namespace
}  // namespace sightglass::storage
