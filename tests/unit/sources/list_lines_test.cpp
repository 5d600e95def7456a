#include "sources/ftp/list_lines.hpp"

#include <gtest/gtest.h>

namespace sightglass::sources::ftp {
namespace {

using std::chrono::seconds;

const core::Instant now = core::parse_iso8601("2026-11-23T12:00:00Z").value_or(core::Instant{});

std::optional<core::Instant> at(std::string_view text) { return core::parse_iso8601(text); }

Entry listed(std::string_view line) {
  const auto entry = parse_list_line(line, now);
  EXPECT_TRUE(entry) << line;
  return entry.value_or(Entry{});
}

TEST(MlsdLine, reads_kinds_sizes_and_times) {
  const auto file = parse_mlsd_line("type=file;size=12;modify=20261122101530.250;unique=1; a  b; c.jpg");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->kind, EntryKind::file);
  EXPECT_EQ(file->name, "a  b; c.jpg");
  EXPECT_EQ(file->bytes, 12);
  EXPECT_EQ(file->modified_at, at("2026-11-22T10:15:30Z"));
  const auto folder = parse_mlsd_line("Modify=20261122101530;Type=dir;Size=4096;  blank first");
  ASSERT_TRUE(folder);
  EXPECT_EQ(folder->kind, EntryKind::folder);
  EXPECT_EQ(folder->name, " blank first");
  EXPECT_FALSE(folder->bytes);
}

TEST(MlsdLine, knows_links_from_files) {
  for (const auto* type : {"OS.unix=slink:/etc", "OS.unix=symlink", "os.UNIX=slink"}) {
    const auto entry = parse_mlsd_line(std::string("type=") + type + "; link");
    ASSERT_TRUE(entry) << type;
    EXPECT_EQ(entry->kind, EntryKind::link) << type;
  }
  EXPECT_EQ(parse_mlsd_line("type=OS.unix=chr-1/3; null").value_or(Entry{}).kind, EntryKind::other);
}

TEST(MlsdLine, has_no_entry_for_the_directory_itself_or_for_what_is_no_line) {
  for (const auto* line : {"type=cdir;modify=20261122101530; .", "type=pdir; ..", "", " ", "type=file;", "type=file; ",
                           "size=1; no type", "500 MLSD not understood", "type file; a"})
    EXPECT_FALSE(parse_mlsd_line(line)) << line;
}

TEST(MlsdLine, leaves_out_numbers_that_are_none) {
  const auto entry = parse_mlsd_line("type=file;size=-1;modify=20261322101530; a");
  ASSERT_TRUE(entry);
  EXPECT_FALSE(entry->bytes);
  EXPECT_FALSE(entry->modified_at);
  EXPECT_FALSE(parse_mlsd_line("type=file;size=99999999999999999999; a").value_or(Entry{}).bytes);
}

TEST(ListLine, reads_what_ls_shows) {
  const auto young = listed("-rw-r--r--    1 106      65534        1234 Nov 22 10:15 two  spaces.jpg");
  EXPECT_EQ(young.kind, EntryKind::file);
  EXPECT_EQ(young.name, "two  spaces.jpg");
  EXPECT_EQ(young.bytes, 1234);
  EXPECT_EQ(young.modified_at, at("2026-11-22T10:15:00Z"));
  EXPECT_EQ(young.precision, seconds(60));
  const auto old = listed("-rw-rw-r--+ 1 user group 5 Feb  3  2020  blank first");
  EXPECT_EQ(old.name, " blank first");
  EXPECT_EQ(old.modified_at, at("2020-02-03T00:00:00Z"));
  EXPECT_EQ(old.precision, seconds(86'400));
}

TEST(ListLine, reads_the_other_forms_that_servers_have) {
  EXPECT_EQ(listed("-rw-r--r-- 1 user with blanks group 77 Nov 22 10:15 a").bytes, 77);
  EXPECT_EQ(listed("-rw-r--r-- 1 owner 77 Nov 22 10:15 no group").bytes, 77);
  EXPECT_EQ(listed("-rw-r--r-- 1 u g 77 22 Nov 10:15 day first").modified_at, at("2026-11-22T10:15:00Z"));
  EXPECT_EQ(listed("-rw-r--r-- 1 u g 77 2025-11-22 10:15 iso").modified_at, at("2025-11-22T10:15:00Z"));
  EXPECT_EQ(listed("-rw-r--r-- 1 u g 77 Nov 22 2026 Nov 22 2025 b.jpg").name, "Nov 22 2025 b.jpg");
  EXPECT_EQ(listed("drwxr-xr-x 2 u g 4096 Nov 22 10:15 cards").kind, EntryKind::folder);
  EXPECT_EQ(listed("lrwxrwxrwx 1 u g 11 Nov 22 10:15 a -> /etc/passwd").kind, EntryKind::link);
  EXPECT_EQ(listed("prw-r--r-- 1 u g 0 Nov 22 10:15 pipe").kind, EntryKind::other);
}

TEST(ListLine, finds_the_year_that_is_left_out) {
  EXPECT_EQ(listed("-rw-r--r-- 1 u g 1 Dec 31 23:59 a").modified_at, at("2025-12-31T23:59:00Z"));
  EXPECT_EQ(listed("-rw-r--r-- 1 u g 1 Feb 29 12:00 a").modified_at, at("2024-02-29T12:00:00Z"));
  // A server whose wall clock is ahead of UTC.
  EXPECT_EQ(listed("-rw-r--r-- 1 u g 1 Nov 24 01:00 a").modified_at, at("2026-11-24T01:00:00Z"));
}

TEST(ListLine, reads_what_dos_shows) {
  const auto file = listed("11-22-26  03:15PM            1234 a b.jpg");
  EXPECT_EQ(file.kind, EntryKind::file);
  EXPECT_EQ(file.name, "a b.jpg");
  EXPECT_EQ(file.bytes, 1234);
  EXPECT_EQ(file.modified_at, at("2026-11-22T15:15:00Z"));
  EXPECT_EQ(listed("11-22-2026  12:05AM       <DIR>          cards").modified_at, at("2026-11-22T00:05:00Z"));
  EXPECT_EQ(listed("11-22-2026  12:05AM       <DIR>          cards").name, "cards");
  EXPECT_EQ(listed("11-22-99  12:05PM 1 a").modified_at, at("1999-11-22T12:05:00Z"));
  EXPECT_EQ(listed("2026-11-22  15:15 1 a").modified_at, at("2026-11-22T15:15:00Z"));
}

TEST(ListLine, has_no_entry_for_what_is_no_line) {
  for (const auto* line :
       {"", "total 12", "drwxr-xr-x 2 u g 4096 Nov 22 10:15 .", "drwxr-xr-x 2 u g 4096 Nov 22 10:15 ..",
        "-rw-r--r-- 1 u g 77 Nov 22 10:15", "-rw-r--r-- 1 u g 77 Nov 22 10:15 ", "-rw-r--r-- 1 u g -7 Nov 22 10:15 a",
        "-rw-r--r-- 1 u g 77 Nov 32 10:15 a", "-rw-r--r-- 1 u g 77 Nov 22 25:15 a", "-rw-r--r-- 1 u g x Nov 22 10:15 a",
        "13-22-26  03:15PM 1234 a", "11-22-26  03:15PM <JUNCTION> a", "11-22-26  03:15PM 1234", "<html>"})
    EXPECT_FALSE(parse_list_line(line, now)) << line;
}

TEST(FtpTime, wants_fourteen_digits) {
  EXPECT_EQ(parse_ftp_time("20261122101530"), at("2026-11-22T10:15:30Z"));
  EXPECT_EQ(parse_ftp_time("19700101000000"), core::Instant{});
  for (const auto* text :
       {"", "2026112210153", "202611221015300", "20261122 01530", "20260229000000", "20261122246060"})
    EXPECT_FALSE(parse_ftp_time(text)) << text;
}

}  // namespace
}  // namespace sightglass::sources::ftp
