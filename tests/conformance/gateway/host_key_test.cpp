// Whether another SSH server than the one that is known is told from it.
#include <gtest/gtest.h>

#include "conformance/gateway/gateway_cases.hpp"
#include "core/time.hpp"
#include "sources/sftp/sftp_gateway.hpp"

namespace sightglass::sources {
namespace {

class HostKeyTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!end) GTEST_SKIP() << "HOST KEYS NOT TESTED: they need Debian's openssh-server";
  }
  Remote<Listing> list(const std::string& host_key, std::string* seen = nullptr) {
    auto access = end->access();
    access.host_key = host_key;
    const auto gateway = make_sftp_gateway(access, politeness, clock, end->limits);
    auto listed = gateway->list({}, [](RemoteFile) -> Remote<void> { return {}; });
    if (seen != nullptr) *seen = gateway->host_key();
    return listed;
  }

  const core::SystemClock clock{};
  Politeness politeness{1000};
  std::shared_ptr<RemoteEnd> end = sftp_cases().front().start();
};

TEST_F(HostKeyTest, is_told_at_the_first_contact_and_accepted_from_then_on) {
  std::string seen;
  ASSERT_TRUE(list("", &seen));
  EXPECT_TRUE(seen.starts_with("SHA256:")) << seen;
  EXPECT_EQ(seen.size(), 50U);
  EXPECT_TRUE(list(seen));
  EXPECT_TRUE(list(seen + "="));
}

TEST_F(HostKeyTest, of_another_kind_than_the_preferred_one_is_found) {
  for (const int number : {1, 2, 3}) {
    const std::string fingerprint = fingerprint_of_host_key(*end, number);
    ASSERT_TRUE(fingerprint.starts_with("SHA256:")) << fingerprint;
    std::string seen;
    const auto listed = list(fingerprint, &seen);
    EXPECT_TRUE(listed) << number << ": " << listed.error().error.message;
    EXPECT_EQ(seen, fingerprint);
  }
}

TEST_F(HostKeyTest, of_somebody_else_is_refused) {
  std::string seen;
  const auto listed = list("SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &seen);
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().trouble, Trouble::address);
  EXPECT_EQ(listed.error().error.field, "settings.host_key");
  EXPECT_TRUE(listed.error().concerns_source);
  EXPECT_TRUE(seen.starts_with("SHA256:"));
}

}  // namespace
}  // namespace sightglass::sources
