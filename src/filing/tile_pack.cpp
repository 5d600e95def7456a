#include "filing/tile_pack.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace sightglass::filing {
namespace {

using core::Result;

constexpr std::string_view mark = "SGTILES1";
constexpr std::int32_t largest_side = 65'535;        // that a JPEG can have
constexpr std::uint32_t most_tile_bytes = 2U << 20;  // more than its pixels take as they are

std::uint32_t number_at(std::string_view bytes, std::size_t offset) {
  std::uint32_t number = 0;
  for (std::size_t index = 4; index-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[offset + index]);
  return number;
}

void append(std::string& bytes, std::uint32_t number) {
  for (int index = 0; index < 4; ++index, number >>= 8) bytes += static_cast<char>(number & 0xff);
}

core::Error not_whole() {
  return {.code = core::ErrorCode::corrupt_image, .message = "this is no whole file of tiles"};
}

struct Trailer {
  core::Size size{};
  std::uint32_t count = 0;
};

std::optional<Trailer> read_trailer(std::string_view last) {
  if (last.size() != TilePack::trailer_bytes || !last.starts_with(mark)) return std::nullopt;
  const auto width = number_at(last, 8);
  const auto height = number_at(last, 12);
  const auto is_side = [](std::uint32_t side) { return side >= 1 && side <= largest_side; };
  if (!is_side(width) || !is_side(height)) return std::nullopt;
  const core::Size size{static_cast<std::int32_t>(width), static_cast<std::int32_t>(height)};
  const auto count = number_at(last, 16);
  // Before memory is set aside for as many lengths as the file claims to have.
  if (count != imaging::TileGrid(size).count()) return std::nullopt;
  return Trailer{size, count};
}

Result<std::string> read_end(int file, std::int64_t file_bytes, std::size_t length) {
  if (file_bytes < static_cast<std::int64_t>(length)) return core::fail(not_whole());
  std::string end(length, '\0');
  for (std::size_t filled = 0; filled < length;) {
    const auto from = file_bytes - static_cast<std::int64_t>(length - filled);
    const auto count = ::pread(file, end.data() + filled, length - filled, from);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return core::fail(core::unavailable("tiles cannot be read", std::strerror(errno)));
    if (count == 0) return core::fail(not_whole());
    filled += static_cast<std::size_t>(count);
  }
  return end;
}

}  // namespace

std::string tile_index(core::Size size, std::span<const std::uint32_t> lengths) {
  std::string bytes;
  bytes.reserve(lengths.size() * 4 + TilePack::trailer_bytes);
  for (const auto length : lengths) append(bytes, length);
  bytes += mark;
  append(bytes, static_cast<std::uint32_t>(size.width));
  append(bytes, static_cast<std::uint32_t>(size.height));
  append(bytes, static_cast<std::uint32_t>(lengths.size()));
  return bytes;
}

std::optional<std::size_t> TilePack::index_bytes(std::string_view last) {
  const auto trailer = read_trailer(last);
  if (!trailer) return std::nullopt;
  return std::size_t{trailer->count} * 4 + trailer_bytes;
}

Result<TilePack> TilePack::parse(std::string_view end, std::int64_t file_bytes) {
  if (end.size() < trailer_bytes) return core::fail(not_whole());
  const auto trailer = read_trailer(end.substr(end.size() - trailer_bytes));
  if (!trailer || end.size() != std::size_t{trailer->count} * 4 + trailer_bytes) return core::fail(not_whole());
  std::vector<std::int64_t> offsets{0};
  offsets.reserve(std::size_t{trailer->count} + 1);
  for (std::size_t index = 0; index < trailer->count; ++index) {
    const auto length = number_at(end, index * 4);
    if (length == 0 || length > most_tile_bytes) return core::fail(not_whole());
    offsets.push_back(offsets.back() + length);
  }
  // Exactly: a file with bytes that no tile owns is not ours either.
  if (offsets.back() + static_cast<std::int64_t>(end.size()) != file_bytes) return core::fail(not_whole());
  return TilePack(imaging::TileGrid(trailer->size), std::move(offsets));
}

Result<TilePack> TilePack::open(runtime::UnixFd file) {
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0)
    return core::fail(core::unavailable("tiles cannot be read", std::strerror(errno)));
  SG_ASSIGN(const auto last, read_end(file.get(), status.st_size, trailer_bytes));
  const auto length = index_bytes(last);
  if (!length) return core::fail(not_whole());
  SG_ASSIGN(const auto end, read_end(file.get(), status.st_size, *length));
  SG_ASSIGN(auto pack, parse(end, status.st_size));
  pack.file_ = std::move(file);
  return pack;
}

std::optional<TilePack::Place> TilePack::find(const imaging::TileAddress& address) const {
  const auto place = grid_.place_of(address);
  if (!place) return std::nullopt;
  const auto index = static_cast<std::size_t>(*place);
  return Place{offsets_[index], offsets_[index + 1] - offsets_[index]};
}

}  // namespace sightglass::filing
