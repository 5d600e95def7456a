// A species of a region's list, as people name it and as science does.
#pragma once

#include <string>

namespace sightglass::core {

struct Species {
  std::string name{};             // never empty; what a photo is labelled with
  std::string scientific_name{};  // a genus, a species or a subspecies; empty when nobody said
  bool operator==(const Species&) const = default;
};

}  // namespace sightglass::core
