// Classes of damage from few labels: a head on embeddings.
#include <fmt/format.h>

#include <set>

#include "benchmarks/vision/measure.hpp"
#include "vision/heads/few_shot_head.hpp"
#include "vision/heads/head_input.hpp"
#include "vision/heads/texture.hpp"
#include "vision/random.hpp"

namespace sightglass::bench {

namespace {

using core::Result;

constexpr auto input = vision::HeadInput::embedding_and_texture;

Result<std::vector<vision::LabelledEmbedding>> embeddings_of(const std::filesystem::path& data, std::string_view group,
                                                             vision::Embedder& embedder) {
  SG_ASSIGN(const auto table, read_table(data / "damage/labels.csv"));
  std::vector<vision::LabelledEmbedding> examples;
  for (const auto& line : table) {
    if (line.at("group") != group) continue;
    SG_ASSIGN(const auto raster, read_picture(data / "damage" / line.at("path")));
    SG_ASSIGN(const auto pass, embedder.pass(raster, 1));
    const auto whole = vision::embedding_of(pass, embedder.model());
    SG_ASSIGN(auto values, vision::head_input(input, whole.values, &raster));
    examples.push_back({std::move(values), line.at("label"), line.at("path")});
  }
  return examples;
}

// A group of the set, taught with so many examples a class.
struct Lesson {
  std::string_view group;
  std::string_view name;
  std::size_t each;
  double goal;
};

// Twenty draws of examples, examined on all others.
Result<void> measure_group(const Ground& ground, const Lesson& lesson, std::vector<Measure>& report) {
  constexpr int draws = 20;
  const std::size_t each = lesson.each;
  SG_ASSIGN(const auto pool, embeddings_of(ground.train, lesson.group, *ground.embedder));
  if (pool.empty()) return core::fail(core::not_found(fmt::format("There are no pictures of {}.", lesson.group)));
  std::vector<vision::LabelledEmbedding> others;
  if (!ground.is_one()) {
    SG_ASSIGN(others, embeddings_of(ground.test, lesson.group, *ground.embedder));
  }
  std::map<std::string, std::vector<std::size_t>> by_label;
  for (std::size_t i = 0; i < pool.size(); ++i) by_label[pool[i].label].push_back(i);
  vision::HeadTraining training;
  training.input = input;
  training.blocks = vision::head_blocks(input, pool.front().values.size() - vision::texture_values);
  std::vector<double> accuracies;
  double wrong_and_known = 0;
  for (std::uint64_t draw = 0; draw < draws; ++draw) {
    vision::RandomStream random(draw);
    std::set<std::size_t> taught;
    for (auto [label, places] : by_label) {
      random.shuffle(places);
      taught.insert(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(std::min(each, places.size())));
    }
    std::vector<vision::LabelledEmbedding> examples;
    for (const std::size_t place : taught) examples.push_back(pool[place]);
    SG_ASSIGN(const auto trained, vision::train_head(examples, ground.embedder->model(), training));
    double right = 0;
    double wrong = 0;
    double all = 0;
    const auto examine = [&](const vision::LabelledEmbedding& example) -> Result<void> {
      SG_ASSIGN(const auto answer, trained.head.judge(example.values));
      right += answer.label == example.label ? 1 : 0;
      wrong += answer.label != example.label && answer.is_known ? 1 : 0;
      all += 1;
      return {};
    };
    for (std::size_t i = 0; i < pool.size(); ++i)
      if (ground.is_one() && !taught.contains(i)) SG_TRY(examine(pool[i]));
    for (const auto& example : others) SG_TRY(examine(example));
    accuracies.push_back(right / all);
    wrong_and_known += wrong / all / draws;
  }
  double mean = 0;
  for (const double accuracy : accuracies) mean += accuracy / draws;
  report.push_back(
      {.name = std::string(lesson.name),
       .value = mean,
       .goal = lesson.goal,
       .interval = vision::Interval{vision::quantile(accuracies, 0.025), vision::quantile(accuracies, 0.975)},
       .detail = fmt::format("20 draws; surely wrong {:.3f}", wrong_and_known)});
  return {};
}

}  // namespace

Result<void> measure_steel(const Ground& ground, std::vector<Measure>& report) {
  return measure_group(ground, {.group = "steel", .name = "damage.steel10", .each = 10, .goal = 0.97}, report);
}

Result<void> measure_road(const Ground& ground, std::vector<Measure>& report) {
  return measure_group(ground, {.group = "road", .name = "damage.road18", .each = 18, .goal = 0.82}, report);
}

}  // namespace sightglass::bench
