#include "exports/categories.hpp"

#include <algorithm>

namespace sightglass::exports {

Categories::Categories(const std::vector<database::annotations::Class>& classes) {
  for (const auto& one : classes)
    if (one.kind != core::FindingKind::spotting || one.name != "empty") add(one.kind, one.name);
}

std::int64_t Categories::index_of(const core::Finding& finding) {
  const auto known = indices_.find({finding.kind, finding.class_name});
  return known == indices_.end() ? add(finding.kind, finding.class_name) : known->second;
}

// Readings have no class, and a class of one kind may be called like one of another.
std::int64_t Categories::add(core::FindingKind kind, const std::string& class_name) {
  const std::string kind_name(core::name_of(kind));
  std::string name = class_name.empty() ? kind_name : class_name;
  const auto is_taken = [&] { return std::ranges::find(categories_, name, &Category::name) != categories_.end(); };
  while (is_taken()) name = kind_name + " " + name;
  const auto index = static_cast<std::int64_t>(categories_.size());
  categories_.push_back({.kind = kind, .name = name});
  indices_.emplace(std::pair(kind, class_name), index);
  return index;
}

}  // namespace sightglass::exports
