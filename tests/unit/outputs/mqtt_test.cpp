#include "outputs/mqtt/mqtt_sender.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/cutting_proxy.hpp"
#include "unit/outputs/broker.hpp"

namespace sightglass::outputs {
namespace {

using test::Broker;
using namespace std::chrono_literals;

constexpr auto identity = "019a0b1c-0000-7000-8000-0123456789ab";
const Message message{.id = "1", .json = R"({"event":"verdict"})"};
const std::string verdict = R"(0 plant/verdict {"event":"verdict"})";

std::unique_ptr<Sender> sender_to(int port, const std::string& more = "", const std::string& password = "") {
  auto sender = make_mqtt_sender(fmt::format(R"({{"host":"127.0.0.1","port":{},"topic":"plant"{}}})", port, more),
                                 password, identity, "Press 3");
  EXPECT_TRUE(sender) << sender.error().message;
  return std::move(*sender);
}

core::ErrorCode code_of(const core::Result<void>& outcome) {
  EXPECT_FALSE(outcome);
  return outcome ? core::ErrorCode::cancelled : outcome.error().code;
}

class Mqtt : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(test::broker_program)) GTEST_SKIP() << "NOT TESTED: there is no mosquitto";
  }
};

TEST_F(Mqtt, publishes_verdicts_and_whether_it_is_there) {
  const Broker broker;
  auto everything = broker.listen();
  {
    const auto sender = sender_to(broker.port());
    sender->start();
    ASSERT_TRUE(everything.await("0 plant/availability online"));
    const auto outcome = sender->send(message, 60s);
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_TRUE(everything.await(verdict));
    EXPECT_EQ(broker.told_of("plant/availability"), "1 online") << "retained, for who comes later";
  }
  EXPECT_TRUE(everything.await("0 plant/availability offline")) << "says good-bye";
  EXPECT_EQ(broker.told_of("plant/availability"), "1 offline");
}

TEST_F(Mqtt, is_confirmed_with_each_quality_of_service) {
  const Broker broker;
  auto everything = broker.listen();
  for (const int qos : {0, 1, 2}) {
    const auto sender = sender_to(broker.port(), fmt::format(R"(,"qos":{})", qos));
    for (int i = 0; i < 3; ++i) {
      const auto outcome = sender->send({.id = std::to_string(i), .json = std::to_string(qos * 10 + i)}, 60s);
      ASSERT_TRUE(outcome) << outcome.error().message;
      EXPECT_TRUE(everything.await(fmt::format("0 plant/verdict {}", qos * 10 + i)));
    }
  }
}

TEST_F(Mqtt, is_offline_by_its_last_will_when_the_connection_breaks_and_online_when_it_is_back) {
  const Broker broker;
  auto everything = broker.listen();
  // Breaks off in the midst of the message.
  const test::CuttingProxy proxy(static_cast<std::uint16_t>(broker.port()), 1'000, 1);
  const auto sender = sender_to(proxy.port());
  sender->start();
  ASSERT_TRUE(everything.await("0 plant/availability online"));
  const Message long_message{.id = "1", .json = std::string(2'000, 'x')};
  EXPECT_EQ(code_of(sender->send(long_message, 60s)), core::ErrorCode::unavailable);
  EXPECT_TRUE(everything.await("0 plant/availability offline"));
  EXPECT_TRUE(everything.await("0 plant/availability online"));
  EXPECT_TRUE(sender->send(long_message, 60s));
  EXPECT_TRUE(everything.await("0 plant/verdict " + long_message.json));
  EXPECT_TRUE(sender->send({.id = "2", .json = "2"}, 60s));
  EXPECT_EQ(everything.line(), "0 plant/verdict 2") << "the one before came once";
}

TEST_F(Mqtt, fails_at_once_while_the_broker_is_gone_and_sends_when_it_is_back) {
  Broker broker;
  const auto sender = sender_to(broker.port());
  ASSERT_TRUE(sender->send(message, 60s));
  broker.kill();
  const auto begun = std::chrono::steady_clock::now();
  const auto outcome = sender->send({.id = "2", .json = "2"}, 600s);
  EXPECT_EQ(code_of(outcome), core::ErrorCode::unavailable) << outcome.error().message;
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 300s);
  broker.start();
  core::Result<void> again = sender->send({.id = "2", .json = "2"}, 60s);
  while (!again && again.error().code == core::ErrorCode::unavailable)
    again = sender->send({.id = "2", .json = "2"}, 60s);
  EXPECT_TRUE(again) << again.error().message;
  EXPECT_EQ(broker.told_of("plant/availability"), "1 online");
}

TEST_F(Mqtt, says_that_a_broker_was_never_there) {
  const auto outcome = sender_to(test::free_port())->send(message, 600s);
  EXPECT_EQ(code_of(outcome), core::ErrorCode::unavailable);
  EXPECT_NE(outcome.error().message.find("127.0.0.1:"), std::string::npos) << outcome.error().message;
}

TEST_F(Mqtt, says_that_its_password_is_wrong) {
  const test::TemporaryDirectory folder;
  const auto file = (folder.path() / "passwords").string();
  ASSERT_EQ(std::system(("mosquitto_passwd -c -b " + file + " press right").c_str()), 0);
  const Broker broker("allow_anonymous false\npassword_file " + file + "\n");
  const std::string user = R"(,"username":"press")";
  const auto outcome = sender_to(broker.port(), user, "wrong")->send(message, 60s);
  EXPECT_EQ(code_of(outcome), core::ErrorCode::permission_denied) << outcome.error().message;
  EXPECT_EQ(outcome.error().message.find("wrong"), std::string::npos);
  EXPECT_EQ(code_of(sender_to(broker.port())->send(message, 60s)), core::ErrorCode::permission_denied);
  EXPECT_TRUE(sender_to(broker.port(), user, "right")->send(message, 60s));
}

}  // namespace
}  // namespace sightglass::outputs
