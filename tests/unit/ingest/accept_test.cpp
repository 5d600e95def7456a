#include "ingest/accept.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>

#include "filing/sidecar.hpp"
#include "ingest/sidecar.hpp"
#include "queue/task_queue.hpp"
#include "unit/ingest/house.hpp"

namespace sightglass::ingest {
namespace {

using core::ErrorCode;

TEST(Ingest, files_a_picture_with_its_row_task_and_sidecar) {
  House house;
  Submission submission = house.job_photo();
  submission.original_filename = "IMG_0001.JPG";
  submission.uploader_name = "ada";
  submission.tags = {"pump"};
  const auto accepted = house.accept("PIC one", submission);
  ASSERT_TRUE(accepted) << accepted.error().message;
  const core::Photo& photo = accepted->photo;
  house.expect_whole(photo);
  EXPECT_EQ(house.files().size(), 4u) << "original, sidecar, display image, thumbnail; no journal, no temporary";
  EXPECT_EQ(photo.files.display, "images/job_1/" + photo.filename);
  EXPECT_TRUE(photo.filename.ends_with("_" + photo.sha256.to_hex().substr(0, 6) + ".jpg"));
  ASSERT_EQ(house.rows().size(), 1u);
  EXPECT_EQ(house.rows().front().task_id, photo.task_id);
  const auto sidecar = filing::sidecar_from_json(house.read(filing::sidecar_key(photo.files)));
  ASSERT_TRUE(sidecar);
  EXPECT_EQ(sidecar->uploader_name, "ada");
  EXPECT_TRUE(filing::is_current(house.read(filing::sidecar_key(photo.files)), house.rows().front()));
  const auto task =
      house.sound_database->read([&](database::Session& session) { return queue::find(session, *photo.task_id); });
  ASSERT_TRUE(task && *task);
  EXPECT_EQ((*task)->kind, "process_inspection_photo");
  EXPECT_EQ((*task)->photo_id, photo.id);
  EXPECT_EQ(house.wakes, 1);
}

TEST(Ingest, never_alters_the_original) {
  House house;
  const std::string bytes = "PIC with any \x01\x02 bytes";
  const auto accepted = house.accept(bytes);
  ASSERT_TRUE(accepted);
  EXPECT_EQ(house.read(accepted->photo.files.original), bytes);
}

TEST(Ingest, takes_the_time_from_the_picture_or_says_that_it_is_the_uploads) {
  House house;
  const auto dated = house.accept("TAK");
  const auto undated = house.accept("PIC");
  ASSERT_TRUE(dated && undated);
  EXPECT_EQ(dated->photo.taken_at, core::parse_iso8601("2017-10-03T10:58:29Z"));
  EXPECT_EQ(dated->photo.metadata.taken_source, core::TakenSource::exif);
  EXPECT_EQ(undated->photo.taken_at, undated->photo.uploaded_at);
  EXPECT_EQ(undated->photo.metadata.taken_source, core::TakenSource::upload);
}

TEST(Ingest, leaves_nothing_of_a_picture_it_refuses) {
  House house;
  struct Case {
    std::string_view bytes;
    ErrorCode code;
  };
  for (const auto& [bytes, code] : {Case{"", ErrorCode::corrupt_image}, Case{"text", ErrorCode::unsupported_format},
                                    Case{"CUT", ErrorCode::corrupt_image}}) {
    const auto accepted = house.accept(bytes);
    ASSERT_FALSE(accepted);
    EXPECT_EQ(accepted.error().code, code);
  }
  EXPECT_TRUE(house.files().empty());
  EXPECT_TRUE(house.rows().empty());
  EXPECT_EQ(house.wakes, 0);
}

TEST(Ingest, refuses_files_over_the_limit_and_job_photos_without_a_job) {
  House house;
  Policy small;
  small.limits.max_bytes = 4;
  Ingest strict(house.store, house.database, house.decoder, house.clock, small, {});
  const auto large = strict.accept(*house.incoming("PIC 5"), {});
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, ErrorCode::too_large);
  Submission jobless = house.job_photo();
  jobless.job_id.reset();
  const auto refused = house.accept("PIC", jobless);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "job_id");
  EXPECT_TRUE(house.files().empty());
}

