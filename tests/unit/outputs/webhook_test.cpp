#include "outputs/webhook/webhook_sender.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <mutex>

#include "storage/hashing.hpp"
#include "support/tiny_server.hpp"

namespace sightglass::outputs {
namespace {

using test::TinyReply;
using test::TinyRequest;
using test::TinyServer;
using namespace std::chrono_literals;

const std::string secret = "0123456789abcdef";
const Message message{.id = "7", .json = R"({"event":"verdict"})", .station = "Press 3", .image_id = "A-1"};

core::Result<void> tell(const std::string& url, std::chrono::milliseconds patience = 60s) {
  auto sender = make_webhook_sender(fmt::format(R"({{"url":"{}"}})", url), secret);
  EXPECT_TRUE(sender);
  return (*sender)->send(message, patience);
}

core::ErrorCode code_of(const core::Result<void>& outcome) {
  EXPECT_FALSE(outcome);
  return outcome ? core::ErrorCode::cancelled : outcome.error().code;
}

TEST(Webhook, is_posted_with_a_signature_that_the_receiver_can_make_as_well) {
  std::mutex mutex;
  TinyRequest got;
  const TinyServer server([&](const TinyRequest& request) {
    const std::scoped_lock lock(mutex);
    got = request;
    return TinyReply{.status = 204};
  });
  const auto outcome = tell(server.address() + "/hooks?a=b");
  ASSERT_TRUE(outcome) << outcome.error().message;
  const std::scoped_lock lock(mutex);
  EXPECT_EQ(got.method, "POST");
  EXPECT_EQ(got.target, "/hooks?a=b");
  EXPECT_EQ(got.body, message.json);
  EXPECT_EQ(got.fields["content-type"], "application/json");
  EXPECT_EQ(got.fields["sightglass-delivery"], "7");
  const std::string signature = got.fields["sightglass-signature"];
  ASSERT_TRUE(signature.starts_with("t="));
  const std::string time = signature.substr(2, signature.find(',') - 2);
  EXPECT_EQ(signature.substr(2 + time.size()),
            ",v1=" + storage::hmac_sha256(secret, time + "." + message.json).to_hex());
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
  EXPECT_NEAR(std::stod(time), static_cast<double>(now.count()), 300);
}

TEST(Webhook, signature_is_what_others_compute) {
  // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef
  EXPECT_EQ(webhook_signature(secret, core::from_micros(1'700'000'000'999'999), R"({"a":1})"),
            "t=1700000000,v1=9eb18f493f8ec135d9eb2dad817c369bb4e9cbfa818657897a7437c1cd8c3a23");
}

TEST(Webhook, has_arrived_with_any_2xx_whatever_else_the_answer_is) {
  for (const int status : {200, 201, 202, 204, 299}) {
    const TinyServer server([status](const TinyRequest&) { return TinyReply{.status = status}; });
    EXPECT_TRUE(tell(server.address())) << status;
  }
  const TinyServer long_winded([](const TinyRequest&) { return TinyReply{.body = std::string(300'000, 'x')}; });
  EXPECT_TRUE(tell(long_winded.address()));
}

TEST(Webhook, tells_what_may_be_tried_again_from_what_a_person_must_mend) {
  const std::vector<std::pair<int, core::ErrorCode>> expected{
      {302, core::ErrorCode::invalid_input},     {307, core::ErrorCode::invalid_input},
      {400, core::ErrorCode::invalid_input},     {401, core::ErrorCode::permission_denied},
      {403, core::ErrorCode::permission_denied}, {404, core::ErrorCode::invalid_input},
      {408, core::ErrorCode::unavailable},       {425, core::ErrorCode::unavailable},
      {429, core::ErrorCode::unavailable},       {500, core::ErrorCode::unavailable},
      {503, core::ErrorCode::unavailable}};
  for (const auto& [status, code] : expected) {
    const TinyServer server([answer = status](const TinyRequest&) {
      return TinyReply{.status = answer, .fields = {{"Location", "/elsewhere"}}};
    });
    const auto outcome = tell(server.address() + "/?token=hidden");
    EXPECT_EQ(code_of(outcome), code) << status;
    EXPECT_NE(outcome.error().message.find(std::to_string(status)), std::string::npos) << outcome.error().message;
    EXPECT_EQ(outcome.error().message.find("hidden"), std::string::npos) << outcome.error().message;
    EXPECT_EQ(server.connections(), 1) << "nobody is sent elsewhere";
  }
}

TEST(Webhook, may_be_tried_again_when_the_server_is_gone_hangs_up_or_says_nothing) {
  std::string gone;
  {
    const TinyServer server([](const TinyRequest&) { return TinyReply{}; });
    gone = server.address();
  }
  EXPECT_EQ(code_of(tell(gone)), core::ErrorCode::unavailable);
  const TinyServer cutting([](const TinyRequest&) { return TinyReply{.cuts_off = true}; });
  EXPECT_EQ(code_of(tell(cutting.address())), core::ErrorCode::unavailable);
  const TinyServer silent([](const TinyRequest&) { return TinyReply{.status = 500, .announced = 10, .holds = true}; });
  EXPECT_EQ(code_of(tell(silent.address(), 300ms)), core::ErrorCode::timeout);
}

}  // namespace
}  // namespace sightglass::outputs
