#include "filing/tile_cache.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>
#include <vector>

#include "core/lost_file.hpp"
#include "core/no_room.hpp"
#include "filing/layout.hpp"
#include "storage/disk/disk_blob_store.hpp"
#include "support/temporary_directory.hpp"

namespace sightglass::filing {
namespace {

using core::Size;

// Each look at it is a second later.
class SteppingClock final : public core::Clock {
 public:
  core::Instant now() const override { return core::Instant{} + std::chrono::seconds(++steps_); }

 private:
  mutable std::atomic<std::int64_t> steps_ = 2'000'000'000;  // behind the times of files
};

// Every tile is `tile_bytes` long.
class FakeCutter final : public imaging::Decoder {
 public:
  core::Result<imaging::DerivedImages> derive(int, const imaging::DerivePlan&, const imaging::Limits&) override {
    return core::fail(core::unavailable("not faked"));
  }
  core::Result<imaging::ImageProperties> measure(int, const imaging::Limits&) override {
    return core::fail(core::unavailable("not faked"));
  }
  core::Result<void> cut_tiles(int, const imaging::TilePlan& plan, const imaging::Limits& limits,
                               imaging::TileSink& sink) override {
    ++begun;
    EXPECT_GE(limits.timeout_ms, 60'000);
    const Size size = plan.rotation % 180 == 0 ? Size{900, 600} : Size{600, 900};
    SG_TRY(sink.begin(size));
    SG_TRY(sink.add("thrown away when it begins anew"));
    SG_TRY(sink.begin(size));
    for (std::int64_t place = 0; place < imaging::TileGrid(size).count(); ++place) {
      if (error.code != core::ErrorCode::internal) return core::fail(error);
      SG_TRY(sink.add(std::string(tile_bytes, static_cast<char>('a' + place))));
    }
    return {};
  }
  std::atomic<int> begun = 0;
  std::size_t tile_bytes = 100;
  core::Error error{};  // internal: none
};

class TileCacheOf : public ::testing::Test {
 protected:
  core::Photo photo_of(std::uint8_t number) {
    core::Photo photo{.size = {900, 600}};
    photo.sha256.bytes.fill(number);
    photo.files.original = "photos/2026/11/21/originals/" + std::to_string(number) + ".tif";
    EXPECT_TRUE(blobs->put(photo.files.original, "original", storage::BlobStore::Durability::rebuildable));
    return photo;
  }
  bool is_kept(const core::Photo& photo) { return blobs->info(tile_pack_key(photo)).has_value(); }
  std::string tile(TilePack pack, const imaging::TileAddress& address) {
    const auto place = pack.find(address).value_or(TilePack::Place{});
    std::string bytes(static_cast<std::size_t>(place.length), '\0');
    const auto file = pack.take_file();
    EXPECT_EQ(::pread(file.get(), bytes.data(), bytes.size(), place.offset), place.length);
    return bytes;
  }
  std::int64_t temporaries() {
    std::int64_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path()))
      count += entry.is_regular_file() && entry.path().string().contains("incoming");
    return count;
  }

  test::TemporaryDirectory folder;
  std::unique_ptr<storage::BlobStore> blobs = storage::disk::DiskBlobStore::open(folder.path()).value();
  FakeCutter cutter;
  SteppingClock clock;
  TileCache cache{{*blobs, *blobs}, cutter, clock, {.max_bytes = 2000, .min_free_bytes = 0}};
};

TEST_F(TileCacheOf, a_photo_is_made_once_and_found_again) {
  const auto photo = photo_of(1);
  EXPECT_FALSE(cache.find(photo).value());
  auto made = cache.make(photo);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->grid().size(), (Size{900, 600}));
  EXPECT_EQ(tile(std::move(*made), {1, 1, 1}), std::string(100, 'd'));
  auto found = cache.find(photo);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ(tile(std::move(**found), {0, 0, 0}), std::string(100, 'e'));
  EXPECT_TRUE(cache.make(photo));
  EXPECT_EQ(cutter.begun, 1);
  EXPECT_EQ(temporaries(), 0);
}

TEST_F(TileCacheOf, a_turned_photo_has_tiles_of_its_own) {
  auto photo = photo_of(1);
  ASSERT_TRUE(cache.make(photo));
  photo.rotation = 90;
  EXPECT_FALSE(cache.find(photo).value());
  EXPECT_EQ(cache.make(photo)->grid().size(), (Size{600, 900}));
  EXPECT_EQ(cutter.begun, 2);
}

TEST_F(TileCacheOf, a_photo_asked_for_by_many_at_once_is_made_once) {
  const auto photo = photo_of(1);
  std::vector<std::jthread> askers;
  std::atomic<int> answered = 0;
  for (int asker = 0; asker < 8; ++asker) askers.emplace_back([&] { answered += cache.make(photo).has_value(); });
  askers.clear();
  EXPECT_EQ(answered, 8);
  EXPECT_EQ(cutter.begun, 1);
}

