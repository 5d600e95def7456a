// What classes of spottings are called in science, and what kind of observation they make in Camtrap DP 1.0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sightglass::exports {

struct Taxon {
  std::string scientific_name{};
  std::string rank{};             // "species", "genus", …; empty when unknown
  std::string vernacular_name{};  // English; empty when unknown
};
// Of the animals that the usual detector knows, and of names that are scientific already ("Vulpes vulpes"). nullopt for
// any other word: nothing is guessed.
std::optional<Taxon> taxon_of(std::string_view class_name);

// "animal", "human", "vehicle", "blank" or "unknown": the words of `observations.observationType`.
std::string_view observation_type_of(std::string_view class_name);

}  // namespace sightglass::exports
