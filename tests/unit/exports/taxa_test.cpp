#include "exports/taxa.hpp"

#include <gtest/gtest.h>

namespace sightglass::exports {
namespace {

TEST(Taxa, are_those_of_the_detector_and_of_scientific_names) {
  EXPECT_EQ(taxon_of("cow")->scientific_name, "Bos taurus");
  EXPECT_EQ(taxon_of("bear")->rank, "family") << "which bear it is the word does not say";
  EXPECT_EQ(taxon_of("Vulpes vulpes")->rank, "species");
  EXPECT_EQ(taxon_of("Canis lupus signatus")->rank, "subspecies");
}

TEST(Taxa, are_not_guessed) {
  for (const auto* word :
       {"red fox", "Fox", "unknown", "empty", "", "Red Fox", "Vulpes  vulpes", "vulpes vulpes", "V."})
    EXPECT_FALSE(taxon_of(word)) << word;
}

TEST(Taxa, tell_what_kind_of_observation_it_is) {
  EXPECT_EQ(observation_type_of("empty"), "blank");
  EXPECT_EQ(observation_type_of("unknown"), "unknown");
  EXPECT_EQ(observation_type_of("person"), "human");
  EXPECT_EQ(observation_type_of("car"), "vehicle");
  EXPECT_EQ(observation_type_of("red fox"), "animal");
}

}  // namespace
}  // namespace sightglass::exports
