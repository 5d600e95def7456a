#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <condition_variable>
#include <fstream>
#include <mutex>

#include "core/time.hpp"
#include "runtime/unix_fd.hpp"
#include "sources/folder/folder_gateway.hpp"
#include "sources/folder/folder_watch.hpp"
#include "support/temporary_directory.hpp"

namespace sightglass::sources {
namespace {

namespace fs = std::filesystem;

class FolderTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(root / "cards");
    write(root / "outside.jpg", "secret");
    write(root / "cards" / "a.jpg", "picture");
  }
  static void write(const fs::path& path, std::string_view text) { std::ofstream(path) << text; }
  std::unique_ptr<Gateway> gateway(const fs::path& path) {
    return make_folder_gateway({.kind = SourceKind::folder, .base_url = path.string() + "/"}, politeness, clock, {});
  }
  std::vector<std::string> names(std::int32_t depth = 4) {
    std::vector<std::string> found;
    listing = gateway(root / "cards")->list({.depth = depth}, [&](RemoteFile file) -> Remote<void> {
      found.push_back(file.path);
      return {};
    });
    std::ranges::sort(found);
    return found;
  }
  Trouble trouble_of(const std::string& path) {
    const runtime::UnixFd fd(::memfd_create("fetched", MFD_CLOEXEC));
    const auto fetched = gateway(root / "cards")->fetch({.path = path}, {.fd = fd.get()});
    return fetched ? Trouble::none : fetched.error().trouble;
  }

  test::TemporaryDirectory directory{};
  const fs::path root = fs::canonical(directory.path());
  const core::SystemClock clock{};
  Politeness politeness{1000};
  Remote<Listing> listing{};
};

TEST_F(FolderTest, leads_out_by_no_link_and_no_name) {
  fs::create_symlink(root / "outside.jpg", root / "cards" / "link.jpg");
  fs::create_directory_symlink(root, root / "cards" / "up");
  EXPECT_EQ(names(), std::vector<std::string>{"a.jpg"});
  ASSERT_TRUE(listing);
  EXPECT_EQ(listing->warnings.size(), 1U);
  EXPECT_EQ(trouble_of("a.jpg"), Trouble::none);
  for (const auto* path :
       {"link.jpg", "up/outside.jpg", "../outside.jpg", "/etc/passwd", "", "cards/../../outside.jpg"})
    EXPECT_NE(trouble_of(path), Trouble::none) << path;
}

TEST_F(FolderTest, is_not_reached_over_a_link) {
  fs::create_directory_symlink(root / "cards", root / "shortcut");
  const auto listed = gateway(root / "shortcut")->list({}, [](RemoteFile) -> Remote<void> { return {}; });
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().error.field, "base_url");
  EXPECT_TRUE(listed.error().concerns_source);
}

TEST_F(FolderTest, lists_and_waits_for_no_pipe) {
  ASSERT_EQ(::mkfifo((root / "cards" / "pipe.jpg").c_str(), 0600), 0);
  EXPECT_EQ(names(), std::vector<std::string>{"a.jpg"});
  EXPECT_EQ(trouble_of("pipe.jpg"), Trouble::refused);
}

TEST_F(FolderTest, refuses_a_file_that_changes_while_it_is_copied) {
  const runtime::UnixFd fd(::memfd_create("fetched", MFD_CLOEXEC));
  const auto path = root / "cards" / "a.jpg";
  // Asked before each piece, so that a change falls into the copying.
  std::size_t length = 10;
  const auto fetched = gateway(root / "cards")->fetch({.path = "a.jpg"}, {.fd = fd.get(), .should_stop = [&] {
                                                                            write(path, std::string(++length, 'x'));
                                                                            return false;
                                                                          }});
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().trouble, Trouble::wrong_length);
  EXPECT_FALSE(fetched.error().concerns_source);
}

TEST_F(FolderTest, sees_a_change_that_hides_its_time) {
  const auto first = gateway(root / "cards");
  std::string before;
  std::string after;
  const auto take = [](std::string& into) {
    return [&into](RemoteFile file) -> Remote<void> {
      into = file.etag;
      return {};
    };
  };
  ASSERT_TRUE(first->list({}, take(before)));
  const auto time = fs::last_write_time(root / "cards" / "a.jpg");
  fs::remove(root / "cards" / "a.jpg");
  write(root / "cards" / "b.jpg", "keeps the inode");
  write(root / "cards" / "a.jpg", "PICTURE");
  fs::remove(root / "cards" / "b.jpg");
  fs::last_write_time(root / "cards" / "a.jpg", time);
  ASSERT_TRUE(first->list({}, take(after)));
  EXPECT_NE(before, after);
}

// Counts what a watch tells.
class Bell {
 public:
  std::function<void()> rope() {
    return [this] {
      const std::scoped_lock lock(mutex_);
      ++rung_;
      changed_.notify_all();
    };
  }
  bool wait_for(int times) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(2), [&] { return rung_ >= times; });
  }
  int rung() {
    const std::scoped_lock lock(mutex_);
    return rung_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int rung_ = 0;
};

TEST_F(FolderTest, watch_tells_of_files_and_of_directories_to_come) {
  Bell bell;
  const auto watch = FolderWatch::start(
      {.path = (root / "cards").string(), .depth = 1, .least_gap = std::chrono::milliseconds(0)}, bell.rope());
  ASSERT_TRUE(watch) << watch.error().message;
  EXPECT_EQ((*watch)->state().folders, 1U);
  EXPECT_EQ((*watch)->state().shortfall, "");
  write(root / "moved.jpg", "moved in");
  fs::rename(root / "moved.jpg", root / "cards" / "moved.jpg");
  ASSERT_TRUE(bell.wait_for(1));
  const int before = bell.rung();
  fs::create_directory(root / "cards" / "new");
  ASSERT_TRUE(bell.wait_for(before + 1));
  EXPECT_EQ((*watch)->state().folders, 2U);
  const int between = bell.rung();
  write(root / "cards" / "new" / "b.jpg", "picture");
  EXPECT_TRUE(bell.wait_for(between + 1));
}

TEST_F(FolderTest, watch_says_when_it_is_not_whole) {
  fs::create_directory(root / "cards" / "one");
  fs::create_directory(root / "cards" / "two");
  Bell bell;
  const auto watch =
      FolderWatch::start({.path = (root / "cards").string(), .depth = 1, .most_folders = 2}, bell.rope());
  ASSERT_TRUE(watch);
  EXPECT_EQ((*watch)->state().folders, 2U);
  EXPECT_NE((*watch)->state().shortfall, "");
  EXPECT_FALSE(FolderWatch::start({.path = (root / "absent").string()}, bell.rope()));
}

}  // namespace
}  // namespace sightglass::sources
