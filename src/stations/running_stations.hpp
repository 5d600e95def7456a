// The stations that this node runs, and what was left unfinished by an earlier run of it.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "stations/cameras.hpp"
#include "stations/running_station.hpp"
#include "stations/stations.hpp"

namespace sightglass::stations {

class RunningStations final : public Stations {
 public:
  struct Parts {
    database::Database& database;
    Cameras& cameras;
    inspection::FrameJudge& judge;
    imaging::Decoder& decoder;
    storage::BlobStore& blobs;
    ingest::Admission& admission;
    ingest::Ingest& ingest;
    const core::Clock& clock;
    std::function<void()> wake_outputs;
  };
  // Opens what is below `data`. All of the parts outlive it. Errors: those of InspectionFolders::open().
  static core::Result<std::unique_ptr<RunningStations>> open(const std::filesystem::path& data, Parts parts,
                                                             StationLimits limits = {});
  // Ends all.
  ~RunningStations() override;

  // The first one also goes on with what was left unfinished, each further one with what could not be filed yet; not
  // on the calling thread.
  core::Result<void> refresh() override;
  StationStatus status(core::StationId id) const override;
  core::Result<void> trigger(core::StationId id) override;
  core::Result<database::triggers::Trigger> name(core::TriggerId id, std::string_view image_id) override;
  core::Result<std::filesystem::path> picture(const database::triggers::Trigger& trigger,
                                              std::string_view which) const override;

 private:
  RunningStations(Parts parts, InspectionFolders folders, FrameSpill spill, StationLimits limits);
  struct Run {
    database::stations::Station row{};
    std::shared_ptr<RunningStation> station{};
  };
  using Runs = std::map<core::StationId, Run>;
  Runs take_stale(const std::vector<database::stations::Station>& rows);
  void run(const database::stations::Station& row, bool was_running);
  void withdraw_ids(const Runs& ended);
  std::shared_ptr<RunningStation> find(core::StationId id) const;
  core::Result<void> give_ids_back();
  core::Result<void> look_at_what_is_left(const Runs& ended);
  void settle_in_background();
  void settle(std::vector<database::triggers::Trigger> left);

  const Parts parts_;
  const InspectionFolders folders_;
  const FrameSpill spill_;
  const StationLimits limits_;
  TriggerJournal journal_;
  Inspector inspector_;
  std::mutex refreshing_;
  mutable std::mutex mutex_;
  Runs runs_;
  // By an earlier run of this program, or by stations that were ended. Under refreshing_.
  std::vector<database::triggers::Trigger> left_;
  bool has_looked_ = false;
  std::atomic<bool> is_settling_ = false, is_stopping_ = false;
  std::thread settling_;
};

}  // namespace sightglass::stations
