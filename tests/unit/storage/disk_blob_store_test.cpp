#include "storage/disk/disk_blob_store.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <mutex>
#include <vector>

#include "core/no_room.hpp"
#include "support/temporary_directory.hpp"

namespace sightglass::storage::disk {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using testing::ElementsAre;
constexpr auto durable = BlobStore::Durability::durable;
constexpr auto rebuildable = BlobStore::Durability::rebuildable;

// The calls that order writes, as "rename images/a". Names of temporaries are left out: they differ.
class SyncLog {
 public:
  SyncObserver observer() {
    return [this](std::string_view call, std::string_view key) {
      const std::lock_guard lock(mutex_);
      calls_.push_back(key.ends_with(".part") ? std::string(call) : std::string(call) + " " + std::string(key));
    };
  }
  std::vector<std::string> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(calls_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> calls_;
};

std::unique_ptr<BlobStore> open(const fs::path& root, SyncObserver observer = {}) {
  auto store = DiskBlobStore::open(root, std::move(observer));
  EXPECT_TRUE(store) << store.error().message;
  return std::move(*store);
}

std::unique_ptr<IncomingBlob> incoming(BlobStore& store, std::string_view bytes) {
  auto blob = store.begin_incoming();
  EXPECT_TRUE(blob);
  EXPECT_TRUE((*blob)->write(std::as_bytes(std::span(bytes))));
  return std::move(*blob);
}

TEST(DiskBlobStore, syncs_new_directories_then_the_file_then_names_it_then_syncs_its_directory) {
  const test::TemporaryDirectory directory;
  SyncLog log;
  const auto store = open(directory.path(), log.observer());
  const auto blob = incoming(*store, "bytes");
  log.take();
  ASSERT_TRUE(store->place(*blob, "images/job_7/a.jpg"));
  EXPECT_THAT(log.take(), ElementsAre("make_directory images", "sync_directory ", "make_directory images/job_7",
                                      "sync_directory images", "sync_file", "rename images/job_7/a.jpg",
                                      "sync_directory images/job_7"));
}

TEST(DiskBlobStore, syncs_the_chain_of_directories_once_per_process_even_when_another_made_them) {
  const test::TemporaryDirectory directory;
  fs::create_directories(directory.path() / "images");
  SyncLog log;
  const auto store = open(directory.path(), log.observer());
  const auto first = incoming(*store, "1");
  const auto second = incoming(*store, "2");
  log.take();
  ASSERT_TRUE(store->place(*first, "images/a"));
  EXPECT_THAT(log.take(), ElementsAre("sync_directory ", "sync_file", "rename images/a", "sync_directory images"));
  ASSERT_TRUE(store->place(*second, "images/b"));
  EXPECT_THAT(log.take(), ElementsAre("sync_file", "rename images/b", "sync_directory images"));
}

TEST(DiskBlobStore, syncs_nothing_for_what_can_be_made_again) {
  const test::TemporaryDirectory directory;
  SyncLog log;
  const auto store = open(directory.path(), log.observer());
  ASSERT_TRUE(store->put("thumbnails/a", "bytes", rebuildable));
  for (const auto& call : log.take()) EXPECT_FALSE(call.starts_with("sync")) << call;
}

TEST(DiskBlobStore, a_claim_leaves_the_sync_to_the_placing_that_follows) {
  const test::TemporaryDirectory directory;
  SyncLog log;
  const auto store = open(directory.path(), log.observer());
  ASSERT_TRUE(store->put("originals/first", "x", durable));
  ASSERT_TRUE(store->put("journal", "x", durable));
  log.take();
  ASSERT_TRUE(store->claim("journal", "originals/a"));
  EXPECT_THAT(log.take(), ElementsAre("link originals/a"));
  ASSERT_TRUE(store->link("journal", "originals/b"));
  EXPECT_THAT(log.take(), ElementsAre("link originals/b", "sync_directory originals"));
}

TEST(DiskBlobStore, makes_a_folder_again_that_somebody_removed) {
  const test::TemporaryDirectory directory;
  const auto store = open(directory.path());
  ASSERT_TRUE(store->put("images/job_1/a", "x", durable));
  fs::remove_all(directory.path() / "images");
  EXPECT_TRUE(store->put("images/job_1/b", "x", durable));
  EXPECT_TRUE(store->info("images/job_1/b"));
}

TEST(DiskBlobStore, removes_temporaries_of_writers_that_died) {
  const test::TemporaryDirectory directory;
  const auto store = open(directory.path());
  const auto alive = incoming(*store, "alive");
  std::ofstream(directory.path() / "incoming" / "dead.part") << "dead";
  std::ofstream(directory.path() / "incoming" / "journal.json") << "{}";
  EXPECT_EQ(store->remove_abandoned(), 1);
  EXPECT_FALSE(fs::exists(directory.path() / "incoming" / "dead.part"));
  EXPECT_TRUE(fs::exists(directory.path() / "incoming" / "journal.json"));
  EXPECT_TRUE(store->place(*alive, "a"));
}

TEST(DiskBlobStore, follows_no_link_out_of_its_directory) {
  const test::TemporaryDirectory outside;
  const test::TemporaryDirectory directory;
  std::ofstream(outside.path() / "secret") << "secret";
  const auto store = open(directory.path());
  fs::create_directory_symlink(outside.path(), directory.path() / "images");
  fs::create_symlink(outside.path() / "secret", directory.path() / "file");
  for (const char* key : {"images/secret", "file"}) {
    EXPECT_FALSE(store->read(key)) << key;
    EXPECT_FALSE(store->open(key)) << key;
    EXPECT_FALSE(store->info(key)) << key;
    EXPECT_FALSE(store->link(key, "copy")) << key;
  }
  EXPECT_FALSE(store->put("images/new", "x", durable));
  EXPECT_FALSE(store->place(*incoming(*store, "x"), "images/new"));
  EXPECT_TRUE(store->remove("images/secret"));
  EXPECT_TRUE(fs::exists(outside.path() / "secret"));
  EXPECT_FALSE(fs::exists(outside.path() / "new"));
  EXPECT_TRUE(store->list("", [](std::string_view key, const BlobInfo&) {
    ADD_FAILURE() << key;
    return true;
  }));
}

TEST(DiskBlobStore, replaces_a_link_laid_in_its_way_without_writing_through_it) {
  const test::TemporaryDirectory outside;
  const test::TemporaryDirectory directory;
  std::ofstream(outside.path() / "victim") << "untouched";
  const auto store = open(directory.path());
  fs::create_symlink(outside.path() / "victim", directory.path() / "a");
  ASSERT_TRUE(store->put("a", "new", durable));
  EXPECT_EQ(fs::file_size(outside.path() / "victim"), 9u);
  EXPECT_EQ(store->read("a"), "new");
}

TEST(DiskBlobStore, is_not_hung_by_a_fifo) {
  const test::TemporaryDirectory directory;
  const auto store = open(directory.path());
  ASSERT_EQ(::mkfifo((directory.path() / "pipe").c_str(), 0600), 0);
  const auto fd = store->open("pipe");
  ASSERT_FALSE(fd);
  EXPECT_EQ(fd.error().code, ErrorCode::not_found);
}

TEST(DiskBlobStore, refuses_to_place_what_another_store_took_in) {
  class Foreign final : public IncomingBlob {
   public:
    core::Result<void> write(std::span<const std::byte>) override { return {}; }
    std::int64_t bytes() const override { return 0; }
    core::Sha256 sha256() const override { return {}; }
    int read_fd() const override { return -1; }
  };
  const test::TemporaryDirectory directory;
  const auto store = open(directory.path());
  Foreign foreign;
  const auto placed = store->place(foreign, "a");
  ASSERT_FALSE(placed);
  EXPECT_EQ(placed.error().code, ErrorCode::internal);
}

TEST(DiskBlobStore, says_when_its_directory_cannot_be_opened) {
  const test::TemporaryDirectory directory;
  std::ofstream(directory.path() / "file") << "x";
  const auto store = DiskBlobStore::open(directory.path() / "file" / "below");
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::unavailable);
}

// A filesystem of one mebibyte, when this test may mount one.
class SmallDisk {
 public:
  SmallDisk() : is_mounted_(::mount("none", directory_.path().c_str(), "tmpfs", 0, "size=1m") == 0) {}
  ~SmallDisk() {
    if (is_mounted_) ::umount2(directory_.path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool is_mounted() const { return is_mounted_; }
  const fs::path& path() const { return directory_.path(); }

 private:
  test::TemporaryDirectory directory_;
  bool is_mounted_;
};

TEST(DiskBlobStore, says_that_the_disk_is_full_and_leaves_nothing_of_what_did_not_fit) {
  const SmallDisk disk;
  if (!disk.is_mounted()) GTEST_SKIP() << "FULL DISK NOT TESTED: only root may mount the small tmpfs it needs";
  const auto store = open(disk.path());
  ASSERT_TRUE(store->put("kept", "small", durable));
  const auto room_before = store->free_bytes().value_or(-2);
  {
    auto blob = store->begin_incoming();
    ASSERT_TRUE(blob);
    const std::string megabytes(2 << 20, 'x');
    const auto written = (*blob)->write(std::as_bytes(std::span(megabytes)));
    ASSERT_FALSE(written);
    EXPECT_TRUE(core::is_no_room(written.error()));
    EXPECT_THAT(written.error().message, testing::HasSubstr("nothing of this was kept. Make room"));
  }
  const auto put = store->put("large", std::string(2 << 20, 'x'), rebuildable);
  ASSERT_FALSE(put);
  EXPECT_TRUE(core::is_no_room(put.error()));
  EXPECT_EQ(store->free_bytes().value_or(-3), room_before);
  EXPECT_EQ(store->read("kept"), "small");
}

TEST(DiskBlobStore, copies_where_a_hard_link_cannot_reach) {
  const test::TemporaryDirectory directory;
  const fs::path other = directory.path() / "other";
  fs::create_directory(other);
  if (::mount("none", other.c_str(), "tmpfs", 0, "size=1m") != 0) {
    GTEST_SKIP() << "COPYING INSTEAD OF LINKING NOT TESTED: only root may mount the tmpfs it needs";
  }
  {
    const auto store = open(directory.path());
    std::ofstream(other / "far") << "bytes from afar";
    EXPECT_TRUE(store->link("other/far", "near"));
    EXPECT_EQ(store->read("near"), "bytes from afar");
  }
  ::umount2(other.c_str(), MNT_DETACH);
}

TEST(DiskBlobStore, lends_an_upload_for_reading_only) {
  const test::TemporaryDirectory directory;
  const auto store = open(directory.path());
  const auto blob = incoming(*store, "bytes");
  EXPECT_EQ(::fcntl(blob->read_fd(), F_GETFL) & O_ACCMODE, O_RDONLY);
  std::string seen(5, ' ');
  EXPECT_EQ(::pread(blob->read_fd(), seen.data(), seen.size(), 0), 5);
  EXPECT_EQ(seen, "bytes");
  ASSERT_TRUE((*blob).write(std::as_bytes(std::span(std::string_view(" more")))));
  EXPECT_EQ(::pread(blob->read_fd(), seen.data(), seen.size(), 5), 5) << "what is written later is read as well";
  EXPECT_EQ(seen, " more");
}

}  // namespace
}  // namespace sightglass::storage::disk
