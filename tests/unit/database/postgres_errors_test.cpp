#include "database/postgres/errors.hpp"

#include <gtest/gtest.h>

#include "core/no_room.hpp"

namespace sightglass::database::postgres {
namespace {

using core::ErrorCode;

TEST(PostgresErrors, become_what_the_seam_promises) {
  const std::pair<const char*, ErrorCode> expected[] = {
      {"23505", ErrorCode::conflict},    {"23503", ErrorCode::conflict},    {"23001", ErrorCode::conflict},
      {"23P01", ErrorCode::conflict},    {"23502", ErrorCode::internal},    {"23514", ErrorCode::internal},
      {"40001", ErrorCode::unavailable}, {"40P01", ErrorCode::unavailable}, {"55P03", ErrorCode::unavailable},
      {"57014", ErrorCode::timeout},     {"57P01", ErrorCode::unavailable}, {"57P03", ErrorCode::unavailable},
      {"53300", ErrorCode::unavailable}, {"53200", ErrorCode::unavailable}, {"08006", ErrorCode::unavailable},
      {"08P01", ErrorCode::internal},    {"28P01", ErrorCode::unavailable}, {"58030", ErrorCode::unavailable},
      {"25P03", ErrorCode::unavailable}, {"25006", ErrorCode::internal},    {"42601", ErrorCode::internal},
      {"22021", ErrorCode::internal},    {"XX001", ErrorCode::internal},    {"", ErrorCode::unavailable},
  };
  for (const auto& [state, code] : expected) EXPECT_EQ(error_of(state, "why").code, code) << state;
  EXPECT_EQ(error_of("23505", "why").cause, "why");
}

TEST(PostgresErrors, tell_a_full_disk_from_a_database_that_is_down_and_say_what_to_do) {
  const auto error = error_of("53100", "could not extend file");
  EXPECT_TRUE(core::is_no_room(error));
  EXPECT_NE(error.message.find("Make room on that disk"), std::string::npos);
  EXPECT_FALSE(core::is_no_room(error_of("53200", "")));
}

TEST(PostgresErrors, that_come_of_meeting_another_write_are_known) {
  EXPECT_TRUE(is_collision("40001"));
  EXPECT_TRUE(is_collision("40P01"));
  for (const char* state : {"40002", "40003", "23505", "57014", "", "4000"}) EXPECT_FALSE(is_collision(state)) << state;
}

}  // namespace
}  // namespace sightglass::database::postgres
