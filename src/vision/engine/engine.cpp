#include "vision/engine/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "vision/engine/loaded_models.hpp"
#include "vision/meters/make_meter_reader.hpp"
#include "vision/onnxruntime/network.hpp"
#include "vision/opencv/network.hpp"
#include "vision/text/make_text_reader.hpp"

namespace sightglass::vision {

namespace {

using core::Result;

constexpr std::int32_t most_detections = 100;

// The backbone's maps with what another model detects.
class PairedEmbedder final : public Embedder {
 public:
  PairedEmbedder(Embedder& backbone, Detector& detector) : backbone_(backbone), detector_(detector) {}
  std::string_view model() const override { return backbone_.model(); }
  Result<BackbonePass> pass(const core::Raster& picture, double least_confidence) override {
    SG_ASSIGN(auto pass, backbone_.pass(picture, least_confidence));
    SG_ASSIGN(pass.detections, detector_.detect(picture, least_confidence, most_detections));
    return pass;
  }

 private:
  Embedder& backbone_;
  Detector& detector_;
};

// The first model of a task.
Result<std::string> chosen(ModelSupply& source, std::string_view task) {
  SG_ASSIGN(auto models, source.models_of(task));
  if (models.empty()) return core::fail(core::not_found(fmt::format("no model for {} is installed", task)));
  return std::move(models.front());
}

class EngineTextNetworks final : public TextNetworks {
 public:
  EngineTextNetworks(LoadedModels& models, ModelSupply& source, bool is_fast)
      : models_(models), source_(source), is_fast_(is_fast) {}

  // Of several sizes the largest, which finds the smallest text; with the slower runtime the smallest.
  Result<LoadedModel> finder() override {
    SG_TRY(look_up("text-finder", finders_));
    return models_.network(is_fast_ ? finders_.by_width.rbegin()->second : finders_.by_width.begin()->second);
  }

  Result<std::vector<std::int32_t>> widths() override {
    SG_TRY(look_up("text-recogniser", recognisers_));
    std::vector<std::int32_t> widths;
    for (const auto& [width, model] : recognisers_.by_width) widths.push_back(width);
    return widths;
  }

  Result<LoadedModel> recogniser(std::int32_t width) override {
    SG_TRY(look_up("text-recogniser", recognisers_));
    const auto found = recognisers_.by_width.find(width);
    if (found == recognisers_.by_width.end()) {
      return core::fail(core::not_found(fmt::format("no model reads text {} pixels wide", width)));
    }
    return models_.network(found->second);
  }

  Result<LoadedModel> direction() override {
    SG_ASSIGN(const auto model, chosen(source_, "text-direction"));
    return models_.network(model);
  }

 private:
  // The models of a task by the width of their input.
  struct Sizes {
    std::vector<std::string> models{};
    std::map<std::int32_t, std::string> by_width{};  // never empty after look_up()
  };

  Result<void> look_up(std::string_view task, Sizes& sizes) {
    SG_ASSIGN(auto models, source_.models_of(task));
    if (models.empty()) return core::fail(core::not_found(fmt::format("no model for {} is installed", task)));
    if (models == sizes.models) return {};
    std::map<std::int32_t, std::string> by_width;
    for (const auto& model : models) {
      SG_ASSIGN(const auto* description, models_.description(model));
      if (!description->input) {
        return core::fail(core::invalid_input("input", fmt::format("model {} does not say what it takes", model)));
      }
      by_width.emplace(description->input->size().width, model);
    }
    sizes = {std::move(models), std::move(by_width)};
    return {};
  }

  LoadedModels& models_;
  ModelSupply& source_;
  bool is_fast_;
  Sizes finders_{};
  Sizes recognisers_{};
};

class EngineMeterNetworks final : public MeterNetworks {
 public:
  EngineMeterNetworks(LoadedModels& models, ModelSupply& source, TextNetworks& text, TextReader& reader)
      : models_(models), source_(source), text_(text), reader_(reader) {}

  Result<LoadedModel> wheels() override { return first_of("wheels"); }
  Result<LoadedModel> needles() override { return first_of("needles"); }
  Result<LoadedModel> display() override { return first_of("display"); }
  TextNetworks& text() override { return text_; }
  Result<TextReader*> text_reader() override {
    SG_TRY(chosen(source_, "text-finder"));
    SG_TRY(chosen(source_, "text-recogniser"));
    return &reader_;
  }

 private:
  Result<LoadedModel> first_of(std::string_view task) {
    SG_ASSIGN(const auto model, chosen(source_, task));
    return models_.network(model);
  }

  LoadedModels& models_;
  ModelSupply& source_;
  TextNetworks& text_;
  TextReader& reader_;
};

// Lines together take about 90 ms with the faster runtime and 170 ms with the other: 0.065 and 0.18 ms a pixel of width
// on one core (see docs/vision.md), so that a whole analysis stays within what it may cost.
constexpr std::int32_t widths_of_faster = 1'400;
constexpr std::int32_t widths_of_slower = 960;

}  // namespace

struct Engine::Parts {
  Parts(EnginePlan wish, ModelSupply& models_source, const core::Clock& its_clock)
      : plan(std::move(wish)), source(models_source), clock(its_clock) {}

