#include "http/upload_wish.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace sightglass::http {
namespace {

constexpr std::array<std::string_view, 14> known_names{
    "filename", "kind",          "job_id",         "asset_id", "location_id", "description", "tags",
    "priority", "allow_damaged", "skip_duplicate", "latitude", "longitude",   "altitude",    "sha256"};
// Uppy and tus-js-client's examples send these.
constexpr std::array<std::string_view, 4> ignored_names{"name", "type", "filetype", "relativePath"};

core::Result<void> check_names(const UploadMetadata& metadata) {
  for (const auto& [name, value] : metadata) {
    if (std::ranges::find(known_names, name) != known_names.end()) continue;
    if (std::ranges::find(ignored_names, name) != ignored_names.end()) continue;
    const std::string shown = name.substr(0, 64);
    return core::fail(core::invalid_input(
        shown, fmt::format("unknown metadata {}; known are {}", shown, fmt::join(known_names, ", "))));
  }
  return {};
}

core::Result<std::optional<double>> read_number(const ReceivedForm& form, std::string_view name, double least,
                                                double most) {
  const auto text = form.find(name).value_or("");
  if (text.empty()) return std::nullopt;
  double number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  // Written so that NaN, which from_chars reads, is refused as well.
  if (failure != std::errc{} || end != text.data() + text.size() || !(number >= least && number <= most)) {
    return core::fail(
        core::invalid_input(std::string(name), fmt::format("{} must be a number from {} to {}", name, least, most)));
  }
  return number;
}

core::Result<std::optional<core::GeoPosition>> read_position(const ReceivedForm& form) {
  SG_ASSIGN(const auto latitude, read_number(form, "latitude", -90, 90));
  SG_ASSIGN(const auto longitude, read_number(form, "longitude", -180, 180));
  SG_ASSIGN(const auto altitude, read_number(form, "altitude", -12'000, 100'000));
  if (latitude.has_value() != longitude.has_value()) {
    return core::fail(
        core::invalid_input(latitude ? "longitude" : "latitude", "latitude and longitude must be given together"));
  }
  if (!latitude && altitude) {
    return core::fail(core::invalid_input("altitude", "altitude needs latitude and longitude"));
  }
  if (!latitude) return std::nullopt;
  return core::GeoPosition{.latitude = *latitude, .longitude = *longitude, .altitude = altitude};
}

core::Result<core::PhotoKind> read_kind(const ReceivedForm& form) {
  const auto text = form.find("kind").value_or("");
  if (text.empty() || text == "field") return core::PhotoKind::field;
  if (text != "job") return core::fail(core::invalid_input("kind", "kind must be field or job"));
  if (form.find("job_id").value_or("").empty())
    return core::fail(core::invalid_input("job_id", "a job photo needs a job_id"));
  return core::PhotoKind::job;
}

core::Result<std::optional<core::Sha256>> read_sha256(const ReceivedForm& form) {
  const auto text = form.find("sha256").value_or("");
  if (text.empty()) return std::nullopt;
  const auto hash = core::Sha256::from_hex(text);
  if (!hash) return core::fail(core::invalid_input("sha256", "sha256 must be 64 hexadecimal digits"));
  return hash;
}

}  // namespace

core::Result<UploadWish> read_upload_wish(const UploadMetadata& metadata) {
  SG_TRY(check_names(metadata));
  const ReceivedForm form{.fields = metadata};
  UploadWish wish;
  SG_ASSIGN(wish.fields, read_photo_fields(form));
  wish.filename = form.find("filename").value_or("");
  SG_ASSIGN(wish.kind, read_kind(form));
  SG_ASSIGN(wish.skip_duplicate, read_flag("skip_duplicate", form.find("skip_duplicate").value_or("")));
  SG_ASSIGN(wish.position, read_position(form));
  SG_ASSIGN(wish.sha256, read_sha256(form));
  return wish;
}

core::Result<ingest::Submission> submission_of(const Services& services, const Request& request,
                                               const UploadWish& wish) {
  SG_ASSIGN(auto submission, make_submission(services, request, wish.fields, wish.filename));
  submission.kind = wish.kind;
  submission.source = wish.kind == core::PhotoKind::job ? core::PhotoSource::job_upload : core::PhotoSource::upload;
  submission.position = wish.position;
  submission.skip_duplicate = wish.skip_duplicate;
  submission.skips_trash = false;
  // Of a job that the sender sees, all photos are seen; of the others, a technician sees but the own.
  submission.skips_only_own = !submission.job_id && !accounts::visibility_of(request.caller).sees_all;
  return submission;
}

}  // namespace sightglass::http
