#include "storage/s3/s3_pieces.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "storage/s3/s3_keys.hpp"

namespace sightglass::storage::s3 {
namespace {

struct Found {
  bool has_name = false;
  core::Instant modified_at{};
  std::vector<Piece> pieces{};
};

core::Result<Found> find_all(const S3Client& client, std::string_view key) {
  const auto prefix_length = client.options().prefix.size();
  Found found;
  ObjectPage page;
  do {
    SG_ASSIGN(page, client.list(key, page.next));
    for (const auto& object : page.objects) {
      const auto name = std::string_view(object.key).substr(std::min(prefix_length, object.key.size()));
      const auto piece = parse_piece(name);
      if (piece && piece->key == key) found.pieces.push_back({.offset = piece->offset, .bytes = object.bytes});
      if (name == key) found.has_name = true;
      if (name == key || (piece && piece->key == key))
        found.modified_at = std::max(found.modified_at, object.modified_at);
    }
  } while (!page.next.empty());
  std::ranges::sort(found.pieces, {}, &Piece::offset);
  return found;
}

}  // namespace

core::Result<Pieces> find_pieces(const S3Client& client, std::string_view key) {
  SG_ASSIGN(const auto found, find_all(client, key));
  if (!found.has_name) return core::fail(core::not_found(fmt::format("The store has no {}.", key)));
  Pieces pieces{.modified_at = found.modified_at};
  for (const auto& piece : found.pieces) {
    if (piece.offset == pieces.bytes()) {
      pieces.joined.push_back(piece);
    } else {
      pieces.loose.push_back(piece.offset);
    }
  }
  return pieces;
}

core::Result<void> read_pieces(const S3Client& client, std::string_view key, const Pieces& pieces, std::int64_t from,
                               const TakeAt& take) {
  for (const auto& piece : pieces.joined) {
    const auto end = piece.offset + piece.bytes;
    if (end <= from) continue;
    // Whole, because only a whole object can be checked.
    std::int64_t at = piece.offset;
    const auto begin = [&]() -> core::Result<void> {
      at = piece.offset;
      return {};
    };
    SG_TRY(client.get(piece_key(key, piece.offset), begin, [&](std::string_view bytes) -> core::Result<void> {
      const auto known = std::clamp<std::int64_t>(from - at, 0, static_cast<std::int64_t>(bytes.size()));
      const auto fresh = bytes.substr(static_cast<std::size_t>(known));
      const auto offset = at + known;
      at += static_cast<std::int64_t>(bytes.size());
      return fresh.empty() ? core::Result<void>{} : take(offset, fresh);
    }));
    if (at != end) return core::fail(core::unavailable(fmt::format("{} is being written by somebody else.", key)));
  }
  return {};
}

core::Result<void> remove_pieces(const S3Client& client, std::string_view key) {
  SG_ASSIGN(const auto found, find_all(client, key));
  for (const auto& piece : found.pieces) SG_TRY(client.remove(piece_key(key, piece.offset)));
  return found.has_name ? client.remove(key) : core::Result<void>{};
}

}  // namespace sightglass::storage::s3
