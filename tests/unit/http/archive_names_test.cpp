#include "http/archive_names.hpp"

#include <gtest/gtest.h>

#include "storage/archive_writer.hpp"

namespace sightglass::http {
namespace {

TEST(SafeName, keeps_what_every_system_takes) {
  for (const std::string name : {"IMG_0001.JPG", "Dach (2).jpg", "日本 😀.heic", "a.b.c", "Kühlung – Nord.jpg"})
    EXPECT_EQ(safe_name(name, "x"), name);
}

TEST(SafeName, replaces_what_some_system_forbids_or_misreads) {
  EXPECT_EQ(safe_name("../../etc/passwd", "x"), "_._.._etc_passwd");
  EXPECT_EQ(safe_name("..", "x"), "_");
  EXPECT_EQ(safe_name("C:\\temp\\a.jpg", "x"), "C__temp_a.jpg");
  EXPECT_EQ(safe_name("what? \"this\" <is>|*.jpg", "x"), "what_ _this_ _is___.jpg");
  EXPECT_EQ(safe_name("a\nb\x7f\tc.jpg", "x"), "a_b__c.jpg");
  EXPECT_EQ(safe_name("invoice\xE2\x80\xAEgpj.exe", "x"), "invoice_gpj.exe") << "turned around, it reads exe.jpg";
  EXPECT_EQ(safe_name(".htaccess", "x"), "_htaccess");
  EXPECT_EQ(safe_name("dots... ", "x"), "dots");
  EXPECT_EQ(safe_name("NUL.jpg", "x"), "_NUL.jpg");
  EXPECT_EQ(safe_name("com7", "x"), "_com7");
  EXPECT_EQ(safe_name("a\xFF.jpg", "x"), "a\xEF\xBF\xBD.jpg");
  EXPECT_EQ(safe_name("", "img.jpg"), "img.jpg");
  EXPECT_EQ(safe_name("   ", "img.jpg"), "img.jpg");
}

TEST(SafeName, cuts_long_names_before_their_ending_and_between_characters) {
  std::string umlauts;
  for (int i = 0; i < 200; ++i) umlauts += "ä";
  const auto name = safe_name("x" + umlauts + ".jpeg", "x");
  EXPECT_LE(name.size(), 120U);
  EXPECT_TRUE(name.ends_with("ä.jpeg")) << name;
}

// Whatever comes in, the archive takes it and no system is led elsewhere.
TEST(SafeName, gives_names_that_can_be_archived_whatever_comes_in) {
  for (int first = 0; first < 256; ++first) {
    for (const char* rest : {"", "/", "..", "\xE2\x80", " ", ".jpg", "\\..\\x"}) {
      const auto name = safe_name(std::string(1, static_cast<char>(first)) + rest, "otherwise");
      EXPECT_TRUE(storage::is_archivable_name(name)) << name;
      EXPECT_FALSE(name.contains('/')) << name;
    }
  }
}

TEST(JobFolder, is_read_and_sorted_by_the_number) {
  const core::Job job{.id = {17}, .number = "A-10/42", .title = "Roof: north"};
  EXPECT_EQ(job_folder({17}, &job), "job_17 A-10_42 Roof_ north");
  EXPECT_EQ(job_folder({17}, nullptr), "job_17") << "of a job that may not be seen";
}

TEST(ArchivedFilename, has_the_ending_of_what_is_inside) {
  core::Photo photo{.filename = "img_20261121_041233_a1b2c3.jpg", .original_filename = "IMG_1.HEIC"};
  photo.media_type = core::MediaType::heic;
  EXPECT_EQ(archived_filename(photo, false), "IMG_1.HEIC");
  EXPECT_EQ(archived_filename(photo, true), "IMG_1.jpg");
  photo.original_filename = "scan";
  EXPECT_EQ(archived_filename(photo, false), "scan.heic");
  photo.original_filename = "";
  EXPECT_EQ(archived_filename(photo, true), "img_20261121_041233_a1b2c3.jpg");
}

TEST(UniqueNames, numbers_what_was_given_before_without_regard_to_case) {
  UniqueNames names;
  EXPECT_EQ(names.claim("a", "x (2).jpg"), "a/x (2).jpg");
  EXPECT_EQ(names.claim("a", "x.jpg"), "a/x.jpg");
  EXPECT_EQ(names.claim("a", "X.JPG"), "a/X (3).JPG") << "(2) is somebody's own name";
  EXPECT_EQ(names.claim("a", "x.jpg"), "a/x (4).jpg");
  EXPECT_EQ(names.claim("b", "x.jpg"), "b/x.jpg");
  EXPECT_EQ(names.claim("b", "no ending"), "b/no ending");
  EXPECT_EQ(names.claim("b", "no ending"), "b/no ending (2)");
}

}  // namespace
}  // namespace sightglass::http
