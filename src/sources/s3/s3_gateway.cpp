#include "sources/s3/s3_gateway.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <unordered_set>
#include <utility>

#include "core/result.hpp"
#include "sources/failures.hpp"
#include "sources/http/http_session.hpp"
#include "sources/listing_builder.hpp"
#include "sources/remote_names.hpp"
#include "sources/s3/bucket_client.hpp"

namespace sightglass::sources {
namespace {

using s3::BucketClient;
using s3::ObjectEntry;
using s3::ObjectPage;

class S3Gateway final : public Gateway {
 public:
  S3Gateway(const Access& access, Politeness& politeness, const core::Clock& clock, const GatewayLimits& limits)
      : bucket_(access, politeness, clock, limits),
        session_(access, politeness, clock, limits,
                 [this](net::HttpMethod method, const http::WebAddress& address, const net::HttpFields&,
                        std::string_view) { return bucket_.signature(method, address.path, {}); }) {}

  Remote<Listing> list(const ListOptions& options, const Take& take) override {
    ListingBuilder builder(options, take);
    Walk walk{.options = options, .builder = builder};
    storage::s3::NamedTexts query{{"prefix", bucket_.prefix()}};
    if (options.depth == 0) query.emplace_back("delimiter", "/");
    std::string mark;
    while (true) {
      auto asked = query;
      if (!mark.empty()) asked.emplace_back(walk.marks_are_tokens ? "continuation-token" : "marker", mark);
      SG_ASSIGN(const auto page, bucket_.list(std::move(asked), options.should_stop));
      const auto known = walk.keys + std::ssize(walk.folders);
      SG_TRY(take_page(page.objects, walk));
      const bool is_new = walk.keys + std::ssize(walk.folders) > known;
      builder.listing().server_time = page.server_time;
      builder.listing().style = page.objects.is_second_version ? "ListObjectsV2" : "ListObjects";
      walk.marks_are_tokens = !page.objects.next_token.empty();
      const std::string& next = walk.marks_are_tokens ? page.objects.next_token : page.objects.next_marker;
      if (next.empty()) return std::move(builder.listing());
      if (next == mark || !is_new)
        return source_fails(Trouble::listing, "The server's list of objects does not come to its end.", "base_url");
      mark = next;
    }
  }

  Remote<Fetched> fetch(const RemoteFile& file, const FetchRequest& request, Partial* partial) override {
    if (partial != nullptr) *partial = {};
    if (!bucket_.has_bucket() || !is_relative_path(file.path))
      return file_fails(Trouble::refused, "That is no name of an object.");
    SG_TRY(bucket_.find_region(request.should_stop));
    return session_.fetch(bucket_.address_of(bucket_.prefix() + file.path), request, partial, file.bytes);
  }

 private:
  struct Walk {
    const ListOptions& options;
    ListingBuilder& builder;
    std::unordered_set<std::string> folders{};  // that were counted
    std::int64_t keys = 0;                      // also of those that lie too deep
    bool marks_are_tokens = false;
  };

  Remote<void> take_page(const ObjectPage& page, Walk& walk) const {
    SG_TRY(walk.builder.check_stop());
    for (const auto& prefix : page.prefixes) SG_TRY(take_folder(prefix, walk));
    for (const auto& object : page.objects) SG_TRY(take_object(object, walk));
    return {};
  }

  Remote<void> take_folder(std::string_view prefix, Walk& walk) const {
    if (!prefix.starts_with(bucket_.prefix()) || !prefix.ends_with('/')) return {};
    prefix.remove_prefix(bucket_.prefix().size());
    prefix.remove_suffix(1);
    if (prefix.empty() || !is_relative_path(prefix) || !walk.folders.emplace(prefix).second) return {};
    auto added = walk.builder.add_folder(prefix);
    if (!added) return std::unexpected(std::move(added).error());
    return {};
  }

  Remote<void> take_object(const ObjectEntry& object, Walk& walk) const {
    if (++walk.keys > walk.options.most_files)
      return source_fails(Trouble::listing, fmt::format("There are more than {} objects.", walk.options.most_files),
                          "base_url");
    std::string_view path = object.key;
    // What somebody made so that a directory is shown.
    if (!path.starts_with(bucket_.prefix()) || path.size() == bucket_.prefix().size() || path.ends_with('/')) return {};
    path.remove_prefix(bucket_.prefix().size());
    if (!is_relative_path(path) || has_control_characters(path)) {
      walk.builder.warn(fmt::format("\"{}\" was left out: that is no name of a file.", printable(path)));
      return {};
    }
    std::int32_t depth = 0;
    for (auto slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1), ++depth)
      SG_TRY(take_folder(object.key.substr(0, bucket_.prefix().size() + slash + 1), walk));
    if (depth > walk.options.depth) return {};
    return walk.builder.add_file({.path = std::string(path),
                                  .address = bucket_.address_of(object.key),
                                  .bytes = object.bytes,
                                  .modified_at = object.modified_at,
                                  .etag = object.etag});
  }

  BucketClient bucket_;
  http::HttpSession session_;
};

}  // namespace

std::unique_ptr<Gateway> make_s3_gateway(const Access& access, Politeness& politeness, const core::Clock& clock,
                                         const GatewayLimits& limits) {
  return std::make_unique<S3Gateway>(access, politeness, clock, limits);
}

}  // namespace sightglass::sources
