#include "app/folder_training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include "app/program_files.hpp"
#include "app/worker_supervisor.hpp"
#include "imaging/decoder_pool.hpp"
#include "inspection/training/folder_lesson.hpp"
#include "inspection/training/training_request.hpp"
#include "vision/engine/engine.hpp"

namespace sightglass::app {
namespace {

using core::Result;
namespace fs = std::filesystem;
namespace training = inspection::training;

// Bundles as set-up leaves them: NAME/VERSION/. Of several versions of a name the last counts.
class BundleFolder final : public vision::ModelSupply {
 public:
  static Result<BundleFolder> open(const fs::path& folder) {
    BundleFolder supply;
    std::error_code none;
    for (const auto& name : fs::directory_iterator(folder, none)) {
      fs::path newest;
      for (const auto& version : fs::directory_iterator(name.path(), none)) newest = std::max(newest, version.path());
      if (newest.empty()) continue;
      SG_ASSIGN(const auto bundle, vision::ModelBundle::read(newest));
      const auto& model = bundle.description();
      const auto label = model.name + "@" + model.version;
      supply.folders_[label] = newest;
      supply.by_task_[std::string(vision::name_of(model.task))].push_back(label);
    }
    if (supply.folders_.empty())
      return core::fail(
          core::not_found(fmt::format("There are no models in {}; ./setup makes them.", folder.string())));
    return supply;
  }
  Result<std::vector<std::string>> models_of(std::string_view task) override {
    const auto found = by_task_.find(task);
    return found == by_task_.end() ? std::vector<std::string>{} : found->second;
  }
  Result<vision::ModelBundle> bundle(std::string_view model) override {
    const auto found = folders_.find(model);
    if (found == folders_.end()) return core::fail(core::not_found(fmt::format("there is no model {}", model)));
    return vision::ModelBundle::read(found->second);
  }

 private:
  std::map<std::string, fs::path, std::less<>> folders_{};
  std::map<std::string, std::vector<std::string>, std::less<>> by_task_{};
};

std::vector<fs::path> folders_of(const WorkerArguments& arguments) {
  std::vector<fs::path> folders;
  for (std::int64_t i = 0; i < arguments.number("folders"); ++i)
    folders.emplace_back(arguments.text(fmt::format("folder-{}", i)));
  return folders;
}

// What both need, in the order in which they use each other.
struct Tools {
  core::SystemClock clock{};
  BundleFolder models;
  std::unique_ptr<vision::Engine> engine{};
  imaging::Limits limits{};
  std::unique_ptr<imaging::DecoderPool> decoder{};

  training::FolderGround ground() {
    return {.decoder = *decoder, .instruments = *engine, .limits = limits, .tell = [](std::string_view words) {
              fmt::print(stderr, "{}\n", words);
            }};
  }
};

Result<std::unique_ptr<Tools>> open_tools() {
  SG_ASSIGN(auto models, BundleFolder::open(bundled_models()));
  auto tools = std::make_unique<Tools>(Tools{.models = std::move(models)});
  SG_ASSIGN(tools->engine, vision::Engine::open({}, tools->models, tools->clock));
  tools->decoder = std::make_unique<imaging::DecoderPool>(
      imaging::DecoderPoolOptions{.executable = worker_program(),
                                  .arguments = imaging::decode_arguments(tools->limits),
                                  .max_children = 1,
                                  .starts_one_at_once = false});
  return tools;
}

// Whole or not at all.
Result<void> write_file(const fs::path& path, const std::string& bytes) {
  const fs::path beside = path.string() + ".part";
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  std::error_code error;
  if (out) fs::rename(beside, path, error);
  if (out && !error) return {};
  return core::fail(core::invalid_input("model", fmt::format("{} cannot be written.", path.string())));
}

Result<std::string> read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(in), {});
  if (in || !bytes.empty()) return bytes;
  return core::fail(core::invalid_input("model", fmt::format("{} cannot be read.", path.string())));
}

}  // namespace

Result<void> train_on_folders(const WorkerArguments& arguments) {
  SG_ASSIGN(const auto set, training::read_folders(folders_of(arguments)));
  SG_ASSIGN(const auto tools, open_tools());
  auto ground = tools->ground();
  ground.false_reject_rate = static_cast<double>(arguments.number("false-reject-per-mille")) / 1000;
  ground.method = training::method_from_name(arguments.text("method")).value_or(training::Method::learn);
  SG_ASSIGN(const auto learnt, training::train_on(ground, set));
  SG_TRY(write_file(arguments.text("model"), learnt.file));
  fmt::print("{}\n", learnt.figures);
  return {};
}

Result<void> evaluate_on_folders(const WorkerArguments& arguments) {
  SG_ASSIGN(const auto set, training::read_folders(folders_of(arguments)));
  SG_ASSIGN(const auto file, read_file(arguments.text("model")));
  SG_ASSIGN(const auto tools, open_tools());
  SG_ASSIGN(const auto figures, training::evaluate_on(tools->ground(), set, file));
  fmt::print("{}\n", figures);
  return {};
}

}  // namespace sightglass::app
