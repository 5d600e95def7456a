#include "ingest/admission.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <thread>
#include <vector>

#include "core/no_room.hpp"

namespace sightglass::ingest {
namespace {

constexpr std::int64_t mebibyte = 1 << 20;

// A disk of which only the room is asked.
class Disk final : public storage::BlobStore {
 public:
  explicit Disk(std::int64_t room) : free(room) {}
  core::Result<std::unique_ptr<storage::IncomingBlob>> begin_incoming() override { return none(); }
  core::Result<void> place(storage::IncomingBlob&, std::string_view) override { return none(); }
  core::Result<void> put(std::string_view, std::string_view, Durability) override { return none(); }
  core::Result<void> link(std::string_view, std::string_view) override { return none(); }
  core::Result<void> rename(std::string_view, std::string_view) override { return none(); }
  core::Result<void> remove(std::string_view) override { return none(); }
  core::Result<storage::BlobInfo> info(std::string_view) const override { return none(); }
  core::Result<std::string> read(std::string_view) const override { return none(); }
  core::Result<runtime::UnixFd> open(std::string_view) const override { return none(); }
  core::Result<void> list(std::string_view,
                          const std::function<bool(std::string_view, const storage::BlobInfo&)>&) const override {
    return none();
  }
  core::Result<std::int64_t> free_bytes() const override {
    if (is_broken) return none();
    return free;
  }

  std::int64_t free;
  bool is_broken = false;

 private:
  static std::unexpected<core::Error> none() { return core::fail(core::unavailable("not faked")); }
};

TEST(Admission, refuses_when_too_little_room_would_remain) {
  const Disk disk(100 * mebibyte);
  Admission admission(disk, 64 * mebibyte);
  const auto refused = admission.admit(36 * mebibyte);
  ASSERT_FALSE(refused) << "what is made of the picture needs room too";
  EXPECT_TRUE(core::is_no_room(refused.error()));
  EXPECT_NE(refused.error().message.find("100 MiB are free"), std::string::npos);
  EXPECT_NE(refused.error().message.find("64 MiB are kept in reserve"), std::string::npos);
  EXPECT_TRUE(admission.admit(35 * mebibyte));
  EXPECT_EQ(admission.kept_bytes(), 0);
}

TEST(Admission, counts_what_is_on_its_way_and_asks_to_wait_for_it) {
  const Disk disk(100 * mebibyte);
  Admission admission(disk, 0);
  {
    const auto first = admission.admit(59 * mebibyte);
    ASSERT_TRUE(first);
    EXPECT_EQ(admission.kept_bytes(), 60 * mebibyte);
    const auto second = admission.admit(59 * mebibyte);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, core::ErrorCode::quota_exceeded);
    EXPECT_FALSE(core::is_no_room(second.error()));
    EXPECT_NE(second.error().message.find("60 MiB are theirs"), std::string::npos);
  }
  EXPECT_TRUE(admission.admit(59 * mebibyte));
}

TEST(Admission, keeps_no_room_for_what_was_written_but_does_for_what_is_made_of_it) {
  Disk disk(100 * mebibyte);
  Admission admission(disk, 0);
  auto room = admission.admit(40 * mebibyte);
  ASSERT_TRUE(room);
  room->note_written(30 * mebibyte);
  disk.free -= 30 * mebibyte;
  EXPECT_EQ(admission.kept_bytes(), 11 * mebibyte);
  // More than was announced, as when the file grows while it is imported.
  room->note_written(30 * mebibyte);
  EXPECT_EQ(admission.kept_bytes(), Admission::derived_bytes);
}

TEST(Admission, gives_back_once_what_was_moved) {
  const Disk disk(100 * mebibyte);
  Admission admission(disk, 0);
  {
    auto room = admission.admit(mebibyte);
    ASSERT_TRUE(room);
    const auto moved = std::move(*room);
    room->note_written(mebibyte);
    EXPECT_EQ(admission.kept_bytes(), 2 * mebibyte);
  }
  EXPECT_EQ(admission.kept_bytes(), 0);
}

TEST(Admission, never_promises_the_reserve_to_many_at_once) {
  const Disk disk(64 * mebibyte);
  Admission admission(disk, 32 * mebibyte);
  std::vector<std::optional<Admission::Reservation>> rooms(16);
  {
    std::vector<std::jthread> senders;
    for (auto& room : rooms) {
      senders.emplace_back([&admission, &room] {
        if (auto admitted = admission.admit(7 * mebibyte)) room.emplace(std::move(*admitted));
      });
    }
  }
  EXPECT_EQ(std::ranges::count_if(rooms, [](const auto& room) { return room.has_value(); }), 4);
}

TEST(Admission, knows_stores_without_a_limit_and_passes_on_that_one_is_down) {
  Disk disk(-1);
  Admission admission(disk, 64 * mebibyte);
  EXPECT_TRUE(admission.admit(std::int64_t{1} << 50));
  disk.is_broken = true;
  const auto refused = admission.admit(1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::unavailable);
}

}  // namespace
}  // namespace sightglass::ingest
