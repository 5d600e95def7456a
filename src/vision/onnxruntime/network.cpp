#include "vision/onnxruntime/network.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "vision/conversion/network_file.hpp"
#include "vision/network_checks.hpp"
#include "vision/onnxruntime/ort_library.hpp"
#include "vision/onnxruntime/trial_network.hpp"

namespace sightglass::vision {

namespace {

using SharedLibrary = std::shared_ptr<const ort::Library>;

class OrtNetwork final : public Network {
 public:
  OrtNetwork(SharedLibrary library, ort::Handle<ort::Session> session, NetworkPlan plan, std::string input)
      : library_(std::move(library)), session_(std::move(session)), plan_(std::move(plan)), input_(std::move(input)) {
    for (const auto& name : plan_.outputs) names_.push_back(name.c_str());
  }

  core::Result<std::vector<Tensor>> run(const Tensor& input) override {
    SG_TRY(check_input(input, plan_));
    const auto& api = library_->api();
    ort::Handle<ort::Value> value(api.release_value);
    SG_TRY(library_->checked(api.create_tensor(&library_->memory(), const_cast<float*>(input.values.data()),
                                               input.values.size() * sizeof(float), input.shape.data(),
                                               input.shape.size(), ort::element_float, value.out())));
    const char* const input_name = input_.c_str();
    const ort::Value* const input_value = value.get();
    std::vector<ort::Value*> made(names_.size(), nullptr);
    auto ran = library_->checked(
        api.run(session_.get(), nullptr, &input_name, &input_value, 1, names_.data(), names_.size(), made.data()));
    auto outputs = ran ? taken(made) : core::Result<std::vector<Tensor>>(std::unexpected(run_error(ran.error())));
    for (ort::Value* const output : made) api.release_value(output);  // a null one is left alone
    return outputs;
  }

 private:
  core::Error run_error(core::Error error) const {
    error.code = core::ErrorCode::internal;
    error.message = fmt::format("model {} could not be run", plan_.name);
    return error;
  }

  core::Result<std::vector<Tensor>> taken(const std::vector<ort::Value*>& made) const {
    std::vector<Tensor> outputs;
    for (std::size_t index = 0; index < made.size(); ++index) {
      SG_ASSIGN(auto tensor, copied(*made[index]));
      SG_TRY(check_output(tensor, index, plan_));
      outputs.push_back(std::move(tensor));
    }
    return outputs;
  }

  core::Result<Tensor> copied(ort::Value& value) const {
    const auto& api = library_->api();
    int is_tensor = 0;
    SG_TRY(library_->checked(api.is_tensor(&value, &is_tensor)));
    ort::Handle<ort::TensorInfo> info(api.release_tensor_info);
    if (is_tensor != 0) SG_TRY(library_->checked(api.tensor_info(&value, info.out())));
    int element = 0;
    if (info.get() != nullptr) SG_TRY(library_->checked(api.element_type(info.get(), &element)));
    if (element != ort::element_float) {
      return core::fail(core::internal_error(fmt::format("model {} gives something else than numbers", plan_.name)));
    }
    std::size_t dimensions = 0;
    SG_TRY(library_->checked(api.dimension_count(info.get(), &dimensions)));
    Tensor tensor;
    tensor.shape.resize(dimensions);
    SG_TRY(library_->checked(api.dimensions(info.get(), tensor.shape.data(), dimensions)));
    const std::int64_t count = count_of(tensor.shape);
    void* values = nullptr;
    SG_TRY(library_->checked(api.tensor_data(&value, &values)));
    if (count > 0) {
      const auto* const first = static_cast<const float*>(values);
      tensor.values.assign(first, first + count);
    }
    return tensor;
  }

  SharedLibrary library_;
  ort::Handle<ort::Session> session_;
  NetworkPlan plan_;
  std::string input_;
  std::vector<const char*> names_{};
};

core::Error load_error(core::Error error, const NetworkPlan& plan) {
  // The library's words for operators that it does not know; its code for them is that of any other fault.
  const bool is_operator = error.code == core::ErrorCode::unsupported_format ||
                           error.cause.find("is not a registered function/op") != std::string::npos ||
                           error.cause.find("No Op registered") != std::string::npos;
  auto answer = core::invalid_input(
      "network", fmt::format("the network of model {} cannot be read by ONNX Runtime: {}", plan.name, error.cause));
  if (is_operator) answer.code = core::ErrorCode::unsupported_format;
  answer.cause = std::move(error.cause);
  return answer;
}

class OrtRuntime final : public NetworkRuntime {
 public:
  explicit OrtRuntime(SharedLibrary library)
      : library_(std::move(library)), name_("onnxruntime " + library_->version()) {}

