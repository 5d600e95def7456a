#include "stations/cameras.hpp"

#include <algorithm>
#include <utility>

#include "camera/device.hpp"
#include "stations/camera_settings.hpp"
#include "telemetry/log.hpp"

namespace sightglass::stations {
namespace {

using Row = database::cameras::Camera;

core::Result<std::shared_ptr<camera::Camera>> made_of(const Row& row, const std::filesystem::path& stream_reader) {
  const auto driver = camera::driver_from_name(row.driver);
  if (!driver) return core::fail(core::invalid_input("driver", "this program knows no such driver"));
  SG_ASSIGN(auto device,
            camera::make_device({.driver = *driver, .address = row.address, .stream_reader = stream_reader}));
  SG_ASSIGN(auto settings, settings_from_json(row.settings));
  return std::make_shared<camera::Camera>(std::move(device),
                                          camera::CameraOptions{.name = row.name, .settings = std::move(settings)});
}

}  // namespace

Cameras::Cameras(database::Database& database, std::string node, std::filesystem::path stream_reader)
    : database_(database), node_(std::move(node)), stream_reader_(std::move(stream_reader)) {}

Cameras::~Cameras() = default;

core::Result<void> Cameras::refresh() {
  const std::scoped_lock turn(refreshing_);
  SG_ASSIGN(auto rows, database_.read([](database::Session& session) { return database::cameras::list(session); }));
  std::erase_if(rows, [this](const Row& row) { return row.node != node_ || !row.is_enabled; });
  // Closed outside of the lock: a device that is gone may take seconds. A device has one owner, so before others open.
  take_stale(rows).clear();
  for (const auto& row : rows) {
    if (!find(row.id)) open(row);
  }
  return {};
}

// What only differs in its settings is told so by whoever changed them, and stays open.
Cameras::OpenCameras Cameras::take_stale(const std::vector<Row>& rows) {
  OpenCameras stale;
  const std::scoped_lock lock(mutex_);
  for (auto it = open_.begin(); it != open_.end();) {
    const auto row = std::ranges::find(rows, it->first, &Row::id);
    const bool stays = row != rows.end() && row->driver == it->second.driver && row->address == it->second.address &&
                       row->name == it->second.name;
    if (stays) {
      ++it;
    } else {
      stale.insert(open_.extract(it++));
    }
  }
  return stale;
}

void Cameras::open(const Row& row) {
  auto camera = made_of(row, stream_reader_);
  if (!camera) {
    telemetry::log_error("a camera cannot be opened", {{"camera", row.name}, {"message", camera.error().message}});
    return;
  }
  const std::scoped_lock lock(mutex_);
  open_[row.id] = {
      .driver = row.driver, .address = row.address, .name = row.name, .settings = row.settings, .camera = *camera};
}

Cameras::Counts Cameras::counts() const {
  using camera::State;
  Counts counts;
  const std::scoped_lock lock(mutex_);
  for (const auto& [id, open] : open_) {
    const auto state = open.camera->status().state;
    ++counts.open;
    if (state == State::idle || state == State::streaming || state == State::armed) ++counts.ready;
  }
  return counts;
}

std::shared_ptr<camera::Camera> Cameras::find(core::CameraId id) const {
  const std::scoped_lock lock(mutex_);
  const auto found = open_.find(id);
  return found == open_.end() ? nullptr : found->second.camera;
}

}  // namespace sightglass::stations
