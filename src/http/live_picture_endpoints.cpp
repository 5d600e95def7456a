// What a camera sees just now: as a stream of JPEGs that any browser shows or that comes over a WebSocket, as one of
// them, and what it measures.
#include <fmt/format.h>

#include <thread>

#include "core/json_writer.hpp"
#include "database/cameras.hpp"
#include "http/channel_access.hpp"
#include "http/live_picture_channel.hpp"
#include "http/live_pictures.hpp"
#include "http/object_access.hpp"
#include "http/query.hpp"
#include "http/services.hpp"
#include "http/shares.hpp"
#include "stations/live_view.hpp"

namespace sightglass::http {
namespace {

using core::Result;
using stations::LivePicture;
using stations::LiveView;
using Clock = std::chrono::steady_clock;

constexpr std::string_view boundary = "sightglass-frame";
constexpr std::chrono::seconds look{2};  // a thread waits no longer at once, so that the server can stop
constexpr int most_empty_looks = 15;     // then the camera is taken for gone, and the stream ends

struct Wish {
  std::int32_t side = 960;  // pixels of the longer side
  std::int64_t rate = 10;   // a second, at most
};

class LiveBody final : public StreamedBody {
 public:
  LiveBody(std::shared_ptr<LiveView> view, std::int64_t rate, Shares::Share share)
      : view_(std::move(view)),
        interval_(std::chrono::duration_cast<Clock::duration>(std::chrono::seconds(1)) / rate),
        share_(std::move(share)) {}

  Result<void> next(std::string& piece) override {
    std::this_thread::sleep_until(due_);
    due_ = Clock::now() + interval_;
    auto picture = view_->next(shown_ ? shown_->number : 0, look);
    const bool is_empty = !picture && picture.error().code == core::ErrorCode::timeout;
    empty_looks_ = is_empty ? empty_looks_ + 1 : 0;
    if (!picture && (!is_empty || empty_looks_ > most_empty_looks)) return core::fail(picture.error());
    if (picture) shown_ = *picture;
    // What was shown last is sent again, so that a viewer who went away is noticed.
    piece = shown_ ? part_of(*shown_) : fmt::format("--{}\r\n", boundary);
    return {};
  }

 private:
  static std::string part_of(const LivePicture& picture) {
    auto part = fmt::format("--{}\r\nContent-Type: image/jpeg\r\nContent-Length: {}\r\nX-Frame-Number: {}\r\n\r\n",
                            boundary, picture.jpeg.size(), picture.frame->number);
    return part.append(picture.jpeg).append("\r\n");
  }

