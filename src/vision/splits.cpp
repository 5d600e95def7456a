#include "vision/splits.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "vision/random.hpp"

namespace sightglass::vision {

std::vector<bool> held_out(std::span<const std::string> groups, double share, std::uint64_t seed) {
  std::vector<bool> is_out(groups.size());
  for (std::size_t i = 0; i < groups.size(); ++i) is_out[i] = RandomStream(mixed(groups[i], seed)).uniform() < share;
  return is_out;
}

std::vector<std::int32_t> folds_of(std::span<const std::string> groups, std::int32_t folds, std::uint64_t seed) {
  std::map<std::string_view, std::int64_t> sizes;
  for (const auto& group : groups) ++sizes[group];
  struct Entry {
    std::int64_t size;
    std::uint64_t order;
    std::string_view name;
  };
  std::vector<Entry> entries;
  for (const auto& [name, size] : sizes) entries.push_back({size, mixed(name, seed), name});
  std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
    return std::tuple(-a.size, a.order, a.name) < std::tuple(-b.size, b.order, b.name);
  });
  std::vector<std::int64_t> filled(static_cast<std::size_t>(std::max(folds, 1)));
  std::map<std::string_view, std::int32_t> fold_of;
  for (const auto& entry : entries) {
    const auto least = std::ranges::min_element(filled);
    *least += entry.size;
    fold_of[entry.name] = static_cast<std::int32_t>(least - filled.begin());
  }
  std::vector<std::int32_t> answer;
  answer.reserve(groups.size());
  for (const auto& group : groups) answer.push_back(fold_of[group]);
  return answer;
}

}  // namespace sightglass::vision
