// Joins the multipart parser to the sink of a form: to the transport both are a body that streams.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "http/endpoint.hpp"
#include "http/multipart.hpp"

namespace sightglass::http {

class MultipartSink final : public ByteSink {
 public:
  // Errors: of boundary_of() and of the row's upload handler. A request without any body is an empty form: its sink
  // says what is missing in it.
  static core::Result<std::unique_ptr<ByteSink>> open(const Endpoint& row, const Request& request, bool has_body);

  core::Result<void> write(std::string_view bytes) override;
  core::Result<Response> finish() override;

 private:
  explicit MultipartSink(std::unique_ptr<UploadSink> sink) : sink_(std::move(sink)) {}

  std::unique_ptr<UploadSink> sink_;
  std::optional<MultipartParser> parser_{};  // none of an empty form
};

}  // namespace sightglass::http
