#include "http/export_endpoints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/json_writer.hpp"
#include "exports/annotation_export.hpp"
#include "http/endpoint_support.hpp"
#include "http/object_access.hpp"
#include "http/photo_archives.hpp"
#include "http/photo_bytes.hpp"

namespace sightglass::http {
namespace {

using core::Result;
using exports::Format;

constexpr std::array<std::string_view, 4> formats{"coco", "yolo", "csv", "camtrap-dp"};
constexpr std::array<std::string_view, 4> kinds{"anomaly", "reading", "damage", "spotting"};
constexpr std::array<std::string_view, 2> pictures{"none", "original"};
// Words of Camtrap DP's profile, `project.samplingDesign` and `project.captureMethod`.
constexpr std::array<std::string_view, 6> sampling_designs{"simpleRandom", "systematicRandom", "clusteredRandom",
                                                           "experimental", "targeted",         "opportunistic"};
constexpr std::array<std::string_view, 2> capture_methods{"activityDetection", "timeLapse"};

struct Wish {
  exports::Options options{};
  bool has_pictures = false;
};

void read_states(QueryReader& query, exports::Options& options) {
  for (const auto& word : query.texts("state", {.max_items = 5})) {
    const auto state = core::finding_state_from_name(word);
    if (!state) return query.refuse("state", "must be one of open, confirmed, rejected, corrected, resolved");
    options.filter.states.push_back(*state);
  }
}

void read_filter(QueryReader& query, exports::Options& options) {
  auto& filter = options.filter;
  if (const auto kind = query.choice("kind", kinds)) filter.kind = core::finding_kind_from_name(*kind);
  read_states(query, options);
  filter.class_name = query.text("class");
  if (const auto job = query.integer("job", {.least = 1})) filter.job = core::JobId{*job};
  filter.asset = query.id<core::AssetId>("asset");
  filter.location = query.id<core::LocationId>("location");
  filter.taken_from = query.instant("from");
  filter.taken_to = query.instant("to");
}

void read_study(QueryReader& query, exports::Options& options) {
  const auto title = query.text("project");
  const auto design = query.choice("sampling_design", sampling_designs);
  const auto method = query.choice("capture_method", capture_methods);
  if (options.format != Format::camtrap_dp) {
    for (const auto& [name, is_there] : {std::pair("project", title.has_value()),
                                         {"sampling_design", design.has_value()},
                                         {"capture_method", method.has_value()}})
      if (is_there) query.refuse(name, "is of the format camtrap-dp alone");
    return;
  }
  if (title) options.study.title = *title;
  if (design) options.study.sampling_design = *design;
  if (method) options.study.capture_method = *method;
}

Result<Wish> read_wish(const Request& request) {
  QueryReader query(request);
  Wish wish;
  const auto format = query.choice("format", formats);
  if (!format) query.refuse("format", "is missing: one of coco, yolo, csv, camtrap-dp");
  wish.options.format = exports::format_from_name(format.value_or("csv")).value_or(Format::csv);
  read_filter(query, wish.options);
  read_study(query, wish.options);
  wish.has_pictures = query.choice("pictures", pictures) == "original";
  if (wish.has_pictures && wish.options.format == Format::csv)
    query.refuse("pictures", "cannot be with csv, which is one file");
  SG_TRY(query.finish());
  if (wish.has_pictures && !accounts::holds_scope(request.caller, accounts::Area::photos, accounts::Access::read))
    return core::fail({.code = core::ErrorCode::permission_denied,
                       .message = "pictures need a token with the scope photos:read",
                       .field = "pictures"});
  return wish;
}

// As the caller reached this server. A name that no address has is left out, and addresses begin with their path.
std::string address_of(const Request& request) {
  const auto host = request.headers.get("Host");
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]";
  if (host.empty() || host.find_first_not_of(allowed) != std::string_view::npos) return {};
  return (request.is_secure ? "https://" : "http://") + std::string(host);
}

// A photo's original for the export, and the entry that it was looked at, before a byte of it goes out.
class OriginalsFor {
 public:
  OriginalsFor(const Services& services, std::shared_ptr<PhotoBytes> bytes, const Request& request)
      : services_(&services),
        bytes_(std::move(bytes)),
        caller_(request.caller),
        request_id_(request.request_id),
        peer_(request.peer) {}

