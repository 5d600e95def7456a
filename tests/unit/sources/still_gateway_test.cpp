#include "sources/still/still_gateway.hpp"

#include "unit/sources/http_source_fixture.hpp"

namespace sightglass::sources {
namespace {

class StillGatewayTest : public HttpSourceTest {
 protected:
  std::unique_ptr<Gateway> gateway() { return make_still_gateway(access("/snapshot.jpg"), politeness, clock, limits); }
};

TEST_F(StillGatewayTest, takes_a_picture_once_for_the_listing_and_the_fetch) {
  answer = [](const Request&) {
    return Reply{.fields = {{"Date", "Sat, 21 Nov 2026 04:13:00 GMT"}, {"Content-Type", "image/jpeg"}},
                 .body = "picture"};
  };
  const auto camera = gateway();
  std::vector<RemoteFile> files;
  const auto listing = list(*camera, files);
  ASSERT_TRUE(listing) << listing.error().error.message;
  EXPECT_EQ(listing->files, 1);
  ASSERT_EQ(paths(files), std::vector<std::string>{"still-20261121T041300Z.jpg"});
  EXPECT_EQ(files[0].bytes, 7);
  EXPECT_EQ(files[0].etag.size(), 64u) << "its hash, as the camera gives no tag";
  EXPECT_FALSE(files[0].modified_at) << "what came is not being written any more";
  const ScratchFile file;
  file.write("something longer");
  const auto fetched = camera->fetch(files[0], {.fd = file.fd(), .most_bytes = 100});
  ASSERT_TRUE(fetched);
  EXPECT_EQ(file.text(), "picture");
  EXPECT_EQ(fetched->bytes, 7);
  EXPECT_EQ(fetched->modified_at, core::parse_iso8601("2026-11-21T04:13:00Z"));
  EXPECT_TRUE(fetched->is_whole) << "however young it is";
  EXPECT_EQ(requests.size(), 1u);
}

TEST_F(StillGatewayTest, calls_a_picture_by_the_time_it_was_made) {
  answer = [](const Request&) {
    return Reply{.fields = {{"Date", "Sat, 21 Nov 2026 04:13:00 GMT"},
                            {"Last-Modified", "Sat, 21 Nov 2026 04:00:00 GMT"},
                            {"ETag", "\"v1\""}},
                 .body = "\x89PNG picture"};
  };
  std::vector<RemoteFile> files;
  ASSERT_TRUE(list(*gateway(), files));
  ASSERT_EQ(paths(files), std::vector<std::string>{"still-20261121T040000Z.png"});
  EXPECT_EQ(files[0].etag, "\"v1\"");
}

TEST_F(StillGatewayTest, calls_it_by_our_own_clock_where_the_camera_has_none) {
  answer = [](const Request&) { return Reply{.body = "picture"}; };
  std::vector<RemoteFile> files;
  ASSERT_TRUE(list(*gateway(), files));
  EXPECT_EQ(paths(files), std::vector<std::string>{"still-20261121T041233Z.jpg"});
}

TEST_F(StillGatewayTest, gives_no_file_while_the_picture_is_the_same) {
  std::string shown = "morning";
  answer = [&](const Request&) { return Reply{.body = shown}; };
  const auto camera = gateway();
  std::vector<RemoteFile> files;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(list(*camera, files));
  EXPECT_EQ(files.size(), 1u);
  shown = "evening";
  ASSERT_TRUE(list(*camera, files));
  EXPECT_EQ(files.size(), 2u);
}

TEST_F(StillGatewayTest, has_a_picture_no_more_when_another_one_took_its_place) {
  std::string shown = "morning";
  answer = [&](const Request&) { return Reply{.body = shown}; };
  const auto camera = gateway();
  std::vector<RemoteFile> files;
  ASSERT_TRUE(list(*camera, files));
  shown = "evening";
  ASSERT_TRUE(list(*camera, files));
  const ScratchFile file;
  const auto late = camera->fetch(files[0], {.fd = file.fd(), .most_bytes = 100});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().trouble, Trouble::gone);
  EXPECT_FALSE(late.error().concerns_source);
  const auto restarted = gateway()->fetch(files[1], {.fd = file.fd(), .most_bytes = 100});
  ASSERT_FALSE(restarted);
  EXPECT_EQ(restarted.error().trouble, Trouble::gone);
}

TEST_F(StillGatewayTest, takes_no_larger_picture_than_it_may) {
  answer = [](const Request&) { return Reply{.body = "picture"}; };
  const auto camera = gateway();
  std::vector<RemoteFile> files;
  ASSERT_TRUE(list(*camera, files));
  const ScratchFile file;
  const auto refused = camera->fetch(files[0], {.fd = file.fd(), .most_bytes = 6});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().trouble, Trouble::too_large);
}

TEST_F(StillGatewayTest, tells_a_camera_that_does_not_let_in) {
  answer = [](const Request&) { return Reply{.status = 401}; };
  std::vector<RemoteFile> files;
  const auto listing = list(*gateway(), files);
  ASSERT_FALSE(listing);
  EXPECT_EQ(listing.error().trouble, Trouble::credentials);
  EXPECT_TRUE(listing.error().concerns_source);
}

}  // namespace
}  // namespace sightglass::sources
