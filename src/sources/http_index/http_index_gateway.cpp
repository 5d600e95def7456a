#include "sources/http_index/http_index_gateway.hpp"

#include "sources/file_signs.hpp"
#include "sources/http/http_session.hpp"
#include "sources/http_index/listing_page.hpp"

namespace sightglass::sources {
namespace {

class HttpIndexGateway final : public Gateway, public AsksAfterFiles {
 public:
  HttpIndexGateway(const Access& access, Politeness& politeness, const core::Clock& clock, const GatewayLimits& limits)
      : limits_(limits), session_(access, politeness, clock, limits) {}

  Remote<Listing> list(const ListOptions& options, const Take& take) override {
    const auto read = [&](const http::WebAddress& address) { return read_folder(address, options); };
    return http::walk_folders(session_.root(), options, read, take);
  }

  Remote<Fetched> fetch(const RemoteFile& file, const FetchRequest& request, Partial* partial) override {
    return session_.fetch(file.address, request, partial, file.bytes);
  }

  Remote<std::optional<FileSigns>> ask_after(const RemoteFile& file,
                                             const std::function<bool()>& should_stop) override {
    return session_.ask_after(file.address, should_stop);
  }

 private:
  Remote<http::FolderPage> read_folder(const http::WebAddress& address, const ListOptions& options) {
    // No packed pages: a few bytes could become any number.
    SG_ASSIGN(const auto page, session_.ask({.address = address,
                                             .fields = {{"Accept-Encoding", "identity"}},
                                             .most_bytes = limits_.most_listing_bytes,
                                             .should_stop = options.should_stop},
                                            http::HttpSession::Purpose::listing));
    SG_ASSIGN(auto folder, http_index::read_listing({.address = page.address,
                                                     .content_type = page.fields.get("Content-Type"),
                                                     .server = page.fields.get("Server"),
                                                     .body = page.body}));
    folder.server_time = page.server_time;
    return folder;
  }

  const GatewayLimits limits_;
  http::HttpSession session_;
};

}  // namespace

std::unique_ptr<Gateway> make_http_index_gateway(const Access& access, Politeness& politeness, const core::Clock& clock,
                                                 const GatewayLimits& limits) {
  return std::make_unique<HttpIndexGateway>(access, politeness, clock, limits);
}

}  // namespace sightglass::sources