  std::shared_ptr<LiveView> view_;
  Clock::duration interval_;
  Shares::Share share_;
  Clock::time_point due_{};
  std::shared_ptr<const LivePicture> shown_;
  int empty_looks_ = 0;
};

// Shared by the rows; lives as long as they.
struct LiveRows {
  explicit LiveRows(const Services& of) : services(of), views(of.decoder) {}
  const Services& services;
  stations::LiveViews views;
  Shares watching;
  LivePictureChannels channels;  // ends first
};
using Rows = std::shared_ptr<LiveRows>;

Result<Wish> read_wish(const Request& request, bool has_rate) {
  QueryReader query(request);
  Wish wish;
  wish.side = static_cast<std::int32_t>(query.integer("side", {.least = 64, .most = 4096}).value_or(wish.side));
  if (has_rate) wish.rate = query.integer("rate", {.least = 1, .most = 60}).value_or(wish.rate);
  SG_TRY(query.finish());
  return wish;
}

Result<std::shared_ptr<LiveView>> view_of(LiveRows& rows, const Request& request, std::int32_t side) {
  const auto id = core::CameraId::parse(request.captures.get("id"));
  if (!id) return core::fail(core::not_found("no such camera"));
  SG_ASSIGN(const auto row, rows.services.database.read(
                                [&](database::Session& session) { return database::cameras::find(session, *id); }));
  if (!row) return core::fail(core::not_found("no such camera"));
  const auto camera = rows.services.cameras.find(*id);
  if (!camera) return core::fail(core::unavailable("the camera is switched off, or belongs to the node " + row->node));
  return rows.views.find(*id, *camera, side);
}

Result<Response> stream(LiveRows& rows, const Request& request) {
  SG_ASSIGN(const auto wish, read_wish(request, true));
  SG_ASSIGN(auto view, view_of(rows, request, wish.side));
  auto share = rows.watching.take("everybody", most_live_viewers);
  if (!share) return core::fail(core::unavailable("many people watch cameras; try again when some have gone"));
  Response response;
  response.headers.add("Content-Type", fmt::format("multipart/x-mixed-replace; boundary={}", boundary));
  response.headers.add("Cache-Control", "no-store");
  response.body = std::make_unique<LiveBody>(std::move(view), wish.rate, std::move(share));
  return response;
}

Result<std::unique_ptr<Channel>> subscribe(LiveRows& rows, const Request& request, const Guard& guard) {
  SG_TRY(check_origin(request));
  SG_ASSIGN(const auto wish, read_wish(request, true));
  SG_ASSIGN(auto view, view_of(rows, request, wish.side));
  auto share = rows.watching.take("everybody", most_live_viewers);
  if (!share) return core::fail(core::unavailable("many people watch cameras; try again when some have gone"));
  return rows.channels.open(std::move(view), wish.rate, check_of(rows.services.authenticator, request, guard),
                            std::move(share));
}

Result<std::shared_ptr<const LivePicture>> newest(LiveRows& rows, const Request& request) {
  SG_ASSIGN(const auto wish, read_wish(request, false));
  SG_ASSIGN(const auto view, view_of(rows, request, wish.side));
  auto picture = view->next(0, std::chrono::seconds(10));
  if (!picture && picture.error().code == core::ErrorCode::timeout)
    return core::fail(core::unavailable("no frame came from the camera within ten seconds"));
  return picture;
}

Result<Response> picture(LiveRows& rows, const Request& request) {
  SG_ASSIGN(const auto made, newest(rows, request));
  Response response;
  response.headers.add("Content-Type", "image/jpeg");
  response.headers.add("Cache-Control", "no-store");
  response.body = made->jpeg;
  return response;
}

Result<Response> measures(LiveRows& rows, const Request& request) {
  SG_ASSIGN(const auto made, newest(rows, request));
  const auto& frame = *made->frame;
  const auto& measured = made->measures;
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("frame_number", static_cast<std::int64_t>(frame.number));
  json.member("taken_at", core::to_iso8601(frame.taken_at)).member("simulated", frame.is_simulated);
  json.member("width", made->size.width).member("height", made->size.height);
  json.member("exposure_ms", frame.settings.exposure_ms).member("gain", frame.settings.gain);
  json.member("mean_luma", measured.mean_luma).member("dark_share", measured.dark_share);
  json.member("bright_share", measured.bright_share).member("focus", measured.focus).key("histogram").begin_array();
  for (const double share : measured.histogram) json.number(share);
  json.end_array().end_object();
  return Response::json(200, std::move(text));
}

using Row = Result<Response> (*)(LiveRows&, const Request&);

Endpoint row_of(const Rows& rows, std::string_view pattern, std::string_view operation, Row handle) {
  return {.method = Method::get,
          .pattern = pattern,
          .operation = operation,
          .guard = {.area = accounts::Area::cameras},
          .handle = [](const Request&) -> Result<Response> { return Response::deferred(); },
          .patient = [rows, handle](const Request& request) { return handle(*rows, request); }};
}

}  // namespace

void add_live_picture_endpoints(EndpointTable& table, const Services& services) {
  const auto rows = std::make_shared<LiveRows>(services);
  auto watching = row_of(rows, "/api/v1/cameras/{id}/live", "watchCamera", stream);
  watching.subscribe = [rows, guard = watching.guard](const Request& request) {
    return subscribe(*rows, request, guard);
  };
  table.push_back(std::move(watching));
  table.push_back(row_of(rows, "/api/v1/cameras/{id}/live/picture", "getLivePicture", picture));
  table.push_back(row_of(rows, "/api/v1/cameras/{id}/live/measures", "getLiveMeasures", measures));
}

}  // namespace sightglass::http
