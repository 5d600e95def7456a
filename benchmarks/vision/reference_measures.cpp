// Boards beside their reference: which marked defects are found, and what is found beside them. A board to be judged
// and its reference have the same file name below pcb/defect and pcb/good; where no two have, defects are drawn on the
// good boards of the role test.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "benchmarks/vision/drawn_boards.hpp"
#include "benchmarks/vision/measure.hpp"
#include "vision/reference/compare_pictures.hpp"

namespace sightglass::bench {

namespace {

using core::Result;

// A box is found when one that overlaps it by more than this was drawn, as DeepPCB's own measure has it (Tang et al.
// 2019).
constexpr double enough_overlap = 0.33;

struct Tally {
  std::int64_t pictures = 0, marked = 0, found = 0, wrong = 0;
  std::map<std::string, std::array<std::int64_t, 2>> kinds{};  // of each: marked, found
};

void add(Tally& tally, const std::vector<DrawnDefect>& marked, const std::vector<vision::Difference>& differences) {
  const auto hits = [](const core::Box& a) {
    return [&a](const auto& b) { return core::overlap(a, b.box) > enough_overlap; };
  };
  ++tally.pictures;
  for (const auto& defect : marked) {
    const bool is_found = std::ranges::any_of(differences, hits(defect.box));
    auto& kind = tally.kinds[defect.kind];
    ++tally.marked, ++kind[0];
    tally.found += is_found ? 1 : 0, kind[1] += is_found ? 1 : 0;
  }
  for (const auto& difference : differences) tally.wrong += std::ranges::any_of(marked, hits(difference.box)) ? 0 : 1;
}

Result<void> examine(const core::Raster& reference, const DrawnBoard& board, Tally& tally) {
  SG_ASSIGN(const auto grey, vision::grey_of(reference));
  SG_ASSIGN(const auto comparison, vision::compare_pictures({&grey, 1}, board.picture));
  add(tally, board.defects, comparison.differences);
  return {};
}

std::filesystem::path reference_of(const std::filesystem::path& folder, const std::string& path) {
  return folder / "pcb/good" / std::filesystem::path(path).filename();
}

Result<void> examine_pairs(const std::filesystem::path& folder, Tally& tally) {
  SG_ASSIGN(const auto table, read_table(folder / "boxes.csv"));
  std::map<std::string, std::vector<DrawnDefect>> marked;
  for (const auto& line : table)
    if (line.at("path").starts_with("pcb/"))
      marked[line.at("path")].push_back(
          {line.at("label"),
           {std::stod(line.at("x")), std::stod(line.at("y")), std::stod(line.at("w")), std::stod(line.at("h"))}});
  for (const auto& [path, defects] : marked) {
    const auto file = reference_of(folder, path);
    if (!std::filesystem::exists(file)) continue;
    SG_ASSIGN(const auto reference, read_picture(file));
    SG_ASSIGN(auto picture, read_picture(folder / path));
    SG_TRY(examine(reference, {std::move(picture), defects}, tally));
  }
  return {};
}

Result<void> examine_drawn(const std::filesystem::path& folder, Tally& tally) {
  SG_ASSIGN(const auto table, read_table(folder / "labels.csv"));
  std::uint64_t seed = 1;
  for (const auto& line : table) {
    if (!line.at("path").starts_with("pcb/good/") || line.at("role") != "test") continue;
    SG_ASSIGN(const auto reference, read_picture(folder / line.at("path")));
    // Two with defects for each that is whole.
    for (const bool has_defects : {true, true, false})
      SG_TRY(examine(reference, drawn_board(reference, has_defects, seed++), tally));
  }
  return {};
}

}  // namespace

Result<void> measure_references(const Ground& ground, std::vector<Measure>& report) {
  const auto folder = ground.test / "anomaly";
  Tally tally;
  SG_TRY(examine_pairs(folder, tally));
  const bool is_drawn = tally.pictures == 0;
  if (is_drawn) SG_TRY(examine_drawn(folder, tally));
  if (tally.marked == 0) return core::fail(core::not_found("There are no boards to compare."));
  std::string kinds;
  for (const auto& [kind, counts] : tally.kinds) kinds += fmt::format(", {} {} of {}", kind, counts[1], counts[0]);
  const std::string_view what = is_drawn ? "drawn defects" : "marked defects";
  report.push_back({.name = "reference.recall",
                    .value = static_cast<double>(tally.found) / static_cast<double>(tally.marked),
                    .goal = 0.90,
                    .interval = vision::clopper_pearson(tally.found, tally.marked, 0.95),
                    .detail = fmt::format("{} of {} {}{}", tally.found, tally.marked, what, kinds)});
  report.push_back({.name = "reference.false_boxes",
                    .value = static_cast<double>(tally.wrong) / static_cast<double>(tally.pictures),
                    .goal = 1,
                    .is_less_better = true,
                    .detail = fmt::format("{} on {} pictures", tally.wrong, tally.pictures)});
  return {};
}

}  // namespace sightglass::bench
