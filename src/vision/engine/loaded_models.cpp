#include "vision/engine/loaded_models.hpp"

#include <span>
#include <utility>

#include "telemetry/log.hpp"
#include "vision/detection/make_detector.hpp"
#include "vision/detection/model_input.hpp"
#include "vision/embedding/make_embedder.hpp"
#include "vision/engine/engine.hpp"

namespace sightglass::vision {

namespace {

// Long enough that a broken model does not cost every photo its loading, short enough that mending it is seen.
constexpr std::chrono::minutes failure_holds{1};

}  // namespace

core::Result<LoadedModel> LoadedModels::network(const std::string& model) {
  SG_ASSIGN(auto* found, entry(model, Use::network));
  return LoadedModel{&found->description, found->network.get()};
}

core::Result<Embedder*> LoadedModels::embedder(const std::string& model) {
  SG_ASSIGN(auto* found, entry(model, Use::embedder));
  return found->embedder.get();
}

core::Result<Detector*> LoadedModels::detector(const std::string& model) {
  SG_ASSIGN(auto* found, entry(model, Use::detector));
  return found->detector.get();
}

core::Result<const ModelDescription*> LoadedModels::description(const std::string& model) {
  const auto known = descriptions_.find(model);
  if (known != descriptions_.end()) return &known->second;
  SG_ASSIGN(const auto bundle, source_.bundle(model));
  return &descriptions_.emplace(model, bundle.description()).first->second;
}

core::Result<LoadedModels::Entry*> LoadedModels::entry(const std::string& model, Use use) {
  const Key key{model, use};
  const auto now = clock_.now();
  if (const auto there = entries_.find(key); there != entries_.end()) {
    there->second.used_at = now;
    return &there->second;
  }
  if (const auto failed = failures_.find(key); failed != failures_.end()) {
    if (now - failed->second.at < failure_holds) return core::fail(failed->second.error);
    failures_.erase(failed);
  }
  auto loaded = load(model, use);
  if (!loaded) {
    telemetry::log_warning("model cannot be used",
                           {{"model", model}, {"error", loaded.error().message}, {"cause", loaded.error().cause}});
    failures_[key] = {loaded.error(), now};
    return std::unexpected(std::move(loaded).error());
  }
  loaded->used_at = now;
  return &entries_.insert_or_assign(key, std::move(*loaded)).first->second;
}

core::Result<LoadedModels::Entry> LoadedModels::load(const std::string& model, Use use) {
  SG_ASSIGN(const auto bundle, source_.bundle(model));
  SG_ASSIGN(auto network, load_network(bundle));
  Entry entry{.description = bundle.description(), .bytes = static_cast<std::int64_t>(bundle.network().size())};
  descriptions_.insert_or_assign(model, entry.description);
  switch (use) {
    case Use::network: entry.network = std::move(network); break;
    case Use::embedder: {
      SG_ASSIGN(entry.embedder, make_embedder(entry.description, std::move(network)));
      break;
    }
    case Use::detector: {
      SG_ASSIGN(entry.detector, make_detector(entry.description, std::move(network)));
      break;
    }
  }
  return entry;
}

core::Result<std::unique_ptr<Network>> LoadedModels::load_network(const ModelBundle& bundle) {
  SG_ASSIGN(const auto plan, network_plan_of(bundle.description(), rules_.threads));
  const auto onnx = std::as_bytes(std::span(bundle.network()));
  auto network = runtimes_.first->load(onnx, plan);
  if (network || runtimes_.second == nullptr) return network;
  auto other = runtimes_.second->load(onnx, plan);
  // What the first one said is told when neither can read it.
  return other ? std::move(other) : std::move(network);
}

void LoadedModels::drop_idle() {
  const auto now = clock_.now();
  std::erase_if(entries_, [&](const auto& each) { return now - each.second.used_at > rules_.idle; });
  std::erase_if(failures_, [&](const auto& each) { return now - each.second.at > failure_holds; });
  // Small, but of models that came and went there is no end.
  if (descriptions_.size() > 100) descriptions_.clear();
}

std::vector<std::string> LoadedModels::names() const {
  std::vector<std::string> names;
  for (const auto& [key, entry] : entries_) names.push_back(key.first);
  return names;
}

std::int64_t LoadedModels::bytes() const {
  std::int64_t sum = 0;
  for (const auto& [key, entry] : entries_) sum += entry.bytes;
  return sum;
}

}  // namespace sightglass::vision
