// What every runtime of networks must do alike.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>

#include "conformance/network/test_networks.hpp"
#include "support/test_paths.hpp"
#include "vision/network.hpp"
#include "vision/onnxruntime/network.hpp"
#include "vision/onnxruntime/trial_network.hpp"
#include "vision/opencv/network.hpp"

namespace sightglass::vision {
namespace {

using core::ErrorCode;

// Of the machine, when it has one: as said, or where set-up lays it.
std::filesystem::path library_of_machine() {
  if (const char* const said = std::getenv("SIGHTGLASS_ONNXRUNTIME"); said != nullptr) return said;
  const auto build = std::filesystem::path(SIGHTGLASS_SOURCE_DIR) / "build";
  for (const auto& folder : {std::filesystem::path(SIGHTGLASS_BINARY_DIR) / "lib", build / "release" / "lib"}) {
    if (std::filesystem::exists(folder / "libonnxruntime.so")) return folder / "libonnxruntime.so";
  }
  return build / "onnxruntime" / "libonnxruntime.so";
}

class NetworkSuite : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (std::string_view(GetParam()) == "opencv") {
      runtime = open_opencv();
      return;
    }
    const auto library = library_of_machine();
    if (!std::filesystem::exists(library)) {
      GTEST_SKIP() << "NOT TESTED: there is no ONNX Runtime at " << library
                   << "; run ./setup, or name one in SIGHTGLASS_ONNXRUNTIME";
    }
    const auto opencv = open_opencv();
    auto opened = open_onnxruntime(library, *opencv);
    ASSERT_TRUE(opened) << opened.error().message << ": " << opened.error().cause;
    runtime = std::move(*opened);
  }

  core::Result<std::unique_ptr<Network>> load(const OnnxModel& model, const NetworkPlan& plan) {
    return runtime->load(test::bytes_of(write_onnx(model)), plan);
  }
  core::Result<std::unique_ptr<Network>> load_two(const NetworkPlan& plan) { return load(test::two_outputs(), plan); }

  // The code of the error that loading, or else running, ends with.
  ErrorCode failure(const OnnxModel& model, const NetworkPlan& plan) {
    auto network = load(model, plan);
    if (!network) return network.error().code;
    Tensor input{.shape = plan.input_shape};
    input.values.resize(static_cast<std::size_t>(count_of(input.shape)), 1);
    auto outputs = (*network)->run(input);
    EXPECT_FALSE(outputs.has_value()) << "it runs";
    if (outputs) return ErrorCode::not_found;
    EXPECT_NE(outputs.error().message.find(plan.name), std::string::npos) << outputs.error().message;
    return outputs.error().code;
  }

  std::unique_ptr<NetworkRuntime> runtime{};
};

TEST_P(NetworkSuite, says_what_it_is) {
  EXPECT_EQ(runtime->name().substr(0, runtime->name().find(' ')), GetParam());
  EXPECT_NE(runtime->name().find('.'), std::string_view::npos);
}

TEST_P(NetworkSuite, gives_outputs_in_the_order_of_the_plan) {
  auto plan = test::plan_of_two_outputs();
  std::swap(plan.outputs[0], plan.outputs[1]);
  auto network = load_two(plan);
  ASSERT_TRUE(network) << network.error().message;
  const auto outputs = (*network)->run(test::input_of_two_outputs());
  ASSERT_TRUE(outputs) << outputs.error().message;
  ASSERT_EQ(outputs->size(), 2U);
  for (std::size_t pixel = 0; pixel < 16; ++pixel) {
    const float sum = 2 * static_cast<float>(pixel) + 3 * static_cast<float>(16 + pixel) + 0.5F;
    EXPECT_FLOAT_EQ((*outputs)[1].values[pixel], sum);
    EXPECT_FLOAT_EQ((*outputs)[0].values[pixel], sum / 2);
  }
}

TEST_P(NetworkSuite, keeps_what_it_gave_through_the_next_run) {
  auto network = load_two(test::plan_of_two_outputs());
  ASSERT_TRUE(network);
  const auto first = (*network)->run(test::input_of_two_outputs());
  Tensor zeros{.shape = {1, 2, 4, 4}, .values = std::vector<float>(32, 0)};
  const auto second = (*network)->run(zeros);
  ASSERT_TRUE(first && second);
  EXPECT_FLOAT_EQ((*first)[0].values[3], 2 * 3 + 3 * 19 + 0.5F);
  EXPECT_FLOAT_EQ((*second)[0].values[3], 0.5F);
}

TEST_P(NetworkSuite, runs_on_after_an_input_that_it_refused) {
  auto network = load_two(test::plan_of_two_outputs());
  ASSERT_TRUE(network);
  Tensor wrong{.shape = {1, 2, 8, 2}, .values = std::vector<float>(32, 0)};
  ASSERT_FALSE((*network)->run(wrong));
  EXPECT_EQ((*network)->run(wrong).error().code, ErrorCode::invalid_input);
  wrong = {.shape = {1, 2, 4, 4}, .values = std::vector<float>(31, 0)};
  EXPECT_EQ((*network)->run(wrong).error().code, ErrorCode::invalid_input);
  EXPECT_TRUE((*network)->run(test::input_of_two_outputs()));
}