  Result<void> open_runtimes() {
    opencv = open_opencv();
    if (plan.runtime != RuntimeChoice::opencv) {
      auto opened = open_onnxruntime(plan.onnxruntime_library, *opencv);
      if (!opened && plan.runtime == RuntimeChoice::onnxruntime) return std::unexpected(std::move(opened).error());
      if (opened) {
        faster = std::move(*opened);
      } else {
        why_not_faster = opened.error().message;
      }
    }
    runtimes = faster ? Runtimes{faster.get(), opencv.get()} : Runtimes{opencv.get(), nullptr};
    models = std::make_unique<LoadedModels>(runtimes, source, clock,
                                            LoadedModels::Rules{.threads = plan.threads, .idle = plan.idle});
    text_networks = std::make_unique<EngineTextNetworks>(*models, source, faster != nullptr);
    text_reader = make_text_reader(*text_networks, {.widths = faster ? widths_of_faster : widths_of_slower});
    meter_networks = std::make_unique<EngineMeterNetworks>(*models, source, *text_networks, *text_reader);
    meter_reader = make_meter_reader(*meter_networks);
    return {};
  }

  // A network with feature maps: that of the task "embedding", else the objects' own.
  Result<std::string> backbone() {
    SG_ASSIGN(auto models_of_task, source.models_of("embedding"));
    if (!models_of_task.empty()) return std::move(models_of_task.front());
    return chosen(source, "objects");
  }

  EnginePlan plan;
  ModelSupply& source;
  const core::Clock& clock;
  std::unique_ptr<NetworkRuntime> opencv{};
  std::unique_ptr<NetworkRuntime> faster{};
  std::string why_not_faster{};
  Runtimes runtimes{};
  std::unique_ptr<LoadedModels> models{};
  std::unique_ptr<PairedEmbedder> paired{};
  std::unique_ptr<EngineTextNetworks> text_networks{};
  std::unique_ptr<TextReader> text_reader{};
  std::unique_ptr<EngineMeterNetworks> meter_networks{};
  std::unique_ptr<MeterReader> meter_reader{};
  std::unique_ptr<CodeReader> code_reader{};
};

Engine::Engine(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::open(EnginePlan plan, ModelSupply& source, const core::Clock& clock) {
  auto parts = std::make_unique<Parts>(std::move(plan), source, clock);
  SG_TRY(parts->open_runtimes());
  return std::unique_ptr<Engine>(new Engine(std::move(parts)));
}

std::string Engine::model_of(std::string_view task) {
  auto model = task == "embedding" ? parts_->backbone() : chosen(parts_->source, task);
  return model ? std::move(*model) : std::string();
}

std::vector<std::string> Engine::labels_of(std::string_view task, std::string_view group) {
  const auto model = chosen(parts_->source, task);
  if (!model) return {};
  const auto description = parts_->models->description(*model);
  if (!description) return {};
  const auto labels = (*description)->species.find(std::string(group));
  return labels == (*description)->species.end() ? std::vector<std::string>{} : labels->second;
}

Result<Embedder*> Engine::embedder() {
  drop_idle();
  parts_->paired.reset();
  SG_ASSIGN(const auto backbone, parts_->backbone());
  SG_ASSIGN(auto* embedder, parts_->models->embedder(backbone));
  const auto objects = chosen(parts_->source, "objects");
  if (!objects || *objects == backbone) return embedder;
  SG_ASSIGN(auto* detector, parts_->models->detector(*objects));
  parts_->paired = std::make_unique<PairedEmbedder>(*embedder, *detector);
  return parts_->paired.get();
}

Result<TextReader*> Engine::text_reader() {
  drop_idle();
  // Said now, so that the step is skipped rather than failed.
  SG_TRY(chosen(parts_->source, "text-finder"));
  SG_TRY(chosen(parts_->source, "text-recogniser"));
  return parts_->text_reader.get();
}

Result<CodeReader*> Engine::code_reader() {
  if (!parts_->code_reader) {
    if (!parts_->plan.open_code_reader) return core::fail(core::not_found("no reader of codes is there"));
    SG_ASSIGN(parts_->code_reader, parts_->plan.open_code_reader());
  }
  return parts_->code_reader.get();
}

Result<MeterReader*> Engine::meter_reader() {
  drop_idle();
  return parts_->meter_reader.get();
}

Result<Detector*> Engine::detector(std::string_view task) {
  drop_idle();
  SG_ASSIGN(const auto model, chosen(parts_->source, task));
  return parts_->models->detector(model);
}

Result<LoadedModel> Engine::network(std::string_view task) {
  drop_idle();
  SG_ASSIGN(const auto model, chosen(parts_->source, task));
  return parts_->models->network(model);
}

TextNetworks& Engine::text_networks() { return *parts_->text_networks; }

void Engine::drop_idle() { parts_->models->drop_idle(); }

EngineState Engine::state() const {
  return {.runtime = std::string(parts_->runtimes.first->name()),
          .why_not_faster = parts_->why_not_faster,
          .loaded = parts_->models->names(),
          .network_bytes = parts_->models->bytes()};
}

}  // namespace sightglass::vision
