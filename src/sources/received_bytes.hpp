// Writes what is fetched to where it was asked for, and sees to its length.
#pragma once

#include <cstdint>
#include <string_view>

#include "sources/gateway.hpp"

namespace sightglass::sources {

// Not thread-safe. Borrows the request.
class ReceivedBytes {
 public:
  // From `offset` on: that many are there already.
  ReceivedBytes(const FetchRequest& request, std::int64_t offset) : request_(request), length_(offset) {}

  // Blocks. too_large beyond the request's limit; concerns_source when the bytes cannot be written down.
  Remote<void> append(std::string_view bytes);
  // too_large for a length that was announced.
  Remote<void> expect(std::int64_t length) const;
  // What an earlier attempt or a longer answer left behind the file's end goes. wrong_length when another length was
  // promised.
  Remote<void> finish(std::int64_t promised);

  std::int64_t length() const { return length_; }
  void restart() { length_ = 0; }

 private:
  const FetchRequest& request_;
  std::int64_t length_;
};

}  // namespace sightglass::sources