TEST_P(NetworkSuite, refuses_outputs_of_another_shape_than_described) {
  auto plan = test::plan_of_two_outputs();
  plan.output_shapes[1] = {1, 1, 4, 5};
  EXPECT_EQ(failure(test::two_outputs(), plan), ErrorCode::internal);
}

TEST_P(NetworkSuite, does_not_check_a_shape_that_is_not_described) {
  auto plan = test::plan_of_two_outputs();
  plan.output_shapes = {{}, {1, 1, 4, 4}};
  auto network = load_two(plan);
  ASSERT_TRUE(network);
  EXPECT_TRUE((*network)->run(test::input_of_two_outputs()));
}

TEST_P(NetworkSuite, refuses_numbers_that_are_not_finite) {
  for (const float wrong : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    auto model = test::two_outputs();
    model.graph.constants[1].floats[0] = wrong;
    EXPECT_EQ(failure(model, test::plan_of_two_outputs()), ErrorCode::internal);
  }
}

TEST_P(NetworkSuite, refuses_files_that_are_cut_short_or_are_none) {
  const std::string whole = write_onnx(test::two_outputs());
  const auto plan = test::plan_of_two_outputs();
  for (const std::size_t length : {std::size_t{1}, whole.size() / 4, whole.size() / 2, whole.size() - 1}) {
    const auto cut = runtime->load(test::bytes_of(whole.substr(0, length)), plan);
    ASSERT_FALSE(cut) << "cut to " << length << " of " << whole.size();
    EXPECT_NE(cut.error().code, ErrorCode::internal) << cut.error().message;
  }
  EXPECT_EQ(runtime->load({}, plan).error().code, ErrorCode::invalid_input);
  const auto text = runtime->load(test::bytes_of("this is a letter, and no network at all"), plan);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::invalid_input);
}

TEST_P(NetworkSuite, survives_single_wrong_bytes) {
  const std::string whole = write_onnx(test::two_outputs());
  const auto plan = test::plan_of_two_outputs();
  for (std::size_t place = 0; place < whole.size(); place += 3) {
    for (const char change : {'\x01', '\x80', '\x7f'}) {
      std::string wrong = whole;
      wrong[place] = static_cast<char>(wrong[place] ^ change);
      auto network = runtime->load(test::bytes_of(wrong), plan);
      if (!network) continue;
      const auto outputs = (*network)->run(test::input_of_two_outputs());
      if (outputs) EXPECT_EQ(outputs->size(), 2U);
    }
  }
}

TEST_P(NetworkSuite, names_an_operator_it_does_not_know) {
  auto model = test::two_outputs();
  model.graph.nodes[1].op = "Divinate";
  const auto network = load(model, test::plan_of_two_outputs());
  ASSERT_FALSE(network);
  EXPECT_EQ(network.error().code, ErrorCode::unsupported_format);
  EXPECT_NE(network.error().message.find("Divinate"), std::string::npos) << network.error().message;
}

TEST_P(NetworkSuite, refuses_an_output_that_is_not_there) {
  auto plan = test::plan_of_two_outputs();
  plan.outputs[1] = "doubled";
  const auto network = load_two(plan);
  ASSERT_FALSE(network);
  EXPECT_EQ(network.error().code, ErrorCode::unsupported_format);
  EXPECT_NE(network.error().message.find("doubled"), std::string::npos);
}

TEST_P(NetworkSuite, refuses_plans_that_make_no_sense) {
  auto plan = test::plan_of_two_outputs();
  plan.outputs.clear();
  plan.output_shapes.clear();
  EXPECT_EQ(load_two(plan).error().code, ErrorCode::invalid_input);
  for (const std::vector<std::int64_t>& shape : std::vector<std::vector<std::int64_t>>{
           {}, {1, 2, -4, 4}, {1, 0}, {1, 1, 1, 1, 1}, {1, 1LL << 31, 1LL << 31, 1}, {1, 2, 1 << 20, 1 << 20}}) {
    plan = test::plan_of_two_outputs();
    plan.input_shape = shape;
    EXPECT_EQ(load_two(plan).error().code, ErrorCode::invalid_input);
  }
}

TEST_P(NetworkSuite, refuses_a_network_whose_input_is_another) {
  auto plan = test::plan_of_two_outputs();
  plan.input_shape = {1, 3, 4, 4};
  plan.output_shapes.clear();
  auto network = load_two(plan);
  if (!network) return;
  EXPECT_FALSE((*network)->run({.shape = plan.input_shape, .values = std::vector<float>(48, 0)}));
}

TEST_P(NetworkSuite, refuses_weights_that_do_not_fill_their_shape) {
  auto model = test::two_outputs();
  model.graph.constants[0].shape = {1, 2, 30'000, 30'000};
  model.graph.nodes[0].attributes = {test::integers("kernel_shape", {30'000, 30'000}),
                                     test::integers("strides", {1, 1}), test::integers("pads", {0, 0, 0, 0})};
  const auto network = load(model, test::plan_of_two_outputs());
  ASSERT_FALSE(network);
  EXPECT_NE(network.error().code, ErrorCode::internal);
}

