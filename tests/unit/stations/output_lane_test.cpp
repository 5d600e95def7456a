#include "stations/output_lane.hpp"

#include <gtest/gtest.h>

namespace sightglass::stations {
namespace {

using database::outputs::Delivery;
using database::outputs::DeliveryState;
using namespace std::chrono_literals;

TEST(AfterAttempt, waits_ever_longer_and_gives_up_after_a_day) {
  const core::SystemClock clock;
  const DelivererOptions options{.clock = clock};
  const auto begun = core::from_micros(1'700'000'000'000'000);
  Delivery delivery{.trigger_id = core::TriggerId{}, .next_at = begun, .created_at = begun};
  const core::Result<void> failure = core::fail(core::unavailable("nobody is there"));
  std::vector<std::int64_t> pauses;
  while (delivery.state == DeliveryState::pending) {
    const auto now = delivery.next_at;
    delivery = after_attempt(delivery, "webhook", failure, options, now);
    pauses.push_back(std::chrono::duration_cast<std::chrono::seconds>(delivery.next_at - now).count());
  }
  pauses.resize(8);
  EXPECT_EQ(pauses, (std::vector<std::int64_t>{1, 2, 4, 8, 16, 32, 60, 60}));
  EXPECT_GE(delivery.next_at, begun + 24h);
  EXPECT_LT(delivery.next_at, begun + 24h + 61s);
  EXPECT_EQ(delivery.error, "nobody is there");
}

TEST(AfterAttempt, tries_a_test_once) {
  const core::SystemClock clock;
  const core::Result<void> failure = core::fail(core::unavailable("nobody is there"));
  EXPECT_EQ(after_attempt({}, "mqtt", failure, {.clock = clock}, {}).state, DeliveryState::failed);
}

}  // namespace
}  // namespace sightglass::stations
