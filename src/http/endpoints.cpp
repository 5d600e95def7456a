#include "http/export_endpoints.hpp"
#include "http/photo_bytes.hpp"
#include "http/services.hpp"
#include "http/training_endpoints.hpp"

namespace sightglass::http {

EndpointTable make_endpoints(const Services& services) {
  // Shared by the rows that send bytes and those that change photos, so that a change drops the remembered
  // thumbnail; lives as long as the rows.
  const auto bytes = std::make_shared<PhotoBytes>(services);
  EndpointTable table;
  add_health_endpoints(table, services);
  add_account_endpoints(table, services);
  add_job_endpoints(table, services);
  add_job_pair_endpoints(table, services);
  add_job_photo_endpoints(table, services, bytes);
  add_photo_upload_endpoints(table, services);
  add_resumable_upload_endpoints(table, services);
  add_statistics_endpoints(table, services);
  add_task_endpoints(table, services);
  add_task_list_endpoints(table, services);
  add_task_bulk_endpoints(table, services);
  add_failure_endpoints(table, services);
  add_notice_endpoints(table, services);
  add_queue_endpoints(table, services);
  add_schedule_endpoints(table, services);
  add_photo_browsing_endpoints(table, services);
  add_photo_bulk_endpoints(table, services, bytes);
  add_photo_archive_endpoints(table, services, bytes);
  add_export_endpoints(table, services, bytes);
  add_map_endpoints(table, services);
  add_saved_search_endpoints(table, services);
  add_photo_endpoints(table, services, bytes);
  add_photo_bytes_endpoints(table, services, bytes);
  add_photo_tiles_endpoints(table, services);
  add_photo_history_endpoints(table, services);
  add_analysis_endpoints(table, services);
  add_finding_endpoints(table, services);
  add_drawing_endpoints(table, services);
  add_heat_map_endpoints(table, services);
  add_review_endpoints(table, services);
  add_meter_endpoints(table, services);
  add_model_endpoints(table, services);
  add_training_endpoints(table, services);
  add_training_set_endpoints(table, services);
  add_asset_endpoints(table, services);
  add_location_endpoints(table, services);
  add_camera_endpoints(table, services);
  add_capture_endpoints(table, services);
  add_live_picture_endpoints(table, services);
  add_station_endpoints(table, services);
  add_image_id_endpoints(table, services);
  add_trigger_endpoints(table, services);
  add_output_endpoints(table, services);
  add_source_endpoints(table, services);
  add_installation_endpoints(table, services);
  add_budget_endpoints(table, services);
  add_live_endpoints(table, services);
  add_sample_endpoints(table, services, bytes);
  add_page_endpoints(table, services);
  return table;
}

}  // namespace sightglass::http
