#include <fmt/format.h>

#include "inspection/training/figures.hpp"

namespace sightglass::inspection::training {
namespace {

Ruling no(std::string why) { return {.is_better = false, .why = std::move(why)}; }
Ruling yes(std::string why) { return {.is_better = true, .why = std::move(why)}; }

// Margins are shares of few pictures: what only rounding tells apart is no difference.
constexpr double rounding = 1e-9;

}  // namespace

Ruling judge(const AnomalyFigures& now, const std::optional<AnomalyFigures>& before) {
  if (now.goods < least_judged_goods || now.defects < least_judged_defects)
    return no(fmt::format("{} good pictures and {} defects are held out; to promote by rule, {} and {} are needed.",
                          now.goods, now.defects, least_judged_goods, least_judged_defects));
  if (!now.is_inside())
    return no(fmt::format("It rejects {} of {} good pictures, more or fewer than the threshold promises.", now.rejected,
                          now.goods));
  const double area = now.auroc.value_or(0);
  if (!before) {
    const auto words = fmt::format("The area under its curve is {:.3f}; a first model needs {:.2f}.", area, least_area);
    return area >= least_area ? yes(words) : no(words);
  }
  const double area_before = before->auroc.value_or(0);
  const double recall = now.recall().value_or(0);
  const double recall_before = before->recall().value_or(0);
  const auto words = fmt::format("Area under the curve {:.3f} against {:.3f}, recall {:.2f} against {:.2f}.", area,
                                 area_before, recall, recall_before);
  const bool has_more_area = area >= area_before + better_by - rounding && recall >= recall_before - rounding;
  const bool has_more_recall = recall >= recall_before + recall_better_by - rounding && area >= area_before - rounding;
  return has_more_area || has_more_recall ? yes("It is better: " + words) : no("It is not clearly better: " + words);
}

Ruling judge(const HeadFigures& now, const std::optional<HeadFigures>& before) {
  if (now.examples < least_judged_examples)
    return no(fmt::format("{} examples are held out; to promote by rule, {} are needed.", now.examples,
                          least_judged_examples));
  const double right = now.share(now.right);
  const double wrong = now.share(now.known_and_wrong);
  if (wrong > most_known_and_wrong)
    return no(fmt::format("It is sure and wrong about {:.1f} % of the examples; {:.0f} % is the most.", 100 * wrong,
                          100 * most_known_and_wrong));
  if (!before) {
    const auto words = fmt::format("It is right about {:.3f}; a first model needs {:.2f}.", right, least_right);
    return right >= least_right ? yes(words) : no(words);
  }
  const double right_before = before->share(before->right);
  const auto words = fmt::format("Right about {:.3f} against {:.3f}.", right, right_before);
  const bool is_better = right >= right_before + better_by - rounding;
  return is_better ? yes("It is better: " + words) : no("It is not clearly better: " + words);
}

}  // namespace sightglass::inspection::training
