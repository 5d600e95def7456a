#include "ingest/resumable_upload.hpp"

#include <array>
#include <limits>

#include "core/json_writer.hpp"
#include "filing/json_fields.hpp"

namespace sightglass::ingest {
namespace {

constexpr std::int64_t format_version = 1;
// The transport takes no longer headers.
constexpr std::size_t longest_metadata = 64 << 10;
constexpr std::size_t longest_message = 4096;

constexpr std::array states{UploadState::receiving, UploadState::stored, UploadState::refused};

std::optional<UploadState> state_from_name(std::string_view name) {
  for (const auto state : states)
    if (name_of(state) == name) return state;
  return std::nullopt;
}

std::optional<core::ErrorCode> code_from_name(std::string_view name) {
  for (int code = 0; code <= static_cast<int>(core::ErrorCode::internal); ++code) {
    const auto candidate = static_cast<core::ErrorCode>(code);
    if (core::name_of(candidate) == name) return candidate;
  }
  return std::nullopt;
}

void write_problem(core::JsonWriter& json, const std::optional<core::Error>& problem) {
  json.key("problem");
  if (!problem) {
    json.null();
    return;
  }
  json.begin_object().member("code", core::name_of(problem->code)).member("message", problem->message);
  json.member("field", problem->field).end_object();
}

core::Error read_problem(filing::JsonFields fields) {
  core::Error problem;
  problem.code = fields.parsed("code", code_from_name);
  problem.message = fields.text("message", longest_message);
  problem.field = fields.text("field", 256);
  return problem;
}

template <typename T>
std::optional<std::string> text_of(const std::optional<T>& value) {
  if (!value) return std::nullopt;
  if constexpr (requires { value->to_hex(); }) {
    return value->to_hex();
  } else {
    return value->to_string();
  }
}

}  // namespace

std::string_view name_of(UploadState state) {
  switch (state) {
    case UploadState::receiving: return "receiving";
    case UploadState::stored: return "stored";
    case UploadState::refused: return "refused";
  }
  return "receiving";
}

std::string to_json(const ResumableUpload& upload) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("upload", format_version);
  json.member("id", upload.id.to_string()).member("owner", upload.owner.to_string());
  json.member("length", upload.length).member("metadata", upload.metadata);
  json.member("sha256", text_of(upload.sha256)).member("created_at", core::to_iso8601(upload.created_at));
  json.member("state", name_of(upload.state)).member("photo", text_of(upload.photo));
  write_problem(json, upload.problem);
  json.key("finished_at");
  if (upload.finished_at) {
    json.string(core::to_iso8601(*upload.finished_at));
  } else {
    json.null();
  }
  json.end_object();
  return text;
}

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
  upload.state = fields.parsed("state", state_from_name);
  upload.photo = fields.optional_id<core::PhotoId>("photo");
  if (upload.state == UploadState::refused) upload.problem = read_problem(fields.object("problem"));
  if (upload.state != UploadState::receiving) upload.finished_at = fields.instant("finished_at");
  SG_TRY(fields.outcome());
  return upload;
}

}  // namespace sightglass::ingest
