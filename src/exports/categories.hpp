// Classes as datasets number them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/findings.hpp"
#include "database/annotations.hpp"

namespace sightglass::exports {

class Categories {
 public:
  struct Category {
    core::FindingKind kind{};
    std::string name{};  // unique among them
  };
  // In the order given, so that the same findings have the same numbers in each export.
  explicit Categories(const std::vector<database::annotations::Class>& classes);
  // From 0. A class that came up since is added at the end.
  std::int64_t index_of(const core::Finding& finding);
  const std::vector<Category>& all() const { return categories_; }

 private:
  std::int64_t add(core::FindingKind kind, const std::string& class_name);

  std::vector<Category> categories_{};
  std::map<std::pair<core::FindingKind, std::string>, std::int64_t> indices_{};
};

}  // namespace sightglass::exports
