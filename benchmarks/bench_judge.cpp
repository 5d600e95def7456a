// Measures the judging of frames of the simulated belt, 1280×1024, by the process that does it in service.
//   bench_judge [--runtime opencv|onnxruntime] [--onnxruntime FILE] [--threads N] [--frames N] [--rate PER_SECOND]
// Prints the time of each step, and how well good and defective parts are told apart.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "unit/inspection/belt_ground.hpp"

namespace {

using namespace sightglass;
using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point began) {
  return std::chrono::duration<double, std::milli>(Clock::now() - began).count();
}

std::map<std::string, std::string> options_of(int argc, char** argv) {
  std::map<std::string, std::string> options{
      {"runtime", "opencv"}, {"onnxruntime", ""}, {"threads", "1"}, {"frames", "40"}, {"rate", "0"}};
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = std::string_view(argv[i]).starts_with("--") ? argv[i] + 2 : "";
    if (!options.contains(name)) {
      fmt::print(stderr, "bench_judge: {} is no option\n", argv[i]);
      std::exit(2);
    }
    options[name] = argv[i + 1];
  }
  return options;
}

void replace(std::vector<std::string>& arguments, std::string_view name, const std::string& value) {
  const auto found = std::ranges::find(arguments, name);
  if (found != arguments.end()) *std::next(found) = value;
}

void print(std::string_view name, std::vector<double> values) {
  if (values.empty()) return;
  std::ranges::sort(values);
  const auto at = [&](double share) {
    return values[std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())))];
  };
  fmt::print("{:24} p50 {:7.1f}  p95 {:7.1f}  p99 {:7.1f} ms\n", name, at(0.5), at(0.95), at(0.99));
}

struct Times {
  std::vector<double> whole{}, convert{}, network{}, score{}, annotate{};
};

// One frame after the other, each not before its time.
struct Run {
  inspection::FrameJudge& judge;
  const inspection::Belt& belt;
  double rate = 0;
  Times times{};
  std::vector<double> goods{}, bads{};
  double threshold = 0;

  bool one(std::uint64_t part, double defects, core::PixelFormat format) {
    const inspection::JudgeOrder order{
        .frame = belt.frame(part, defects, format), .region = belt.region(), .model = "belt"};
    const auto began = Clock::now();
    const auto found = judge.judge(order);
    if (!found) {
      fmt::print(stderr, "bench_judge: {} ({})\n", found.error().message, found.error().cause);
      return false;
    }
    times.whole.push_back(milliseconds_since(began));
    times.convert.push_back(found->convert_ms);
    times.network.push_back(found->network_ms);
    times.score.push_back(found->score_ms);
    (belt.is_defective(part, defects) ? bads : goods).push_back(found->score);
    threshold = found->threshold;
    const auto drawing = Clock::now();
    const auto jpeg = judge.annotate(order.frame, std::nullopt, *found,
                                     {.image_id = "A-1", .verdict = "OK", .words = "score", .time = "now"});
    if (jpeg) times.annotate.push_back(milliseconds_since(drawing));
    if (rate > 0) std::this_thread::sleep_until(began + std::chrono::duration<double>(1 / rate));
    return jpeg.has_value();
  }
};

void report(const Run& run, core::PixelFormat format) {
  fmt::print("{}\n", core::name_of(format));
  print("  judge, whole", run.times.whole);
  print("    convert", run.times.convert);
  print("    network", run.times.network);
  print("    score", run.times.score);
  print("  annotate", run.times.annotate);
  const auto above = [&](const std::vector<double>& scores) {
    return std::ranges::count_if(scores, [&](double score) { return score > run.threshold; });
  };
  fmt::print("  good parts rejected {} of {}, defective parts found {} of {}\n", above(run.goods), run.goods.size(),
             above(run.bads), run.bads.size());
}

}  // namespace

int main(int argc, char** argv) {
  auto options = options_of(argc, argv);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // to be read while it runs
  const inspection::Belt belt({1280, 1024});
  inspection::BeltGround ground;
  ground.add_model("belt", "1", inspection::belt_model({1280, 1024}));
  auto plan = ground.options();
  replace(plan.arguments, "--vision-runtime", options["runtime"]);
  replace(plan.arguments, "--onnxruntime", options["onnxruntime"]);
  replace(plan.arguments, "--vision-threads", options["threads"]);
  const auto judge = inspection::judging::make_frame_judge(plan);
  const auto began = Clock::now();
  const auto first = judge->judge({.frame = belt.frame(0, 0), .model = "belt"});
  fmt::print("first frame, with the process and its network {:.0f} ms\n", milliseconds_since(began));
  if (!first) return 1;
  for (const auto format : {core::PixelFormat::mono8, core::PixelFormat::rgb8, core::PixelFormat::bayer_rg8}) {
    Run run{.judge = *judge, .belt = belt, .rate = std::stod(options["rate"])};
    const auto frames = std::stoul(options["frames"]);
    for (std::uint64_t part = 1; part <= frames; ++part)
      if (!run.one(part, part % 2 == 0 ? 1 : 0, format)) return 1;
    report(run, format);
  }
  return 0;
}