TEST_F(TileCacheOf, many_photos_keeps_those_used_last) {
  const auto first = photo_of(1), second = photo_of(2), third = photo_of(3), fourth = photo_of(4);
  for (const auto& photo : {first, second, third}) ASSERT_TRUE(cache.make(photo));  // 540 bytes each
  ASSERT_TRUE(cache.find(first).value());
  ASSERT_TRUE(cache.make(fourth));
  EXPECT_TRUE(is_kept(first));
  EXPECT_FALSE(is_kept(second));
  EXPECT_TRUE(is_kept(third));
  EXPECT_TRUE(is_kept(fourth));
}

TEST_F(TileCacheOf, a_photo_larger_than_the_limit_stands_alone) {
  const auto small = photo_of(1), large = photo_of(2);
  ASSERT_TRUE(cache.make(small));
  cutter.tile_bytes = 1000;
  ASSERT_TRUE(cache.make(large));
  EXPECT_FALSE(is_kept(small));
  EXPECT_TRUE(is_kept(large));
}

TEST_F(TileCacheOf, a_photo_without_its_original_says_what_is_lost) {
  auto photo = photo_of(1);
  ASSERT_TRUE(blobs->remove(photo.files.original));
  EXPECT_TRUE(core::is_lost_file(cache.make(photo).error()));
  photo.files.original.clear();
  const auto never_kept = cache.make(photo);
  EXPECT_EQ(never_kept.error().code, core::ErrorCode::not_found);
  EXPECT_FALSE(core::is_lost_file(never_kept.error()));
  EXPECT_EQ(cutter.begun, 0);
}

TEST_F(TileCacheOf, a_picture_that_broke_in_the_store_counts_as_lost_and_leaves_nothing) {
  const auto photo = photo_of(1);
  cutter.error = {.code = core::ErrorCode::corrupt_image, .message = "broken"};
  EXPECT_TRUE(core::is_lost_file(cache.make(photo).error()));
  cutter.error = {.code = core::ErrorCode::timeout, .message = "slow"};
  EXPECT_EQ(cache.make(photo).error().code, core::ErrorCode::timeout);
  EXPECT_FALSE(is_kept(photo));
  EXPECT_EQ(temporaries(), 0);
  cutter.error = {};
  EXPECT_TRUE(cache.make(photo)) << "nothing of it is remembered";
}

TEST_F(TileCacheOf, a_disk_without_room_is_refused) {
  TileCache full({*blobs, *blobs}, cutter, clock, {.min_free_bytes = INT64_MAX / 4});
  EXPECT_TRUE(core::is_no_room(full.make(photo_of(1)).error()));
  EXPECT_EQ(temporaries(), 0);
}

TEST_F(TileCacheOf, a_broken_file_makes_the_tiles_again) {
  const auto photo = photo_of(1);
  ASSERT_TRUE(cache.make(photo));
  const auto path = folder.path() / tile_pack_key(photo);
  const auto whole = std::filesystem::file_size(path);
  for (const auto length : {whole - 1, whole / 2, std::uintmax_t{3}, std::uintmax_t{0}}) {
    std::filesystem::resize_file(path, length);
    const auto found = cache.find(photo);
    ASSERT_TRUE(found);
    EXPECT_FALSE(*found) << length;
    EXPECT_FALSE(is_kept(photo));
    ASSERT_TRUE(cache.make(photo));
  }
}

TEST(TilePackOf, an_index_that_does_not_fit_its_file_is_refused) {
  const std::vector<std::uint32_t> lengths{10, 20, 30, 40, 50};
  const Size size{600, 700};
  const auto index = tile_index(size, lengths);
  const auto whole = static_cast<std::int64_t>(index.size()) + 150;
  ASSERT_TRUE(TilePack::parse(index, whole));
  EXPECT_EQ(TilePack::parse(index, whole)->find({0, 0, 0})->offset, 100);
  EXPECT_FALSE(TilePack::parse(index, whole)->find({1, 2, 0}));
  EXPECT_FALSE(TilePack::parse(index, whole + 1));
  EXPECT_FALSE(TilePack::parse(index, whole - 1));
  EXPECT_FALSE(TilePack::parse(index.substr(4), whole - 4)) << "a length is missing";
  EXPECT_FALSE(TilePack::parse(tile_index({601, 1400}, lengths), whole)) << "another grid";
  EXPECT_FALSE(TilePack::parse(tile_index({0, 700}, lengths), whole));
  EXPECT_FALSE(TilePack::parse(tile_index({70'000, 1}, lengths), whole));
  const std::vector<std::uint32_t> with_empty{10, 0, 30, 40, 70};
  EXPECT_FALSE(TilePack::parse(tile_index(size, with_empty), whole));
  const std::vector<std::uint32_t> huge(5, UINT32_MAX);
  EXPECT_FALSE(TilePack::parse(tile_index(size, huge), whole));
  EXPECT_FALSE(TilePack::parse("", 0));
}

}  // namespace
}  // namespace sightglass::filing
