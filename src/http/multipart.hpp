// Reads a multipart/form-data body (RFC 7578, framed as RFC 2046 section 5.1.1 says) while it streams in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "http/endpoint.hpp"

namespace sightglass::http {

struct MultipartLimits {
  std::size_t max_parts = 128;
  std::size_t max_header_bytes = 8U << 10;    // of one part
  std::size_t max_preamble_bytes = 4U << 10;  // before the first boundary
};

// The boundary of a Content-Type header: 1 … 70 characters (RFC 2046). unsupported_format for other types than
// multipart/form-data, invalid_input with field "body" for a missing or impossible boundary.
core::Result<std::string> boundary_of(std::string_view content_type);

// Push parser with bounded state: whatever way the same bytes are cut into feeds, the sink sees the same parts and
// the same bytes in them. Framing errors are invalid_input with field "body", limits too_large; what the sink
// returns is passed on. After an error nothing more may be fed. Blocks where the sink does.
class MultipartParser {
 public:
  MultipartParser(std::string_view boundary, UploadSink& sink, MultipartLimits limits = {});
  core::Result<void> feed(std::string_view bytes);
  // At the end of the body: an error unless the closing boundary was there. Does not finish the sink.
  core::Result<void> end() const;

 private:
  enum class State : std::uint8_t { preamble, after_boundary, headers, content, epilogue };

  core::Result<void> step(std::string_view& bytes);
  core::Result<void> skip_preamble(std::string_view& bytes);
  core::Result<void> read_boundary_line(std::string_view& bytes);
  core::Result<void> read_headers(std::string_view& bytes);
  core::Result<void> read_content(std::string_view& bytes);
  core::Result<void> begin_part();
  // Takes bytes up to and including the delimiter, or all of them; what was content is in `content`, with
  // `held_back` the length of a delimiter's beginning that turned out to be content before it.
  struct Scan {
    std::size_t held_back = 0;
    std::string_view content{};
    bool found = false;
  };
  Scan scan(std::string_view& bytes);

  std::string delimiter_;  // CR LF "--" boundary; its only CR is the first byte
  UploadSink& sink_;
  MultipartLimits limits_;
  State state_ = State::preamble;
  std::size_t matched_ = 2;      // bytes of the delimiter seen at the end so far; a body may begin without CR LF
  bool content_begins_ = false;  // the part's first bytes are still to come, after its blank line
  std::size_t preamble_bytes_ = 0;
  std::size_t parts_ = 0;
  std::string gathered_{};  // the rest of a boundary's line, or a part's headers, so far
};

}  // namespace sightglass::http
