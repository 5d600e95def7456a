#include "database/connection_pool.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace sightglass::database {
namespace {

struct Line {
  int number = 0;
};

struct Exchange {
  int opened = 0;
  bool is_down = false;
  ConnectionPool<Line> pool{[this]() -> core::Result<std::unique_ptr<Line>> {
                              if (is_down) return core::fail(core::unavailable("down"));
                              return std::make_unique<Line>(Line{++opened});
                            },
                            2, std::chrono::milliseconds(1)};
};

TEST(ConnectionPool, opens_no_more_than_needed_and_hands_out_the_one_used_last) {
  Exchange exchange;
  auto first = exchange.pool.take();
  auto second = exchange.pool.take();
  exchange.pool.give_back(std::move(*first));
  exchange.pool.give_back(std::move(*second));
  EXPECT_EQ((*exchange.pool.take())->number, 2);
  EXPECT_EQ(exchange.opened, 2);
}

TEST(ConnectionPool, refuses_when_all_are_out_for_too_long) {
  Exchange exchange;
  const auto first = exchange.pool.take();
  const auto second = exchange.pool.take();
  EXPECT_EQ(exchange.pool.take().error().code, core::ErrorCode::unavailable);
}

TEST(ConnectionPool, tries_anew_after_a_connection_that_could_not_be_opened) {
  Exchange exchange;
  exchange.is_down = true;
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(exchange.pool.take());
  exchange.is_down = false;
  EXPECT_TRUE(exchange.pool.take());
}

TEST(ConnectionPool, closes_idle_connections_when_told_and_opens_others_in_their_place) {
  Exchange exchange;
  auto first = exchange.pool.take();
  auto second = exchange.pool.take();
  exchange.pool.give_back(std::move(*first));
  exchange.pool.give_back(std::move(*second));
  exchange.pool.close_idle();
  EXPECT_EQ((*exchange.pool.take())->number, 3);
}

}  // namespace
}  // namespace sightglass::database
