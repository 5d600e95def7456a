#include "filing/sidecar_turn.hpp"

#include <gtest/gtest.h>

namespace sightglass::filing {
namespace {

class SettledOnRow : public testing::Test {
 protected:
  core::Result<void> settle() {
    return settle_on_row(
        "photos/a.json", [&]() -> core::Result<RowText> { return row; },
        [&](const RowText& text) -> core::Result<void> {
          file = text;
          if (on_write) on_write();
          ++writings;
          return {};
        });
  }
  RowText row = "one";
  RowText file{};
  int writings = 0;
  std::function<void()> on_write{};
};

TEST_F(SettledOnRow, is_written_once_when_nobody_else_changes_the_row) {
  ASSERT_TRUE(settle());
  EXPECT_EQ(file, "one");
  EXPECT_EQ(writings, 1);
}

TEST_F(SettledOnRow, is_written_again_when_another_node_changed_the_row_meanwhile) {
  // It has written its own already, which this older one replaces.
  on_write = [&] { row = "two"; };
  ASSERT_TRUE(settle());
  EXPECT_EQ(file, "two");
  EXPECT_EQ(writings, 2);
}

TEST_F(SettledOnRow, is_removed_again_when_another_node_deleted_the_row_meanwhile) {
  on_write = [&] { row = std::nullopt; };
  ASSERT_TRUE(settle());
  EXPECT_EQ(file, std::nullopt);
}

TEST_F(SettledOnRow, ends_although_the_row_never_rests) {
  on_write = [&] { row = std::to_string(writings); };
  ASSERT_TRUE(settle());
  EXPECT_LE(writings, 1000);
}

TEST_F(SettledOnRow, says_when_the_row_cannot_be_read_and_writes_nothing) {
  const auto outcome = settle_on_row(
      "photos/a.json", []() -> core::Result<RowText> { return core::fail(core::unavailable("away")); },
      [&](const RowText&) -> core::Result<void> {
        ++writings;
        return {};
      });
  EXPECT_FALSE(outcome);
  EXPECT_EQ(writings, 0);
}

}  // namespace
}  // namespace sightglass::filing
