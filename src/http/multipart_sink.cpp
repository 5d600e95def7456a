#include "http/multipart_sink.hpp"

#include <utility>

namespace sightglass::http {

core::Result<std::unique_ptr<ByteSink>> MultipartSink::open(const Endpoint& row, const Request& request,
                                                            bool has_body) {
  std::optional<std::string> boundary;
  if (has_body) {
    SG_ASSIGN(boundary, boundary_of(request.headers.get("Content-Type")));
  }
  SG_ASSIGN(auto upload, row.upload(request));
  std::unique_ptr<MultipartSink> sink(new MultipartSink(std::move(upload)));
  if (boundary) sink->parser_.emplace(*boundary, *sink->sink_);
  return std::unique_ptr<ByteSink>(std::move(sink));
}

core::Result<void> MultipartSink::write(std::string_view bytes) { return parser_->feed(bytes); }

core::Result<Response> MultipartSink::finish() {
  if (parser_) SG_TRY(parser_->end());
  return sink_->finish();
}

}  // namespace sightglass::http
