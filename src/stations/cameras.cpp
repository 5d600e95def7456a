#include "stations/cameras.hpp"

#include <algorithm>
#include <future>
#include <utility>

#include "stations/camera_address.hpp"
#include "stations/camera_settings.hpp"
#include "telemetry/log.hpp"

namespace sightglass::stations {
namespace {

using Row = database::cameras::Camera;

bool is_there(const camera::Camera& camera) {
  using camera::State;
  const auto state = camera.status().state;
  return state == State::idle || state == State::streaming || state == State::armed;
}

core::Result<camera::Settings> configure(camera::Camera& camera, const std::string& settings) {
  SG_ASSIGN(const auto wanted, settings_from_json(settings));
  std::promise<core::Result<camera::Settings>> answer;
  auto answered = answer.get_future();
  camera.configure(wanted, [&answer](core::Result<camera::Settings> outcome) { answer.set_value(std::move(outcome)); });
  return answered.get();
}

}  // namespace

Cameras::Cameras(database::Database& database, CamerasOptions options)
    : database_(database), options_(std::move(options)) {}

Cameras::~Cameras() = default;

core::Result<void> Cameras::refresh() {
  const std::scoped_lock turn(refreshing_);
  SG_ASSIGN(auto rows, database_.read([](database::Session& session) { return database::cameras::list(session); }));
  std::erase_if(rows, [this](const Row& row) { return !owns(row) || !row.is_enabled; });
  for (auto& row : rows) SG_TRY(seal(row));
  // Closed outside of the lock: a device that is gone may take seconds. A device has one owner, so before others open.
  take_stale(rows).clear();
  for (const auto& row : rows) {
    if (find(row.id)) {
      tell(row);
    } else {
      open(row);
    }
  }
  return {};
}

// What only differs in its settings is told so and stays open, unless there is nobody to tell: then it is opened with
// them, which also helps a camera that refused its last ones.
Cameras::OpenCameras Cameras::take_stale(const std::vector<Row>& rows) {
  const auto is_same_device = [](const Open& open, const Row& row) {
    return open.driver == row.driver && open.address == row.address && open.name == row.name;
  };
  OpenCameras stale;
  const std::scoped_lock lock(mutex_);
  for (auto it = open_.begin(); it != open_.end();) {
    const auto row = std::ranges::find(rows, it->first, &Row::id);
    const bool stays = row != rows.end() && is_same_device(it->second, *row) &&
                       (it->second.settings == row->settings || is_there(*it->second.camera));
    if (stays) {
      ++it;
    } else {
      stale.insert(open_.extract(it++));
    }
  }
  return stale;
}

// Rows of earlier programs hold names and passwords in the open.
core::Result<void> Cameras::seal(Row& row) {
  auto sealed = sealed_address(row.address, options_.secrets, row.id);
  if (sealed == row.address) return {};
  row.address = std::move(sealed);
  return database_.write([&](database::Session& session) { return database::cameras::update(session, row); });
}

core::Result<std::shared_ptr<camera::Camera>> Cameras::made_of(const Row& row) const {
  const auto driver = camera::driver_from_name(row.driver);
  if (!driver) return core::fail(core::invalid_input("driver", "this program knows no such driver"));
  SG_ASSIGN(auto address, whole_address(row.address, options_.secrets, row.id));
  SG_ASSIGN(auto device,
            options_.make_device(
                {.driver = *driver, .address = std::move(address), .stream_reader = options_.stream_reader}));
  SG_ASSIGN(auto settings, settings_from_json(row.settings));
  return std::make_shared<camera::Camera>(std::move(device),
                                          camera::CameraOptions{.name = row.name, .settings = std::move(settings)});
}

void Cameras::open(const Row& row) {
  auto camera = made_of(row);
  if (!camera) {
    telemetry::log_error("a camera cannot be opened", {{"camera", row.name}, {"message", camera.error().message}});
    return;
  }
  const std::scoped_lock lock(mutex_);
  open_[row.id] = {
      .driver = row.driver, .address = row.address, .name = row.name, .settings = row.settings, .camera = *camera};
}

void Cameras::tell(const Row& row) {
  std::shared_ptr<camera::Camera> camera;
  {
    const std::scoped_lock lock(mutex_);
    const auto& open = open_.at(row.id);
    if (open.settings == row.settings) return;
    camera = open.camera;
  }
  const auto told = configure(*camera, row.settings);
  // One that was lost meanwhile is opened with them at the next look.
  if (!told && told.error().code == core::ErrorCode::unavailable) return;
  if (!told)
    telemetry::log_error("a camera refuses its settings", {{"camera", row.name}, {"message", told.error().message}});
  const std::scoped_lock lock(mutex_);
  open_.at(row.id).settings = row.settings;
}

Cameras::Counts Cameras::counts() const {
  Counts counts;
  const std::scoped_lock lock(mutex_);
  for (const auto& [id, open] : open_) {
    ++counts.open;
    if (is_there(*open.camera)) ++counts.ready;
  }
  return counts;
}

std::shared_ptr<camera::Camera> Cameras::find(core::CameraId id) const {
  const std::scoped_lock lock(mutex_);
  const auto found = open_.find(id);
  return found == open_.end() ? nullptr : found->second.camera;
}

}  // namespace sightglass::stations