TEST_P(NetworkSuite, refuses_edges_that_come_from_nowhere) {
  for (std::size_t node = 0; node < 2; ++node) {
    for (std::size_t input = 0; input < test::two_outputs().graph.nodes[node].inputs.size(); ++input) {
      auto model = test::two_outputs();
      model.graph.nodes[node].inputs[input] = "nowhere";
      const auto network = load(model, test::plan_of_two_outputs());
      ASSERT_FALSE(network);
      EXPECT_EQ(network.error().code, ErrorCode::invalid_input);
      EXPECT_NE(network.error().message.find("nowhere"), std::string::npos) << network.error().message;
    }
  }
}

TEST_P(NetworkSuite, refuses_shapes_that_do_not_fit_together) {
  auto model = test::two_outputs();
  model.graph.constants[0] = {.name = "weights", .shape = {1, 5, 1, 1}, .floats = {1, 2, 3, 4, 5}};
  const auto code = failure(model, test::plan_of_two_outputs());
  EXPECT_TRUE(code == ErrorCode::invalid_input || code == ErrorCode::internal);
}

TEST_P(NetworkSuite, refuses_results_that_no_machine_can_hold) {
  OnnxGraph graph{.name = "huge"};
  graph.constants = {{.name = "scales", .shape = {4}, .floats = {1, 1, 60'000, 60'000}}};
  graph.nodes = {{.op = "Resize",
                  .inputs = {"input", "scales"},
                  .outputs = {"large"},
                  .attributes = {{.name = "mode", .value = std::string("nearest")}},
                  .name = "large"}};
  graph.inputs = {{.name = "input", .shape = {1, 2, 4, 4}}};
  graph.outputs = {{.name = "large", .shape = {1, 2, 240'000, 240'000}}};
  const auto code = failure({.graph = graph}, {.name = "huge", .input_shape = {1, 2, 4, 4}, .outputs = {"large"}});
  EXPECT_TRUE(code == ErrorCode::too_large || code == ErrorCode::internal || code == ErrorCode::invalid_input);
}

TEST_P(NetworkSuite, computes_the_trial_network_alike) {
  const auto opencv = open_opencv();
  const auto agreed = agree_on_trial(*runtime, *opencv);
  EXPECT_TRUE(agreed) << agreed.error().message << agreed.error().cause;
}

TEST_P(NetworkSuite, needs_no_thread_but_the_callers) {
  const auto threads = [] {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return std::distance(begin(tasks), end(tasks));
  };
  const auto before = threads();
  const std::string bytes = trial_network();
  auto network = runtime->load(test::bytes_of(bytes), trial_plan());
  ASSERT_TRUE(network);
  ASSERT_TRUE((*network)->run({.shape = {1, 3, 32, 32}, .values = std::vector<float>(3 * 32 * 32, 0.5F)}));
  EXPECT_EQ(threads(), before);
}

INSTANTIATE_TEST_SUITE_P(, NetworkSuite, ::testing::Values("opencv", "onnxruntime"),
                         [](const auto& each) { return std::string(each.param); });

// A runtime that computes, but wrongly.
class WrongRuntime final : public NetworkRuntime {
 public:
  class WrongNetwork final : public Network {
   public:
    explicit WrongNetwork(std::unique_ptr<Network> right) : right_(std::move(right)) {}
    core::Result<std::vector<Tensor>> run(const Tensor& input) override {
      auto outputs = right_->run(input);
      if (outputs) (*outputs)[0].values[100] += 0.001F;
      return outputs;
    }

   private:
    std::unique_ptr<Network> right_;
  };
  std::string_view name() const override { return "wrong 1.0"; }
  core::Result<std::unique_ptr<Network>> load(std::span<const std::byte> onnx, const NetworkPlan& plan) override {
    SG_ASSIGN(auto right, right_->load(onnx, plan));
    return std::make_unique<WrongNetwork>(std::move(right));
  }

 private:
  std::unique_ptr<NetworkRuntime> right_ = open_opencv();
};

TEST(OnnxRuntime, is_unavailable_when_it_computes_something_else) {
  const auto opencv = open_opencv();
  WrongRuntime wrong;
  const auto agreed = agree_on_trial(wrong, *opencv);
  ASSERT_FALSE(agreed);
  EXPECT_EQ(agreed.error().code, ErrorCode::unavailable);
}

TEST(OnnxRuntime, is_unavailable_when_its_library_is_absent_or_another) {
  const auto opencv = open_opencv();
  const auto folder = std::filesystem::path(SIGHTGLASS_SOURCE_DIR);
  for (const auto& file : {folder / "no-such-library.so", folder / "README.md", std::filesystem::path("libm.so.6")}) {
    const auto opened = open_onnxruntime(file, *opencv);
    ASSERT_FALSE(opened) << file;
    EXPECT_EQ(opened.error().code, ErrorCode::unavailable);
    EXPECT_NE(opened.error().message.find(file.filename().string()), std::string::npos) << opened.error().message;
  }
}

}  // namespace
}  // namespace sightglass::vision
