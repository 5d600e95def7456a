#include "sources/still/still_gateway.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <string>
#include <utility>

#include "sources/http/failures.hpp"
#include "sources/http/http_session.hpp"
#include "storage/hashing.hpp"

namespace sightglass::sources {
namespace {

using std::string_view;

// By its bytes: cameras call their pictures anything.
string_view ending_of(string_view bytes) {
  if (bytes.starts_with("\x89PNG")) return "png";
  if (bytes.starts_with("RIFF") && bytes.substr(8).starts_with("WEBP")) return "webp";
  return "jpg";
}

// "20261121T041233Z"
std::string compact(core::Instant at) {
  return fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(
                                              std::chrono::time_point_cast<std::chrono::system_clock::duration>(at))));
}

struct Look {
  std::string path{};
  std::string hash{};
  std::string bytes{};
  Fetched fetched{};
};

Remote<void> write_whole(int fd, string_view bytes) {
  off_t offset = 0;
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(fd, bytes.data(), bytes.size(), offset);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return http::fail(http::make_failure(Trouble::other, true, "A picture could not be written down."));
    bytes.remove_prefix(static_cast<std::size_t>(put));
    offset += put;
  }
  if (::ftruncate(fd, offset) != 0)
    return http::fail(http::make_failure(Trouble::other, true, "A picture could not be cut to its length."));
  return {};
}

class StillGateway final : public Gateway {
 public:
  StillGateway(const Access& access, Politeness& politeness, const core::Clock& clock, const GatewayLimits& limits)
      : clock_(clock), limits_(limits), session_(access, politeness, clock, limits) {}

  Remote<Listing> list(const ListOptions& options, const Take& take) override {
    SG_ASSIGN(auto page, session_.ask({.address = session_.root(),
                                       .most_bytes = limits_.most_listing_bytes,
                                       .should_stop = options.should_stop},
                                      http::HttpSession::Purpose::listing));
    Listing listing{.style = "still", .server_time = page.server_time};
    auto file = keep(page);
    if (!file) return listing;
    listing.files = 1;
    SG_TRY(take(std::move(*file)));
    return listing;
  }

  Remote<Fetched> fetch(const RemoteFile& file, const FetchRequest& request, Partial* partial) override {
    if (partial != nullptr) *partial = {};
    const std::scoped_lock lock(mutex_);
    const bool is_kept = file.path == look_.path && (file.etag.empty() || file.etag == look_.fetched.validator);
    if (!is_kept)
      return http::fail(http::make_failure(Trouble::gone, false, "The camera shows another picture by now."));
    const auto length = static_cast<std::int64_t>(look_.bytes.size());
    if (length > request.most_bytes)
      return http::fail(
          http::make_failure(Trouble::too_large, false,
                             fmt::format("The picture has {} bytes, and {} are taken.", length, request.most_bytes)));
    if (request.only_if_new && request.validator == look_.fetched.validator) {
      Fetched unchanged = look_.fetched;
      unchanged.is_unchanged = true;
      return unchanged;
    }
    SG_TRY(write_whole(request.fd, look_.bytes));
    return look_.fetched;
  }

 private:
  // nullopt when it is the picture of the look before.
  std::optional<RemoteFile> keep(http::HttpSession::Page& page) {
    Look look{.hash = storage::sha256_of(page.body).to_hex(), .bytes = std::move(page.body)};
    const auto modified_at = core::parse_http_date(page.fields.get("Last-Modified"));
    const auto at = modified_at.value_or(page.server_time.value_or(clock_.now()));
    look.path = fmt::format("still-{}.{}", compact(at), ending_of(look.bytes));
    const auto tag = page.fields.get("ETag");
    const std::string validator(tag.empty() ? string_view(look.hash) : tag);
    look.fetched = {.bytes = static_cast<std::int64_t>(look.bytes.size()),
                    .validator = validator,
                    .media_type = std::string(page.fields.get("Content-Type")),
                    .modified_at = at,
                    .server_time = page.server_time,
                    .is_whole = true};
    // Without a time: a picture is whole when it came, however young it is.
    RemoteFile file{
        .path = look.path, .address = session_.root().text(), .bytes = look.fetched.bytes, .etag = validator};
    const std::scoped_lock lock(mutex_);
    if (look.hash == look_.hash) return std::nullopt;
    look_ = std::move(look);
    return file;
  }

  const core::Clock& clock_;
  const GatewayLimits limits_;
  http::HttpSession session_;
  std::mutex mutex_{};
  Look look_{};
};

}  // namespace

std::unique_ptr<Gateway> make_still_gateway(const Access& access, Politeness& politeness, const core::Clock& clock,
                                            const GatewayLimits& limits) {
  return std::make_unique<StillGateway>(access, politeness, clock, limits);
}

}  // namespace sightglass::sources
