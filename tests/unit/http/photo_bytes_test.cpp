#include "http/photo_bytes.hpp"

#include <gtest/gtest.h>

#include "unit/http/handler_house.hpp"

namespace sightglass::http {
namespace {

class PhotoBytesRows : public HandlerHouse {
 protected:
  core::Photo row_of(const std::string& id) {
    const auto photo_id = core::PhotoId::parse(id).value_or(core::PhotoId{});
    return database->read([&](database::Session& session) { return database::photos::find(session, photo_id); })
        ->value_or(core::Photo{});
  }
  std::string bytes_at(const std::string& id, std::string_view variant) {
    const auto answer = get(technician, "/api/v1/images/photos/" + id + "/" + std::string(variant));
    EXPECT_EQ(answer.status, 200) << bytes_of(answer);
    return bytes_of(answer);
  }
};

TEST_F(PhotoBytesRows, makes_a_derived_image_again_that_is_gone) {
  const auto id = add_photo(technician, "PIC one");
  EXPECT_EQ(bytes_at(id, "display"), "display of PIC one");
  EXPECT_EQ(deferrals, 0);
  ASSERT_TRUE(blobs->remove(row_of(id).files.display));
  EXPECT_EQ(bytes_at(id, "display"), "display of PIC one");
  EXPECT_EQ(deferrals, 1) << "the wait for a decoder is not for the threads that others are answered on";
  EXPECT_EQ(bytes_at(id, "display"), "display of PIC one");
  EXPECT_EQ(deferrals, 1);
}

TEST_F(PhotoBytesRows, makes_a_lost_image_of_a_job_photo_again_by_its_name) {
  const auto job = add_job(technician, R"({"title":"pump"})");
  const auto stored = upload(technician, "/job/" + job + "/add_image", {picture("PIC two")});
  const auto photo = row_of(text_of(json_of(stored).at("id")));
  ASSERT_TRUE(blobs->remove(photo.files.thumbnail));
  const auto answer = get(technician, "/job/image/" + job + "/" + photo.filename + "?thumbnail=true");
  EXPECT_EQ(bytes_of(answer), "thumbnail of PIC two");
  EXPECT_EQ(deferrals, 1);
}

TEST_F(PhotoBytesRows, makes_a_derived_image_again_that_lost_its_bytes_in_a_power_cut) {
  const auto id = add_photo(technician, "PIC one");
  const auto files = row_of(id).files;
  for (const auto& key : {files.display, files.thumbnail})
    ASSERT_TRUE(blobs->put(key, "", storage::BlobStore::Durability::rebuildable));
  EXPECT_EQ(bytes_at(id, "display"), "display of PIC one");
  EXPECT_EQ(bytes_at(id, "thumbnail"), "thumbnail of PIC one");
}

TEST_F(PhotoBytesRows, an_original_that_is_gone_is_said_to_be_and_never_made_up) {
  const auto id = add_photo(technician, "PIC one");
  ASSERT_TRUE(blobs->remove(row_of(id).files.original));
  EXPECT_EQ(get(technician, "/api/v1/images/photos/" + id + "/original").status, 410);
  EXPECT_EQ(deferrals, 0) << "nothing can be made again of it";
  ASSERT_TRUE(blobs->remove(row_of(id).files.display));
  EXPECT_EQ(get(technician, "/api/v1/images/photos/" + id + "/display").status, 410);
}

}  // namespace
}  // namespace sightglass::http
