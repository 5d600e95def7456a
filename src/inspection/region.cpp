#include "inspection/region.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "database/fold.hpp"
#include "inspection/steps/animals.hpp"
#include "inspection/steps/head_details.hpp"

namespace sightglass::inspection {
namespace {

using Names = std::vector<std::pair<std::string, double>>;

constexpr double least_share_of_listed = 0.5;
constexpr std::string_view empty_class = "empty";

bool is_lower_word(std::string_view word) {
  return word.size() > 1 && std::ranges::all_of(word, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

bool is_genus(std::string_view word) {
  return word.size() > 1 && word[0] >= 'A' && word[0] <= 'Z' &&
         std::ranges::all_of(word.substr(1), [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

// Of a scientific name; empty for any other.
std::string_view genus_of(std::string_view name) {
  return is_scientific_name(name) ? name.substr(0, name.find(' ')) : std::string_view();
}

void sort(Names& names) {
  std::ranges::sort(names, [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
}

}  // namespace

bool is_scientific_name(std::string_view text) {
  constexpr std::size_t most_words = 3;
  std::size_t words = 0;
  while (true) {
    const auto end = text.find(' ');
    const auto word = text.substr(0, end);
    if (!(words == 0 ? is_genus(word) : is_lower_word(word)) || ++words > most_words) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
}

core::Result<void> check_species(const std::vector<core::Species>& species) {
  std::set<std::string> seen;
  for (const auto& one : species) {
    if (one.name.empty()) return core::fail(core::invalid_input("species", "every species needs a name"));
    if (!seen.insert(database::fold_case(one.name)).second)
      return core::fail(core::invalid_input("species", fmt::format("“{}” stands in the list twice", one.name)));
    if (!one.scientific_name.empty() && !is_scientific_name(one.scientific_name))
      return core::fail(core::invalid_input(
          "species", fmt::format("“{}” is no scientific name; write a genus, or a genus and a species without authors, "
                                 "such as Vulpes vulpes",
                                 one.scientific_name)));
  }
  return {};
}

Region::Region(const std::vector<core::Species>& species) {
  for (const auto& one : species) {
    names_.insert(database::fold_case(one.name));
    if (!one.scientific_name.empty()) names_.insert(database::fold_case(one.scientific_name));
    for (const auto& name : {one.scientific_name, one.name})
      if (const auto genus = genus_of(name); !genus.empty() && name.contains(' ')) genera_.insert(std::string(genus));
  }
}

bool Region::allows(std::string_view name) const {
  if (is_everything() || name == steps::animal_group || name == steps::unknown_class || name == empty_class)
    return true;
  return names_.contains(database::fold_case(name)) || genera_.contains(name);
}

Names Region::restricted(const Names& names, double least_probability) const {
  if (is_everything()) return names;
  Names listed;
  double share = 0;
  double outside = 0;
  std::map<std::string, double, std::less<>> of_genus;
  for (const auto& [name, probability] : names) {
    if (const auto genus = genus_of(name); genera_.contains(genus)) of_genus[std::string(genus)] += probability;
    if (allows(name)) {
      share += probability;
      listed.emplace_back(name, probability);
    } else {
      outside += probability;
    }
  }
  if (outside == 0) return names;
  if (share >= least_share_of_listed) {
    for (auto& one : listed) one.second /= share;
    return listed;
  }
  const auto genus = std::ranges::max_element(of_genus, {}, [](const auto& one) { return one.second; });
  if (genus != of_genus.end() && genus->second >= least_probability) {
    std::erase_if(listed, [&](const auto& one) { return genus_of(one.first) == genus->first; });
    listed.emplace_back(genus->first, genus->second);
  } else {
    listed.emplace_back(steps::unknown_class, outside);
  }
  sort(listed);
  return listed;
}

std::string Region::words() const {
  std::string words;
  for (const auto& name : names_) words += name + ";";
  return words;
}

}  // namespace sightglass::inspection
