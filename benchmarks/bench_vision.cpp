// Measures what vision finds on labelled pictures: a table for people, JSON for programs.
//   bench_vision [--train DIR] [--test DIR] [--models DIR] [--backbone NAME] [--only PREFIX] [--json FILE] [--strict]
// DIR holds the sets (anomaly/, damage/, …). Where train and test are one folder, its roles and folds divide it; else
// all of the first teaches and the second is judged. --strict: exit 1 under a goal. Of one thread.
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "benchmarks/vision/measure.hpp"
#include "core/json_writer.hpp"
#include "imaging/pipeline/picture_decoder.hpp"

namespace {

using namespace sightglass;
using bench::Measure;

std::map<std::string, std::string> options_of(int argc, char** argv) {
  const char* shared = std::getenv("SIGHTGLASS_SHARED");
  const std::string data = (shared == nullptr ? std::string("../shared") : std::string(shared)) + "/data";
  std::map<std::string, std::string> options{
      {"train", data}, {"test", data}, {"models", "build/models/bundles"}, {"backbone", "centernet"}, {"only", ""},
      {"json", ""},    {"strict", ""}};
  for (int i = 1; i < argc; ++i) {
    const std::string name = std::string_view(argv[i]).starts_with("--") ? argv[i] + 2 : "";
    const bool is_known = options.contains(name);
    if (is_known && name == "strict") {
      options[name] = "yes";
    } else if (is_known && i + 1 < argc) {
      options[name] = argv[++i];
    } else {
      fmt::print(stderr, "bench_vision: {} is no option, or lacks its value\n", argv[i]);
      std::exit(2);
    }
  }
  return options;
}

void print(const Measure& measure) {
  const auto interval =
      measure.interval ? fmt::format("{:.3f}…{:.3f}", measure.interval->least, measure.interval->most) : std::string();
  fmt::print("{:32} {:8.4f}  {:13}  {:>6}  {:5}  {}\n", measure.name, measure.value, interval,
             measure.goal ? fmt::format("{:.2f}", *measure.goal) : "",
             !measure.goal      ? ""
             : measure.is_met() ? "yes"
                                : "NO",
             measure.detail);
  std::fflush(stdout);
}

std::string json_of(const std::vector<Measure>& report, const std::map<std::string, std::string>& failures) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().key("measures").begin_array();
  for (const auto& measure : report) {
    json.begin_object().member("name", measure.name).member("value", measure.value).member("goal", measure.goal);
    json.member("is_met", measure.is_met());
    if (measure.interval) json.member("least", measure.interval->least).member("most", measure.interval->most);
    json.member("detail", measure.detail).end_object();
  }
  json.end_array().key("failures").begin_object();
  for (const auto& [name, why] : failures) json.member(core::JsonKey(name), why);
  json.end_object().end_object();
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  auto options = options_of(argc, argv);
  auto warm = imaging::pipeline::PictureDecoder::warm_up();
  auto backbone = bench::open_backbone(options["models"], options["backbone"]);
  if (!warm || !backbone) {
    const auto& error = !warm ? warm.error() : backbone.error();
    fmt::print(stderr, "bench_vision: {} ({})\nmodels are fetched by ./setup, or named by --models\n", error.message,
               error.cause);
    return 1;
  }
  const bench::Ground ground{options["train"], options["test"], backbone->get(), options["models"]};
  using Measurer = std::function<core::Result<void>(const bench::Ground&, std::vector<Measure>&)>;
  const std::vector<std::pair<std::string, Measurer>> measurers{{"anomaly", bench::measure_anomalies},
                                                                {"damage.steel10", bench::measure_steel},
                                                                {"damage.road18", bench::measure_road},
                                                                {"camera", bench::measure_cameras},
                                                                {"meter", bench::measure_meters},
                                                                {"reference", bench::measure_references}};
  std::vector<Measure> report;
  std::map<std::string, std::string> failures;
  fmt::print("{:32} {:>8}  {:13}  {:>6}  {:5}\n", "measure", "value", "95 %", "goal", "met");
  for (const auto& [name, measure] : measurers) {
    if (!name.starts_with(options["only"])) continue;
    const std::size_t before = report.size();
    if (auto done = measure(ground, report); !done) {
      failures[name] = done.error().message;
      fmt::print("{:32} not measured: {}\n", name, done.error().message);
    }
    for (std::size_t i = before; i < report.size(); ++i) print(report[i]);
  }
  if (!options["json"].empty()) std::ofstream(options["json"]) << json_of(report, failures) << '\n';
  bool is_met = failures.empty();
  for (const auto& measure : report) is_met = is_met && measure.is_met();
  return options["strict"].empty() || is_met ? 0 : 1;
}
