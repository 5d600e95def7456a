// A store's inspection station with what lies around it, for suites about its tables.
#pragma once

#include <string>

#include "database/outputs.hpp"
#include "database/stations.hpp"
#include "database/triggers.hpp"
#include "database/waiting_ids.hpp"
#include "support/stores.hpp"

namespace sightglass::test {

class StationStoreTest : public StoreTest {
 protected:
  database::stations::Station add_station(const std::string& name = "press", std::int64_t second = 0) {
    const database::stations::Station station{.id = core::StationId::make(instant(second)),
                                              .name = name,
                                              .trigger = R"({"source":"software"})",
                                              .recipe = R"({"model":"belt"})",
                                              .created_at = instant(second),
                                              .updated_at = instant(second)};
    must(write([&](database::Session& s) { return database::stations::insert(s, station); }));
    return station;
  }
  database::triggers::Trigger trigger_at(core::StationId station, std::int64_t second) {
    return {.id = core::TriggerId::make(instant(second)),
            .station_id = station,
            .station_name = "press",
            .node = "here",
            .name = "triggered_capture_" + std::to_string(++named_),
            .triggered_at = instant(second),
            .journaled_at = instant(second)};
  }
  database::triggers::Trigger add_trigger(core::StationId station, std::int64_t second) {
    const auto trigger = trigger_at(station, second);
    must(write([&](database::Session& s) { return database::triggers::insert(s, trigger); }));
    return trigger;
  }
  void change(const database::triggers::Trigger& trigger) {
    must(write([&](database::Session& s) { return database::triggers::update(s, trigger); }));
  }
  std::int64_t store_id(std::optional<core::StationId> station, const std::string& image_id, std::int64_t second) {
    return must(write([&](database::Session& s) {
      return database::waiting_ids::store(s, {.station_id = station,
                                              .image_id = image_id,
                                              .stored_at = instant(second),
                                              .stored_by = "tim",
                                              .expires_at = instant(second) + database::waiting_ids::lifetime});
    }));
  }
  // Empty: none.
  std::string take_id(core::StationId station, core::TriggerId trigger, std::int64_t second) {
    const auto taken = must(
        write([&](database::Session& s) { return database::waiting_ids::take(s, station, trigger, instant(second)); }));
    return taken ? taken->image_id : "";
  }
  std::string waiting_ids(core::StationId station, std::int64_t second) {
    std::string text;
    const auto all =
        must(read([&](database::Session& s) { return database::waiting_ids::waiting(s, station, instant(second)); }));
    for (const auto& id : all) text += id.image_id + " ";
    return text;
  }

 private:
  int named_ = 0;
};

}  // namespace sightglass::test
