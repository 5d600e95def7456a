// The networks of models/sources.toml, as tools/fetch_models made them, against what others compute of the files they
// were made of: ONNX Runtime of the published ONNX files, and of another conversion of the TensorFlow.js graphs.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "support/test_paths.hpp"
#include "unit/vision/conversion/run_network.hpp"
#include "vision/model_bundle.hpp"

namespace sightglass::vision {
namespace {

namespace fs = std::filesystem;

struct Expected {
  const char* model;
  const char* output;
  std::size_t count;
  float mean;  // of magnitudes
  float most;
  float values[6];  // at (2k + 1) / 12 of all
};

constexpr Expected expectations[] = {
    {"centernet",
     "tower_0_keypoints",
     1310720,
     0.00154388F,
     0.1093361F,
     {0.001048446F, 0.00611496F, 0.001760393F, 0.002847701F, 0.006318182F, 0.004886746F}},
    {"centernet",
     "tower_0_wh",
     65536,
     125.325F,
     313.3932F,
     {218.9759F, 1.711817F, 255.0142F, 173.2819F, 6.025036F, 170.9974F}},
    {"centernet",
     "expanded_conv_6_expand",
     786432,
     0.471371F,
     22.38898F,
     {2.91831F, 0.1674035F, 1.738835F, 1.497584F, 0.800641F, 3.328649F}},
    {"centernet",
     "expanded_conv_12_expand",
     540672,
     0.340535F,
     9.47414F,
     {-0.08053394F, 2.428344F, 3.17071F, 1.81999F, 1.361659F, 1.259397F}},
    {"nanodet",
     "classes_8",
     216320,
     0.00407683F,
     0.02035995F,
     {0.003030933F, 0.01057757F, 0.001609146F, 0.002817686F, 0.009717797F, 0.001761864F}},
    {"nanodet",
     "bins_8",
     118976,
     0.728698F,
     4.17804F,
     {0.7456049F, 2.95277F, -0.7209493F, 0.6622186F, 3.062701F, -0.3046687F}},
    {"nanodet",
     "classes_16",
     54080,
     0.00572154F,
     0.02212867F,
     {0.005815484F, 0.01753635F, 0.003995653F, 0.005497358F, 0.006593993F, 0.004056056F}},
    {"nanodet",
     "bins_16",
     29744,
     0.479946F,
     2.262529F,
     {1.963902F, -0.4862546F, -0.4653402F, 0.5060685F, -0.1992487F, -0.2346145F}},
    {"nanodet",
     "classes_32",
     13520,
     0.0148141F,
     0.2453143F,
     {0.005734725F, 0.01487328F, 0.01723131F, 0.04967565F, 0.01614205F, 0.00829286F}},
    {"nanodet",
     "bins_32",
     7436,
     0.859385F,
     4.635533F,
     {0.3296015F, -0.6679029F, 1.14054F, 0.02693956F, 0.1260857F, -0.4644911F}},
    {"nanodet",
     "stage_8",
     346112,
     0.0684366F,
     0.7688245F,
     {0.1002933F, -0.007830044F, 0.2825671F, -0.04370735F, 0.3066558F, 0.08139604F}},
    {"nanodet",
     "stage_16",
     173056,
     0.0375945F,
     0.7816415F,
     {-0.02968595F, -0.007437013F, 0.05222099F, 0.1366213F, -0.004561615F, 0.1063373F}},
    {"nanodet",
     "stage_32",
     86528,
     0.033211F,
     0.7402363F,
     {0.08200156F, -0.007430261F, 0.0429766F, -0.02006569F, -0.005312005F, -0.02177342F}},
    {"text-recogniser-96",
     "characters",
     79500,
     0.000150944F,
     0.9496231F,
     {0.6851878F, 0.1475239F, 0.2465824F, 0.278647F, 0.6081959F, 0.9350986F}},
    {"text-recogniser-160",
     "characters",
     132500,
     0.000150943F,
     0.8921057F,
     {7.068018e-06F, 0.6785062F, 1.733554e-06F, 1.596136e-05F, 0.6965379F, 4.546767e-07F}},
    {"text-recogniser-320",
     "characters",
     265000,
     0.000150943F,
     0.966894F,
     {3.324365e-07F, 0.9109674F, 1.374121e-06F, 5.644705e-07F, 0.909706F, 8.411048e-07F}},
    {"text-recogniser-640",
     "characters",
     530000,
     0.000150943F,
     0.8774635F,
     {6.146938e-07F, 0.7412348F, 2.356128e-07F, 4.049047e-07F, 0.7396922F, 2.418776e-07F}},
    {"text-direction",
     "turned",
     2,
     0.5F,
     0.6029654F,
     {0.3970347F, 0.3970347F, 0.3970347F, 0.6029654F, 0.6029654F, 0.6029654F}},
    {"text-finder-480", "mask", 230400, 0.000248277F, 0.9999939F, {0.0F, 0.0F, 0.0F, 0.0F, 0.0F, 0.0F}},
    {"text-finder-640", "mask", 409600, 0.000331025F, 0.9999643F, {0.0F, 0.0F, 0.0F, 0.0F, 0.0F, 0.0F}},
};

// Something of every brightness in every channel, the same on every machine.
std::vector<float> noise(std::size_t count, bool is_scaled) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto brightness = static_cast<float>(static_cast<std::uint32_t>(i * 2654435761U) >> 24);
    values[i] = is_scaled ? brightness / 127.5F - 1 : brightness;
  }
  return values;
}

