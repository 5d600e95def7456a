#include "sources/s3/bucket_client.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/result.hpp"
#include "sources/failures.hpp"
#include "sources/http/failures.hpp"
#include "storage/hashing.hpp"
#include "storage/s3/uri_encoding.hpp"
#include "storage/s3/xml_answers.hpp"

namespace sightglass::sources::s3 {
namespace {

using storage::s3::NamedTexts;

std::string host_of(const ServerAddress& address) {
  ServerAddress shown = address;
  if (shown.port == (shown.scheme == "https" ? 443 : 80)) shown.port = 0;
  return shown.authority();
}

}  // namespace

BucketClient::BucketClient(const Access& access, Politeness& politeness, const core::Clock& clock,
                           const GatewayLimits& limits)
    : access_(access),
      limits_(limits),
      address_(parse_server_address(access.base_url).value_or(ServerAddress{})),
      place_(place_of(address_)),
      politeness_(politeness),
      clock_(clock),
      http_(net::make_http_client(
          {.most_connections = static_cast<std::size_t>(limits.connections),
           .connect_deadline = limits.connect,
           .ca_file = limits.ca_file,
           .addresses = access.allows_private_addresses ? net::Addresses::any : net::Addresses::public_only})),
      region_(place_.region.empty() ? "us-east-1" : place_.region) {}

std::string BucketClient::bucket_path() const {
  return place_.is_in_host ? std::string() : "/" + storage::s3::encode_path(place_.bucket);
}

std::string BucketClient::address_of(std::string_view key) const {
  return fmt::format("{}://{}{}/{}", address_.scheme, host_of(address_), bucket_path(), storage::s3::encode_path(key));
}

net::HttpFields BucketClient::signature(net::HttpMethod method, std::string_view path, const NamedTexts& query) const {
  if (access_.sign_in != SignIn::basic) return {};
  const auto now = clock_.now();
  static const std::string hash_of_nothing = storage::sha256_of("").to_hex();
  const std::string decoded = storage::s3::decode_uri(path);
  const NamedTexts fields{{"host", host_of(address_)},
                          {"x-amz-content-sha256", hash_of_nothing},
                          {"x-amz-date", storage::s3::signing_time(now)}};
  const storage::s3::Signer signer({.access_key = access_.username, .secret_key = access_.secret}, region());
  net::HttpFields signs;
  for (const auto& [name, value] : fields)
    if (name != "host") signs.add(name, value);
  signs.add("authorization", signer.authorization({.method = net::name_of(method),
                                                   .path = decoded,
                                                   .query = query,
                                                   .fields = fields,
                                                   .payload_hash = hash_of_nothing},
                                                  now));
  return signs;
}

Remote<net::HttpAnswer> BucketClient::ask(const NamedTexts& query, const std::function<bool()>& should_stop) const {
  if (address_.scheme != "https" && !access_.allows_plain_transport)
    return source_fails(Trouble::address, "It would be sent in the clear, which this source does not allow.",
                        "settings.allow_plain_transport");
  if (!politeness_.wait(should_stop)) return stopped();
  const std::string path = place_.is_in_host ? "/" : bucket_path();
  net::Arrived arrived;
  net::HttpRequest request{
      .method = net::HttpMethod::get,
      .url = fmt::format("{}://{}{}?{}", address_.scheme, host_of(address_), path, storage::s3::encoded_query(query)),
      .fields = signature(net::HttpMethod::get, path, query),
      .sink = net::IntoMemory{.most_bytes = limits_.most_listing_bytes},
      .deadline = limits_.answer,
      .stall = limits_.stall,
      .arrived = &arrived,
      .should_stop = should_stop};
  auto answer = http_->perform(request);
  if (!answer) return std::unexpected(http::failure_of(answer.error(), true, arrived.ended_short));
  return std::move(*answer);
}

Remote<BucketClient::Page> BucketClient::list(NamedTexts query, const std::function<bool()>& should_stop) {
  if (!has_bucket())
    return source_fails(Trouble::address, "The address names no bucket: https://server/bucket/ is the form.",
                        "base_url");
  query.insert(query.end(), {{"encoding-type", "url"}, {"list-type", "2"}});
  SG_ASSIGN(auto answer, ask(query, should_stop));
  if (answer.status != 200 && take_region(answer)) {
    SG_ASSIGN(answer, ask(query, should_stop));
  }
  if (answer.status != 200) return std::unexpected(failure_of(answer));
  auto page = parse_object_page(answer.body);
  if (!page) return source_fails(Trouble::listing, page.error().message, "base_url");
  const std::scoped_lock lock(mutex_);
  is_region_known_ = true;
  return Page{.objects = std::move(*page), .server_time = core::parse_http_date(answer.fields.get("date"))};
}

Remote<void> BucketClient::find_region(const std::function<bool()>& should_stop) {
  {
    const std::scoped_lock lock(mutex_);
    if (is_region_known_ || access_.sign_in != SignIn::basic) return {};
  }
  SG_TRY(list({{"max-keys", "1"}, {"prefix", place_.prefix}}, should_stop));
  return {};
}

std::string BucketClient::region() const {
  const std::scoped_lock lock(mutex_);
  return region_;
}

// True when the server names another region than the one that was signed for.
bool BucketClient::take_region(const net::HttpAnswer& answer) {
  std::string region(answer.fields.get("x-amz-bucket-region"));
  if (region.empty()) region = storage::s3::parse_error(answer.body).region;
  const std::scoped_lock lock(mutex_);
  if (region.empty() || region == region_ || access_.sign_in != SignIn::basic) return false;
  region_ = std::move(region);
  return true;
}

Failure BucketClient::failure_of(const net::HttpAnswer& answer) const {
  const auto told = storage::s3::parse_error(answer.body);
  Failure failure = refusal_of(answer, told.code);
  failure.error.cause = fmt::format("status {} {} {}", answer.status, told.code, told.message);
  return failure;
}

Failure BucketClient::refusal_of(const net::HttpAnswer& answer, std::string_view code) const {
  const auto& host = address_.host;
  const bool is_signed = access_.sign_in == SignIn::basic;
  if (code == "RequestTimeTooSkewed")
    return source_fails(Trouble::server_error,
                        fmt::format("The clocks of this machine and of {} differ by too much.", host))
        .error();
  if (code == "InvalidAccessKeyId" || code == "InvalidAccessKey")
    return source_fails(Trouble::credentials, fmt::format("{} does not know this access key.", host), "auth_username")
        .error();
  if (code == "NoSuchBucket" || answer.status == 404)
    return source_fails(Trouble::listing, fmt::format("There is no bucket {} at {}.", place_.bucket, host), "base_url")
        .error();
  if (answer.status == 301 || answer.status == 307)
    return source_fails(Trouble::listing, fmt::format("The bucket {} is served at another address.", place_.bucket),
                        "base_url")
        .error();
  if (answer.status == 401 || answer.status == 403 || code == "AuthorizationHeaderMalformed")
    return source_fails(Trouble::credentials,
                        is_signed
                            ? fmt::format("{} does not let this access key list the bucket {}.", host, place_.bucket)
                            : fmt::format("The bucket {} is not public: it wants an access key.", place_.bucket),
                        is_signed ? "auth_password" : "auth_type")
        .error();
  const auto retry_after = http::read_retry_after(answer.fields.get("retry-after"), clock_.now());
  return http::failure_of(
      {.status = answer.status, .is_listing = true, .sign_in = access_.sign_in, .retry_after = retry_after});
}

}  // namespace sightglass::sources::s3
