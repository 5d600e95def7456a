#include "sources/webdav/webdav_gateway.hpp"

#include "sources/http/failures.hpp"
#include "sources/http/http_session.hpp"
#include "sources/webdav/multistatus.hpp"

namespace sightglass::sources {
namespace {

constexpr int multi_status = 207;

class WebdavGateway final : public Gateway {
 public:
  WebdavGateway(const Access& access, Politeness& politeness, const core::Clock& clock, const GatewayLimits& limits)
      : limits_(limits), session_(access, politeness, clock, limits) {}

  Remote<Listing> list(const ListOptions& options, const Take& take) override {
    const auto read = [&](const http::WebAddress& address) { return read_folder(address, options); };
    return http::walk_folders(session_.root(), options, read, take);
  }

  Remote<Fetched> fetch(const RemoteFile& file, const FetchRequest& request, Partial* partial) override {
    return session_.fetch(file.address, request, partial, file.bytes);
  }

 private:
  Remote<http::FolderPage> read_folder(const http::WebAddress& address, const ListOptions& options) {
    SG_ASSIGN(const auto page, session_.ask({.address = address,
                                             .method = net::HttpMethod::propfind,
                                             // A folder at a time: "infinity" is refused by many, and has no bound.
                                             .fields = {{"Depth", "1"},
                                                        {"Content-Type", "application/xml; charset=utf-8"},
                                                        {"Accept-Encoding", "identity"}},
                                             .body = webdav::propfind_body,
                                             .most_bytes = limits_.most_listing_bytes,
                                             .should_stop = options.should_stop},
                                            http::HttpSession::Purpose::listing));
    if (page.status != multi_status)
      return http::fail(http::make_failure(Trouble::listing, true, "The server does not speak WebDAV.", "source_type"));
    SG_ASSIGN(auto folder, webdav::read_multistatus(page.address, page.body));
    folder.server_time = page.server_time;
    return folder;
  }

  const GatewayLimits limits_;
  http::HttpSession session_;
};

}  // namespace

std::unique_ptr<Gateway> make_webdav_gateway(const Access& access, Politeness& politeness, const core::Clock& clock,
                                             const GatewayLimits& limits) {
  return std::make_unique<WebdavGateway>(access, politeness, clock, limits);
}

}  // namespace sightglass::sources
