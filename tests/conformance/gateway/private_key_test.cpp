// Which private keys are taken, and what is said of others.
#include <gtest/gtest.h>

#include "conformance/gateway/gateway_cases.hpp"
#include "core/time.hpp"
#include "sources/sftp/sftp_gateway.hpp"

namespace sightglass::sources {
namespace {

class PrivateKeyTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!end) GTEST_SKIP() << "PRIVATE KEYS NOT TESTED: they need Debian's openssh-server";
  }
  Failure failure_with(const std::string& key) {
    auto access = end->access();
    access.secret = key;
    const auto gateway = make_sftp_gateway(access, politeness, clock, end->limits);
    const auto listed = gateway->list({}, [](RemoteFile) -> Remote<void> { return {}; });
    EXPECT_FALSE(listed);
    if (listed) return {};
    EXPECT_EQ(listed.error().trouble, Trouble::credentials);
    EXPECT_EQ(listed.error().error.field, "auth_password");
    EXPECT_TRUE(listed.error().concerns_source);
    return listed.error();
  }

  const core::SystemClock clock{};
  Politeness politeness{1000};
  std::shared_ptr<RemoteEnd> end = sftp_cases().front().start();
};

TEST_F(PrivateKeyTest, with_a_passphrase_is_told_from_one_that_the_server_does_not_know) {
  for (const char* kind : {"-t ed25519", "-t rsa -b 2048", "-t rsa -b 2048 -m PEM", "-t ecdsa -m PKCS8"}) {
    const auto locked = failure_with(new_private_key(std::string(kind) + " -N secret"));
    EXPECT_TRUE(locked.error.message.contains("passphrase")) << kind << ": " << locked.error.message;
    const auto unknown = failure_with(new_private_key(kind));
    EXPECT_TRUE(unknown.error.message.contains("does not let this user in")) << kind << ": " << unknown.error.message;
  }
}

TEST_F(PrivateKeyTest, that_is_none_is_told) {
  const std::string whole = new_private_key();
  for (const std::string& key : {std::string("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE "
                                             "KEY-----\n"),
                                 std::string("-----BEGIN RSA PRIVATE KEY-----"), whole.substr(0, whole.size() / 2)}) {
    const auto failure = failure_with(key);
    EXPECT_TRUE(failure.error.message.contains("cannot be read")) << failure.error.message;
  }
}

}  // namespace
}  // namespace sightglass::sources
