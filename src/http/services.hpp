// What handlers are given: references to the parts the composition root built. All outlive the endpoint table.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/audit_log.hpp"
#include "accounts/authenticator.hpp"
#include "accounts/sealed_secrets.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "filing/tile_cache.hpp"
#include "http/endpoint.hpp"
#include "http/live_feed.hpp"
#include "ingest/accept.hpp"
#include "ingest/admission.hpp"
#include "ingest/resumable_uploads.hpp"
#include "inspection/budget.hpp"
#include "pulls/pulls.hpp"
#include "stations/cameras.hpp"
#include "stations/stations.hpp"
#include "storage/blob_store.hpp"
#include "telemetry/metrics.hpp"

namespace sightglass::accounts {
class SignIn;          // accounts/sign_in.hpp
class Administration;  // accounts/administration.hpp
}  // namespace sightglass::accounts

namespace sightglass::http {

// What /health says of the parts that run outside the handlers. Read from memory; never blocks.
struct WorkerState {
  int workers = 0;  // task workers alive
  int workers_wanted = 0;
  int decoders = 0;  // decoding processes alive
  bool store_answers = true;
};

// One thing that can be set, as administrators see it. Never a secret: those are files, or hidden here.
struct SettingFact {
  std::string name{};      // "section.name"
  std::string value{};     // JSON
  std::string usual{};     // JSON; what holds when nobody sets it
  std::string source{};    // "default", "file", "environment" or "flag"
  std::string_view words;  // what it does
};

struct Services {
  database::Database& database;
  storage::BlobStore& blobs;
  ingest::Ingest& ingest;
  ingest::Admission& admission;
  ingest::ResumableUploads& uploads;
  filing::TileCache& tiles;
  stations::Cameras& cameras;
  stations::Stations& stations;
  pulls::Pulls& pulls;  // sources that fetch themselves
  imaging::Decoder& decoder;
  LiveFeed& live;
  accounts::Authenticator& authenticator;
  accounts::SignIn& sign_in;
  accounts::Administration& administration;
  accounts::AuditLog& audit;
  const accounts::SealedSecrets& secrets;  // of those who are told of verdicts
  telemetry::Metrics& metrics;
  const core::Clock& clock;
  std::function<void()> wake_workers;
  std::function<void()> wake_deliverer;  // of what stations have to tell
  std::function<WorkerState()> worker_state;
  std::filesystem::path web_root;  // built pages, Swagger UI in swagger-ui/, and openapi.json
  std::int64_t max_upload_bytes = 50LL << 20;
  std::vector<SettingFact> settings{};  // everything that can be set
  std::string tile_server{};            // of maps, as origin_of_tiles() takes it; empty: they have the outline alone
  std::string tile_attribution{};       // plain text
  inspection::BudgetPlan budget{};      // for services outside
  // "https://host" from which browsers fetch large originals themselves; empty: all come from here.
  std::string download_origin{};
};

class PhotoBytes;  // photo_bytes.hpp

// One per resource file; each appends its rows. endpoints.cpp calls them all. The rows keep references to
// `services` and `bytes`.
void add_account_endpoints(EndpointTable& table, const Services& services);  // setup, auth, users, tokens, audit
void add_job_endpoints(EndpointTable& table, const Services& services);
void add_job_pair_endpoints(EndpointTable& table, const Services& services);  // before and after
void add_job_photo_endpoints(EndpointTable& table, const Services& services, const std::shared_ptr<PhotoBytes>& bytes);
void add_photo_endpoints(EndpointTable& table, const Services& services, const std::shared_ptr<PhotoBytes>& bytes);
void add_photo_bytes_endpoints(EndpointTable& table, const Services& services,
                               const std::shared_ptr<PhotoBytes>& bytes);
void add_photo_tiles_endpoints(EndpointTable& table, const Services& services);     // deep zoom
void add_photo_history_endpoints(EndpointTable& table, const Services& services);   // history, tasks, copies
void add_photo_browsing_endpoints(EndpointTable& table, const Services& services);  // segments, suggestions
void add_photo_bulk_endpoints(EndpointTable& table, const Services& services,
                              const std::shared_ptr<PhotoBytes>& bytes);  // many at once; trash, restore
void add_photo_archive_endpoints(EndpointTable& table, const Services& services,
                                 const std::shared_ptr<PhotoBytes>& bytes);  // many as one zip
void add_map_endpoints(EndpointTable& table, const Services& services);  // clusters of photos, where tiles come from
void add_sample_endpoints(EndpointTable& table, const Services& services,
                          const std::shared_ptr<PhotoBytes>& bytes);  // load them, remove them
void add_saved_search_endpoints(EndpointTable& table, const Services& services);
void add_photo_upload_endpoints(EndpointTable& table, const Services& services);
void add_resumable_upload_endpoints(EndpointTable& table, const Services& services);  // tus
void add_task_endpoints(EndpointTable& table, const Services& services);              // reprocess, batch, status
void add_task_list_endpoints(EndpointTable& table, const Services& services);         // lists, retry, cancel
void add_task_bulk_endpoints(EndpointTable& table, const Services& services);
void add_failure_endpoints(EndpointTable& table, const Services& services);  // the failure inbox
void add_notice_endpoints(EndpointTable& table, const Services& services);   // what people are told
void add_queue_endpoints(EndpointTable& table, const Services& services);
void add_schedule_endpoints(EndpointTable& table, const Services& services);
void add_analysis_endpoints(EndpointTable& table, const Services& services);  // results
void add_finding_endpoints(EndpointTable& table, const Services& services);   // anomalies, readings, damage, spottings
void add_drawing_endpoints(EndpointTable& table, const Services& services);   // what people draw; labels
void add_heat_map_endpoints(EndpointTable& table, const Services& services);  // of anomalies, as pictures
void add_review_endpoints(EndpointTable& table, const Services& services);    // queues, decisions, undo
void add_meter_endpoints(EndpointTable& table, const Services& services);
void add_model_endpoints(EndpointTable& table, const Services& services);         // registry, promote, roll back
void add_camera_endpoints(EndpointTable& table, const Services& services);        // configured, their state
void add_capture_endpoints(EndpointTable& table, const Services& services);       // pictures when asked
void add_live_picture_endpoints(EndpointTable& table, const Services& services);  // what cameras see
void add_station_endpoints(EndpointTable& table, const Services& services);       // inspection stations
void add_image_id_endpoints(EndpointTable& table, const Services& services);      // ids that wait there
void add_trigger_endpoints(EndpointTable& table, const Services& services);       // their journal
void add_output_endpoints(EndpointTable& table, const Services& services);        // who is told of verdicts
void add_source_endpoints(EndpointTable& table, const Services& services);        // pictures that fetch themselves
void add_statistics_endpoints(EndpointTable& table, const Services& services);
void add_asset_endpoints(EndpointTable& table, const Services& services);
void add_location_endpoints(EndpointTable& table, const Services& services);      // also at /locations
void add_budget_endpoints(EndpointTable& table, const Services& services);        // what services outside cost
void add_installation_endpoints(EndpointTable& table, const Services& services);  // settings, storage
void add_live_endpoints(EndpointTable& table, const Services& services);          // a WebSocket
void add_health_endpoints(EndpointTable& table, const Services& services);        // health, metrics
void add_page_endpoints(EndpointTable& table, const Services& services);          // pages, assets, docs

// The whole table, in the order rows are matched. `services` must outlive it.
EndpointTable make_endpoints(const Services& services);

}  // namespace sightglass::http
