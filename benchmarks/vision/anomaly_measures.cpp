// Anomalies from good pictures alone: a model of each set's good pictures of the role train, judged on its role test.
// And the same after eight of its defects were taught, judged on the others.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "benchmarks/vision/measure.hpp"
#include "vision/anomaly/defect_head.hpp"
#include "vision/anomaly/train_anomaly.hpp"
#include "vision/random.hpp"

namespace sightglass::bench {

namespace {

using core::Result;
using vision::Scored;

constexpr std::array sets{"magnetic_tile", "casting", "solar_mono", "solar_poly", "toy_alien"};
constexpr double asked_false_rejects = 0.05;

struct Judged {
  std::vector<Scored> scores{};
  std::vector<vision::DefectExample> looks{};                 // of each
  std::map<std::string, std::vector<std::size_t>> defects{};  // by kind
  std::int64_t goods = 0, rejected = 0;
  std::int64_t marked = 0, peaks_inside = 0;  // defects with a box, and those whose peak lies in it
};

struct Tables {
  std::vector<Line> train{}, test{};
  std::map<std::string, std::vector<core::Box>> boxes{};  // by path
};

Result<Tables> read_tables(const Ground& ground) {
  Tables tables;
  SG_ASSIGN(tables.train, read_table(ground.train / "anomaly/labels.csv"));
  SG_ASSIGN(tables.test, read_table(ground.test / "anomaly/labels.csv"));
  SG_ASSIGN(const auto boxes, read_table(ground.test / "anomaly/boxes.csv"));
  for (const auto& line : boxes)
    tables.boxes[line.at("path")].push_back(
        {std::stod(line.at("x")), std::stod(line.at("y")), std::stod(line.at("w")), std::stod(line.at("h"))});
  return tables;
}

std::vector<Line> of_set(const std::vector<Line>& table, std::string_view set, std::string_view role) {
  std::vector<Line> lines;
  for (const auto& line : table)
    if (line.at("path").starts_with(fmt::format("{}/", set)) && line.at("role") == role) lines.push_back(line);
  return lines;
}

Result<vision::TrainedAnomaly> learn(const std::filesystem::path& folder, const std::vector<Line>& goods,
                                     vision::Embedder& embedder) {
  const auto picture = [&](std::size_t place) -> Result<vision::GoodPicture> {
    const auto& path = goods[place].at("path");
    SG_ASSIGN(auto raster, read_picture(folder / path));
    return vision::GoodPicture{std::move(raster), path, ""};
  };
  vision::AnomalyTraining training;
  training.false_reject_rate = asked_false_rejects;
  return vision::train_anomaly(picture, goods.size(), embedder, training, {});
}

Result<Judged> judge(const vision::AnomalyModel& model, const std::filesystem::path& folder,
                     const std::vector<Line>& lines, const Tables& tables, vision::Embedder& embedder) {
  Judged judged;
  for (const auto& line : lines) {
    SG_ASSIGN(const auto raster, read_picture(folder / line.at("path")));
    SG_ASSIGN(const auto result, model.score(raster, embedder));
    SG_ASSIGN(auto look, vision::look_at_defect(model, raster, line.at("path"), embedder));
    const bool is_defect = line.at("label") == "defect";
    if (is_defect) judged.defects[line.at("type")].push_back(judged.scores.size());
    judged.looks.push_back(std::move(look));
    judged.scores.push_back({result.score, is_defect});
    if (!is_defect) {
      ++judged.goods;
      judged.rejected += result.is_anomalous ? 1 : 0;
      continue;
    }
    const auto boxes = tables.boxes.find(line.at("path"));
    if (boxes == tables.boxes.end()) continue;
    ++judged.marked;
    const auto& peak = result.peak;
    const auto holds = [&](const core::Box& box) {
      return peak.x >= box.x && peak.x <= box.right() && peak.y >= box.y && peak.y <= box.bottom();
    };
    judged.peaks_inside += std::ranges::any_of(boxes->second, holds) ? 1 : 0;
  }
  return judged;
}

std::optional<vision::Interval> interval_of(const std::vector<Scored>& scores) {
  return vision::bootstrap(
      scores.size(),
      [&](std::span<const std::size_t> places) {
        std::vector<Scored> drawn;
        for (const std::size_t place : places) drawn.push_back(scores[place]);
        return vision::area_under_roc(drawn);
      },
      1000, 0.95, 1);
}

// Eight defects, in turns of their kinds.
std::set<std::size_t> drawn_defects(const Judged& judged, std::uint64_t seed) {
  constexpr std::size_t taught = 8;
  vision::RandomStream random(seed);
  auto kinds = judged.defects;
  for (auto& [kind, places] : kinds) random.shuffle(places);
  std::set<std::size_t> drawn;
  for (bool is_any = true; is_any && drawn.size() < taught;) {
    is_any = false;
    for (auto& [kind, places] : kinds) {
      if (places.empty() || drawn.size() == taught) continue;
      drawn.insert(places.back());
      places.pop_back();
      is_any = true;
    }
  }
  return drawn;
}

// The mean over twenty draws.
Result<double> taught_area(const vision::AnomalyModel& model, const Judged& judged) {
  constexpr std::uint64_t draws = 20;
  double sum = 0;
  for (std::uint64_t draw = 0; draw < draws; ++draw) {
    const auto drawn = drawn_defects(judged, draw);
    std::vector<vision::DefectExample> examples;
    for (const std::size_t place : drawn) examples.push_back(judged.looks[place]);
    SG_ASSIGN(const auto taught, vision::teach_defects(model, examples, draw));
    std::vector<Scored> scores;
    for (std::size_t i = 0; i < judged.scores.size(); ++i)
      if (!drawn.contains(i))
        scores.push_back(
            {taught.model.rescored(judged.scores[i].score, judged.looks[i].whole), judged.scores[i].is_positive});
    sum += vision::area_under_roc(scores).value_or(0) / draws;
  }
  return sum;
}

}  // namespace

Result<void> measure_anomalies(const Ground& ground, std::vector<Measure>& report) {
  SG_ASSIGN(const auto tables, read_tables(ground));
  double sum = 0;
  double taught_sum = 0;
  double within = 0;
  std::string outside;
  for (const std::string_view set : sets) {
    // Other pictures of the same kind bring their own good ones to learn from, when they have any.
    auto goods = of_set(tables.test, set, "train");
    const auto folder = (goods.empty() ? ground.train : ground.test) / "anomaly";
    if (goods.empty()) goods = of_set(tables.train, set, "train");
    SG_ASSIGN(const auto trained, learn(folder, goods, *ground.embedder));
    SG_ASSIGN(const auto judged, judge(trained.model, ground.test / "anomaly", of_set(tables.test, set, "test"), tables,
                                       *ground.embedder));
    const auto area = vision::area_under_roc(judged.scores);
    if (!area) return core::fail(core::not_found(fmt::format("{} has no good or no defect picture to judge.", set)));
    sum += *area;
    report.push_back(
        {.name = fmt::format("anomaly.auroc.{}", set), .value = *area, .interval = interval_of(judged.scores)});
    SG_ASSIGN(const double taught, taught_area(trained.model, judged));
    taught_sum += taught;
    report.push_back({.name = fmt::format("anomaly.eight.{}", set), .value = taught});
    const auto expected = vision::expected_rejects(trained.model.threshold(), judged.goods);
    const bool is_within = expected.contains(static_cast<double>(judged.rejected));
    within += is_within ? 1 : 0;
    outside += fmt::format("{}{} {} of {} in {:.0f}…{:.0f}", outside.empty() ? "" : ", ", set, judged.rejected,
                           judged.goods, expected.least, expected.most);
    if (judged.marked > 0 && set == "magnetic_tile")
      report.push_back({.name = "anomaly.peak",
                        .value = static_cast<double>(judged.peaks_inside) / static_cast<double>(judged.marked),
                        .goal = 0.85,
                        .interval = vision::clopper_pearson(judged.peaks_inside, judged.marked, 0.95),
                        .detail = fmt::format("{} of {} inside the marked box", judged.peaks_inside, judged.marked)});
  }
  report.push_back(
      {.name = "anomaly.good_only", .value = sum / sets.size(), .goal = 0.93, .detail = "mean over five sets"});
  report.push_back({.name = "anomaly.eight",
                    .value = taught_sum / sets.size(),
                    .goal = 0.96,
                    .detail = "after eight defects, mean of 20 draws and five sets"});
  report.push_back({.name = "anomaly.false_rejects",
                    .value = within / sets.size(),
                    .goal = 1,
                    .detail = fmt::format("share of sets within the stated interval: {}", outside)});
  return {};
}

}  // namespace sightglass::bench
