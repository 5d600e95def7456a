#include "ingest/resumable_uploads.hpp"

#include "unit/ingest/resumable_house.hpp"

namespace sightglass::ingest {
namespace {

TEST_F(ResumableUploadsTest, keeps_what_came_for_the_next_request) {
  const auto id = begun(picture.substr(0, 5));
  EXPECT_EQ(offset_of(id), 5);
  {
    auto turn = uploads->take(id, owner);
    ASSERT_TRUE(turn);
    EXPECT_TRUE(turn->append(picture.substr(5)));
    EXPECT_EQ(turn->offset(), 5) << "not acknowledged yet";
    EXPECT_TRUE(turn->acknowledge());
    EXPECT_TRUE(turn->is_whole());
  }
  const auto photo = file(id);
  ASSERT_TRUE(photo);
  EXPECT_EQ(photo->id, id);
  EXPECT_EQ(photo->sha256, storage::sha256_of(picture));
  house.expect_whole(*photo);
}

TEST_F(ResumableUploadsTest, keeps_what_came_over_a_restart) {
  const auto id = begun(picture.substr(0, 5));
  restart();
  EXPECT_EQ(offset_of(id), 5);
  {
    auto turn = uploads->take(id, owner);
    ASSERT_TRUE(turn);
    ASSERT_TRUE(turn->append(picture.substr(5)));
  }
  const auto photo = file(id);
  ASSERT_TRUE(photo) << photo.error().message;
  EXPECT_EQ(photo->sha256, storage::sha256_of(picture));
}

TEST_F(ResumableUploadsTest, tells_no_more_than_lies_on_the_disk) {
  const auto id = begun(picture.substr(0, 8));
  const auto key = filing::resumable_bytes_key(id);
  (*house.sound_store->resume(key))->cut(3).value();
  restart();
  EXPECT_EQ(offset_of(id), 3);
  (*house.sound_store->resume(key))->cut(2).value();
  EXPECT_EQ(uploads->take(id, owner)->offset(), 2) << "also while the server runs";
}

TEST_F(ResumableUploadsTest, gives_one_turn_at_a_time) {
  const auto id = begun("P");
  {
    const auto turn = uploads->take(id, owner);
    ASSERT_TRUE(turn);
    const auto second = uploads->take(id, owner);
    ASSERT_FALSE(second);
    EXPECT_TRUE(is_locked_upload(second.error()));
  }
  EXPECT_TRUE(uploads->take(id, owner));
}

TEST_F(ResumableUploadsTest, hides_uploads_from_others) {
  const auto id = begun("P");
  EXPECT_EQ(code_of(uploads->look(id, stranger)), ErrorCode::not_found);
  EXPECT_EQ(code_of(uploads->take(id, stranger)), ErrorCode::not_found);
}

TEST_F(ResumableUploadsTest, takes_back_a_request_that_brings_too_much) {
  const auto id = begun(picture.substr(0, 5));
  {
    auto turn = uploads->take(id, owner);
    ASSERT_TRUE(turn);
    ASSERT_TRUE(turn->append(picture.substr(5)));
    EXPECT_EQ(code_of(turn->append("!")), ErrorCode::too_large);
  }
  EXPECT_EQ(offset_of(id), 5);
}

TEST_F(ResumableUploadsTest, takes_nothing_for_a_finished_upload) {
  const auto id = begun(picture);
  ASSERT_TRUE(file(id));
  auto turn = uploads->take(id, owner);
  ASSERT_TRUE(turn);
  EXPECT_EQ(code_of(turn->append("x")), ErrorCode::too_large);
  EXPECT_TRUE(turn->append(""));
}

TEST_F(ResumableUploadsTest, removes_uploads_with_their_bytes) {
  const auto id = begun("PIC");
  ASSERT_TRUE(uploads->take(id, owner)->remove());
  EXPECT_EQ(code_of(uploads->look(id, owner)), ErrorCode::not_found);
  EXPECT_TRUE(house.files("incoming/").empty());
}

TEST_F(ResumableUploadsTest, forgets_uploads_after_their_time) {
  const auto idle = begun("P");
  const auto stored = begun(picture);
  ASSERT_TRUE(file(stored));
  house.clock.advance(rules.remembers + std::chrono::seconds(1));
  uploads->remove_expired();
  EXPECT_EQ(code_of(uploads->look(stored, owner)), ErrorCode::not_found);
  EXPECT_EQ(offset_of(idle), 1) << "has longer";
  house.clock.advance(rules.lifetime);
  uploads->remove_expired();
  EXPECT_EQ(code_of(uploads->look(idle, owner)), ErrorCode::not_found);
  EXPECT_TRUE(house.files("incoming/").empty());
}

TEST_F(ResumableUploadsTest, counts_the_time_of_an_upload_from_its_last_byte) {
  const auto id = begun("P");
  house.clock.advance(rules.lifetime - std::chrono::seconds(1));
  ASSERT_TRUE(uploads->take(id, owner)->append("I"));
  house.clock.advance(std::chrono::seconds(2));
  uploads->remove_expired();
  EXPECT_EQ(offset_of(id), 2);
}

TEST_F(ResumableUploadsTest, limits_how_many_one_user_leaves_unfinished) {
  for (int i = 0; i < rules.most_open; ++i) begun("P");
  EXPECT_EQ(code_of(uploads->create(announced(picture))), ErrorCode::quota_exceeded);
  auto of_another = announced(picture);
  of_another.owner = stranger;
  EXPECT_TRUE(uploads->create(of_another));
  EXPECT_EQ(house.files("incoming/uploads/").size(), 4U) << "a refused one leaves nothing";
}

TEST_F(ResumableUploadsTest, lets_one_go_that_never_got_a_byte_when_there_are_too_many) {
  const auto unbegun = begun("");
  begun("P");
  begun("P");
  EXPECT_EQ(code_of(uploads->create(announced(picture))), ErrorCode::quota_exceeded) << "too young to be given up";
  house.clock.advance(std::chrono::minutes(6));
  EXPECT_TRUE(uploads->create(announced(picture)));
  EXPECT_EQ(code_of(uploads->look(unbegun, owner)), ErrorCode::not_found);
}

TEST_F(ResumableUploadsTest, refuses_for_good_what_no_sending_can_mend) {
  const auto id = begun("no picture", "no picture");
  EXPECT_EQ(code_of(file(id)), ErrorCode::unsupported_format);
  restart();
  const auto view = uploads->look(id, owner);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->upload.state, UploadState::refused);
  EXPECT_EQ(view->upload.problem->code, ErrorCode::unsupported_format);
  EXPECT_TRUE(house.files().empty()) << "only the row is left";
}

TEST_F(ResumableUploadsTest, refuses_a_file_whose_hash_differs_from_the_announced_one) {
  auto upload = announced(picture);
  const auto id = upload.id;
  upload.sha256 = storage::sha256_of("another file");
  ASSERT_TRUE(uploads->create(std::move(upload))->append(picture));
  const auto photo = file(id);
  ASSERT_FALSE(photo);
  EXPECT_TRUE(is_checksum_differing(photo.error()));
  EXPECT_TRUE(house.rows().empty());
  EXPECT_EQ(uploads->look(id, owner)->upload.state, UploadState::refused);
}

TEST_F(ResumableUploadsTest, keeps_the_bytes_of_what_cannot_be_taken_in_now) {
  const auto id = begun(picture);
  house.fault.kind = Kind::fail_from_there;
  house.fault.at = house.fault.steps;
  EXPECT_EQ(code_of(file(id)), ErrorCode::quota_exceeded);
  EXPECT_EQ(offset_of(id), static_cast<std::int64_t>(picture.size()));
  ASSERT_EQ(uploads->unfiled().size(), 1U);
  house.fault.kind = Kind::none;
  ASSERT_TRUE(file(id));
  EXPECT_TRUE(uploads->unfiled().empty());
  EXPECT_EQ(house.rows().size(), 1U);
}

TEST_F(ResumableUploadsTest, makes_one_photo_however_often_it_is_filed) {
  const auto id = begun(picture);
  house.fault.kind = Kind::fail_once;
  // The record that says "stored" cannot be written: only the database knows.
  for (int step = 0; house.rows().empty(); ++step) {
    house.fault.at = house.fault.steps + step;
    static_cast<void>(file(id));
  }
  house.fault.kind = Kind::none;
  const auto again = uploads->look(id, owner);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->upload.state, UploadState::stored);
  EXPECT_EQ(again->upload.photo, id);
  EXPECT_EQ(house.rows().size(), 1U);
}

