#include <fmt/format.h>

#include <map>
#include <set>

#include "core/json_writer.hpp"
#include "inspection/training/training_set.hpp"

namespace sightglass::inspection::training {
namespace {

// As vision/anomaly/train_anomaly.hpp and vision/heads/few_shot_head.hpp ask for; those are the worker's.
constexpr std::int64_t least_good = 8;
constexpr std::int64_t least_references = 1;
constexpr std::int64_t least_of_class = 3;
constexpr std::string_view nothing = "none";

std::string pictures(std::int64_t count, std::string_view what) {
  return fmt::format("{} {}picture{}", count, what, count == 1 ? "" : "s");
}

void add(Count& to, bool is_held_out, std::int64_t count = 1) {
  to.count += count;
  if (is_held_out) to.held_out += count;
}

void judge_goods(Counts& counts, Method method) {
  const auto least = method == Method::compare ? least_references : least_good;
  const auto taught = counts.good.taught();
  counts.is_enough = taught >= least;
  const std::string have =
      fmt::format("{} to learn from, {} held out to examine; {} of defects ({} held out)", pictures(taught, "good "),
                  counts.good.held_out, pictures(counts.defects.count, ""), counts.defects.held_out);
  counts.why = counts.is_enough ? have + "."
                                : fmt::format(
                                      "{}; at least {} good picture{} to learn from {} needed, {} more. Photos "
                                      "that people gave the verdict OK count, and those on which they "
                                      "rejected every anomaly.",
                                      have, least, least == 1 ? "" : "s", least == 1 ? "is" : "are", least - taught);
}

void judge_classes(Counts& counts, std::string_view task) {
  std::int64_t enough = 0;
  std::string few;
  for (const auto& one : counts.classes) {
    if (one.of.taught() >= least_of_class)
      ++enough;
    else
      few += fmt::format("{}{} has {}", few.empty() ? "" : ", ", one.name, one.of.taught());
  }
  counts.is_enough = enough >= 2;
  counts.why =
      fmt::format("{} class{} with {} examples to learn from or more", enough, enough == 1 ? "" : "es", least_of_class);
  if (!few.empty()) counts.why += fmt::format("; too few: {}", few);
  counts.why += ".";
  if (counts.is_enough) return;
  counts.why += fmt::format(" At least two classes are needed. Confirm, correct or draw findings of them{}.",
                            task == "damage" ? ", or give photos without damage the verdict OK" : "");
}

void write_count(core::JsonWriter& json, core::JsonKey name, const Count& count) {
  json.key(name).begin_object().member("count", count.count).member("held_out", count.held_out).end_object();
}

}  // namespace

Counts counts_of(const TrainingSet& set, Method method) {
  Counts counts;
  std::map<std::string, Count> classes;
  std::set<std::string_view> groups;
  const bool has_nothing = set.subject.task == "damage";
  for (const auto& example : set.examples) {
    if (example.role == Role::left_out) {
      ++counts.left_out;
      continue;
    }
    groups.insert(example.group);
    if (example.role == Role::good) add(counts.good, example.is_held_out);
    if (example.role == Role::good && has_nothing) add(classes[std::string(nothing)], example.is_held_out);
    if (example.role == Role::defect) add(counts.defects, example.is_held_out);
    for (const auto& thing : example.things) add(classes[thing.class_name], example.is_held_out);
  }
  for (auto& [name, count] : classes) counts.classes.push_back({.name = name, .of = count});
  counts.groups = static_cast<std::int64_t>(groups.size());
  if (is_of_classes(set.subject.task))
    judge_classes(counts, set.subject.task);
  else
    judge_goods(counts, method);
  return counts;
}

std::string to_json(const Counts& counts) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object();
  write_count(json, "good", counts.good);
  write_count(json, "defects", counts.defects);
  json.key("classes").begin_array();
  for (const auto& one : counts.classes) {
    json.begin_object().member("name", one.name).member("count", one.of.count);
    json.member("held_out", one.of.held_out).end_object();
  }
  json.end_array().member("left_out", counts.left_out).member("is_enough", counts.is_enough);
  json.member("why", counts.why).end_object();
  return text;
}

}  // namespace sightglass::inspection::training
