// Which species may occur where a photo was taken, and what becomes of names that may not.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "core/species.hpp"

namespace sightglass::inspection {

// A genus, or a genus with a species and perhaps a subspecies: "Vulpes", "Vulpes vulpes", "Canis lupus signatus"
// (International Code of Zoological Nomenclature, articles 4 and 5). Without authors.
bool is_scientific_name(std::string_view text);

// What people may make a list of. invalid_input naming "species" for no name, one that stands there twice whatever its
// case, or a scientific name that is none.
core::Result<void> check_species(const std::vector<core::Species>& species);

// Immutable.
class Region {
 public:
  Region() = default;  // where anything may occur
  explicit Region(const std::vector<core::Species>& species);

  bool is_everything() const { return names_.empty(); }
  // By either name, whatever its case; and what is no species: "animal", "unknown", "empty".
  bool allows(std::string_view name) const;
  // A head's probabilities, the likeliest first, without what does not occur here. Where what does has a half of them
  // together, it is as if the head knew nothing else. Where it has not, but one genus of the list has
  // `least_probability` with what does not occur, the genus stands for its species. Else what does not occur becomes
  // "unknown".
  std::vector<std::pair<std::string, double>> restricted(const std::vector<std::pair<std::string, double>>& names,
                                                         double least_probability) const;
  // For telling analyses apart: the same for the same list.
  std::string words() const;

 private:
  std::set<std::string, std::less<>> names_{};   // in lower case, both kinds
  std::set<std::string, std::less<>> genera_{};  // as they are written
};

}  // namespace sightglass::inspection
