#include "accounts/sealed_secrets.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "support/temporary_directory.hpp"

namespace sightglass::accounts {
namespace {

namespace fs = std::filesystem;

class SealedSecretsTest : public testing::Test {
 protected:
  SealedSecrets opened(const fs::path& file) const {
    auto secrets = SealedSecrets::open(file);
    EXPECT_TRUE(secrets) << secrets.error().message;
    return std::move(secrets).value();
  }
  static core::ErrorCode refusal(const core::Result<std::string>& outcome) {
    EXPECT_FALSE(outcome.has_value());
    return outcome ? core::ErrorCode::internal : outcome.error().code;
  }
  test::TemporaryDirectory folder_;
  fs::path file_ = folder_.path() / "keys" / "secrets.key";
};

TEST_F(SealedSecretsTest, are_opened_by_whoever_has_the_key) {
  const std::string sealed = opened(file_).seal("password", "output 1");
  EXPECT_EQ(opened(file_).unseal(sealed, "output 1"), "password") << "also after a restart";
  EXPECT_EQ(sealed.find("pass"), std::string::npos);
  EXPECT_EQ(opened(file_).unseal(opened(file_).seal("", "output 1"), "output 1"), "") << "an empty one too";
}

TEST_F(SealedSecretsTest, look_different_each_time) {
  const auto secrets = opened(file_);
  EXPECT_NE(secrets.seal("same", "output 1"), secrets.seal("same", "output 1"));
}

TEST_F(SealedSecretsTest, are_refused_when_a_bit_of_them_was_changed_or_a_part_is_missing) {
  const auto secrets = opened(file_);
  const std::string sealed = secrets.seal("password", "output 1");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string tampered = sealed;
    tampered[i] = static_cast<char>(tampered[i] ^ 1);
    EXPECT_EQ(refusal(secrets.unseal(tampered, "output 1")), core::ErrorCode::conflict) << "byte " << i;
    EXPECT_EQ(refusal(secrets.unseal(sealed.substr(0, i), "output 1")), core::ErrorCode::conflict) << "cut at " << i;
  }
}

TEST_F(SealedSecretsTest, are_refused_for_another_purpose_and_to_another_key) {
  const auto secrets = opened(file_);
  const std::string sealed = secrets.seal("password", "output 1");
  EXPECT_EQ(refusal(secrets.unseal(sealed, "output 2")), core::ErrorCode::conflict);
  const auto outcome = opened(folder_.path() / "keys" / "other.key").unseal(sealed, "output 1");
  EXPECT_EQ(refusal(outcome), core::ErrorCode::conflict);
  EXPECT_NE(outcome.error().message.find("keys/secrets.key"), std::string::npos) << "says what is missing";
  EXPECT_EQ(outcome.error().message.find("password"), std::string::npos);
}

TEST_F(SealedSecretsTest, key_is_its_owners_alone_and_of_its_length) {
  opened(file_);
  struct stat status{};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(status.st_size, 32);
  fs::permissions(file_, fs::perms::group_read, fs::perm_options::add);
  EXPECT_FALSE(SealedSecrets::open(file_)) << "others may read it";
  const fs::path shorter = folder_.path() / "keys" / "shorter.key";
  std::ofstream(shorter) << "short";
  fs::permissions(shorter, fs::perms::owner_read | fs::perms::owner_write);
  const auto outcome = SealedSecrets::open(shorter);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, core::ErrorCode::internal);
}

}  // namespace
}  // namespace sightglass::accounts
