// Takes a picture with a camera because somebody asked for it: frame, file, photo, and the row that says how.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "camera/camera.hpp"
#include "core/photo.hpp"
#include "core/result.hpp"
#include "database/cameras.hpp"
#include "database/captures.hpp"
#include "imaging/decoder.hpp"
#include "ingest/accept.hpp"
#include "ingest/admission.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::stations {

struct CaptureParts {
  storage::BlobStore& blobs;
  ingest::Admission& admission;
  imaging::Decoder& decoder;
  ingest::Ingest& ingest;
};

struct CaptureOrder {
  std::shared_ptr<camera::Camera> camera{};
  database::cameras::Camera row{};
  camera::Settings settings{};  // for this picture alone
  imaging::DevelopPlan::File file = imaging::DevelopPlan::File::jpeg;
  std::int32_t quality = 95;            // of a JPEG
  std::optional<double> x{}, y{}, z{};  // of the stage
  ingest::Submission submission{};      // whose it is and where it belongs; source and time are filled in
};

struct Captured {
  core::Photo photo{};
  database::captures::Capture capture{};
};

// Blocks for the captures that wait before it, the exposure, the transfer, and the disk. When it returns, the picture
// is kept as an upload would be. Errors: those of Camera::capture, Decoder::develop and Ingest::accept; then nothing is
// kept.
core::Result<Captured> capture(const CaptureParts& parts, CaptureOrder order);

}  // namespace sightglass::stations
