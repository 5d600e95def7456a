#include "sources/sftp/sftp_packets.hpp"

#include <gtest/gtest.h>

namespace sightglass::sources::sftp {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

TEST(SftpPacketsTest, writes_requests_with_their_length_in_front) {
  EXPECT_EQ(init_request(), "\0\0\0\5\1\0\0\0\3"s);
  EXPECT_EQ(open_request(PacketType::opendir, 1, "/a"), "\0\0\0\x0b\x0b\0\0\0\1\0\0\0\2/a"s);
  EXPECT_EQ(open_request(PacketType::open, 2, "b"), "\0\0\0\x12\3\0\0\0\2\0\0\0\1b\0\0\0\1\0\0\0\0"s);
  EXPECT_EQ(handle_request(PacketType::fstat, 0x01020304, "h"), "\0\0\0\x0a\x08\1\2\3\4\0\0\0\1h"s);
  EXPECT_EQ(read_request(7, "h", 0x1'0000'0002, 3), "\0\0\0\x16\5\0\0\0\7\0\0\0\1h\0\0\0\1\0\0\0\2\0\0\0\3"s);
}

TEST(SftpPacketsTest, reads_answers) {
  const auto answer = parse_answer("\x66\0\0\0\7\0\0\0\2hh"sv);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->type, PacketType::handle);
  EXPECT_EQ(answer->id, 7U);
  EXPECT_EQ(parse_handle(answer->body), "hh");
  EXPECT_EQ(parse_status("\0\0\0\2\0\0\0\0\0\0\0\0"sv), StatusCode::no_such_file);
  EXPECT_EQ(parse_data("\0\0\0\3abc"sv), "abc");
  // Old servers leave out a status's text.
  EXPECT_EQ(parse_status("\0\0\0\1"sv), StatusCode::end_of_file);
}

TEST(SftpPacketsTest, reads_attributes_of_every_selection) {
  const auto all = parse_attributes(
      "\x80\0\0\x0f\0\0\0\1\0\0\0\2\0\0\0\7\0\0\0\x08\0\0\x81\xa4\0\0\0\1\0\0\0\2\0\0\0\1\0\0\0\1x\0\0\0\0"sv);
  ASSERT_TRUE(all);
  EXPECT_EQ(all->bytes, 0x1'0000'0002U);
  EXPECT_EQ(all->mode, 0100644U);
  EXPECT_EQ(all->modified_at, 2U);
  const auto none = parse_attributes("\0\0\0\0"sv);
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->bytes || none->mode || none->modified_at);
}

TEST(SftpPacketsTest, reads_names_as_bytes) {
  const auto names = parse_names("\0\0\0\2\0\0\0\1\xe4\0\0\0\0\0\0\0\0\0\0\0\2.x\0\0\0\1l\0\0\0\4\0\0\x41\xed"sv);
  ASSERT_TRUE(names);
  ASSERT_EQ(names->size(), 2U);
  EXPECT_EQ((*names)[0].name, "\xe4");
  EXPECT_EQ((*names)[1].name, ".x");
  EXPECT_EQ((*names)[1].attributes.mode, 040755U);
}

TEST(SftpPacketsTest, refuses_what_ends_too_soon) {
  const auto whole =
      "\0\0\0\1\0\0\0\1a\0\0\0\1l\0\0\0\x0f\0\0\0\0\0\0\0\2\0\0\0\7\0\0\0\x08\0\0\x81\xa4\0\0\0\1\0\0\0\2"sv;
  ASSERT_TRUE(parse_names(whole));
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(parse_names(whole.substr(0, length))) << length;
  EXPECT_FALSE(parse_names("\xff\xff\xff\xff"sv));
  EXPECT_FALSE(parse_data("\0\0\0\4abc"sv));
  EXPECT_FALSE(parse_answer("\x66\0\0\0"sv));
  EXPECT_FALSE(parse_attributes("\x80\0\0\0\xff\xff\xff\xff"sv));
  EXPECT_FALSE(parse_handle("\0\0\1\1"s + std::string(257, 'h')));
}

}  // namespace
}  // namespace sightglass::sources::sftp
