// Runs a converted network with OpenCV, the runtime that is the hardest to please.
#pragma once

#include <gtest/gtest.h>

#include <opencv2/dnn.hpp>

#include <string>
#include <vector>

#include "vision/tensor.hpp"

namespace sightglass::vision {

// One output for each name.
inline std::vector<Tensor> run_network(const std::string& onnx, const Tensor& input,
                                       const std::vector<std::string>& names) {
  cv::setNumThreads(1);
  cv::dnn::Net net = cv::dnn::readNetFromONNX(onnx.data(), onnx.size());
  const std::vector<int> sides(input.shape.begin(), input.shape.end());
  cv::Mat blob(sides, CV_32F);
  std::copy(input.values.begin(), input.values.end(), blob.ptr<float>());
  net.setInput(blob);
  std::vector<cv::Mat> outputs;
  net.forward(outputs, std::vector<cv::String>(names.begin(), names.end()));
  std::vector<Tensor> tensors;
  for (const auto& output : outputs) {
    Tensor tensor{.shape = {output.size.p, output.size.p + output.dims}};
    const cv::Mat whole = output.isContinuous() ? output : output.clone();
    tensor.values.assign(whole.ptr<float>(), whole.ptr<float>() + whole.total());
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

inline void expect_near(const std::vector<float>& values, const std::vector<float>& expected, float most = 1e-5F) {
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], expected[i], most) << "at " << i;
}

}  // namespace sightglass::vision
