#include "vision/readings/meter_profile.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sightglass::vision {
namespace {

constexpr auto square = "[[0.1,0.1],[0.5,0.1],[0.5,0.3],[0.1,0.3]]";

std::string fault_of(const std::string& json) {
  const auto profile = read_meter_profile(json);
  EXPECT_FALSE(profile) << json;
  EXPECT_TRUE(profile || profile.error().field == "profile");
  return profile ? "" : profile.error().message;
}

TEST(MeterProfile, tells_where_each_part_is) {
  const auto profile = read_meter_profile(std::string(R"({"face":[1,2],"parts":[{"kind":"wheels","corners":)") +
                                          square + R"(,"digits":5},{"kind":"needle","corners":)" + square + "}]}");
  ASSERT_TRUE(profile) << profile.error().message;
  ASSERT_EQ(profile->parts.size(), 2U);
  EXPECT_EQ(profile->parts[0].kind, PartKind::wheels);
  EXPECT_EQ(profile->parts[0].digits, 5);
  ASSERT_TRUE(profile->parts[0].corners);
  EXPECT_EQ((*profile->parts[0].corners)[5], 0.3);
  EXPECT_EQ(profile->parts[1].digits, 1);
}

TEST(MeterProfile, without_parts_nothing_was_taught) {
  EXPECT_TRUE(read_meter_profile("{}")->parts.empty());
  EXPECT_TRUE(read_meter_profile(R"({"face":[1,2,3,4]})")->parts.empty());
}

TEST(MeterProfile, a_display_may_be_looked_for) {
  const auto profile = read_meter_profile(R"({"parts":[{"kind":"display"}]})");
  ASSERT_TRUE(profile);
  EXPECT_FALSE(profile->parts.at(0).corners);
}

TEST(MeterProfile, a_fault_names_the_member) {
  const std::string corners = std::string(R"("corners":)") + square;
  const auto part = [](const std::string& members) { return R"({"parts":[{)" + members + "}]}"; };
  EXPECT_NE(fault_of("[]").find("`profile`"), std::string::npos);
  EXPECT_NE(fault_of("{").find("`profile`"), std::string::npos);
  EXPECT_NE(fault_of(R"({"parts":1})").find("`parts`"), std::string::npos);
  EXPECT_NE(fault_of(R"({"parts":[1]})").find("`parts[0]`"), std::string::npos);
  EXPECT_NE(fault_of(part(R"("kind":"dial",)" + corners)).find("`parts[0].kind`"), std::string::npos);
  EXPECT_NE(fault_of(part(R"("kind":"wheels","digits":5)")).find("`parts[0].corners`"), std::string::npos);
  EXPECT_NE(fault_of(part(R"("kind":"wheels",)" + corners)).find("`parts[0].digits`"), std::string::npos);
  EXPECT_NE(fault_of(part(R"("kind":"wheels","digits":13,)" + corners)).find("`parts[0].digits`"), std::string::npos);
  EXPECT_NE(fault_of(part(R"("kind":"needle","digits":2,)" + corners)).find("`parts[0].digits`"), std::string::npos);
  EXPECT_NE(fault_of(part(R"("kind":"needle","odd":2,)" + corners)).find("`parts[0].odd`"), std::string::npos);
  EXPECT_NE(fault_of(part(R"("kind":"needle","corners":[[0,0],[1,0],[1,2],[0,1]])")).find("corners[2]`"),
            std::string::npos);
  EXPECT_NE(fault_of(part(R"("kind":"needle","corners":[[0,0],[1,0],[1,"x"],[0,1]])")).find("corners[2]`"),
            std::string::npos);
}

TEST(MeterProfile, corners_go_clockwise_around_something) {
  const auto part = [](const std::string& corners) {
    return R"({"parts":[{"kind":"needle","corners":)" + corners + "}]}";
  };
  EXPECT_NE(fault_of(part("[[0,0],[0,1],[1,1],[1,0]]")).find("clockwise"), std::string::npos);
  EXPECT_NE(fault_of(part("[[0,0],[0,0],[0,0],[0,0]]")).find("clockwise"), std::string::npos);
}

TEST(MeterProfile, a_display_stands_alone_and_parts_are_few) {
  const std::string needle = std::string(R"({"kind":"needle","corners":)") + square + "}";
  EXPECT_NE(fault_of(R"({"parts":[{"kind":"display"},)" + needle + "]}").find("alone"), std::string::npos);
  std::string many = needle;
  for (std::size_t i = 0; i < most_parts; ++i) many += "," + needle;
  EXPECT_NE(fault_of(R"({"parts":[)" + many + "]}").find("at most"), std::string::npos);
}

}  // namespace
}  // namespace sightglass::vision