TEST(Ingest, keeps_a_damaged_picture_only_where_that_was_asked_for) {
  House house;
  Submission submission;
  submission.allow_damaged = true;
  const auto accepted = house.accept("CUT off", submission);
  ASSERT_TRUE(accepted);
  EXPECT_TRUE(accepted->photo.is_damaged);
  EXPECT_EQ(house.rows().front().damage, "premature end");
  EXPECT_EQ(house.read(accepted->photo.files.original), "CUT off");
}

TEST(Ingest, keeps_only_derived_images_and_the_hash_when_originals_are_switched_off) {
  House house;
  Policy policy;
  policy.keeps_originals = false;
  Ingest frugal(house.store, house.database, house.decoder, house.clock, policy, {});
  const auto accepted = frugal.accept(*house.incoming("PIC"), house.job_photo());
  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->photo.files.original, "");
  EXPECT_EQ(accepted->photo.sha256, storage::sha256_of("PIC"));
  const std::string stem = accepted->photo.filename.substr(0, accepted->photo.filename.size() - 4);
  EXPECT_THAT(house.files(),
              testing::UnorderedElementsAre("images/job_1/" + stem + ".jpg", "images/job_1/" + stem + ".json",
                                            "images/job_1/thumbnails/" + stem + ".jpg"));
}

TEST(Ingest, makes_the_display_image_durable_where_it_is_all_that_is_kept) {
  for (const bool keeps_originals : {true, false}) {
    House house;
    std::mutex mutex;
    std::vector<std::string> synced;
    const auto observed =
        *storage::disk::DiskBlobStore::open(house.directory.path(), [&](std::string_view call, std::string_view key) {
          const std::lock_guard lock(mutex);
          synced.push_back(std::string(call) + " " + std::string(key));
        });
    Policy policy;
    policy.keeps_originals = keeps_originals;
    Ingest filing(*observed, house.database, house.decoder, house.clock, policy, {});
    const auto blob = observed->begin_incoming();
    ASSERT_TRUE(blob && (*blob)->write(std::as_bytes(std::span(std::string_view("PIC")))));
    const auto accepted = filing.accept(**blob, house.job_photo());
    ASSERT_TRUE(accepted);
    const auto named = std::ranges::find(synced, "rename " + accepted->photo.files.display);
    ASSERT_TRUE(named != synced.begin() && named != synced.end());
    EXPECT_EQ(std::prev(named)->starts_with("sync_file "), !keeps_originals);
    if (!keeps_originals) {
      ASSERT_NE(std::next(named), synced.end());
      EXPECT_EQ(*std::next(named), "sync_directory images/job_1");
    }
  }
}

TEST(Ingest, gives_every_upload_of_one_second_a_name_of_its_own) {
  House house;
  std::set<std::string> names;
  for (int i = 0; i < 15; ++i) {  // more than the ten names of one hash
    const auto accepted = house.accept("PIC the very same", house.job_photo());
    ASSERT_TRUE(accepted);
    names.insert(accepted->photo.filename);
    house.expect_whole(accepted->photo);
  }
  EXPECT_EQ(names.size(), 15u);
}

TEST(Ingest, shares_the_bytes_of_a_duplicate_and_names_the_first) {
  House house;
  const auto first = house.accept("PIC same");
  const auto second = house.accept("PIC same");
  const auto third = house.accept("PIC same", house.job_photo());
  ASSERT_TRUE(first && second && third);
  EXPECT_EQ(first->photo.duplicate_of, std::nullopt);
  EXPECT_EQ(second->photo.duplicate_of, first->photo.id);
  EXPECT_EQ(third->photo.duplicate_of, first->photo.id);
  EXPECT_EQ(std::filesystem::hard_link_count(house.directory.path() / first->photo.files.original), 3u);
  EXPECT_EQ(std::filesystem::hard_link_count(house.directory.path() / first->photo.files.display), 2u)
      << "the job's display image is made by another plan";
  house.expect_whole(third->photo);
}