TEST_F(ResumableUploadsTest, forgets_bytes_without_a_record) {
  ASSERT_TRUE(house.sound_store->put(filing::resumable_bytes_key(core::PhotoId::make(house.clock.now())), "PIC",
                                     storage::BlobStore::Durability::durable));
  restart();
  EXPECT_TRUE(house.files("incoming/").empty());
}

TEST_F(ResumableUploadsTest, starts_all_the_same_with_a_record_that_nobody_can_read) {
  const auto key = filing::resumable_record_key(core::PhotoId::make(house.clock.now()));
  ASSERT_TRUE(house.sound_store->put(key, "{\"upload\":1", storage::BlobStore::Durability::durable));
  const auto id = begun("PIC");
  restart();
  EXPECT_EQ(offset_of(id), 3);
}

TEST_F(ResumableUploadsTest, tells_that_a_finished_one_is_whole_after_a_restart) {
  const auto id = begun(picture);
  ASSERT_TRUE(file(id));
  restart();
  EXPECT_EQ(offset_of(id), static_cast<std::int64_t>(picture.size()));
}

TEST_F(ResumableUploadsTest, takes_over_the_records_of_the_version_before) {
  const auto id = core::PhotoId::make(house.clock.now());
  const auto record = R"({"upload":1,"id":")" + id.to_string() + R"(","owner":")" + owner.to_string() +
                      R"(","length":13,"metadata":"filename cA==","sha256":null,)" + R"("created_at":")" +
                      core::to_iso8601(house.clock.now()) +
                      R"(","state":"receiving","photo":null,"problem":null,"finished_at":null})";
  const auto durable = storage::BlobStore::Durability::durable;
  ASSERT_TRUE(house.sound_store->put(filing::resumable_record_key(id), record, durable));
  ASSERT_TRUE(house.sound_store->put(filing::resumable_bytes_key(id), picture.substr(0, 4), durable));
  restart();
  EXPECT_EQ(offset_of(id), 4);
  EXPECT_EQ(uploads->look(id, owner)->upload.metadata, "filename cA==");
  EXPECT_EQ(house.files("incoming/uploads/").size(), 1U) << "the bytes alone";
  ASSERT_TRUE(uploads->take(id, owner)->append(picture.substr(4)));
  EXPECT_TRUE(file(id));
}

