// Stations at which nothing happens by itself, and that say what a test wants.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "stations/stations.hpp"

namespace sightglass::http {

class StillStations final : public stations::Stations {
 public:
  explicit StillStations(database::Database& database) : database_(database) {}

  core::Result<void> refresh() override {
    ++refreshes;
    return {};
  }
  stations::StationStatus status(core::StationId id) const override {
    const auto found = statuses.find(id);
    return found == statuses.end() ? stations::StationStatus{} : found->second;
  }
  core::Result<void> trigger(core::StationId /*id*/) override {
    if (refusal) return core::fail(*refusal);
    ++triggered;
    return {};
  }
  core::Result<database::triggers::Trigger> name(core::TriggerId id, std::string_view image_id) override {
    if (refusal) return core::fail(*refusal);
    return database_.write([&](database::Session& session) -> core::Result<database::triggers::Trigger> {
      SG_ASSIGN(auto row, database::triggers::find(session, id));
      if (!row) return core::fail(core::not_found("no such trigger"));
      row->image_id = std::string(image_id);
      SG_TRY(database::triggers::update(session, *row));
      return std::move(*row);
    });
  }
  core::Result<std::filesystem::path> picture(const database::triggers::Trigger& /*trigger*/,
                                              std::string_view which) const override {
    const auto found = pictures.find(std::string(which));
    if (found == pictures.end()) return core::fail(core::not_found("there is no such picture"));
    return found->second;
  }

  int refreshes = 0;
  int triggered = 0;
  std::optional<core::Error> refusal{};  // of what is asked of a station
  std::map<core::StationId, stations::StationStatus> statuses{};
  std::map<std::string, std::filesystem::path> pictures{};

 private:
  database::Database& database_;
};

}  // namespace sightglass::http
