#include "unit/inspection/belt_ground.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <utility>

#include "camera/simulated/belt_part.hpp"
#include "camera/simulated/belt_scene.hpp"
#include "database/sqlite/sqlite_database.hpp"
#include "imaging/pipeline/frame_raster.hpp"
#include "inspection/model_install.hpp"
#include "inspection/trained_models.hpp"
#include "storage/disk/disk_blob_store.hpp"
#include "support/test_paths.hpp"
#include "vision/anomaly/train_anomaly.hpp"
#include "vision/engine/engine.hpp"

namespace sightglass::inspection {
namespace {

constexpr std::uint64_t first_taught = 10'000;
constexpr std::size_t taught = 32;
// All along the belt, whose seam and streaks are good wherever they lie.
constexpr std::uint64_t stride = 37;

template <typename T>
T must(core::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message + " | " + result.error().cause);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

std::filesystem::path bundle_folder() {
  return std::filesystem::path(SIGHTGLASS_SOURCE_DIR) / "build/models/bundles/centernet/1.0.0";
}

class OneBundle final : public vision::ModelSupply {
 public:
  OneBundle() : bundle_(must(vision::ModelBundle::read(bundle_folder()))) {}
  core::Result<std::vector<std::string>> models_of(std::string_view task) override {
    const auto& about = bundle_.description();
    return task == "objects" ? std::vector{about.name + "@" + about.version} : std::vector<std::string>{};
  }
  core::Result<vision::ModelBundle> bundle(std::string_view) override { return bundle_; }

 private:
  vision::ModelBundle bundle_;
};

std::string learn(core::Size size) {
  OneBundle supply;
  const core::SystemClock clock;
  const auto engine =
      must(vision::Engine::open({.runtime = vision::RuntimeChoice::opencv, .open_code_reader = {}}, supply, clock));
  const Belt belt(size);
  const auto picture = [&](std::size_t place) -> core::Result<vision::GoodPicture> {
    SG_ASSIGN(auto raster,
              imaging::pipeline::frame_raster(belt.frame(first_taught + stride * place, 0), belt.region()));
    return vision::GoodPicture{std::move(raster), "good " + std::to_string(place), ""};
  };
  vision::AnomalyTraining training;
  return must(vision::train_anomaly(picture, taught, *must(engine->embedder()), training, {})).file;
}

}  // namespace

Belt::Belt(core::Size size) : wish_{.seed = 5, .size = size}, sensor_(wish_.seed, wish_.noise) {}

camera::Light Belt::light(std::uint64_t part, double defects) const {
  auto wish = wish_;
  wish.defects = defects;
  camera::BeltScene scene(wish);
  camera::Light light;
  must(scene.show(part, true, light));
  return light;
}

core::RawImage Belt::frame(std::uint64_t part, double defects, core::PixelFormat format) const {
  const camera::Settings settings{.exposure_ms = camera::reference_exposure_ms,
                                  .gain = 0,
                                  .black_level = 0,
                                  .region = camera::Region{0, 0, wish_.size.width, wish_.size.height},
                                  .binning = 1,
                                  .format = format};
  return sensor_.expose(light(part, defects), settings, part);
}

bool Belt::is_defective(std::uint64_t part, double defects) const {
  return camera::part_at(wish_.seed, defects, part).defect.has_value();
}

// Plates are 720 × 510 thousandths of the picture's height large and lie within 12 of its middle.
core::Box Belt::region() const {
  const double unit = wish_.size.height / 1000.0;
  const double width = std::round(790 * unit);
  const double height = std::round(580 * unit);
  return {std::round((wish_.size.width - width) / 2), std::round((wish_.size.height - height) / 2), width, height};
}

core::Box Belt::defect_of(std::uint64_t part) const {
  const auto good = light(part, 0);
  const auto bad = light(part, 1);
  std::int32_t left = good.size.width, top = good.size.height, right = 0, bottom = 0;
  for (std::int32_t y = 0; y < good.size.height; ++y)
    for (std::int32_t x = 0; x < good.size.width; ++x) {
      const auto at = 3 * static_cast<std::ptrdiff_t>(y * good.size.width + x);
      if (std::equal(good.rgb.begin() + at, good.rgb.begin() + at + 3, bad.rgb.begin() + at)) continue;
      left = std::min(left, x), top = std::min(top, y), right = std::max(right, x + 1),
      bottom = std::max(bottom, y + 1);
    }
  if (right <= left) return {};
  return {static_cast<double>(left), static_cast<double>(top), static_cast<double>(right - left),
          static_cast<double>(bottom - top)};
}

bool has_backbone() { return std::filesystem::exists(bundle_folder()); }

const std::string& belt_model(core::Size size) {
  static std::map<std::int32_t, std::string> bytes;
  auto& known = bytes[size.width];
  if (known.empty()) known = learn(size);
  return known;
}

BeltGround::BeltGround(bool with_backbone)
    : database_(must(database::sqlite::open_sqlite(directory_.path() / "sightglass.db"))),
      blobs_(must(storage::disk::DiskBlobStore::open(directory_.path()))) {
  must(database_->migrate());
  std::filesystem::create_directory(directory_.path() / "models");
  if (!with_backbone) return;
  const core::SystemClock clock;
  must(install_defaults({*database_, *blobs_, clock}, bundle_folder().parent_path().parent_path()));
}

database::models::Model BeltGround::add_model(const std::string& name, const std::string& version, std::string bytes) {
  if (bytes.empty()) bytes = belt_model();
  const core::SystemClock clock;
  const database::models::Model model{.id = core::ModelId::make(clock.now()),
                                      .name = name,
                                      .version = version,
                                      .task = std::string(anomaly_task),
                                      .format = std::string(anomaly_format),
                                      .state = "ready",
                                      .origin = "trained",
                                      .manifest = R"({"backbone":"centernet@1.0.0"})",
                                      .key_prefix = model_keys(name, version),
                                      .bytes = static_cast<std::int64_t>(bytes.size()),
                                      .sha256 = vision::sha256_of(bytes).to_hex(),
                                      .created_at = clock.now()};
  must(blobs_->put(model.key_prefix + std::string(trained_file_name), bytes, storage::BlobStore::Durability::durable));
  must(database_->write([&](database::Session& session) { return database::models::insert(session, model); }));
  return model;
}

void BeltGround::set_state(database::models::Model model, const std::string& state) {
  model.state = state;
  must(database_->write([&](database::Session& session) { return database::models::update(session, model); }));
}

judging::JudgePoolOptions BeltGround::options() const {
  return {.executable = std::filesystem::path(SIGHTGLASS_BINARY_DIR) / "sightglass-worker",
          .arguments = {"judge", "--fd", "3", "--data", directory_.path().string(), "--max-memory-mb", "1024",
                        "--vision-runtime", "opencv", "--onnxruntime", "", "--vision-threads", "1", "--idle-minutes",
                        "1440", "--log-level", "error", "--log-format", "text"}};
}

}  // namespace sightglass::inspection
