#include "sources/webdav/webdav_gateway.hpp"

#include "sources/webdav/multistatus.hpp"
#include "unit/sources/http_source_fixture.hpp"

namespace sightglass::sources {
namespace {

std::string response(const std::string& href, const std::string& properties) {
  return "<x:response><x:href>" + href + "</x:href><x:propstat><x:prop>" + properties +
         "</x:prop><x:status>HTTP/1.1 200 OK</x:status></x:propstat></x:response>";
}
std::string multistatus(const std::string& responses) {
  return "<?xml version=\"1.0\"?><x:multistatus xmlns:x=\"DAV:\">" + responses + "</x:multistatus>";
}
const std::string folder = "<x:resourcetype><x:collection/></x:resourcetype>";

class WebdavGatewayTest : public HttpSourceTest {
 protected:
  std::unique_ptr<Gateway> gateway() { return make_webdav_gateway(access("/dav/"), politeness, clock, limits); }
};

TEST_F(WebdavGatewayTest, lists_files_with_their_sizes_times_and_tags) {
  answer = [this](const Request& request) {
    if (request.target == "/dav/cam/")
      return Reply{.status = 207, .body = multistatus(response("/dav/cam/", folder) + response("/dav/cam/c.jpg", ""))};
    return Reply{
        .status = 207,
        .fields = {{"Date", "Sat, 21 Nov 2026 04:12:33 GMT"}},
        .body = multistatus(response("/dav/", folder) +
                            response("/dav/a%20b.jpg",
                                     "<x:resourcetype/><x:getcontentlength>17</x:getcontentlength><x:getetag>\"v1\""
                                     "</x:getetag><x:getlastmodified>Fri, 20 Nov 2026 04:12:33 GMT"
                                     "</x:getlastmodified>") +
                            response(server.address() + "/dav/b.jpg", "<x:resourcetype/>") +
                            response("/dav/cam", folder) + response("/elsewhere/d.jpg", "") +
                            response("http://other.example/dav/e.jpg", "") + response("/dav/..%2ff.jpg", ""))};
  };
  std::vector<RemoteFile> files;
  const auto listing = list(*gateway(), files, {.depth = 1});
  ASSERT_TRUE(listing) << listing.error().error.message;
  EXPECT_EQ(paths(files), (std::vector<std::string>{"a b.jpg", "b.jpg", "cam/c.jpg"}));
  EXPECT_EQ(files[0].bytes, 17);
  EXPECT_EQ(files[0].etag, "\"v1\"");
  EXPECT_EQ(files[0].modified_at, core::parse_iso8601("2026-11-20T04:12:33Z"));
  EXPECT_EQ(files[1].bytes, std::nullopt);
  EXPECT_EQ(listing->style, "WebDAV");
  EXPECT_EQ(listing->server_time, core::parse_iso8601("2026-11-21T04:12:33Z"));
  EXPECT_EQ(listing->warnings.size(), 1u);
  EXPECT_EQ(requests.front().method, "PROPFIND");
  EXPECT_EQ(requests.front().fields["depth"], "1");
  EXPECT_EQ(requests.front().body, webdav::propfind_body);
}

TEST_F(WebdavGatewayTest, believes_no_property_that_was_not_found) {
  answer = [](const Request&) {
    return Reply{.status = 207,
                 .body = multistatus("<x:response><x:href>/dav/a.jpg</x:href><x:propstat><x:prop><x:getcontentlength>5"
                                     "</x:getcontentlength></x:prop><x:status>HTTP/1.1 404 Not Found</x:status>"
                                     "</x:propstat></x:response>" +
                                     response("/dav/b.jpg", "<x:getcontentlength>-5</x:getcontentlength>"))};
  };
  std::vector<RemoteFile> files;
  ASSERT_TRUE(list(*gateway(), files));
  ASSERT_EQ(files.size(), 2u);
  EXPECT_FALSE(files[0].bytes);
  EXPECT_FALSE(files[1].bytes);
}

TEST_F(WebdavGatewayTest, tells_servers_that_speak_something_else) {
  std::vector<RemoteFile> files;
  for (const auto& reply : {Reply{.status = 200, .body = "<html/>"}, Reply{.status = 405}, Reply{.status = 501},
                            Reply{.status = 207, .body = "<html/>"}, Reply{.status = 207, .body = ""},
                            Reply{.status = 207, .body = "<x:multistatus xmlns:x=\"DAV:\"><x:response>"}}) {
    answer = [reply](const Request&) { return reply; };
    const auto listing = list(*gateway(), files);
    ASSERT_FALSE(listing) << reply.status;
    EXPECT_EQ(listing.error().trouble, Trouble::listing) << reply.status << reply.body;
    EXPECT_TRUE(listing.error().concerns_source);
  }
}

TEST_F(WebdavGatewayTest, fetches_files) {
  answer = [](const Request&) { return Reply{.body = "picture"}; };
  const ScratchFile file;
  const auto fetched = gateway()->fetch({.path = "a.jpg", .address = server.address() + "/dav/a.jpg"},
                                        {.fd = file.fd(), .most_bytes = 100});
  ASSERT_TRUE(fetched);
  EXPECT_EQ(file.text(), "picture");
  EXPECT_EQ(requests.back().method, "GET");
}

}  // namespace
}  // namespace sightglass::sources