TEST(Ingest, stores_the_bytes_again_when_the_first_copy_is_altered_or_gone) {
  House house;
  const auto first = house.accept("PIC same");
  ASSERT_TRUE(first);
  ASSERT_TRUE(house.sound_store->put(first->photo.files.original, "PIC rott", storage::BlobStore::Durability::durable));
  const auto second = house.accept("PIC same");
  ASSERT_TRUE(second);
  house.expect_whole(second->photo);
  ASSERT_TRUE(house.sound_store->remove(first->photo.files.original));
  const auto third = house.accept("PIC same");
  ASSERT_TRUE(third);
  house.expect_whole(third->photo);
}

TEST(Ingest, skips_a_duplicate_only_in_the_same_place) {
  House house;
  Submission into_job = house.job_photo();
  into_job.skip_duplicate = true;
  Submission into_field;
  into_field.skip_duplicate = true;
  const auto first = house.accept("PIC same", into_job);
  const auto again = house.accept("PIC same", into_job);
  const auto elsewhere = house.accept("PIC same", into_field);
  const auto elsewhere_again = house.accept("PIC same", into_field);
  ASSERT_TRUE(first && again && elsewhere && elsewhere_again);
  EXPECT_FALSE(first->was_there);
  EXPECT_TRUE(again->was_there);
  EXPECT_EQ(again->photo.id, first->photo.id);
  EXPECT_FALSE(elsewhere->was_there);
  EXPECT_EQ(elsewhere_again->photo.id, elsewhere->photo.id);
  EXPECT_EQ(house.rows().size(), 2u);
  EXPECT_EQ(house.wakes, 2);
}

TEST(Ingest, is_right_about_the_same_bytes_coming_many_times_at_once) {
  for (const bool skips : {false, true}) {
    House house;
    Submission submission;
    submission.skip_duplicate = skips;
    std::atomic<int> accepted = 0;
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < 6; ++i) {
        threads.emplace_back([&] { accepted += house.accept("PIC same", submission).has_value() ? 1 : 0; });
      }
    }
    EXPECT_EQ(accepted, 6);
    const auto rows = house.rows();
    ASSERT_EQ(rows.size(), skips ? 1u : 6u);
    int firsts = 0;
    for (const auto& photo : rows) {
      house.expect_whole(photo);
      firsts += photo.duplicate_of ? 0 : 1;
    }
    EXPECT_EQ(firsts, 1);
    EXPECT_TRUE(house.files("incoming/").empty());
  }
}

TEST(Ingest, two_processes_that_file_the_same_bytes_at_once_agree) {
  House house;
  Ingest other(house.store, house.database, house.decoder, house.clock, Policy{}, {});
  Submission submission;
  submission.skip_duplicate = true;
  std::vector<std::jthread> threads;
  for (Ingest* one : {&house.ingest, &other}) {
    threads.emplace_back(
        [&house, one, submission] { EXPECT_TRUE(one->accept(*house.incoming("PIC same"), submission)); });
  }
  threads.clear();
  EXPECT_EQ(house.rows().size(), 1u);
  EXPECT_EQ(house.files().size(), 4u);
}

TEST(Ingest, runs_the_callers_part_in_the_same_transaction) {
  House house;
  Submission submission;
  submission.also = [](database::Session& session, const core::Photo& photo) -> core::Result<void> {
    const auto row = database::photos::find(session, photo.id);
    EXPECT_TRUE(row && *row && (*row)->task_id);
    return {};
  };
  EXPECT_TRUE(house.accept("PIC", submission));
  submission.also = [](database::Session&, const core::Photo&) -> core::Result<void> {
    return core::fail(ErrorCode::permission_denied, "not you");
  };
  const auto refused = house.accept("PIC other", submission);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::permission_denied);
  EXPECT_EQ(house.rows().size(), 1u);
  EXPECT_EQ(house.files().size(), 4u);
}

