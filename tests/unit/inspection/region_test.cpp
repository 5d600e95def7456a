#include "inspection/region.hpp"

#include <gtest/gtest.h>

namespace sightglass::inspection {
namespace {

using Names = std::vector<std::pair<std::string, double>>;

const Region& tundra() {
  static const Region region({{.name = "Arctic fox", .scientific_name = "Vulpes lagopus"},
                              {.name = "Järv", .scientific_name = "Gulo gulo"},
                              {.name = "bird"}});
  return region;
}

TEST(Region, knows_names_of_both_kinds_whatever_their_case) {
  for (const auto* name : {"arctic FOX", "Vulpes lagopus", "JÄRV", "bird", "Vulpes", "animal", "unknown", "empty"})
    EXPECT_TRUE(tundra().allows(name)) << name;
  for (const auto* name : {"fox", "Vulpes vulpes", "zebra", "Equus", "", "Birds"})
    EXPECT_FALSE(tundra().allows(name)) << name;
  EXPECT_TRUE(Region().allows("zebra"));
}

TEST(Region, shares_among_what_occurs_when_that_is_likelier) {
  const auto names = tundra().restricted({{"Arctic fox", 0.6}, {"zebra", 0.3}, {"empty", 0.1}}, 0.7);
  ASSERT_EQ(names.size(), 2U);
  EXPECT_EQ(names[0].first, "Arctic fox");
  EXPECT_NEAR(names[0].second, 0.6 / 0.7, 1e-9);
  EXPECT_NEAR(names[1].second, 0.1 / 0.7, 1e-9);
}

TEST(Region, makes_unknown_of_what_does_not_occur) {
  const auto names = tundra().restricted({{"zebra", 0.9}, {"bird", 0.06}, {"empty", 0.04}}, 0.7);
  ASSERT_EQ(names.size(), 3U);
  EXPECT_EQ(names[0], (std::pair<std::string, double>("unknown", 0.9)));
  EXPECT_EQ(names[1].first, "bird");
}

TEST(Region, says_the_genus_where_the_species_does_not_occur) {
  const auto names = tundra().restricted({{"Vulpes vulpes", 0.7}, {"Vulpes lagopus", 0.2}, {"bird", 0.1}}, 0.8);
  ASSERT_EQ(names.size(), 2U);
  EXPECT_EQ(names[0].first, "Vulpes");
  EXPECT_NEAR(names[0].second, 0.9, 1e-9);
  EXPECT_EQ(tundra().restricted({{"Vulpes vulpes", 0.7}, {"zebra", 0.3}}, 0.8)[0].first, "unknown");
}

TEST(Region, changes_nothing_where_anything_may_occur) {
  const Names names{{"zebra", 0.9}, {"lion", 0.1}};
  EXPECT_EQ(Region().restricted(names, 0.7), names);
  const Names listed{{"bird", 0.9}, {"Gulo gulo", 0.1}};
  EXPECT_EQ(tundra().restricted(listed, 0.7), listed);
}

TEST(Region, differs_by_what_is_on_its_list) {
  EXPECT_NE(tundra().words(), Region().words());
  EXPECT_EQ(Region({{.name = "a"}, {.name = "b"}}).words(), Region({{.name = "b"}, {.name = "a"}}).words());
}

TEST(Region, takes_names_of_science_without_authors) {
  for (const auto* name : {"Vulpes", "Vulpes vulpes", "Canis lupus signatus", "Tragelaphus scriptus", "Puma"})
    EXPECT_TRUE(is_scientific_name(name)) << name;
  for (const auto* name : {"", " ", "vulpes vulpes", "Vulpes Vulpes", "Vulpes vulpes (Linnaeus, 1758)",
                           "Vulpes  vulpes", "Vulpes vulpes ", "V. vulpes", "Red fox!", "A b c d"})
    EXPECT_FALSE(is_scientific_name(name)) << name;
}

TEST(Region, refuses_lists_that_say_nothing_or_too_much) {
  EXPECT_TRUE(check_species({{.name = "fox"}, {.name = "Arctic fox", .scientific_name = "Vulpes lagopus"}}));
  const std::vector<std::vector<core::Species>> bad{
      {{.name = ""}}, {{.name = "fox"}, {.name = "FOX"}}, {{.name = "fox", .scientific_name = "Vulpes, Vulpes"}}};
  for (const auto& species : bad) {
    const auto checked = check_species(species);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().field, "species");
  }
}

}  // namespace
}  // namespace sightglass::inspection
