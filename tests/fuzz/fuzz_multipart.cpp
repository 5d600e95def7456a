// Any bytes as a multipart body, cut at a place the input chooses: both ways must see the same parts.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "http/multipart.hpp"

namespace {

using namespace sightglass;

class TracingSink final : public http::UploadSink {
 public:
  core::Result<void> begin_part(const http::PartHeaders& headers) override {
    trace += '<' + headers.name + '|' + headers.filename.value_or("-") + '>';
    return {};
  }
  core::Result<void> write(std::string_view bytes) override {
    trace += bytes;
    return {};
  }
  core::Result<void> end_part() override {
    trace += "</>";
    return {};
  }
  core::Result<http::Response> finish() override { return http::Response::empty(200); }
  std::string trace{};
};

struct Outcome {
  std::string trace;
  bool is_complete;
  bool operator==(const Outcome&) const = default;
};

Outcome parse(std::string_view body, std::size_t piece) {
  TracingSink sink;
  http::MultipartParser parser("b", sink);
  bool is_good = true;
  while (!body.empty() && is_good) {
    const auto now = body.substr(0, piece);
    is_good = parser.feed(now).has_value();
    body.remove_prefix(now.size());
  }
  return {sink.trace, is_good && parser.end().has_value()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const auto whole = parse(body, body.size() + 1);
  const auto pieces = parse(body, std::size_t{bytes[0]} % 64 + 1);
  // After an error how much was written before it depends on the cut.
  if (whole.is_complete != pieces.is_complete || (whole.is_complete && whole != pieces)) std::abort();
  (void)http::boundary_of(body);
  return 0;
}
