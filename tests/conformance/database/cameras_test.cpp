#include "database/cameras.hpp"

#include "database/captures.hpp"
#include "database/photos.hpp"
#include "support/stores.hpp"

namespace sightglass::database {
namespace {

using cameras::Camera;
using captures::Capture;

class Cameras : public test::StoreTest {
 protected:
  Camera add(const std::string& name, std::int64_t second) {
    const Camera camera{.id = core::CameraId::make(instant(second)),
                        .name = name,
                        .driver = "aravis",
                        .address = "192.0.2.1",
                        .settings = R"({"gain":1.5})",
                        .node = "here",
                        .created_at = instant(second),
                        .updated_at = instant(second)};
    test::must(write([&](Session& s) { return cameras::insert(s, camera); }));
    return camera;
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, Cameras, test::all_stores());

TEST_P(Cameras, are_listed_as_they_were_made_and_found_by_id_and_name) {
  const auto second = add("second", 2);
  const auto first = add("first", 1);
  const auto all = test::must(read([](Session& s) { return cameras::list(s); }));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all.front().id, first.id);
  const auto found = test::must(read([&](Session& s) { return cameras::find_named(s, "second"); }));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, second.id);
  EXPECT_EQ(found->settings, second.settings);
  EXPECT_TRUE(found->is_enabled);
}

TEST_P(Cameras, have_names_of_their_own) {
  const auto camera = add("bench", 1);
  auto twin = camera;
  twin.id = core::CameraId::make(instant(2));
  const auto refused = write([&](Session& s) { return cameras::insert(s, twin); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::conflict);
}

TEST_P(Cameras, are_changed_and_forgotten) {
  auto camera = add("bench", 1);
  camera.name = "table";
  camera.is_enabled = false;
  test::must(write([&](Session& s) { return cameras::update(s, camera); }));
  const auto found = test::must(read([&](Session& s) { return cameras::find(s, camera.id); }));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "table");
  EXPECT_FALSE(found->is_enabled);
  test::must(write([&](Session& s) { return cameras::remove(s, camera.id); }));
  EXPECT_FALSE(test::must(read([&](Session& s) { return cameras::find(s, camera.id); })));
}

TEST_P(Cameras, leave_what_they_took_and_what_they_were_called) {
  const auto camera = add("bench", 1);
  const auto photo = add_photo({.source = core::PhotoSource::camera});
  const Capture capture{.photo_id = photo,
                        .camera_id = camera.id,
                        .camera_name = camera.name,
                        .serial = "SN-7",
                        .captured_at = instant(3),
                        .x = 1.5,
                        .exposure_ms = 5,
                        .frame_number = 41,
                        .device_ns = 1'000'000'007,
                        .tries = 2,
                        .is_simulated = true,
                        .settings = R"({"binning":2})"};
  test::must(write([&](Session& s) { return captures::insert(s, capture); }));
  test::must(write([&](Session& s) { return cameras::remove(s, camera.id); }));
  const auto found = test::must(read([&](Session& s) { return captures::find(s, photo); }));
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->camera_id || found->job_id || found->user_id || found->y || found->gain);
  EXPECT_EQ(found->camera_name, "bench");
  EXPECT_EQ(found->serial, "SN-7");
  EXPECT_EQ(found->captured_at, instant(3));
  EXPECT_EQ(found->x, 1.5);
  EXPECT_EQ(found->exposure_ms, 5);
  EXPECT_EQ(found->frame_number, 41);
  EXPECT_EQ(found->device_ns, 1'000'000'007);
  EXPECT_EQ(found->tries, 2);
  EXPECT_TRUE(found->is_simulated);
  EXPECT_EQ(found->settings, capture.settings);
}

}  // namespace
}  // namespace sightglass::database
