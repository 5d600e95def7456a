// Receives a multipart form with one picture: text fields in memory within limits, the file into the blob store.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "http/endpoint.hpp"
#include "ingest/admission.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::http {

// A form that came in whole.
struct ReceivedForm {
  std::vector<std::pair<std::string, std::string>> fields{};  // text parts in the order they came
  std::string sent_filename{};                                // as the client wrote it
  std::unique_ptr<storage::IncomingBlob> picture{};           // never null
  // Of the first part with this name.
  std::optional<std::string_view> find(std::string_view name) const;
};

struct UploadRules {
  std::string_view file_field = "image";
  std::vector<std::string_view> text_fields{};  // the names allowed beside the file
  std::int64_t max_file_bytes = 50LL << 20;
};

class UploadForm final : public UploadSink {
 public:
  static constexpr std::size_t max_field_bytes = 64U << 10;
  static constexpr std::size_t max_parts = 128;  // fifty tags one by one, and room for the rest
  // Runs once, on the blocking pool, when the form is complete.
  using Complete = std::function<core::Result<Response>(ReceivedForm& form)>;

  // `room` is kept for the file until the form ends.
  UploadForm(storage::BlobStore& blobs, UploadRules rules, ingest::Admission::Reservation room, Complete complete);

  // invalid_input naming an unknown field, a second file, too many parts; whatever the store says.
  core::Result<void> begin_part(const PartHeaders& headers) override;
  // too_large naming the limit; the error of core/no_room.hpp when the disk is full.
  core::Result<void> write(std::string_view bytes) override;
  core::Result<void> end_part() override;
  // "No image provided" without a file part, "No image selected" when its name is empty.
  core::Result<Response> finish() override;

 private:
  enum class Into : std::uint8_t { nothing, field, picture };
  core::Result<void> begin_picture(const PartHeaders& headers);
  core::Result<void> begin_field(const PartHeaders& headers);
  core::Result<void> write_picture(std::string_view bytes);
  core::Result<void> write_field(std::string_view bytes);

  storage::BlobStore& blobs_;
  UploadRules rules_;
  ingest::Admission::Reservation room_;
  Complete complete_;
  ReceivedForm form_{};
  Into into_ = Into::nothing;
  std::size_t parts_ = 0;
  bool has_file_part_ = false;
};

}  // namespace sightglass::http
