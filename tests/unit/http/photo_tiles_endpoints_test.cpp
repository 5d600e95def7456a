#include <gtest/gtest.h>

#include "unit/http/handler_house.hpp"

namespace sightglass::http {
namespace {

class PhotoTilesRows : public HandlerHouse {
 protected:
  std::string tiles_of(const std::string& id) { return "/api/v1/images/photos/" + id + "/tiles"; }
};

TEST_F(PhotoTilesRows, tells_the_grid_and_sends_its_tiles) {
  const auto tiles = tiles_of(add_photo(technician, "PIC one"));
  const auto answer = get(technician, tiles);
  ASSERT_EQ(answer.status, 200) << bytes_of(answer);
  const auto grid = json_of(answer);
  EXPECT_EQ(grid.at("width").as_int64(), 4000);
  EXPECT_EQ(grid.at("levels").as_array().size(), 4U);
  EXPECT_EQ(grid.at("levels").at(3).at("columns").as_int64(), 8);
  EXPECT_EQ(deferrals, 1) << "the making waits where uploads do";
  const auto tile = get(technician, tiles + "/3/7/5");
  EXPECT_EQ(bytes_of(tile),
            "\xff\xd8\xff"
            "47");
  EXPECT_EQ(tile.headers.get("Content-Type"), "image/jpeg");
  EXPECT_NE(tile.headers.get("ETag"), get(technician, tiles + "/3/6/5").headers.get("ETag"));
  EXPECT_EQ(deferrals, 1);
  EXPECT_EQ(decoder.pyramids, 1);
}

TEST_F(PhotoTilesRows, makes_them_for_a_tile_as_well) {
  const auto tiles = tiles_of(add_photo(technician, "PIC one"));
  EXPECT_EQ(bytes_of(get(technician, tiles + "/0/0/0")),
            "\xff\xd8\xff"
            "64");
  EXPECT_EQ(decoder.pyramids, 1);
}

TEST_F(PhotoTilesRows, refuses_what_is_no_tile_without_making_any) {
  const auto tiles = tiles_of(add_photo(technician, "PIC one"));
  for (const char* outside : {"/4/0/0", "/3/8/0", "/3/0/6", "/99999999999/0/0"})
    EXPECT_EQ(get(technician, tiles + outside).status, 404) << outside;
  EXPECT_EQ(field_of(get(technician, tiles + "/x/0/0")), "level");
  EXPECT_EQ(field_of(get(technician, tiles + "/0/-1/0")), "column");
  EXPECT_EQ(field_of(get(technician, tiles + "/0/0/1.5")), "row");
  EXPECT_EQ(field_of(get(technician, tiles + "/0/0/99999999999999999999")), "row");
  EXPECT_EQ(field_of(get(technician, tiles + "?rotation=45")), "rotation");
  EXPECT_EQ(field_of(get(technician, tiles + "/0/0/0?size=1")), "size");
  EXPECT_EQ(decoder.pyramids, 0);
}

TEST_F(PhotoTilesRows, are_kept_by_browsers_only_under_the_address_of_the_turn) {
  const auto tiles = tiles_of(add_photo(technician, "PIC one"));
  EXPECT_EQ(get(technician, tiles + "/0/0/0?rotation=0").headers.get("Cache-Control"), "private, max-age=3600");
  EXPECT_EQ(get(technician, tiles + "/0/0/0?rotation=90").headers.get("Cache-Control"), "private, no-cache");
}

TEST_F(PhotoTilesRows, are_not_there_for_who_may_not_see_the_photo) {
  const auto tiles = tiles_of(add_photo(technician, "PIC one"));
  EXPECT_EQ(get(colleague, tiles).status, 404);
  EXPECT_EQ(get(colleague, tiles + "/0/0/0").status, 404);
  EXPECT_EQ(decoder.pyramids, 0);
  EXPECT_EQ(get(viewer, tiles).status, 200);
  EXPECT_EQ(get(colleague, tiles + "/0/0/0").status, 404) << "nor when they are there for others";
}

TEST_F(PhotoTilesRows, leave_one_audit_entry_for_all_of_them) {
  const auto tiles = tiles_of(add_photo(technician, "PIC one"));
  get(technician, tiles);
  for (const char* tile : {"/3/0/0", "/3/1/0", "/3/2/0"}) get(technician, tiles + tile);
  ASSERT_TRUE(audit.flush());
  const auto views = audited("photo.view");
  ASSERT_EQ(views.size(), 1U);
  EXPECT_EQ(views.front().actor, "tom");
}

TEST_F(PhotoTilesRows, tell_also_who_asked_for_a_tile_alone) {
  const auto tiles = tiles_of(add_photo(technician, "PIC one"));
  EXPECT_EQ(get(viewer, tiles + "/0/0/0").status, 200);
  ASSERT_TRUE(audit.flush());
  const auto views = audited("photo.view");
  ASSERT_EQ(views.size(), 1U);
  EXPECT_NE(views.front().details.find("tiles"), std::string::npos);
}

TEST_F(PhotoTilesRows, go_with_the_last_photo_of_the_same_bytes) {
  const auto first = add_photo(technician, "PIC one");
  const auto second = add_photo(technician, "PIC one");
  const auto other = add_photo(technician, "PIC two");
  for (const auto& id : {first, other}) ASSERT_EQ(get(technician, tiles_of(id)).status, 200);
  ASSERT_EQ(send(operator_, Method::delete_, "/api/v1/images/photos/" + first).status, 204);
  EXPECT_EQ(tiles.tidy(*database), 0);
  ASSERT_EQ(send(operator_, Method::delete_, "/api/v1/images/photos/" + second).status, 204);
  EXPECT_EQ(tiles.tidy(*database), 1);
  EXPECT_EQ(tiles.tidy(*database), 0);
  EXPECT_EQ(get(technician, tiles_of(other)).status, 200);
  EXPECT_EQ(decoder.pyramids, 2);
}

}  // namespace
}  // namespace sightglass::http
