#include "filing/layout.hpp"

#include <gtest/gtest.h>

namespace sightglass::filing {
namespace {

core::Photo job_photo() {
  core::Photo photo;
  photo.kind = core::PhotoKind::job;
  photo.job_id = core::JobId{17};
  photo.media_type = core::MediaType::png;
  return photo;
}

TEST(Layout, files_job_photos_under_their_job) {
  const auto files = files_for(job_photo(), "img_x", true);
  EXPECT_EQ(files.original, "images/job_17/originals/img_x.png");
  EXPECT_EQ(files.display, "images/job_17/img_x.jpg");
  EXPECT_EQ(files.thumbnail, "images/job_17/thumbnails/img_x.jpg");
  EXPECT_EQ(sidecar_key(files), "images/job_17/originals/img_x.json");
}

TEST(Layout, files_field_photos_under_their_day_in_utc) {
  core::Photo photo;
  photo.uploaded_at = *core::parse_iso8601("2026-11-21T23:59:59+02:00");
  EXPECT_EQ(files_for(photo, "img_x", true).display, "photos/2026/11/21/img_x.jpg");
  photo.uploaded_at = *core::parse_iso8601("2026-11-21T23:59:59-02:00");
  EXPECT_EQ(files_for(photo, "img_x", true).display, "photos/2026/11/22/img_x.jpg");
}

TEST(Layout, lays_the_sidecar_beside_the_display_image_when_no_original_is_kept) {
  const auto files = files_for(job_photo(), "img_x", false);
  EXPECT_EQ(files.original, "");
  EXPECT_EQ(sidecar_key(files), "images/job_17/img_x.json");
}

TEST(Layout, tells_journals_of_uploads_and_deletions_apart) {
  const auto id = core::PhotoId::make(core::Instant{});
  EXPECT_TRUE(is_upload_journal(upload_journal_key(id)));
  EXPECT_FALSE(is_deletion_journal(upload_journal_key(id)));
  EXPECT_TRUE(is_deletion_journal(deletion_journal_key(id)));
  EXPECT_FALSE(is_upload_journal(deletion_journal_key(id)));
  EXPECT_FALSE(is_upload_journal("incoming/x.part"));
  EXPECT_FALSE(is_upload_journal("images/x.json"));
}

TEST(Layout, names_in_each_journal_the_run_that_began_it) {
  const auto id = core::PhotoId::make(core::Instant{});
  const auto run = database::RunId::make(core::Instant{} + std::chrono::hours(1));
  const auto keys = {upload_journal_key(id, run), deletion_journal_key(id, run), turned_keys(id, run).display,
                     turned_keys(id, run).thumbnail};
  for (const auto& key : keys) {
    EXPECT_EQ(run_of_journal(key), run) << key;
    EXPECT_TRUE(key.starts_with(journals_prefix(id))) << key;
  }
  EXPECT_TRUE(is_upload_journal(upload_journal_key(id, run)));
  EXPECT_TRUE(is_deletion_journal(deletion_journal_key(id, run)));
  EXPECT_EQ(photo_of_turned(turned_keys(id, run).display), id);
  EXPECT_EQ(photo_of_turned(turned_keys(id, run).thumbnail), id);
  EXPECT_EQ(photo_of_turned(turned_keys(id).display), id);
  for (const auto& key : {upload_journal_key(id), deletion_journal_key(id), turned_keys(id).display})
    EXPECT_EQ(run_of_journal(key), std::nullopt) << "of an earlier version";
}

TEST(Layout, finds_no_run_where_none_is_named) {
  const auto id = core::PhotoId::make(core::Instant{}).to_string();
  const std::string strange[] = {"",
                                 "incoming/",
                                 "incoming/" + id,
                                 "incoming/" + id + "." + id,
                                 "incoming/" + id + "." + id.substr(1) + "x.json",
                                 "images/" + id + "." + id + ".json",
                                 "incoming/" + std::string(36, 'x') + "." + id + ".json",
                                 resumable_record_key({})};
  for (const auto& key : strange) EXPECT_EQ(run_of_journal(key), std::nullopt) << key;
  EXPECT_EQ(photo_of_turned("incoming/" + id + "." + id + "x.turned.jpg"), std::nullopt);
}

TEST(Layout, accepts_only_keys_it_would_make_itself) {
  const auto good = files_for(job_photo(), "img_x", true);
  EXPECT_TRUE(is_proper(good, "img_x.jpg"));
  EXPECT_TRUE(is_proper(files_for(job_photo(), "img_x", false), "img_x.jpg"));
  EXPECT_FALSE(is_proper(good, "img_y.jpg"));
  EXPECT_FALSE(is_proper(good, "job_17/img_x.jpg"));
  const std::string bad[] = {"../images/img_x.jpg",   "/images/img_x.jpg", "keys/img_x.jpg", "img_x.jpg", "",
                             "images/../../img_x.jpg"};
  for (const auto& display : bad) {
    auto files = good;
    files.display = display;
    EXPECT_FALSE(is_proper(files, "img_x.jpg")) << display;
  }
  for (const char* original : {"keys/secret.png", "images/job_17/originals/img_y.png",
                               "images/job_17/originals/img_x.json", "images/job_18/originals/img_x.png"}) {
    auto files = good;
    files.original = original;
    EXPECT_FALSE(is_proper(files, "img_x.jpg")) << original;
  }
}

}  // namespace
}  // namespace sightglass::filing
