// Networks in memory, each with what was made of it: loaded when first asked for, dropped when nobody asks any more.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "vision/detection/detector.hpp"
#include "vision/embedding/embedder.hpp"
#include "vision/loaded_model.hpp"
#include "vision/model_bundle.hpp"
#include "vision/network.hpp"

namespace sightglass::vision {

class ModelSupply;

// Of two runtimes the first is tried first; the second gets what the first cannot read.
struct Runtimes {
  NetworkRuntime* first = nullptr;
  NetworkRuntime* second = nullptr;  // may be null
};

// Not thread-safe. All pointers handed out are good until drop_idle() or the next call that loads. Blocks.
class LoadedModels {
 public:
  struct Rules {
    std::int32_t threads = 1;
    std::chrono::minutes idle{10};
  };
  LoadedModels(Runtimes runtimes, ModelSupply& source, const core::Clock& clock, Rules rules)
      : runtimes_(runtimes), source_(source), clock_(clock), rules_(rules) {}

  // `model` is "name@version". Errors: those of the source, of loading, and of what is made of it. A model that could
  // not be used is not tried again for a minute; the error is told again instead.
  core::Result<LoadedModel> network(const std::string& model);
  core::Result<Embedder*> embedder(const std::string& model);
  core::Result<Detector*> detector(const std::string& model);
  // Without its network.
  core::Result<const ModelDescription*> description(const std::string& model);

  void drop_idle();
  std::vector<std::string> names() const;
  std::int64_t bytes() const;

 private:
  // One of the three stands; made_as() tells which was asked for.
  struct Entry {
    ModelDescription description{};
    std::unique_ptr<Network> network{};
    std::unique_ptr<Embedder> embedder{};
    std::unique_ptr<Detector> detector{};
    std::int64_t bytes = 0;
    core::Instant used_at{};
  };
  struct Failure {
    core::Error error{};
    core::Instant at{};
  };
  enum class Use : std::uint8_t { network, embedder, detector };
  using Key = std::pair<std::string, Use>;

  core::Result<Entry*> entry(const std::string& model, Use use);
  core::Result<Entry> load(const std::string& model, Use use);
  core::Result<std::unique_ptr<Network>> load_network(const ModelBundle& bundle);

  Runtimes runtimes_;
  ModelSupply& source_;
  const core::Clock& clock_;
  Rules rules_;
  std::map<Key, Entry> entries_{};
  std::map<Key, Failure> failures_{};
  std::map<std::string, ModelDescription> descriptions_{};
};

}  // namespace sightglass::vision
