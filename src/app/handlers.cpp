#include "app/handlers.hpp"

#include "app/program_files.hpp"

namespace sightglass::app {

Handlers::Handlers(Parts& parts, Surroundings surroundings)
    : admission_(parts.blobs(), parts.settings().min_free_bytes),
      services_{.database = parts.database(),
                .blobs = parts.blobs(),
                .ingest = parts.ingest(),
                .admission = admission_,
                .authenticator = parts.authenticator(),
                .sign_in = parts.sign_in(),
                .administration = parts.administration(),
                .audit = parts.audit(),
                .metrics = metrics_,
                .clock = parts.clock(),
                .wake_workers = std::move(surroundings.wake_workers),
                .worker_state = std::move(surroundings.worker_state),
                .web_root = web_root(),
                .max_upload_bytes = parts.settings().max_upload_bytes},
      table_(http::make_endpoints(services_)) {}

}  // namespace sightglass::app
