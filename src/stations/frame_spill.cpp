#include "stations/frame_spill.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <memory>
#include <vector>

#include "core/no_room.hpp"
#include "stations/durable_files.hpp"

namespace sightglass::stations {
namespace {

namespace fs = std::filesystem;

// Of this machine alone: as its numbers are.
struct Head {
  std::array<char, 4> magic{'S', 'G', 'F', '1'};
  std::int32_t width = 0;
  std::int32_t height = 0;
  std::int32_t stride = 0;
  std::uint32_t format = 0;
  std::uint64_t bytes = 0;
};

constexpr std::int32_t most_side = 65'535;
constexpr std::uint64_t most_bytes = 1ULL << 30;

bool is_plausible(const Head& head, std::uint64_t file_bytes) {
  if (head.magic != Head{}.magic || head.format > static_cast<std::uint32_t>(core::PixelFormat::bayer_bg12))
    return false;
  if (head.width < 1 || head.height < 1 || head.width > most_side || head.height > most_side) return false;
  const auto row = std::int64_t{head.width} * core::bytes_per_pixel(static_cast<core::PixelFormat>(head.format));
  const auto needed = static_cast<std::uint64_t>(head.stride) * static_cast<std::uint64_t>(head.height);
  return head.stride >= row && head.bytes >= needed && head.bytes <= most_bytes &&
         file_bytes == sizeof head + head.bytes;
}

std::unexpected<core::Error> torn() {
  return core::fail(core::ErrorCode::corrupt_image, "A frame that waited on disk is not whole.");
}

}  // namespace

core::Result<FrameSpill> FrameSpill::open(const fs::path& data) {
  auto folder = data / "stations" / "spill";
  SG_TRY(make_durably(folder));
  return FrameSpill(std::move(folder));
}

core::Result<void> FrameSpill::put(core::TriggerId id, const core::RawImage& frame) const {
  const Head head{.width = frame.size.width,
                  .height = frame.size.height,
                  .stride = frame.stride,
                  .format = static_cast<std::uint32_t>(frame.format),
                  .bytes = frame.bytes->size()};
  const auto temporary = file_of(id).string() + ".part";
  std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
  const auto head_bytes = std::bit_cast<std::array<char, sizeof head>>(head);
  out.write(head_bytes.data(), head_bytes.size());
  out.write(reinterpret_cast<const char*>(frame.bytes->data()), static_cast<std::streamsize>(frame.bytes->size()));
  out.close();
  std::error_code fault;
  if (!out.fail()) fs::rename(temporary, file_of(id), fault);
  if (!out.fail() && !fault) return {};
  fs::remove(temporary, fault);
  return core::fail(core::no_room("A frame could not wait on disk: it may be full."));
}

core::Result<core::RawImage> FrameSpill::get(core::TriggerId id) const {
  std::error_code fault;
  const auto size = fs::file_size(file_of(id), fault);
  if (fault) return core::fail(core::not_found("No frame waits on disk."));
  std::ifstream in(file_of(id), std::ios::binary);
  std::array<char, sizeof(Head)> head_bytes{};
  if (!in.read(head_bytes.data(), head_bytes.size())) return torn();
  const auto head = std::bit_cast<Head>(head_bytes);
  if (!is_plausible(head, size)) return torn();
  auto bytes = std::make_shared<std::vector<std::uint8_t>>(head.bytes);
  if (!in.read(reinterpret_cast<char*>(bytes->data()), static_cast<std::streamsize>(bytes->size()))) return torn();
  return core::RawImage{.size = {head.width, head.height},
                        .format = static_cast<core::PixelFormat>(head.format),
                        .stride = head.stride,
                        .bytes = std::move(bytes)};
}

bool FrameSpill::has(core::TriggerId id) const {
  std::error_code ignored;
  return fs::is_regular_file(file_of(id), ignored);
}

void FrameSpill::remove(core::TriggerId id) const {
  std::error_code ignored;
  fs::remove(file_of(id), ignored);
}

}  // namespace sightglass::stations
