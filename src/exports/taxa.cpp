#include "exports/taxa.hpp"

#include <algorithm>
#include <array>

namespace sightglass::exports {
namespace {

struct Known {
  std::string_view word, scientific_name, rank;
};

// The animals of COCO as the Catalogue of Life has them. Where the word covers several species, what they share.
constexpr std::array known{
    Known{"animal", "Animalia", "kingdom"},      Known{"bird", "Aves", "class"},
    Known{"cat", "Felis catus", "species"},      Known{"dog", "Canis familiaris", "species"},
    Known{"horse", "Equus caballus", "species"}, Known{"sheep", "Ovis aries", "species"},
    Known{"cow", "Bos taurus", "species"},       Known{"elephant", "Elephantidae", "family"},
    Known{"bear", "Ursidae", "family"},          Known{"zebra", "Equus", "genus"},
    Known{"giraffe", "Giraffa", "genus"},        Known{"person", "Homo sapiens", "species"},
    Known{"human", "Homo sapiens", "species"},
};

constexpr std::array<std::string_view, 2> people{"person", "human"};
constexpr std::array<std::string_view, 6> vehicles{"vehicle", "car", "truck", "bus", "motorcycle", "bicycle"};

bool is_lower_word(std::string_view word) {
  return word.size() > 1 && std::ranges::all_of(word, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

// Genus and species, and perhaps a subspecies: "Canis lupus signatus" (International Code of Zoological Nomenclature,
// articles 4 and 5).
int words_of_scientific_name(std::string_view text) {
  int words = 0;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    const bool is_genus = words == 0 && word.size() > 1 && word[0] >= 'A' && word[0] <= 'Z' &&
                          (word.size() == 2 || is_lower_word(word.substr(1)));
    if (!is_genus && (words == 0 || !is_lower_word(word))) return 0;
    ++words;
  }
  return words;
}

}  // namespace

std::optional<Taxon> taxon_of(std::string_view class_name) {
  if (const auto* found = std::ranges::find(known, class_name, &Known::word); found != known.end())
    return Taxon{.scientific_name = std::string(found->scientific_name),
                 .rank = std::string(found->rank),
                 .vernacular_name = std::string(found->word)};
  const int words = words_of_scientific_name(class_name);
  if (words != 2 && words != 3) return std::nullopt;
  return Taxon{.scientific_name = std::string(class_name), .rank = words == 2 ? "species" : "subspecies"};
}

std::string_view observation_type_of(std::string_view class_name) {
  if (class_name == "empty") return "blank";
  if (class_name.empty() || class_name == "unknown") return "unknown";
  if (std::ranges::find(people, class_name) != people.end()) return "human";
  if (std::ranges::find(vehicles, class_name) != vehicles.end()) return "vehicle";
  return "animal";
}

}  // namespace sightglass::exports
