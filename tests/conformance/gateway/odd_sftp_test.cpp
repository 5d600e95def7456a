// SSH servers whose SFTP is none, or breaks off.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>

#include "conformance/gateway/gateway_cases.hpp"
#include "core/time.hpp"
#include "sources/sftp/sftp_gateway.hpp"

namespace sightglass::sources {
namespace {

constexpr std::string_view version = "\\0\\0\\0\\5\\2\\0\\0\\0\\3";
constexpr std::string_view handle = "\\0\\0\\0\\12\\146\\0\\0\\0\\0\\0\\0\\0\\1h";

// What answers is a shell that says these bytes, written for printf(1), whatever it is asked.
Remote<Listing> list_at(const std::string& says, const std::string& then, const ListOptions& options = {}) {
  static const test::TemporaryDirectory scripts;
  static std::atomic<int> number = 0;
  const auto script = scripts.path() / fmt::format("{}.sh", ++number);
  std::ofstream(script) << "printf '" << says << "'\n" << then << "\n";
  const auto end = sshd_with_subsystem("/bin/sh " + script.string());
  if (!end) return std::unexpected(Failure{.error = core::internal_error("no sshd")});
  const core::SystemClock clock;
  Politeness politeness{1000};
  const auto gateway = make_sftp_gateway(end->access(), politeness, clock, end->limits);
  return gateway->list(options, [](RemoteFile) -> Remote<void> { return {}; });
}

class OddSftpTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists("/usr/sbin/sshd")) GTEST_SKIP() << "ODD SFTP NOT TESTED: it needs openssh-server";
  }
};

TEST_F(OddSftpTest, that_is_no_sftp_is_told) {
  // A login script that greets everybody: its first four letters are a length beyond all bounds.
  const auto greeted = list_at("Welcome to the machine", "cat >/dev/null");
  ASSERT_FALSE(greeted);
  EXPECT_EQ(greeted.error().error.field, "base_url") << greeted.error().error.message;
  EXPECT_TRUE(greeted.error().concerns_source);
  const auto silent = list_at("", "exit 1");
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().trouble, Trouble::unreachable) << silent.error().error.message;
  const auto older = list_at("\\0\\0\\0\\5\\2\\0\\0\\0\\2", "cat >/dev/null");
  ASSERT_FALSE(older);
  EXPECT_TRUE(older.error().error.message.contains("version 3")) << older.error().error.message;
}

TEST_F(OddSftpTest, that_breaks_off_is_unreachable) {
  const auto listed = list_at(std::string(version) + std::string(handle), "exit 0");
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().trouble, Trouble::unreachable) << listed.error().error.message;
  EXPECT_TRUE(listed.error().concerns_source);
}

TEST_F(OddSftpTest, that_answers_with_nonsense_ends_the_listing) {
  // An answer to what was never asked, a list of more names than there are, and one without names or end.
  for (const std::string_view nonsense :
       {"\\0\\0\\0\\5\\150\\0\\0\\0\\11", "\\0\\0\\0\\11\\150\\0\\0\\0\\1\\377\\377\\377\\377",
        "\\0\\0\\0\\11\\150\\0\\0\\0\\1\\0\\0\\0\\0"}) {
    const auto listed = list_at(std::string(version) + std::string(handle) + std::string(nonsense), "cat >/dev/null");
    ASSERT_FALSE(listed);
    EXPECT_EQ(listed.error().trouble, Trouble::server_error) << listed.error().error.message;
  }
}

TEST_F(OddSftpTest, that_falls_silent_can_be_left) {
  std::atomic<int> looks = 0;
  const auto listed = list_at(std::string(version), "cat >/dev/null", {.should_stop = [&] { return ++looks > 200; }});
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().trouble, Trouble::stopped) << listed.error().error.message;
}

}  // namespace
}  // namespace sightglass::sources
