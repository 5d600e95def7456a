// The pieces of a resumable blob in the bucket.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "storage/s3/s3_client.hpp"

namespace sightglass::storage::s3 {

struct Piece {
  std::int64_t offset = 0;
  std::int64_t bytes = 0;
};

struct Pieces {
  std::vector<Piece> joined{};        // without gaps, from offset 0 on
  std::vector<std::int64_t> loose{};  // offsets of others, which nobody may be told of
  core::Instant modified_at{};

  std::int64_t bytes() const { return joined.empty() ? 0 : joined.back().offset + joined.back().bytes; }
};

// not_found when there is no such blob; one without pieces is an empty one. Blocks.
core::Result<Pieces> find_pieces(const S3Client& client, std::string_view key);

// Takes the pieces' bytes from offset `from` on. Each call says where its bytes belong; after trouble on the way some
// come a second time. Errors as of S3Client::get(). Blocks.
using TakeAt = std::function<core::Result<void>(std::int64_t offset, std::string_view bytes)>;
core::Result<void> read_pieces(const S3Client& client, std::string_view key, const Pieces& pieces, std::int64_t from,
                               const TakeAt& take);

// All of it, the name last. Blocks.
core::Result<void> remove_pieces(const S3Client& client, std::string_view key);

}  // namespace sightglass::storage::s3