  Result<exports::Picture> operator()(const core::Photo& photo) const {
    auto file = bytes_->open(photo, PhotoVariant::original);
    if (!file) return core::fail(core::not_found(file.error().message));
    SG_TRY(services_->database.write([&](database::Session& session) {
      return services_->audit.append(session, caller_, {.request_id = request_id_, .peer = peer_},
                                     {.action = "photo.view",
                                      .object_type = "photo",
                                      .object_id = photo.id.to_string(),
                                      .details = R"({"views":1,"variants":["original"],"export":true})"});
    }));
    return exports::Picture{.fd = std::move(file->fd), .bytes = file->bytes};
  }

 private:
  const Services* services_;
  std::shared_ptr<PhotoBytes> bytes_;
  accounts::Caller caller_;
  std::string request_id_, peer_;
};

class ExportBody final : public StreamedBody {
 public:
  ExportBody(std::unique_ptr<exports::Export> made, PhotoArchives::Sending sending)
      : export_(std::move(made)), sending_(std::move(sending)) {}
  Result<void> next(std::string& piece) override { return export_->next(piece); }

 private:
  std::unique_ptr<exports::Export> export_;
  PhotoArchives::Sending sending_;
};

Result<void> record_export(const Services& services, const Request& request, const Wish& wish) {
  std::string details;
  core::JsonWriter json(details);
  json.begin_object().key("format").string(exports::name_of(wish.options.format));
  json.member("pictures", wish.has_pictures).end_object();
  return services.audit.record(
      request.caller, origin_of(request),
      {.action = "annotations.export", .object_type = "annotations", .details = std::move(details)});
}

Result<Response> download(const Services& services, const std::shared_ptr<PhotoBytes>& bytes, PhotoArchives& archives,
                          const Request& request) {
  SG_ASSIGN(auto wish, read_wish(request));
  auto& options = wish.options;
  options.visibility = accounts::visibility_of(request.caller);
  options.address = address_of(request);
  options.author = request.caller.name;
  options.now = services.clock.now();
  if (wish.has_pictures) options.open_picture = OriginalsFor(services, bytes, request);
  SG_ASSIGN(auto sending, archives.begin_sending(request.caller));
  const auto name = fmt::format("sightglass_{}_{}.{}", core::to_compact(options.now), exports::name_of(options.format),
                                exports::ending_of(options));
  Response response{.status = 200};
  response.headers.add("Content-Type", std::string(exports::media_type_of(options)));
  response.headers.add("Content-Disposition", fmt::format("attachment; filename=\"{}\"", name));
  response.headers.add("Cache-Control", "private, no-store");
  response.headers.add("Accept-Ranges", "none");  // made anew each time, it need not be the same bytes
  SG_ASSIGN(auto made, exports::make_export(services.database, options));
  SG_TRY(record_export(services, request, wish));
  response.body = std::make_unique<ExportBody>(std::move(made), std::move(sending));
  return response;
}

}  // namespace

void add_export_endpoints(EndpointTable& table, const Services& services, const std::shared_ptr<PhotoBytes>& bytes) {
  const auto archives = std::make_shared<PhotoArchives>(services.database, services.clock);  // counts what is sent
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/images/exports/annotations",
                   .operation = "exportAnnotations",
                   .guard = {.area = accounts::Area::review, .check = ObjectCheck::listing},
                   .handle = [&services, bytes, archives](
                                 const Request& request) { return download(services, bytes, *archives, request); },
                   .deadline_seconds = 120});
}

}  // namespace sightglass::http
