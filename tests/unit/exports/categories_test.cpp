#include "exports/categories.hpp"

#include <gtest/gtest.h>

namespace sightglass::exports {
namespace {

using core::FindingKind;

core::Finding finding(FindingKind kind, std::string class_name) {
  core::Finding made;
  made.kind = kind;
  made.class_name = std::move(class_name);
  return made;
}

TEST(Categories, are_numbered_in_the_order_given_and_named_once) {
  Categories categories({{FindingKind::anomaly, "crack"},
                         {FindingKind::reading, ""},
                         {FindingKind::damage, "crack"},
                         {FindingKind::spotting, "empty"},
                         {FindingKind::spotting, "fox"}});
  ASSERT_EQ(categories.all().size(), 4U) << "a picture without an animal is no category";
  EXPECT_EQ(categories.all()[1].name, "reading");
  EXPECT_EQ(categories.all()[2].name, "damage crack");
  EXPECT_EQ(categories.index_of(finding(FindingKind::anomaly, "crack")), 0);
  EXPECT_EQ(categories.index_of(finding(FindingKind::damage, "crack")), 2);
  EXPECT_EQ(categories.index_of(finding(FindingKind::spotting, "fox")), 3);
}

TEST(Categories, grow_by_what_came_up_since) {
  Categories categories({});
  EXPECT_EQ(categories.index_of(finding(FindingKind::damage, "rust")), 0);
  EXPECT_EQ(categories.index_of(finding(FindingKind::damage, "rust")), 0);
  EXPECT_EQ(categories.index_of(finding(FindingKind::damage, "hole")), 1);
}

}  // namespace
}  // namespace sightglass::exports
