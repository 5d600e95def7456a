// Networks that say what a test wants, without computing.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "vision/network.hpp"

namespace sightglass::vision::test {

// Gives the same outputs each time, or what a function makes of the input.
class FakeNetwork final : public Network {
 public:
  using Answer = std::function<core::Result<std::vector<Tensor>>(const Tensor&)>;
  explicit FakeNetwork(std::vector<Tensor> outputs)
      : answer_([outputs = std::move(outputs)](const Tensor&) { return outputs; }) {}
  explicit FakeNetwork(Answer answer) : answer_(std::move(answer)) {}

  core::Result<std::vector<Tensor>> run(const Tensor& input) override {
    ++runs;
    return answer_(input);
  }
  int runs = 0;

 private:
  Answer answer_;
};

}  // namespace sightglass::vision::test
