#include "inspection/pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "inspection/steps/steps.hpp"

namespace sightglass::inspection {
namespace {

using core::Result;

constexpr std::array steps_in_order{
    Step{.name = "properties", .is_of_content = true, .is_essential = true, .run = steps::measure},
    Step{.name = "objects", .model_task = "objects", .is_of_content = true, .run = steps::find_objects},
    Step{
        .name = "embedding", .model_task = "embedding", .needs = "objects", .is_of_content = true, .run = steps::embed},
    Step{.name = "text", .model_task = "text-recogniser", .is_of_content = true, .run = steps::read_text},
    Step{.name = "codes", .is_of_content = true, .run = steps::read_codes},
    Step{.name = "outside", .is_of_content = true, .run = steps::ask_outside},
    Step{.name = "anomalies", .taught_task = anomaly_task, .run = steps::find_anomalies},
    Step{.name = "damage", .taught_task = damage_task, .applies = steps::may_show_damage, .run = steps::name_damage},
    Step{.name = "labels", .run = steps::name_labels},
    Step{.name = "readings", .applies = steps::may_show_meters, .run = steps::read_the_meters},
    Step{.name = "spottings", .needs = "objects", .applies = steps::may_show_animals, .run = steps::find_animals},
    Step{.name = "species",
         .taught_task = species_task,
         .needs = "spottings",
         .applies = steps::may_show_animals,
         .run = steps::name_species},
};

// Raised when a step's own code comes to see something else.
constexpr int code_version = 4;

bool was_done(const Observations& seen, std::string_view step) {
  return std::ranges::any_of(
      seen.steps, [&](const StepReport& report) { return report.step == step && report.outcome == StepOutcome::done; });
}

const Judge* judge_of(const Step& step, const Taught* taught) {
  if (taught == nullptr) return nullptr;
  const auto found = taught->judges.find(step.taught_task);
  return found == taught->judges.end() ? nullptr : &found->second;
}

// Numbers of one backbone mean nothing to what was taught on another.
std::string why_not_judged(const Step& step, StepContext& context) {
  const auto* const judge = judge_of(step, context.taught);
  if (judge == nullptr) return fmt::format("no model that was taught for {} holds for this photo", step.taught_task);
  const auto backbone = context.instruments.model_of("embedding");
  if (backbone.empty()) return "no model for embedding is installed";
  // References were taught on none.
  if (backbone == judge->backbone || judge->row.format == reference_format) return {};
  return fmt::format("{} was taught on {}, and {} is installed: it has to be trained again", judge->label(),
                     judge->backbone.empty() ? "an unknown network" : judge->backbone, backbone);
}

// Empty when nothing speaks against running the step.
std::string why_not(const Step& step, StepContext& context, std::string_view model) {
  if (step.applies != nullptr && !step.applies(context.picture.photo())) return "it says nothing of such a photo";
  if (!step.model_task.empty() && model.empty()) return fmt::format("no model for {} is installed", step.model_task);
  if (!step.needs.empty() && !was_done(context.seen, step.needs)) return fmt::format("{} was not done", step.needs);
  return step.taught_task.empty() ? std::string() : why_not_judged(step, context);
}

// Decoding and the backbone's pass are shared, and counted where they were first asked for.
Result<StepReport> run_step(const Step& step, StepContext& context) {
  StepReport report{.step = std::string(step.name)};
  if (!step.model_task.empty()) report.model = context.instruments.model_of(step.model_task);
  if (const auto* judge = judge_of(step, context.taught)) report.model = judge->label();
  report.reason = why_not(step, context, report.model);
  if (!report.reason.empty()) {
    report.outcome = StepOutcome::skipped;
    return report;
  }
  const auto began = std::chrono::steady_clock::now();
  const auto outcome = step.run(context);
  report.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
  if (!outcome) {
    if (step.is_essential) return core::fail(outcome.error());
    report.outcome = StepOutcome::failed;
    report.reason = outcome.error().message;
  }
  return report;
}

bool is_wanted(const Step& step, const PipelineWish& wish) {
  if (step.run == steps::ask_outside && wish.outside == nullptr) return false;
  return std::ranges::find(wish.without, step.name) == wish.without.end();
}

// FNV-1a, 32 bits (draft-eastlake-fnv): tells pipelines apart, guards against no enemy.
class Mixture {
 public:
  void add(std::string_view words) {
    for (const char c : words) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x01000193;
  }
  std::string version() const { return fmt::format("{}-{:08x}", code_version, hash_); }

 private:
  std::uint32_t hash_ = 0x811c9dc5;
};

void mix_content(Mixture& mixture, vision::Instruments& instruments, const PipelineWish& wish) {
  mixture.add(wish.variant);
  // Of text three models have their part, and only one of them is a step's own.
  for (const auto* task : {"text-finder", "text-direction"})
    mixture.add(fmt::format("{}={};", task, instruments.model_of(task)));
  for (const Step& step : steps_in_order) {
    if (!step.is_of_content || !is_wanted(step, wish)) continue;
    const auto model = step.model_task.empty() ? std::string() : instruments.model_of(step.model_task);
    mixture.add(fmt::format("{}={};", step.name, model));
  }
}

}  // namespace

std::span<const Step> all_steps() { return steps_in_order; }

bool is_of_content(std::string_view step) {
  const auto found = std::ranges::find(steps_in_order, step, &Step::name);
  return found != steps_in_order.end() && found->is_of_content;
}

Result<Observations> look_at(Picture& picture, vision::Instruments& instruments, const PipelineWish& wish) {
  Observations seen = wish.seen_before.value_or(Observations{});
  StepContext context{.picture = picture,
                      .instruments = instruments,
                      .seen = seen,
                      .outside = wish.outside,
                      .taught = wish.taught,
                      .meters = wish.meters,
                      .region = wish.region};
  for (const Step& step : steps_in_order) {
    if (!is_wanted(step, wish) || (step.is_of_content && wish.seen_before)) continue;
    if (wish.should_stop && wish.should_stop())
      return core::fail(core::ErrorCode::cancelled, fmt::format("the analysis was stopped before {}", step.name));
    SG_ASSIGN(auto report, run_step(step, context));
    seen.steps.push_back(std::move(report));
  }
  return seen;
}

std::string content_version(vision::Instruments& instruments, const PipelineWish& wish) {
  Mixture mixture;
  mix_content(mixture, instruments, wish);
  return mixture.version();
}

std::string pipeline_version(vision::Instruments& instruments, const PipelineWish& wish) {
  Mixture mixture;
  mix_content(mixture, instruments, wish);
  for (const auto* task : {"wheels", "needles", "display"})
    mixture.add(fmt::format("{}={};", task, instruments.model_of(task)));
  for (const Step& step : steps_in_order) {
    if (step.is_of_content || !is_wanted(step, wish)) continue;
    const auto* const judge = judge_of(step, wish.taught);
    mixture.add(fmt::format("{}={};", step.name, judge == nullptr ? std::string() : judge->label()));
  }
  if (wish.region != nullptr) mixture.add(wish.region->words());
  if (wish.taught != nullptr)
    for (const auto& name : wish.taught->critical_classes) mixture.add(fmt::format("critical {};", name));
  return mixture.version();
}

std::string_view name_of(StepOutcome outcome) {
  constexpr std::array<std::string_view, 3> names{"done", "skipped", "failed"};
  return names.at(static_cast<std::size_t>(outcome));
}

}  // namespace sightglass::inspection
