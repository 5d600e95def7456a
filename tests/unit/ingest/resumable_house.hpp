// Uploads that may be resumed in a house of ingest, with two people who send.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "database/uploads.hpp"
#include "ingest/resumable_filing.hpp"
#include "ingest/settle.hpp"
#include "ingest/upload_errors.hpp"
#include "unit/ingest/house.hpp"

namespace sightglass::ingest {

using core::ErrorCode;
using Kind = Fault::Kind;
inline constexpr std::string_view picture = "PIC of a pump";

template <typename T>
ErrorCode code_of(const core::Result<T>& result) {
  EXPECT_FALSE(result.has_value());
  return result ? ErrorCode::internal : result.error().code;
}

class ResumableUploadsTest : public testing::Test {
 protected:
  core::UserId add_user(std::string name) {
    const core::User user{.id = core::UserId::make(house.clock.now()),
                          .name = std::move(name),
                          .role = core::Role::technician,
                          .password_hash = "-",
                          .created_at = house.clock.now(),
                          .updated_at = house.clock.now()};
    EXPECT_TRUE(house.sound_database->write(
        [&](database::Session& session) { return database::users::insert(session, user); }));
    return user.id;
  }
  ResumableUpload announced(std::string_view bytes) {
    return {.id = core::PhotoId::make(house.clock.now()),
            .owner = owner,
            .length = static_cast<std::int64_t>(bytes.size()),
            .metadata = "filename cGljLmpwZw==",
            .created_at = house.clock.now()};
  }
  // The id of an upload that has these bytes of `picture` so far.
  core::PhotoId begun(std::string_view bytes, std::string_view whole = picture) {
    auto turn = uploads->create(announced(whole));
    EXPECT_TRUE(turn);
    EXPECT_TRUE(turn->append(bytes));
    return turn->upload().id;
  }
  core::Result<core::Photo> file(core::PhotoId id) {
    SG_ASSIGN(auto turn, uploads->take(id, owner));
    return file_upload(turn, house.ingest, house.database,
                       [&]() -> core::Result<Submission> { return Submission{.uploaded_by = owner}; });
  }
  // As a server that starts anew.
  void restart() {
    house.fault.kind = Kind::none;
    uploads.reset();
    EXPECT_TRUE(settle(*house.sound_store, *house.sound_database, house.clock, &house.decoder));
    uploads = std::make_unique<ResumableUploads>(house.store, house.database, house.clock, rules);
    EXPECT_TRUE(uploads->settle());
  }
  std::int64_t offset_of(core::PhotoId id) {
    const auto view = uploads->look(id, owner);
    return view ? view->offset : -1;
  }

  House house;
  core::UserId owner = add_user("tom");
  core::UserId stranger = add_user("tina");
  ResumableRules rules{.most_open = 3};
  std::unique_ptr<ResumableUploads> uploads =
      std::make_unique<ResumableUploads>(house.store, house.database, house.clock, rules);
};

}  // namespace sightglass::ingest