// A row of letters E, which a finder of text finds.
std::vector<float> letters(std::int64_t side) {
  std::vector<float> values(static_cast<std::size_t>(3 * side * side));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto at = static_cast<std::int64_t>(i) % (side * side);
    const std::int64_t row = at / side - (5 * side / 12 - 16), column = at % side % 24;
    const bool is_bar = row < 5 || (row >= 13 && row < 18) || row >= 27;
    values[i] = row >= 0 && row < 32 && (column < 5 || (column < 18 && is_bar)) ? -1 : 1;
  }
  return values;
}

std::vector<float> input_of(const ModelDescription& model) {
  if (model.task == ModelTask::text_finder) return letters(model.input->shape[2]);
  return noise(static_cast<std::size_t>(count_of(model.input->shape)), model.name != "centernet");
}

class WholeNetwork : public testing::TestWithParam<const char*> {};

TEST_P(WholeNetwork, gives_what_others_compute) {
  const fs::path folder = fs::path(SIGHTGLASS_SOURCE_DIR) / "build" / "models" / "bundles" / GetParam() / "1.0.0";
  if (!fs::exists(folder)) GTEST_SKIP() << folder << " is absent: tools/fetch_models did not make it";
  const auto bundle = ModelBundle::read(folder);
  ASSERT_TRUE(bundle.has_value()) << bundle.error().message;
  const auto& model = bundle->description();
  auto names = model.output->names;
  names.insert(names.end(), model.output->taps.begin(), model.output->taps.end());
  const auto outputs =
      run_network(std::string(bundle->network()), {.shape = model.input->shape, .values = input_of(model)}, names);
  std::size_t compared = 0;
  for (const auto& expected : expectations) {
    if (expected.model != model.name) continue;
    const auto output = static_cast<std::size_t>(std::ranges::find(names, expected.output) - names.begin());
    ASSERT_LT(output, names.size()) << expected.output;
    const auto& values = outputs[output].values;
    ASSERT_EQ(values.size(), expected.count) << expected.output;
    double sum = 0;
    for (const float value : values) sum += std::abs(value);
    const float most = std::ranges::max(values), tolerance = 1e-4F * std::max(most, 0.01F);
    EXPECT_NEAR(sum / static_cast<double>(values.size()), expected.mean, 1e-3 * expected.mean) << expected.output;
    EXPECT_NEAR(most, expected.most, tolerance) << expected.output;
    for (std::size_t k = 0; k < 6; ++k)
      EXPECT_NEAR(values[(2 * k + 1) * values.size() / 12], expected.values[k], tolerance)
          << expected.output << " " << k;
    ++compared;
  }
  EXPECT_EQ(compared, names.size());
}

INSTANTIATE_TEST_SUITE_P(Networks, WholeNetwork,
                         testing::Values("centernet", "nanodet", "text-finder-480", "text-finder-640",
                                         "text-recogniser-96", "text-recogniser-160", "text-recogniser-320",
                                         "text-recogniser-640", "text-direction"),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace sightglass::vision
