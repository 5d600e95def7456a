// What every gateway must do, against real servers.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <thread>

#include "conformance/gateway/gateway_cases.hpp"
#include "core/time.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::sources {
namespace {

using std::chrono::seconds;

constexpr seconds old_age{400L * 86'400};  // so that listings show no time of day
constexpr seconds young_age{3 * 3600};

std::string pattern(std::size_t length, unsigned seed) {
  std::string bytes(length, '\0');
  for (auto& byte : bytes) byte = static_cast<char>((seed = seed * 1'103'515'245U + 12'345U) >> 16U);
  return bytes;
}

std::vector<std::string> awkward_names() {
  return {"IMG_0001.JPG",
          "with space.jpg",
          "two  spaces.jpg",
          "100%.jpg",
          "50%25.jpg",
          "hash#1.jpg",
          "question?.jpg",
          "a&b.jpg",
          "semi;colon.jpg",
          "plus+sign.jpg",
          "quote'.jpg",
          "brack[et].jpg",
          "\xC3\xBCml\xC3\xA4ut.jpg",
          "\xE6\x97\xA5\xE6\x9C\xAC.png",
          "tilde~.jpg",
          "comma,.jpg",
          "eq=ual.jpg",
          "UPPER.JPEG",
          "-dash.jpg",
          "per%2Fcent.jpg"};
}

// A file in memory that a fetch writes to.
class Target {
 public:
  explicit Target(std::string_view before = {}) : fd_(::memfd_create("fetched", MFD_CLOEXEC)) {
    if (!before.empty()) EXPECT_EQ(::pwrite(fd_.get(), before.data(), before.size(), 0), std::ssize(before));
  }
  int fd() const { return fd_.get(); }
  std::string bytes() const {
    std::string all(static_cast<std::size_t>(::lseek(fd_.get(), 0, SEEK_END)), '\0');
    EXPECT_EQ(::pread(fd_.get(), all.data(), all.size(), 0), std::ssize(all));
    return all;
  }

 private:
  runtime::UnixFd fd_;
};

class GatewaySuite : public testing::TestWithParam<GatewayCase> {
 protected:
  void SetUp() override {
    if (!end) GTEST_SKIP() << "GATEWAY " << GetParam().name << " NOT TESTED: it needs " << GetParam().needs;
  }

  std::unique_ptr<Gateway> gateway(const Access& access) {
    return GetParam().make_gateway(access, politeness, clock, end->limits);
  }
  std::unique_ptr<Gateway> gateway() { return gateway(end->access()); }

  std::map<std::string, RemoteFile> files_of(Gateway& from, std::int32_t depth = 0, Listing* listing = nullptr) {
    std::map<std::string, RemoteFile> files;
    const auto listed = from.list({.depth = depth}, [&](RemoteFile file) -> Remote<void> {
      EXPECT_FALSE(files.contains(file.path)) << file.path << " was listed twice";
      files[file.path] = std::move(file);
      return {};
    });
    EXPECT_TRUE(listed) << listed.error().error.message << " | " << listed.error().error.cause;
    if (listed && listing != nullptr) *listing = *listed;
    return files;
  }

  RemoteFile put_and_list(Gateway& from, const std::string& path, std::string_view bytes) {
    end->put(path, bytes, young_age);
    return files_of(from, 3)[path];
  }

  Fetched fetch(Gateway& from, const RemoteFile& file, FetchRequest request) {
    const auto fetched = from.fetch(file, request);
    EXPECT_TRUE(fetched) << file.path << ": " << fetched.error().error.message << " | " << fetched.error().error.cause;
    return fetched.value_or(Fetched{});
  }

  const core::SystemClock clock{};
  Politeness politeness{1000};
  std::shared_ptr<RemoteEnd> end = GetParam().start();
};

TEST_P(GatewaySuite, lists_and_fetches_files_of_awkward_names) {
  auto names = awkward_names();
  if (GetParam().takes_any_bytes) names.emplace_back("latin\xE4.jpg");
  for (std::size_t i = 0; i < names.size(); ++i) end->put(names[i], pattern(100 + i, 1), young_age);
  const auto from = gateway();
  Listing listing;
  const auto files = files_of(*from, 0, &listing);
  for (std::size_t i = 0; i < names.size(); ++i) {
    ASSERT_TRUE(files.contains(names[i])) << names[i];
    const auto& file = files.at(names[i]);
    if (GetParam().tells_sizes) EXPECT_EQ(file.bytes, static_cast<std::int64_t>(100 + i)) << names[i];
    const Target target;
    fetch(*from, file, {.fd = target.fd()});
    EXPECT_EQ(target.bytes(), pattern(100 + i, 1)) << names[i];
  }
  EXPECT_EQ(files.size(), names.size());
  EXPECT_EQ(listing.files, std::ssize(names));
  if (!GetParam().style.empty()) EXPECT_EQ(listing.style, GetParam().style);
}

TEST_P(GatewaySuite, tells_when_files_were_changed) {
  end->put("old.jpg", "old", old_age);
  end->put("young.jpg", "young", young_age);
  const auto files = files_of(*gateway());
  ASSERT_EQ(files.size(), 2U);
  if (!GetParam().tells_times) return;
  const auto now = clock.now();
  for (const auto& [name, age] : {std::pair("old.jpg", old_age), std::pair("young.jpg", young_age)}) {
    const auto& file = files.at(name);
    ASSERT_TRUE(file.modified_at) << name;
    const auto apart = std::chrono::abs(*file.modified_at - (now - age));
    EXPECT_LE(apart, file.precision + seconds(300)) << name << " " << core::to_iso8601(*file.modified_at);
  }
}

TEST_P(GatewaySuite, goes_into_directories_as_deep_as_it_is_told) {
  end->put("top.jpg", "1", young_age);
  end->put("a dir/one.jpg", "2", young_age);
  end->put("a dir/b#/two.jpg", "3", young_age);
  const auto from = gateway();
  const auto paths = [&](std::int32_t depth) {
    std::vector<std::string> found;
    for (const auto& [path, file] : files_of(*from, depth)) found.push_back(path);
    return found;
  };
  EXPECT_EQ(paths(0), (std::vector<std::string>{"top.jpg"}));
  EXPECT_EQ(paths(1), (std::vector<std::string>{"a dir/one.jpg", "top.jpg"}));
  EXPECT_EQ(paths(2), (std::vector<std::string>{"a dir/b#/two.jpg", "a dir/one.jpg", "top.jpg"}));
  const auto below = files_of(*gateway(end->access("a dir/b#")), 16);
  ASSERT_TRUE(below.contains("two.jpg"));
  const Target target;
  fetch(*gateway(end->access("a dir/b#")), below.at("two.jpg"), {.fd = target.fd()});
  EXPECT_EQ(target.bytes(), "3");
}

TEST_P(GatewaySuite, fetches_whole_files_of_any_length) {
  const auto from = gateway();
  for (const std::size_t length : {0U, 1U, 65'536U, 3'000'001U}) {
    const auto bytes = pattern(length, 7);
    const auto file = put_and_list(*from, "file.jpg", bytes);
    const Target target("what an earlier attempt left");
    const auto fetched = fetch(*from, file, {.fd = target.fd()});
    EXPECT_EQ(fetched.bytes, std::ssize(bytes));
    EXPECT_FALSE(fetched.is_unchanged);
    EXPECT_TRUE(target.bytes() == bytes) << length;
    end->remove("file.jpg");
  }
}

TEST_P(GatewaySuite, fetches_by_several_threads) {
  for (int i = 0; i < 8; ++i)
    end->put(std::to_string(i) + ".jpg", pattern(50'000, static_cast<unsigned>(i)), young_age);
  end->limits.connections = 4;
  const auto from = gateway();
  const auto files = files_of(*from);
  std::atomic<int> next{0};
  const auto work = [&] {
    for (int i = next++; i < 8; i = next++) {
      const Target target;
      fetch(*from, files.at(std::to_string(i) + ".jpg"), {.fd = target.fd()});
      EXPECT_TRUE(target.bytes() == pattern(50'000, static_cast<unsigned>(i))) << i;
    }
  };
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work);
}

TEST_P(GatewaySuite, goes_on_where_a_fetch_was_left) {
  if (!GetParam().resumes) GTEST_SKIP() << GetParam().name << " gives whole files alone";
  const auto bytes = pattern(200'000, 3);
  const auto from = gateway();
  const auto file = put_and_list(*from, "file.jpg", bytes);
  const Target first;
  const auto validator = fetch(*from, file, {.fd = first.fd()}).validator;
  ASSERT_FALSE(validator.empty());
  // Other bytes in front show that those were not asked for again.
  const std::string front(120'000, 'x');
  const Target second(front);
  const auto fetched = fetch(*from, file, {.fd = second.fd(), .offset = 120'000, .validator = validator});
  EXPECT_EQ(fetched.bytes, 200'000);
  EXPECT_TRUE(second.bytes() == front + bytes.substr(120'000));
}

TEST_P(GatewaySuite, begins_anew_when_the_file_is_another) {
  const auto from = gateway();
  const auto file = put_and_list(*from, "file.jpg", pattern(5'000, 3));
  const Target first;
  const auto validator = fetch(*from, file, {.fd = first.fd()}).validator;
  end->put("file.jpg", pattern(7'000, 4), seconds(60));
  const auto changed = files_of(*from).at("file.jpg");
  const Target second(pattern(2'000, 3));
  fetch(*from, changed, {.fd = second.fd(), .offset = 2'000, .validator = validator});
  EXPECT_TRUE(second.bytes() == pattern(7'000, 4));
}

TEST_P(GatewaySuite, says_that_a_file_is_unchanged) {
  if (!GetParam().knows_unchanged) GTEST_SKIP() << GetParam().name << " gives no validators";
  const auto from = gateway();
  const auto file = put_and_list(*from, "file.jpg", pattern(5'000, 3));
  const Target first;
  const auto validator = fetch(*from, file, {.fd = first.fd()}).validator;
  const Target second;
  EXPECT_TRUE(fetch(*from, file, {.fd = second.fd(), .validator = validator, .only_if_new = true}).is_unchanged);
  EXPECT_EQ(second.bytes(), "");
  end->put("file.jpg", pattern(5'001, 4), seconds(60));
  const auto changed = files_of(*from).at("file.jpg");
  EXPECT_FALSE(fetch(*from, changed, {.fd = second.fd(), .validator = validator, .only_if_new = true}).is_unchanged);
  EXPECT_TRUE(second.bytes() == pattern(5'001, 4));
}

TEST_P(GatewaySuite, tells_that_a_file_is_gone) {
  const auto from = gateway();
  const auto file = put_and_list(*from, "file.jpg", "bytes");
  end->remove("file.jpg");
  const Target target;
  const auto fetched = from->fetch(file, {.fd = target.fd()});
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().trouble, Trouble::gone) << fetched.error().error.message;
  EXPECT_FALSE(fetched.error().concerns_source);
  end->put("file.jpg", "again", young_age);
  fetch(*from, files_of(*from).at("file.jpg"), {.fd = target.fd()});
  EXPECT_EQ(target.bytes(), "again");
}

TEST_P(GatewaySuite, takes_no_more_bytes_than_it_may) {
  const auto from = gateway();
  const auto file = put_and_list(*from, "file.jpg", pattern(20'000, 3));
  const Target target;
  const auto fetched = from->fetch(file, {.fd = target.fd(), .most_bytes = 10'000});
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().trouble, Trouble::too_large) << fetched.error().error.message;
  EXPECT_FALSE(fetched.error().concerns_source);
  EXPECT_LE(target.bytes().size(), 10'000U);
}

TEST_P(GatewaySuite, stops_when_it_is_told) {
  end->put("file.jpg", "bytes", young_age);
  const auto from = gateway();
  const auto file = files_of(*from).at("file.jpg");
  const auto listed = from->list({.should_stop = [] { return true; }}, [](RemoteFile) -> Remote<void> { return {}; });
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().trouble, Trouble::stopped);
  const Target target;
  const auto fetched = from->fetch(file, {.fd = target.fd(), .should_stop = [] { return true; }});
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().trouble, Trouble::stopped);
}

TEST_P(GatewaySuite, ends_with_what_the_taker_says) {
  end->put("file.jpg", "bytes", young_age);
  const auto listed = gateway()->list({}, [](RemoteFile) -> Remote<void> {
    return std::unexpected(Failure{.error = core::invalid_input("mine", "Enough.")});
  });
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().error.field, "mine");
}

TEST_P(GatewaySuite, refuses_more_files_than_it_may_list) {
  for (int i = 0; i < 4; ++i) end->put(std::to_string(i) + ".jpg", "1", young_age);
  const auto listed = gateway()->list({.most_files = 3}, [](RemoteFile) -> Remote<void> { return {}; });
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().trouble, Trouble::listing);
}

TEST_P(GatewaySuite, says_that_the_sign_in_is_wrong) {
  if (!GetParam().has_sign_in) GTEST_SKIP() << GetParam().name << " lets everybody in";
  auto access = end->access();
  access.secret = access.sign_in == SignIn::key ? new_private_key() : "wrong";
  const auto listed = gateway(access)->list({}, [](RemoteFile) -> Remote<void> { return {}; });
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().trouble, Trouble::credentials) << listed.error().error.message;
  EXPECT_TRUE(listed.error().concerns_source);
  EXPECT_FALSE(listed.error().error.field.empty());
}

TEST_P(GatewaySuite, says_that_there_is_no_such_directory) {
  if (!GetParam().has_directories) GTEST_SKIP() << GetParam().name << " has no directories that could be absent";
  const auto listed = gateway(end->access("not there"))->list({}, [](RemoteFile) -> Remote<void> { return {}; });
  ASSERT_FALSE(listed);
  EXPECT_TRUE(listed.error().concerns_source);
  EXPECT_EQ(listed.error().error.field, "base_url") << listed.error().error.message;
}

TEST_P(GatewaySuite, refuses_addresses_of_the_local_network) {
  if (GetParam().is_local) GTEST_SKIP() << GetParam().name << " has no address";
  auto access = end->access();
  access.allows_private_addresses = false;
  const auto listed = gateway(access)->list({}, [](RemoteFile) -> Remote<void> { return {}; });
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().trouble, Trouble::address) << listed.error().error.message;
  EXPECT_EQ(listed.error().error.field, "settings.allow_private_addresses");
  EXPECT_TRUE(listed.error().concerns_source);
}

TEST_P(GatewaySuite, refuses_plain_transport) {
  if (!GetParam().has_plain_transport) GTEST_SKIP() << GetParam().name << " is never plain";
  auto access = end->access();
  access.allows_plain_transport = false;
  const auto listed = gateway(access)->list({}, [](RemoteFile) -> Remote<void> { return {}; });
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().trouble, Trouble::address) << listed.error().error.message;
  EXPECT_EQ(listed.error().error.field, "settings.allow_plain_transport");
}

TEST_P(GatewaySuite, says_that_the_server_is_away) {
  if (GetParam().is_local) GTEST_SKIP() << GetParam().name << " has no server";
  const auto from = gateway();
  const auto file = put_and_list(*from, "file.jpg", "bytes");
  end->stop();
  const auto listed = from->list({}, [](RemoteFile) -> Remote<void> { return {}; });
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().trouble, Trouble::unreachable) << listed.error().error.message;
  EXPECT_TRUE(listed.error().concerns_source);
  const Target target;
  const auto fetched = from->fetch(file, {.fd = target.fd()});
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().trouble, Trouble::unreachable) << fetched.error().error.message;
  EXPECT_TRUE(fetched.error().concerns_source);
}

INSTANTIATE_TEST_SUITE_P(Servers, GatewaySuite, testing::ValuesIn(gateway_cases()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace sightglass::sources
