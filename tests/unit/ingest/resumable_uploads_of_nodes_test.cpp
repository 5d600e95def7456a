#include "ingest/resumable_uploads.hpp"
#include "unit/ingest/resumable_house.hpp"

namespace sightglass::ingest {
namespace {

// Another node is another set of uploads on the same store and database.
class ResumableUploadsOfTwoNodes : public ResumableUploadsTest {
 protected:
  ResumableUploads other{house.store, house.database, house.clock, rules};
};

TEST_F(ResumableUploadsOfTwoNodes, go_on_through_either) {
  const auto id = begun(picture.substr(0, 5));
  EXPECT_EQ(other.look(id, owner)->offset, 5);
  ASSERT_TRUE(other.take(id, owner)->append(picture.substr(5, 3)));
  EXPECT_EQ(offset_of(id), 8);
  ASSERT_TRUE(uploads->take(id, owner)->append(picture.substr(8)));
  const auto photo = file(id);
  ASSERT_TRUE(photo) << photo.error().message;
  EXPECT_EQ(photo->sha256, storage::sha256_of(picture));
  const auto view = other.look(id, owner);
  EXPECT_EQ(view->upload.state, UploadState::stored);
  EXPECT_EQ(view->offset, static_cast<std::int64_t>(picture.size()));
}

TEST_F(ResumableUploadsOfTwoNodes, have_one_turn_in_all) {
  const auto id = begun("P");
  {
    const auto turn = uploads->take(id, owner);
    const auto second = other.take(id, owner);
    ASSERT_FALSE(second);
    EXPECT_TRUE(is_locked_upload(second.error()));
  }
  EXPECT_TRUE(other.take(id, owner));
}

TEST_F(ResumableUploadsOfTwoNodes, count_the_unfinished_ones_together) {
  for (int i = 0; i < rules.most_open; ++i) begun("P");
  EXPECT_EQ(code_of(other.create(announced(picture))), ErrorCode::quota_exceeded);
}

TEST_F(ResumableUploadsOfTwoNodes, are_taken_in_or_forgotten_by_either) {
  const auto whole = begun(picture);
  EXPECT_EQ(other.unfiled().size(), 1U);
  const auto idle = begun("P");
  house.clock.advance(rules.lifetime + std::chrono::seconds(1));
  other.remove_expired();
  EXPECT_EQ(code_of(uploads->look(whole, owner)), ErrorCode::not_found);
  EXPECT_EQ(code_of(uploads->look(idle, owner)), ErrorCode::not_found);
  EXPECT_TRUE(house.files("incoming/").empty());
}

// The first node's lock was lost with its connection while it was at work, and the second began.
TEST_F(ResumableUploadsOfTwoNodes, make_one_photo_when_an_attempt_was_overtaken) {
  const auto id = begun(picture);
  auto turn = uploads->take(id, owner);
  ASSERT_TRUE(turn);
  const auto overtaken = file_upload(*turn, house.ingest, house.database, [&]() -> core::Result<Submission> {
    return Submission{.uploaded_by = owner,
                      .also = [&](database::Session& session, const core::Photo&) -> core::Result<void> {
                        SG_TRY(database::uploads::begin_filing(session, id));
                        return {};
                      }};
  });
  EXPECT_EQ(code_of(overtaken), ErrorCode::unavailable);
  EXPECT_TRUE(house.rows().empty());
  EXPECT_EQ(turn->upload().state, UploadState::receiving);
}

}  // namespace
}  // namespace sightglass::ingest
