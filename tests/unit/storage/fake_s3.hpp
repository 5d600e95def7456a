// An S3 server of the fewest words, in memory, that can be told to misbehave. It verifies nothing: what a real server
// verifies is shown against one in tests/conformance/blob_store.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "storage/s3/uri_encoding.hpp"
#include "support/tiny_server.hpp"

namespace sightglass::storage::s3 {

class FakeS3 {
 public:
  // Asked before each request is served; an answer takes its place.
  using Fault = std::function<std::optional<test::TinyReply>(const test::TinyRequest&)>;
  // Asked after it was served: may change the answer.
  using Damage = std::function<void(const test::TinyRequest&, test::TinyReply&)>;

  std::string address() const { return server_.address(); }
  void set_fault(Fault fault) {
    const std::lock_guard lock(mutex_);
    fault_ = std::move(fault);
  }
  void set_damage(Damage damage) {
    const std::lock_guard lock(mutex_);
    damage_ = std::move(damage);
  }
  // The bytes under "/bucket/key"; empty when there are none.
  std::string bytes_of(const std::string& path) {
    const std::lock_guard lock(mutex_);
    return objects_[path].body;
  }
  void damage_bytes(const std::string& path) {
    const std::lock_guard lock(mutex_);
    objects_.at(path).body.at(0) ^= 1;
  }
  void forget_hash(const std::string& path) {
    const std::lock_guard lock(mutex_);
    objects_.at(path).fields.erase("x-amz-meta-sha256");
  }
  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return objects_.size();
  }
  int requests() const { return requests_; }

 private:
  struct Object {
    std::map<std::string, std::string> fields{};
    std::string body{};
  };

  test::TinyReply answer(const test::TinyRequest& request) {
    ++requests_;
    const std::lock_guard lock(mutex_);
    if (fault_) {
      if (auto reply = fault_(request)) return *reply;
    }
    auto reply = serve(request);
    if (damage_) damage_(request, reply);
    return reply;
  }

  test::TinyReply serve(const test::TinyRequest& request) {
    const auto question = request.target.find('?');
    const std::string path = decode_uri(std::string_view(request.target).substr(0, question));
    const std::string query = question == std::string::npos ? "" : request.target.substr(question + 1);
    if (query.contains("list-type=2")) return list(path, query);
    if (request.method == "PUT") return put(request, path);
    if (request.method == "DELETE") {
      objects_.erase(path);
      return {.status = 204};
    }
    const auto found = objects_.find(path);
    if (found == objects_.end()) return {.status = 404, .body = "<Error><Code>NoSuchKey</Code></Error>"};
    test::TinyReply reply{.fields = {{"Last-Modified", "Sat, 21 Nov 2026 04:12:33 GMT"}}};
    for (const auto& field : found->second.fields) reply.fields.push_back(field);
    reply.body = found->second.body;
    return reply;
  }

  test::TinyReply list(const std::string& bucket, const std::string& query) const {
    const auto asked = query.find("&prefix=");
    const auto from = asked == std::string::npos ? query.size() : asked + std::string_view("&prefix=").size();
    const std::string prefix = bucket + "/" + decode_uri(query.substr(from, query.find('&', from) - from));
    std::string body = "<ListBucketResult><IsTruncated>false</IsTruncated>";
    for (const auto& [path, object] : objects_) {
      if (!path.starts_with(prefix)) continue;
      body += "<Contents><Key>" + path.substr(bucket.size() + 1) + "</Key><Size>" + std::to_string(object.body.size()) +
              "</Size><LastModified>2026-11-21T04:12:33.000Z</LastModified></Contents>";
    }
    return {.body = body + "</ListBucketResult>"};
  }

  test::TinyReply put(const test::TinyRequest& request, const std::string& path) {
    if (request.fields.contains("if-none-match") && objects_.contains(path))
      return {.status = 412, .body = "<Error><Code>PreconditionFailed</Code></Error>"};
    Object object{.body = request.body};
    if (request.fields.contains("x-amz-copy-source")) {
      object = objects_[decode_uri(request.fields.at("x-amz-copy-source"))];
      objects_[path] = object;
      return {.body = "<CopyObjectResult/>"};
    }
    for (const auto& [name, value] : request.fields)
      if (name.starts_with("x-amz-meta-")) object.fields[name] = value;
    objects_[path] = std::move(object);
    return {};
  }

  std::mutex mutex_{};
  std::map<std::string, Object> objects_{};
  Fault fault_{};
  Damage damage_{};
  std::atomic<int> requests_{0};
  test::TinyServer server_{[this](const test::TinyRequest& request) { return answer(request); }};
};

}  // namespace sightglass::storage::s3