TEST(Ingest, stores_hostile_names_as_harmless_text) {
  House house;
  Submission submission;
  submission.original_filename = std::string("../../etc/\0passwd\n\xFF\xC0\x80 ", 22) + std::string(4000, 'n');
  const auto accepted = house.accept("PIC", submission);
  ASSERT_TRUE(accepted);
  const std::string name = house.rows().front().original_filename;
  EXPECT_THAT(name, testing::StartsWith("../../etc/\xEF\xBF\xBDpasswd\xEF\xBF\xBD"));
  EXPECT_LE(name.size(), 1024u);
  EXPECT_TRUE(filing::is_current(house.read(filing::sidecar_key(accepted->photo.files)), house.rows().front()));
}

TEST(Ingest, renews_a_sidecar_after_an_edit_and_keeps_the_uploaders_name) {
  House house;
  Submission submission;
  submission.uploader_name = "ada";
  auto photo = house.accept("PIC", submission)->photo;
  const core::Photo before_the_edit = photo;
  photo.description = "edited";
  ASSERT_TRUE(house.sound_database->write(
      [&](database::Session& session) { return database::photos::update(session, photo); }));
  ASSERT_TRUE(refresh_sidecar(house.store, *house.sound_database, before_the_edit)) << "the row counts, not the caller";
  const auto sidecar = filing::sidecar_from_json(house.read(filing::sidecar_key(photo.files)));
  ASSERT_TRUE(sidecar);
  EXPECT_EQ(sidecar->photo.description, "edited");
  EXPECT_EQ(sidecar->uploader_name, "ada");
}

TEST(Ingest, leaves_no_sidecar_of_a_photo_that_was_deleted_while_it_was_edited) {
  House house;
  const auto photo = house.accept("PIC")->photo;
  const auto other = house.accept("PIC other")->photo;
  ASSERT_TRUE(house.sound_database->write(
      [&](database::Session& session) { return database::photos::remove(session, photo.id); }));
  ASSERT_TRUE(refresh_sidecar(house.store, *house.sound_database, photo));
  EXPECT_FALSE(house.store.info(filing::sidecar_key(photo.files)));
  core::Photo reused = photo;
  reused.files = other.files;  // the name went to another photo
  ASSERT_TRUE(refresh_sidecar(house.store, *house.sound_database, reused));
  EXPECT_TRUE(house.store.info(filing::sidecar_key(other.files)));
}

TEST(Ingest, makes_lost_images_again_from_the_original) {
  House house;
  const core::Photo photo = house.accept("PIC lost", house.job_photo())->photo;
  ASSERT_TRUE(house.store.remove(photo.files.display));
  ASSERT_TRUE(house.store.remove(photo.files.thumbnail));
  const auto remade = house.ingest.remake_images(photo);
  ASSERT_TRUE(remade) << remade.error().message;
  house.expect_whole(*remade);
}

TEST(Ingest, remakes_nothing_for_a_photo_without_an_original_or_without_a_row) {
  House house;
  core::Photo photo = house.accept("PIC gone", house.job_photo())->photo;
  ASSERT_TRUE(house.store.remove(photo.files.thumbnail));
  core::Photo deleted = photo;
  deleted.id = core::PhotoId::make(core::from_micros(1));
  const auto orphaned = house.ingest.remake_images(deleted);
  ASSERT_FALSE(orphaned);
  EXPECT_EQ(orphaned.error().code, ErrorCode::not_found);
  // The files are those of a photo that stands, so what was just made of them is left to it.
  ASSERT_TRUE(house.store.remove(photo.files.thumbnail));
  ASSERT_TRUE(house.store.remove(photo.files.original));
  EXPECT_FALSE(house.ingest.remake_images(photo));
  EXPECT_FALSE(house.store.info(photo.files.thumbnail));
}

}  // namespace
}  // namespace sightglass::ingest
