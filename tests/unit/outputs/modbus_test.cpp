#include "outputs/modbus/modbus_sender.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "unit/outputs/plc.hpp"

namespace sightglass::outputs {
namespace {

using test::CoilWrite;
using test::Plc;
using Writes = std::vector<CoilWrite>;
using namespace std::chrono_literals;

const Message ok{.id = "1", .is_ok = true};
const Message ng{.id = "2", .is_ok = false};

std::unique_ptr<Sender> sender_to(int port, const std::string& more) {
  auto sender = make_modbus_sender(fmt::format(R"({{"host":"127.0.0.1","port":{},"unit":17,{}}})", port, more));
  EXPECT_TRUE(sender) << sender.error().message;
  return std::move(*sender);
}

core::ErrorCode code_of(const core::Result<void>& outcome) {
  EXPECT_FALSE(outcome);
  return outcome ? core::ErrorCode::cancelled : outcome.error().code;
}

TEST(Modbus, switches_the_verdicts_coil_on_and_the_other_off_for_good_without_a_pulse) {
  Plc plc;
  const auto sender = sender_to(plc.port(), R"("ok_coil":1,"ng_coil":65535,"pulse_ms":0)");
  ASSERT_TRUE(sender->send(ok, 60s));
  ASSERT_TRUE(sender->send(ng, 60s));
  EXPECT_EQ(plc.writes(4), (Writes{{17, 65535, false}, {17, 1, true}, {17, 1, false}, {17, 65535, true}}));
  EXPECT_EQ(plc.connections(), 1);
}

TEST(Modbus, ends_a_pulse_by_itself) {
  Plc plc;
  const auto sender = sender_to(plc.port(), R"("ok_coil":1,"pulse_ms":1)");
  ASSERT_TRUE(sender->send(ok, 60s));
  EXPECT_EQ(plc.writes(2), (Writes{{17, 1, true}, {17, 1, false}}));
}

TEST(Modbus, does_not_make_the_next_verdict_wait_for_the_end_of_a_pulse) {
  Plc plc;
  {
    const auto sender = sender_to(plc.port(), R"("ok_coil":1,"ng_coil":2,"pulse_ms":10000)");
    ASSERT_TRUE(sender->send(ok, 60s));
    ASSERT_TRUE(sender->send(ng, 60s));
    EXPECT_EQ(plc.writes(4), (Writes{{17, 2, false}, {17, 1, true}, {17, 1, false}, {17, 2, true}}));
  }
  const auto writes = plc.writes(6);
  ASSERT_EQ(writes.size(), 6U) << "nothing stays on behind it";
  EXPECT_EQ((Writes{writes[4], writes[5]}), (Writes{{17, 1, false}, {17, 2, false}}));
}

TEST(Modbus, ends_a_pulse_also_when_the_first_tries_fail) {
  Plc plc;
  const auto sender = sender_to(plc.port(), R"("ok_coil":1,"pulse_ms":200)");
  ASSERT_TRUE(sender->send(ok, 60s));
  plc.answer_with(Plc::refuse(6));  // it is busy
  ASSERT_GE(plc.writes(2).size(), 2U);
  plc.answer_with(Plc::yes);
  const auto writes = plc.writes(3);
  ASSERT_GE(writes.size(), 3U) << "tried again";
  EXPECT_EQ(writes.back(), (CoilWrite{17, 1, false}));
}

TEST(Modbus, moves_the_coil_that_there_is_for_a_test) {
  Plc plc;
  const auto sender = sender_to(plc.port(), R"("ng_coil":2,"pulse_ms":0)");
  ASSERT_TRUE(sender->send({.id = "3", .is_ok = true, .is_test = true}, 60s));
  EXPECT_EQ(plc.writes(1), (Writes{{17, 2, true}}));
}

TEST(Modbus, says_that_a_person_must_mend_what_the_device_refuses_by_its_nature) {
  for (const char code : {'\1', '\2', '\3'}) {
    Plc plc(Plc::refuse(code));
    const auto outcome = sender_to(plc.port(), R"("ok_coil":9,"pulse_ms":0)")->send(ok, 60s);
    EXPECT_EQ(code_of(outcome), core::ErrorCode::invalid_input) << int{code};
    EXPECT_NE(outcome.error().message.find("coil 9"), std::string::npos) << outcome.error().message;
  }
  for (const char code : {'\4', '\5', '\6', '\12', '\13'}) {
    Plc plc(Plc::refuse(code));
    EXPECT_EQ(code_of(sender_to(plc.port(), R"("ok_coil":9,"pulse_ms":0)")->send(ok, 60s)),
              core::ErrorCode::unavailable)
        << int{code};
  }
}

TEST(Modbus, comes_back_after_a_device_that_hung_up_in_the_midst_of_an_answer) {
  Plc plc([](const std::string& request) { return request.substr(0, 5); });
  const auto sender = sender_to(plc.port(), R"("ok_coil":1,"pulse_ms":0)");
  const auto outcome = sender->send(ok, 1s);
  EXPECT_EQ(code_of(outcome), core::ErrorCode::timeout) << outcome.error().message;
  plc.answer_with([](const std::string&) { return std::string(); });
  EXPECT_EQ(code_of(sender->send(ok, 60s)), core::ErrorCode::unavailable);
  plc.answer_with(Plc::yes);
  EXPECT_TRUE(sender->send(ok, 60s));
}

TEST(Modbus, takes_a_resting_connection_that_was_closed_for_no_failure) {
  Plc plc;
  const auto sender = sender_to(plc.port(), R"("ok_coil":1,"pulse_ms":0)");
  ASSERT_TRUE(sender->send(ok, 60s));
  std::atomic<bool> has_hung_up = false;
  plc.answer_with([&](const std::string& request) { return has_hung_up.exchange(true) ? request : std::string(); });
  EXPECT_TRUE(sender->send(ok, 60s));
  EXPECT_EQ(plc.connections(), 2);
}

TEST(Modbus, believes_no_answer_that_is_none) {
  const std::vector<Plc::Answer> lies{
      [](const std::string& request) { return std::string("\x7f\x7f", 2) + request.substr(2); },  // to another request
      [](const std::string& request) { return request.substr(0, 2) + "\x01\x01" + request.substr(4); },  // protocol
      [](const std::string& request) { return request.substr(0, 7) + '\x06' + request.substr(8); },      // function
      [](const std::string&) { return std::string(5'000, '\x41'); },
      [](const std::string&) { return std::string(12, '\0'); },
      [](const std::string&) { return std::string("HTTP/1.1 400 Bad Request\r\n\r\n"); }};
  for (std::size_t i = 0; i < lies.size(); ++i) {
    Plc plc(lies[i]);
    EXPECT_FALSE(sender_to(plc.port(), R"("ok_coil":1,"pulse_ms":0)")->send(ok, 1s)) << "lie " << i;
  }
}

TEST(Modbus, says_that_nobody_is_there) {
  int port = 0;
  {
    const Plc plc;
    port = plc.port();
  }
  const auto outcome = sender_to(port, R"("ok_coil":1)")->send(ok, 60s);
  EXPECT_EQ(code_of(outcome), core::ErrorCode::unavailable);
  EXPECT_NE(outcome.error().message.find("127.0.0.1"), std::string::npos) << outcome.error().message;
}

}  // namespace
}  // namespace sightglass::outputs
