#include "ingest/resumable_upload.hpp"

#include <limits>
#include <optional>

#include "filing/json_fields.hpp"

namespace sightglass::ingest {
namespace {

constexpr std::int64_t format_version = 1;
// The transport takes no longer headers.
constexpr std::size_t longest_metadata = 64 << 10;
constexpr std::size_t longest_message = 4096;

std::optional<core::ErrorCode> code_from_name(std::string_view name) {
  for (int code = 0; code <= static_cast<int>(core::ErrorCode::internal); ++code) {
    const auto candidate = static_cast<core::ErrorCode>(code);
    if (core::name_of(candidate) == name) return candidate;
  }
  return std::nullopt;
}

core::Error read_problem(filing::JsonFields fields) {
  core::Error problem;
  problem.code = fields.parsed("code", code_from_name);
  problem.message = fields.text("message", longest_message);
  problem.field = fields.text("field", 256);
  return problem;
}

}  // namespace

core::Result<ResumableUpload> resumable_upload_from_json(std::string_view text) {
  SG_ASSIGN(auto fields, filing::JsonFields::parse(text));
  ResumableUpload upload;
  fields.integer("upload", format_version, format_version);
  upload.id = fields.id<core::PhotoId>("id");
  upload.owner = fields.id<core::UserId>("owner");
  upload.length = fields.integer("length", 1, std::numeric_limits<std::int64_t>::max());
  upload.metadata = fields.text("metadata", longest_metadata);
  if (fields.optional_text("sha256", 64)) upload.sha256 = fields.parsed("sha256", core::Sha256::from_hex);
  upload.created_at = fields.instant("created_at");
  upload.state = fields.parsed("state", core::upload_state_from_name);
  upload.photo = fields.optional_id<core::PhotoId>("photo");
  if (upload.state == UploadState::refused) upload.problem = read_problem(fields.object("problem"));
  if (upload.state != UploadState::receiving) upload.finished_at = fields.instant("finished_at");
  SG_TRY(fields.outcome());
  return upload;
}

}  // namespace sightglass::ingest
