#include "database/species_lists.hpp"

#include "support/stores.hpp"

namespace sightglass::database {
namespace {

class SpeciesLists : public test::StoreTest {
 protected:
  core::LocationId add_place(const std::string& name) {
    const core::Location place{.id = core::LocationId::make(instant(0)), .name = name};
    test::must(write([&](Session& s) { return locations::insert(s, place); }));
    return place.id;
  }
  void replace(const std::optional<core::LocationId>& location, const std::vector<core::Species>& species) {
    test::must(write([&](Session& s) { return species_lists::replace(s, location, species, instant(1)); }));
  }
  species_lists::Holding at(const std::optional<core::LocationId>& location) {
    return test::must(read([&](Session& s) { return species_lists::holding_at(s, location); }));
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, SpeciesLists, test::all_stores());

TEST_P(SpeciesLists, hold_at_their_location_and_else_the_one_for_everywhere) {
  const auto north = add_place("north");
  const auto south = add_place("south");
  EXPECT_TRUE(at(north).species.empty());
  const std::vector<core::Species> anywhere{{.name = "wolf", .scientific_name = "Canis lupus"}};
  const std::vector<core::Species> northern{{.name = "Järv \"Jerv\"", .scientific_name = "Gulo gulo"}, {.name = "fox"}};
  replace(std::nullopt, anywhere);
  replace(north, northern);
  EXPECT_EQ(at(north).species, northern) << "in their order";
  EXPECT_EQ(at(north).location, north);
  EXPECT_EQ(at(south).species, anywhere);
  EXPECT_EQ(at(south).location, std::nullopt);
  EXPECT_EQ(at(std::nullopt).species, anywhere);
  replace(north, {});
  EXPECT_EQ(at(north).species, anywhere);
}

TEST_P(SpeciesLists, go_with_their_location) {
  const auto north = add_place("north");
  replace(north, {{.name = "fox"}});
  test::must(write([&](Session& s) { return locations::remove(s, north); }));
  EXPECT_TRUE(at(north).species.empty());
  const auto refused =
      write([&](Session& s) { return species_lists::replace(s, north, {{.name = "fox"}}, instant(1)); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::conflict);
}

}  // namespace
}  // namespace sightglass::database
