#include "database/uploads.hpp"

#include <algorithm>

#include "support/stores.hpp"

namespace sightglass::database {
namespace {

using core::ResumableUpload;
using core::UploadState;

class Uploads : public test::StoreTest {
 protected:
  ResumableUpload add(core::UserId owner, core::Instant created_at = at(0)) {
    ResumableUpload upload{.id = core::PhotoId::make(created_at),
                           .owner = owner,
                           .length = 7,
                           .metadata = std::string("file\xff\0name", 10),
                           .sha256 = core::Sha256{},
                           .created_at = created_at};
    test::must(write([&](Session& session) { return uploads::insert(session, upload); }));
    return upload;
  }
  std::optional<uploads::Row> find(core::PhotoId id) {
    return test::must(read([&](Session& session) { return uploads::find(session, id); }));
  }
  static core::Instant at(std::int64_t seconds) { return core::from_micros((1'700'000'000 + seconds) * 1'000'000); }
  core::UserId tina = core::UserId::make(at(0));
  core::UserId otto = core::UserId::make(at(0));
};
INSTANTIATE_TEST_SUITE_P(Stores, Uploads, test::all_stores());

TEST_P(Uploads, keep_what_the_sender_said_byte_by_byte) {
  const auto upload = add(tina);
  const auto row = find(upload.id);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->upload.metadata, upload.metadata);
  EXPECT_EQ(row->upload.sha256, upload.sha256);
  EXPECT_EQ(row->upload.length, 7);
  EXPECT_EQ(row->upload.owner, tina);
  EXPECT_EQ(row->upload.created_at, upload.created_at);
  EXPECT_EQ(row->active_at, upload.created_at);
  EXPECT_EQ(row->upload.state, UploadState::receiving);
  EXPECT_FALSE(find(core::PhotoId::make(at(1))));
}

TEST_P(Uploads, keep_why_one_was_refused_and_end_once) {
  auto upload = add(tina);
  upload.state = UploadState::refused;
  upload.problem = core::Error{.code = core::ErrorCode::too_large, .message = "it is too large", .field = "image"};
  upload.finished_at = at(5);
  const auto finish = [&] {
    return test::must(write([&](Session& session) { return uploads::finish(session, upload); }));
  };
  EXPECT_TRUE(finish());
  upload.state = UploadState::stored;
  EXPECT_FALSE(finish()) << "nothing leads back";
  const auto row = find(upload.id)->upload;
  EXPECT_EQ(row.state, UploadState::refused);
  EXPECT_EQ(row.problem->code, core::ErrorCode::too_large);
  EXPECT_EQ(row.problem->message, "it is too large");
  EXPECT_EQ(row.problem->field, "image");
  EXPECT_EQ(row.finished_at, at(5));
  EXPECT_TRUE(row.metadata.empty());
}

TEST_P(Uploads, let_only_the_latest_attempt_make_the_photo) {
  auto upload = add(tina);
  const auto begin = [&] { return write([&](Session& session) { return uploads::begin_filing(session, upload.id); }); };
  const auto early = test::must(begin());
  const auto late = test::must(begin());
  upload.state = UploadState::stored;
  upload.photo = upload.id;
  upload.finished_at = at(5);
  const auto finish = [&](std::int64_t attempt) {
    return test::must(write([&](Session& session) { return uploads::finish(session, upload, attempt); }));
  };
  EXPECT_FALSE(finish(early));
  EXPECT_TRUE(finish(late));
  EXPECT_EQ(begin().error().code, core::ErrorCode::unavailable) << "it has ended";
}

TEST_P(Uploads, are_counted_and_given_up_by_owner) {
  const auto oldest = add(tina, at(1));
  const auto begun = add(tina, at(0));
  add(otto, at(0));
  test::must(write([&](Session& session) { return uploads::touch(session, begun.id, at(2)); }));
  const auto unbegun = [&](core::UserId owner, core::Instant before) {
    return test::must(read([&](Session& session) { return uploads::oldest_unbegun(session, owner, before); }));
  };
  EXPECT_EQ(test::must(read([&](Session& session) { return uploads::count_open(session, tina); })), 2);
  EXPECT_EQ(unbegun(tina, at(1)), oldest.id);
  EXPECT_FALSE(unbegun(tina, at(0)));
}

TEST_P(Uploads, expire_by_their_last_byte_or_their_end) {
  const auto idle = add(tina, at(0));
  const auto active = add(tina, at(0));
  auto ended = add(tina, at(0));
  ended.state = UploadState::stored;
  ended.finished_at = at(10);
  test::must(write([&](Session& session) -> core::Result<void> {
    SG_TRY(uploads::touch(session, active.id, at(20)));
    SG_TRY(uploads::finish(session, ended));
    return {};
  }));
  const auto expired = [&](std::int64_t idle_before, std::int64_t finished_before) {
    auto ids = test::must(
        read([&](Session& session) { return uploads::expired(session, at(idle_before), at(finished_before)); }));
    std::ranges::sort(ids);
    return ids;
  };
  EXPECT_EQ(expired(5, 5), std::vector{idle.id});
  auto both = std::vector{idle.id, ended.id};
  std::ranges::sort(both);
  EXPECT_EQ(expired(5, 10), both);
  test::must(write([&](Session& session) { return uploads::remove(session, idle.id); }));
  EXPECT_EQ(expired(5, 10), std::vector{ended.id});
  EXPECT_EQ(test::must(read(uploads::open)).size(), 1U);
}

}  // namespace
}  // namespace sightglass::database
