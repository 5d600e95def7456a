// Meters: wheels, digits and needles one by one, displays as a whole. Where one folder teaches and examines, names that
// end in c to f examine: a quarter of each set. Nothing was learnt from the pump displays, all of which examine.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "benchmarks/vision/folder_models.hpp"
#include "benchmarks/vision/measure.hpp"
#include "vision/pixels.hpp"
#include "vision/readings/judge_reading.hpp"
#include "vision/readings/place_digits.hpp"

namespace sightglass::bench {

namespace {

using core::Result;

struct Tally {
  // `right` counts what was likeliest, told or not; wrong is told, and not right.
  std::int64_t all = 0, right = 0, told = 0, wrong = 0;
  void add(bool is_told, bool is_right) {
    ++all;
    told += is_told ? 1 : 0;
    right += is_right ? 1 : 0;
    wrong += is_told && !is_right ? 1 : 0;
  }
};

struct Reader {
  vision::MeterReader& meter;
  Result<vision::PartSeen> whole(const core::Raster& picture, vision::PartKind kind) const {
    const auto [width, height] =
        std::pair{static_cast<double>(picture.size.width), static_cast<double>(picture.size.height)};
    return meter.read(picture, {.kind = kind, .corners = vision::Quadrangle{0, 0, width, 0, width, height, 0, height}});
  }
};

bool examines(const Ground& ground, const std::string& path) {
  if (!ground.is_one()) return true;
  const auto stem = std::filesystem::path(path).stem().string();
  return !stem.empty() && std::string_view("cdef").find(stem.back()) != std::string_view::npos;
}

// What became of one picture, for whoever looks into a figure.
void tell(const Line& line, const vision::JudgedReading& judged, const std::string& more) {
  if (std::getenv("SIGHTGLASS_BENCH_TELL") == nullptr) return;
  fmt::print(stderr, "{} {} seen {} read {} {:.2f} {} {}\n", line.at("path"), line.at("value"), judged.raw_text,
             judged.value_text, judged.confidence, judged.reason, more);
}

double apart(double one, double other) {
  const double off = std::fmod(std::abs(one - other), 10);
  return std::min(off, 10 - off);
}

// A wheel or a needle: right within two tenths.
Result<void> examine_place(const Reader& reader, const core::Raster& picture, const Line& line, vision::PartKind kind,
                           Tally& tally) {
  SG_ASSIGN(const auto seen, reader.whole(picture, kind));
  const auto place = vision::value_of(seen.places.front());
  const bool is_told = place.confidence >= vision::least_confidence_of(kind);
  // Labels have one decimal: what rounds to a label within 0.2 is within.
  tally.add(is_told, apart(place.value, std::strtod(line.at("value").c_str(), nullptr)) < 0.25);
  return {};
}

// A whole digit, or none: then unknown is right.
Result<void> examine_digit(const Reader& reader, const core::Raster& picture, const Line& line, Tally& tally) {
  SG_ASSIGN(const auto seen, reader.whole(picture, vision::PartKind::wheels));
  const auto whole = vision::whole_digit_of(seen.places.front());
  const bool is_told = whole.confidence >= vision::least_confidence_of(vision::PartKind::wheels);
  const bool is_none = line.at("value") == "NaN";
  tally.add(is_told, is_none ? !is_told : fmt::format("{}", whole.digit) == line.at("value"));
  return {};
}

// As a meter's record would have it: the digits before and behind the point.
vision::MeterRules rules_of(const std::string& value, bool is_rounded) {
  const auto point = std::min(value.find('.'), value.size());
  const auto behind = point == value.size() ? 0 : value.size() - point - 1;
  return {.digits = static_cast<std::int32_t>(is_rounded ? 0 : point),
          .decimals = is_rounded ? 2 : static_cast<std::int32_t>(behind)};
}

Result<void> examine_display(const Reader& reader, const core::Raster& picture, const Line& line, Tally& tally) {
  const auto& value = line.at("value");
  // Whole photos are searched; of crops the whole is the display.
  const bool is_found = line.at("label") == "lcd_fuel" || line.at("note") == "whole panel photo";
  const double tolerance = std::strtod(line.at("tolerance").c_str(), nullptr);
  SG_ASSIGN(const auto seen, is_found ? reader.meter.read(picture, {.kind = vision::PartKind::display})
                                      : reader.whole(picture, vision::PartKind::display));
  const auto judged = vision::judge_reading({&seen, 1}, rules_of(value, tolerance > 0), {});
  const auto& text = judged.likeliest_text;
  const bool is_right =
      !text.empty() &&
      (tolerance > 0 ? std::abs(std::strtod(text.c_str(), nullptr) - std::stod(value)) <= tolerance : text == value);
  tally.add(judged.value.has_value(), is_right);
  tell(line, judged, "");
  return {};
}

Result<void> examine(const Reader& reader, const core::Raster& picture, const Line& line, Tally& tally) {
  const auto& label = line.at("label");
  if (label == "counter_digit") return examine_place(reader, picture, line, vision::PartKind::wheels, tally);
  if (label == "needle_dial") return examine_place(reader, picture, line, vision::PartKind::needle, tally);
  if (label == "whole_digit") return examine_digit(reader, picture, line, tally);
  return examine_display(reader, picture, line, tally);
}

// A meter of the set whose faces are shown whole: where its five wheels are was taught on one of its pictures.
struct Taught {
  std::string_view picture;
  vision::Quadrangle shares;
  core::Raster raster{};
};

std::vector<Taught> taught_faces() {
  return {{"water_meter_full/wm_10_221e8279.jpg", {0.2742, 0.1556, 0.6208, 0.1611, 0.6208, 0.2694, 0.2742, 0.2611}},
          {"water_meter_full/wm_28_af11fd08.jpg", {0.3063, 0.225, 0.6742, 0.225, 0.6742, 0.3222, 0.3063, 0.3222}}};
}

Result<core::Raster> upright(const std::filesystem::path& file, const std::string& rotate) {
  SG_ASSIGN(const auto picture, read_picture(file));
  return vision::turned(picture, rotate == "180" ? 180 : 0);
}

// A `?` stands for a wheel that people could not decide either; others are parted by `|`.
bool is_accepted(const std::string& text, const Line& line) {
  std::string rest = line.at("value") + "|" + line.at("accept") + "|";
  for (std::size_t end = rest.find('|'); end != std::string::npos; rest.erase(0, end + 1), end = rest.find('|')) {
    const std::string one = rest.substr(0, end);
    const bool fits =
        std::ranges::equal(one, text, [](char wanted, char read) { return wanted == '?' || wanted == read; });
    if (fits) return true;
  }
  return false;
}

Result<void> examine_face(const Reader& reader, const std::vector<Taught>& faces, const core::Raster& picture,
                          const Line& line, Tally& tally) {
  vision::FaceMove best{.likeness = -1};
  const Taught* face = nullptr;
  for (const auto& one : faces) {
    SG_ASSIGN(const auto move, reader.meter.find_face(one.raster, picture));
    if (move.likeness <= best.likeness) continue;
    best = move;
    face = &one;
  }
  vision::Quadrangle pixels = face->shares;
  for (std::size_t i = 0; i < 8; ++i) pixels[i] *= i % 2 == 0 ? face->raster.size.width : face->raster.size.height;
  SG_ASSIGN(const auto seen,
            reader.meter.read(picture,
                              {.kind = vision::PartKind::wheels, .corners = vision::moved(pixels, best), .digits = 5}));
  const auto judged = vision::judge_reading({&seen, 1}, {.digits = 5}, {});
  const bool is_open = line.at("value").find('?') != std::string::npos;
  // Where people could not decide, nothing told is right.
  const bool is_right = is_accepted(judged.likeliest_text, line) || (is_open && !judged.value);
  tally.add(judged.value.has_value(), is_right);
  tell(line, judged, fmt::format("like {:.2f}", best.likeness));
  return {};
}

Result<Tally> examine_faces(const Ground& ground, const Reader& reader, const std::vector<Line>& table) {
  auto faces = taught_faces();
  for (auto& face : faces) {
    SG_ASSIGN(face.raster, upright(ground.train / "meter" / face.picture, "180"));
  }
  Tally tally;
  for (const auto& line : table) {
    const bool is_taught =
        ground.is_one() && std::ranges::find(faces, line.at("path"), &Taught::picture) != faces.end();
    if (line.at("label") != "water_meter_full" || is_taught) continue;
    SG_ASSIGN(const auto picture, upright(ground.test / "meter" / line.at("path"), line.at("rotate")));
    SG_TRY(examine_face(reader, faces, picture, line, tally));
  }
  return tally;
}

Measure row_of(std::string name, double goal, const Tally& tally) {
  return {.name = std::move(name),
          .value = static_cast<double>(tally.right) / static_cast<double>(tally.all),
          .goal = goal,
          .interval = vision::clopper_pearson(tally.right, tally.all, 0.95),
          .detail = fmt::format("of {}; told {}, of these wrong {}", tally.all, tally.told, tally.wrong)};
}

}  // namespace

Result<void> measure_meters(const Ground& ground, std::vector<Measure>& report) {
  FolderModels models(ground.models);
  const core::SystemClock clock;
  SG_ASSIGN(const auto engine, vision::Engine::open({}, models, clock));
  SG_ASSIGN(auto* meter, engine->meter_reader());
  const Reader reader{*meter};
  SG_ASSIGN(const auto table, read_table(ground.test / "meter/labels.csv"));
  const std::vector<std::pair<std::string, double>> goals{{"counter_digit", 0.97}, {"whole_digit", 0.97},
                                                          {"needle_dial", 0.95},   {"lcd_energy", 0.85},
                                                          {"lcd_fuel", 0.80},      {"lcd_pump", 0.92}};
  for (const auto& [label, goal] : goals) {
    Tally tally;
    for (const auto& line : table) {
      if (line.at("label") != label || (label != "lcd_pump" && !examines(ground, line.at("path")))) continue;
      SG_ASSIGN(const auto picture, read_picture(ground.test / "meter" / line.at("path")));
      SG_TRY(examine(reader, picture, line, tally));
    }
    if (tally.all > 0) report.push_back(row_of("meter." + label, goal, tally));
  }
  SG_ASSIGN(const auto faces, examine_faces(ground, reader, table));
  if (faces.all > 0) report.push_back(row_of("meter.water_meter_full", 0.75, faces));
  return {};
}

}  // namespace sightglass::bench