  std::string_view name() const override { return name_; }

  core::Result<std::unique_ptr<Network>> load(std::span<const std::byte> onnx, const NetworkPlan& plan) override {
    SG_ASSIGN(const auto model, read_network_file(onnx, plan));
    SG_ASSIGN(const auto options, session_options(plan));
    const auto& api = library_->api();
    ort::Handle<ort::Session> session(api.release_session);
    if (auto made = library_->checked(
            api.create_session_from_array(&library_->env(), onnx.data(), onnx.size(), options.get(), session.out()));
        !made) {
      return core::fail(load_error(std::move(made).error(), plan));
    }
    SG_ASSIGN(auto input, input_name(*session.get()));
    return std::make_unique<OrtNetwork>(library_, std::move(session), plan, std::move(input));
  }

 private:
  core::Result<ort::Handle<ort::SessionOptions>> session_options(const NetworkPlan& plan) const {
    const auto& api = library_->api();
    ort::Handle<ort::SessionOptions> options(api.release_session_options);
    SG_TRY(library_->checked(api.create_session_options(options.out())));
    SG_TRY(library_->checked(api.set_optimisation(options.get(), ort::optimise_all)));
    SG_TRY(library_->checked(api.set_log_severity(options.get(), ort::severity_fatal)));
    SG_TRY(library_->checked(api.set_execution_mode(options.get(), ort::run_sequentially)));
    // Said outright, one thread means none but the caller's, and none is bound to a core of its own.
    SG_TRY(library_->checked(api.set_intra_op_threads(options.get(), std::max(1, plan.threads))));
    SG_TRY(library_->checked(api.set_inter_op_threads(options.get(), 1)));
    // The arena of memory stays on, as it is from the start: without it each run takes and returns 150 MB of pages,
    // which is a third of centernet's time.
    return options;
  }

  core::Result<std::string> input_name(ort::Session& session) const {
    const auto& api = library_->api();
    char* name = nullptr;
    SG_TRY(library_->checked(api.input_name(&session, 0, &library_->allocator(), &name)));
    std::string copy = name;
    SG_TRY(library_->checked(api.allocator_free(&library_->allocator(), name)));
    return copy;
  }

  SharedLibrary library_;
  std::string name_;
};

std::vector<std::filesystem::path> places_of_library() {
  constexpr const char* file = "libonnxruntime.so";
  if (const char* const said = std::getenv("SIGHTGLASS_ONNXRUNTIME"); said != nullptr && *said != '\0') return {said};
  std::error_code unknown;
  const auto folder = std::filesystem::read_symlink("/proc/self/exe", unknown).parent_path();
  // Where it is installed; where set-up lays it beside the programs of a build; what the system's loader finds.
  return {folder.parent_path() / "lib" / "sightglass" / file, folder / "lib" / file, file, "libonnxruntime.so.1"};
}

core::Result<SharedLibrary> open_library(const std::filesystem::path& library) {
  const auto places = library.empty() ? places_of_library() : std::vector{library};
  core::Error last = core::unavailable("ONNX Runtime was not found");
  for (const auto& place : places) {
    auto opened = ort::Library::open(place);
    if (opened) return opened;
    // A file that is there and cannot be used says more than one that is not.
    std::error_code unknown;
    if (std::filesystem::exists(place, unknown) || places.size() == 1) last = std::move(opened).error();
  }
  return core::fail(std::move(last));
}

}  // namespace

core::Result<std::unique_ptr<NetworkRuntime>> open_onnxruntime(const std::filesystem::path& library,
                                                               NetworkRuntime& reference) {
  SG_ASSIGN(auto opened, open_library(library));
  auto runtime = std::make_unique<OrtRuntime>(std::move(opened));
  SG_TRY(agree_on_trial(*runtime, reference));
  return runtime;
}

}  // namespace sightglass::vision
