// Requests to the HTTP server of a source: politely, signed in, and only to where its settings allow.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"
#include "net/http_client.hpp"
#include "sources/file_signs.hpp"
#include "sources/gateway.hpp"
#include "sources/http/web_address.hpp"
#include "sources/politeness.hpp"
#include "sources/source_address.hpp"

namespace sightglass::sources::http {

// Thread-safe. All calls block.
class HttpSession {
 public:
  // Fields that sign a request (S3's signatures) in place of Access::sign_in. Called for each request to the source's
  // own scheme, host and port, with the fields that go along.
  using Signer = std::function<net::HttpFields(net::HttpMethod method, const WebAddress& address,
                                               const net::HttpFields& fields, std::string_view body)>;

  // What is asked for decides whose fault a refusal is.
  enum class Purpose : std::uint8_t { listing, file };

  struct Question {
    WebAddress address{};
    net::HttpMethod method = net::HttpMethod::get;
    net::HttpFields fields{};  // besides those that all requests have
    std::string_view body{};
    std::int64_t most_bytes = 0;
    std::function<bool()> should_stop = [] { return false; };
  };

  struct Page {
    int status = 0;        // 2xx
    WebAddress address{};  // behind all redirects
    net::HttpFields fields{};
    std::string body{};
    std::optional<core::Instant> server_time{};
  };

  // `access`: of a source at http or https; `names` as in HttpClientOptions, for tests.
  HttpSession(const Access& access, Politeness& politeness, const core::Clock& clock, const GatewayLimits& limits,
              Signer signer = {}, std::function<std::vector<std::string>()> names = {});
  ~HttpSession();

  // Where the source is.
  const WebAddress& root() const { return root_; }

  // An answer in memory. What is over most_bytes is a failure `listing` with Purpose::listing, `too_large` else.
  Remote<Page> ask(const Question& question, Purpose purpose);

  // As Gateway::fetch does it. `promised`: the length that a listing told, for servers that tell none.
  Remote<Fetched> fetch(std::string_view address, const FetchRequest& request, Gateway::Partial* partial,
                        std::optional<std::int64_t> promised = {});

  // As AsksAfterFiles does it.
  Remote<std::optional<FileSigns>> ask_after(std::string_view address, const std::function<bool()>& should_stop);

 private:
  // One question on its way through redirects.
  struct Way {
    const Question& question;
    Purpose purpose;
    net::AnswerSink sink;
    WebAddress address{};  // now
    net::Arrived arrived{};
  };

  Remote<net::HttpAnswer> walk(Way& way);
  Remote<net::HttpAnswer> step(Way& way);
  Remote<WebAddress> redirected(const Way& way, std::string_view location) const;
  Remote<void> check_transport(const WebAddress& address) const;
  net::HttpFields fields_for(const Way& way) const;
  Failure refusal_of(const net::HttpAnswer& answer, Purpose purpose) const;
  // nullopt when the server will not go on from an offset, and has to be asked for all of it.
  std::optional<Remote<Fetched>> try_fetch(const WebAddress& address, const FetchRequest& request, std::int64_t offset,
                                           Gateway::Partial* partial, std::optional<std::int64_t> promised);

  const Access access_;
  const WebAddress root_;
  Politeness& politeness_;
  const core::Clock& clock_;
  const GatewayLimits limits_;
  const Signer signer_;
  std::unique_ptr<net::HttpClient> client_;
};

}  // namespace sightglass::sources::http
