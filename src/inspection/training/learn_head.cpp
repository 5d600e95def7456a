#include <fmt/format.h>

#include <map>

#include "inspection/training/head_examples.hpp"
#include "inspection/training/lesson.hpp"
#include "vision/heads/head_input.hpp"
#include "vision/heads/texture.hpp"

namespace sightglass::inspection::training {
namespace {

using core::Result;

constexpr double share_of_looking = 0.6;  // of the whole

bool teaches(const Example& example) {
  return !example.is_held_out && (example.role == Role::good || example.role == Role::of_class);
}

Result<std::vector<vision::LabelledEmbedding>> look(const Lesson& lesson, const TrainingSet& set,
                                                    vision::HeadInput input) {
  std::vector<vision::LabelledEmbedding> examples;
  double done = 0;
  for (const auto& example : set.examples) {
    SG_TRY(check_goes_on(lesson));
    done += 1;
    if (!teaches(example)) continue;
    auto views = head_views(lesson, set.subject.task, input, example);
    if (!views && !is_of_one_photo(views.error())) return core::fail(views.error());
    if (!views) {
      leave_out(lesson, example.photo_id, views.error());
      continue;
    }
    for (auto& view : *views)
      examples.push_back({.values = std::move(view.values), .label = std::move(view.label), .group = example.group});
    if (lesson.set_progress)
      lesson.set_progress(
          static_cast<std::int32_t>(100 * share_of_looking * done / static_cast<double>(set.examples.size())));
  }
  return examples;
}

// Classes of too few examples teach nothing.
std::vector<std::string> drop_rare(std::vector<vision::LabelledEmbedding>& examples) {
  std::map<std::string, std::size_t> counts;
  for (const auto& example : examples) ++counts[example.label];
  std::vector<std::string> remarks;
  for (const auto& [label, count] : counts) {
    if (count >= vision::least_examples_a_class) continue;
    remarks.push_back(fmt::format("The class {} is left out: {} example{}; at least {} are needed.", label, count,
                                  count == 1 ? "" : "s", vision::least_examples_a_class));
  }
  std::erase_if(examples, [&](const vision::LabelledEmbedding& example) {
    return counts[example.label] < vision::least_examples_a_class;
  });
  return remarks;
}

}  // namespace

Result<Learnt> learn_head(const Lesson& lesson, const TrainingSet& set) {
  const auto input = input_of(set.subject.task);
  lesson.log.say("Now looking at pictures.");
  SG_ASSIGN(auto examples, look(lesson, set, input));
  auto remarks = drop_rare(examples);
  if (examples.empty()) return core::fail(core::invalid_input("examples", "There are no examples to learn from."));
  SG_ASSIGN(const auto* embedder, lesson.workshop.instruments.embedder());
  const std::size_t texture = input == vision::HeadInput::embedding ? 0 : vision::texture_values;
  vision::HeadTraining training{.input = input,
                                .blocks = vision::head_blocks(input, examples.front().values.size() - texture)};
  lesson.log.say(fmt::format("Now learning classes of {} examples.", examples.size()));
  const auto goes_on = [&] { return !lesson.should_stop || !lesson.should_stop(); };
  SG_ASSIGN(auto trained, vision::train_head(examples, embedder->model(), training, goes_on));
  for (auto& remark : trained.remarks) remarks.push_back(std::move(remark));
  return Learnt{.format = "sightglass-head",
                .file = std::move(trained.file),
                .backbone = std::string(embedder->model()),
                .labels = trained.head.parts().labels,
                .remarks = std::move(remarks)};
}

}  // namespace sightglass::inspection::training
