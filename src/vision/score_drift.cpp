#include "vision/score_drift.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace sightglass::vision {
namespace {

core::Result<std::vector<double>> sorted(std::span<const double> scores, const char* name) {
  if (scores.empty()) return core::fail(core::invalid_input(name, "There are no scores to compare."));
  if (!std::ranges::all_of(scores, [](double score) { return std::isfinite(score); }))
    return core::fail(core::invalid_input(name, "A score is not a finite number."));
  std::vector<double> values(scores.begin(), scores.end());
  std::ranges::sort(values);
  return values;
}

// The largest lead that each distribution function has over the other.
struct Leads {
  double goods = 0;   // goods gather below: the recent ones are higher
  double recent = 0;  // the other way round
};

Leads leads_of(const std::vector<double>& goods, const std::vector<double>& recent) {
  Leads leads;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < goods.size() && j < recent.size()) {
    const double value = std::min(goods[i], recent[j]);
    while (i < goods.size() && goods[i] == value) ++i;
    while (j < recent.size() && recent[j] == value) ++j;
    const double lead = static_cast<double>(i) / static_cast<double>(goods.size()) -
                        static_cast<double>(j) / static_cast<double>(recent.size());
    leads.goods = std::max(leads.goods, lead);
    leads.recent = std::max(leads.recent, -lead);
  }
  return leads;
}

}  // namespace

core::Result<ScoreDrift> score_drift(std::span<const double> goods, std::span<const double> recent) {
  SG_ASSIGN(const auto before, sorted(goods, "goods"));
  SG_ASSIGN(const auto now, sorted(recent, "recent"));
  const auto leads = leads_of(before, now);
  const double distance = std::max(leads.goods, leads.recent);
  const auto n = static_cast<double>(before.size());
  const auto m = static_cast<double>(now.size());
  return ScoreDrift{.is_higher = leads.goods >= leads.recent,
                    .distance = distance,
                    .p = std::min(1.0, 2 * std::exp(-2 * distance * distance * n * m / (n + m)))};
}

}  // namespace sightglass::vision