// Kills the process before or after each step that changes something, from the announcement to the last record.
TEST(KilledResumableUpload, becomes_one_photo_whichever_step_was_the_last) {
  int deaths = 0;
  for (const Kind kind : {Kind::kill_before, Kind::kill_after}) {
    bool has_died = true;
    for (int step = 0; has_died; ++step) {
      House house;
      const auto owner = core::UserId::make(house.clock.now());
      const ResumableUpload upload{.id = core::PhotoId::make(house.clock.now()),
                                   .owner = owner,
                                   .length = static_cast<std::int64_t>(picture.size()),
                                   .metadata = {},
                                   .sha256 = storage::sha256_of(picture),
                                   .created_at = house.clock.now()};
      const auto wish = []() -> core::Result<Submission> { return Submission{}; };
      house.fault.kind = kind;
      house.fault.at = step;
      has_died = false;
      bool is_known = false;  // the sender learnt that the upload was taken down
      try {
        ResumableUploads uploads(house.store, house.database, house.clock);
        auto turn = uploads.create(upload);
        is_known = turn.has_value();
        ASSERT_TRUE(turn->append(picture));
        ASSERT_TRUE(turn->acknowledge());
        ASSERT_TRUE(file_upload(*turn, house.ingest, house.database, wish));
      } catch (const Killed&) {
        has_died = true;
        ++deaths;
      }
      house.fault.kind = Kind::none;
      ASSERT_TRUE(settle(*house.sound_store, *house.sound_database, house.clock, &house.decoder));
      ResumableUploads uploads(house.store, house.database, house.clock);
      ASSERT_TRUE(uploads.settle());
      auto turn = uploads.take(upload.id, owner);
      if (!turn) {
        ASSERT_FALSE(is_known) << "step " << step;
        EXPECT_TRUE(house.files().empty()) << "step " << step;
        continue;
      }
      if (turn->upload().state == UploadState::receiving) {
        ASSERT_TRUE(turn->append(picture.substr(static_cast<std::size_t>(turn->offset()))));
        ASSERT_TRUE(turn->acknowledge());
        const auto filed = file_upload(*turn, house.ingest, house.database, wish);
        ASSERT_TRUE(filed) << "step " << step << ": " << filed.error().message;
      }
      EXPECT_EQ(turn->upload().photo, upload.id) << "step " << step;
      const auto rows = house.rows();
      ASSERT_EQ(rows.size(), 1U) << "step " << step;
      house.expect_whole(rows.front());
      EXPECT_EQ(house.files().size(), 4U) << "those of the photo, step " << step;
    }
  }
  EXPECT_GT(deaths, 20);
}

}  // namespace
}  // namespace sightglass::ingest
