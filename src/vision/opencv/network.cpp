#include "vision/opencv/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>
#include <utility>

#include "vision/conversion/network_file.hpp"
#include "vision/conversion/onnx_writer.hpp"
#include "vision/network_checks.hpp"
#include "vision/opencv/translated.hpp"

namespace sightglass::vision {

namespace {

using opencv::translated;

// All the results between layers together: what passes it is a file made to exhaust the machine. centernet's are 150
// MB.
constexpr std::size_t most_memory = std::size_t{2} << 30;

cv::dnn::MatShape shape_of(const std::vector<std::int64_t>& shape) {
  cv::dnn::MatShape converted;
  for (const std::int64_t dimension : shape) converted.push_back(static_cast<int>(dimension));
  return converted;
}

core::Result<Tensor> copied(const cv::Mat& blob, const NetworkPlan& plan) {
  if (blob.type() != CV_32F || !blob.isContinuous()) {
    return core::fail(core::internal_error(fmt::format("model {} gives something else than numbers", plan.name)));
  }
  Tensor tensor;
  for (int axis = 0; axis < blob.dims; ++axis) tensor.shape.push_back(blob.size[axis]);
  // The blob is a part of the network, which writes over it in the next run.
  tensor.values.assign(blob.ptr<float>(), blob.ptr<float>() + blob.total());
  return tensor;
}

// The library's shapes have at least two dimensions: one of C values is C×1 to it.
void restore_shape(Tensor& tensor, std::size_t index, const NetworkPlan& plan) {
  if (index >= plan.output_shapes.size() || plan.output_shapes[index].size() != 1) return;
  if (tensor.shape.size() == 2 && tensor.shape[1] == 1) tensor.shape.pop_back();
}

class OpenCvNetwork final : public Network {
 public:
  OpenCvNetwork(cv::dnn::Net net, NetworkPlan plan) : net_(std::move(net)), plan_(std::move(plan)) {
    for (const auto& name : plan_.outputs) names_.emplace_back(name);
  }

  core::Result<std::vector<Tensor>> run(const Tensor& input) override {
    SG_TRY(check_input(input, plan_));
    return translated([&]() -> core::Result<std::vector<Tensor>> {
      if (cv::getNumThreads() != plan_.threads) cv::setNumThreads(plan_.threads);
      const auto shape = shape_of(input.shape);
      net_.setInput(cv::Mat(shape, CV_32F, const_cast<float*>(input.values.data())));
      std::vector<cv::Mat> blobs;
      net_.forward(blobs, names_);
      std::vector<Tensor> outputs;
      for (std::size_t index = 0; index < blobs.size(); ++index) {
        SG_ASSIGN(auto tensor, copied(blobs[index], plan_));
        restore_shape(tensor, index, plan_);
        SG_TRY(check_output(tensor, index, plan_));
        outputs.push_back(std::move(tensor));
      }
      return outputs;
    });
  }

 private:
  cv::dnn::Net net_;
  NetworkPlan plan_;
  std::vector<cv::String> names_{};
};

// What the importer says of a file it cannot read is the file's fault, not the machine's.
core::Error load_error(core::Error error, const NetworkPlan& plan) {
  if (error.code != core::ErrorCode::internal) return error;
  // Both sentences are the library's, for operators that it does not know.
  const bool is_operator = error.cause.find("Can't create layer") != std::string::npos ||
                           error.cause.find("Unknown layer") != std::string::npos ||
                           error.cause.find("Not implemented") != std::string::npos;
  auto answer = core::invalid_input(
      "network", fmt::format("the network of model {} cannot be read by OpenCV: {}", plan.name, error.cause));
  if (is_operator) answer.code = core::ErrorCode::unsupported_format;
  answer.cause = std::move(error.cause);
  return answer;
}

core::Result<void> check_memory(const cv::dnn::Net& net, const NetworkPlan& plan) {
  std::size_t weights = 0;
  std::size_t blobs = 0;
  net.getMemoryConsumption(shape_of(plan.input_shape), weights, blobs);
  if (weights > most_memory || blobs > most_memory) {
    return core::fail(core::ErrorCode::too_large,
                      fmt::format("model {} would need {} MB of memory", plan.name, (weights + blobs) >> 20));
  }
  return {};
}

class OpenCvRuntime final : public NetworkRuntime {
 public:
  std::string_view name() const override { return name_; }

  core::Result<std::unique_ptr<Network>> load(std::span<const std::byte> onnx, const NetworkPlan& plan) override {
    SG_ASSIGN(const auto model, read_network_file(onnx, plan));
    SG_TRY(check_shapes(model, plan));
    // Written anew: the importer reads beyond the ends of constants that are shorter than they say.
    const std::string bytes = write_onnx(model);
    auto loaded = translated([&]() -> core::Result<std::unique_ptr<Network>> {
      auto net = cv::dnn::readNetFromONNX(bytes.data(), bytes.size());
      if (net.empty()) return core::fail(core::internal_error("", "the file holds no network"));
      net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
      net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
      SG_TRY(check_memory(net, plan));
      return std::make_unique<OpenCvNetwork>(std::move(net), plan);
    });
    if (!loaded) return std::unexpected(load_error(std::move(loaded).error(), plan));
    return loaded;
  }

 private:
  std::string name_ = "opencv " + std::string(CV_VERSION);
};

}  // namespace

std::unique_ptr<NetworkRuntime> open_opencv() { return std::make_unique<OpenCvRuntime>(); }

}  // namespace sightglass::vision
