#include "jpeg_floor.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <turbojpeg.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "runtime/unix_fd.hpp"

namespace sightglass::benchmarks {
namespace {

struct Picture {
  int width = 0;
  int height = 0;
  int subsampling = TJSAMP_420;
  std::array<std::vector<unsigned char>, 3> planes{};
  Picture(int wide, int high, int chroma = TJSAMP_420) : width(wide), height(high), subsampling(chroma) {
    for (int index = 0; index < 3; ++index) {
      planes[static_cast<std::size_t>(index)].resize(tjPlaneSizeYUV(index, width, 0, height, subsampling));
    }
  }
  std::array<unsigned char*, 3> pointers() { return {planes[0].data(), planes[1].data(), planes[2].data()}; }
};

// The mean of whole pixels under each target pixel: the cheapest filter that uses every source pixel.
void box_filter(const Picture& source, Picture& target) {
  for (int index = 0; index < 3; ++index) {
    const auto& from = source.planes[static_cast<std::size_t>(index)];
    auto& to = target.planes[static_cast<std::size_t>(index)];
    const int from_width = tjPlaneWidth(index, source.width, source.subsampling);
    const int to_width = tjPlaneWidth(index, target.width, TJSAMP_420);
    const int to_height = tjPlaneHeight(index, target.height, TJSAMP_420);
    const int across = from_width / to_width;
    const int down = tjPlaneHeight(index, source.height, source.subsampling) / to_height;
    std::vector<unsigned> sums(static_cast<std::size_t>(to_width * across));
    for (int y = 0; y < to_height; ++y) {
      std::fill(sums.begin(), sums.end(), 0);
      for (int row = 0; row < down; ++row) {
        const auto* line = from.data() + static_cast<std::ptrdiff_t>(y * down + row) * from_width;
        for (std::size_t x = 0; x < sums.size(); ++x) sums[x] += line[x];
      }
      auto* out = to.data() + static_cast<std::ptrdiff_t>(y) * to_width;
      const auto area = static_cast<unsigned>(across * down);
      for (int x = 0; x < to_width; ++x) {
        unsigned sum = 0;
        for (int column = 0; column < across; ++column) sum += sums[static_cast<std::size_t>(x * across + column)];
        out[x] = static_cast<unsigned char>(sum / area);
      }
    }
  }
}

std::size_t encode(Picture& picture, int quality) {
  tjhandle handle = tjInitCompress();
  unsigned long length = tjBufSize(picture.width, picture.height, TJSAMP_420);
  const auto buffer = std::make_unique_for_overwrite<unsigned char[]>(length);
  auto* out = buffer.get();
  const auto planes = picture.pointers();
  std::array<const unsigned char*, 3> constant{planes[0], planes[1], planes[2]};
  tjCompressFromYUVPlanes(handle, constant.data(), picture.width, nullptr, picture.height, TJSAMP_420, &out, &length,
                          quality, TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT);
  tjDestroy(handle);
  return length;
}

}  // namespace

std::size_t derive_at_least_cost(std::span<const unsigned char> jpeg) {
  tjhandle handle = tjInitDecompress();
  int width = 0;
  int height = 0;
  int subsampling = 0;
  int colours = 0;
  if (tjDecompressHeader3(handle, jpeg.data(), jpeg.size(), &width, &height, &subsampling, &colours) != 0) {
    tjDestroy(handle);
    return 0;
  }
  Picture half((width + 1) / 2, (height + 1) / 2, subsampling);
  auto planes = half.pointers();
  tjDecompressToYUVPlanes(handle, jpeg.data(), jpeg.size(), planes.data(), half.width, nullptr, half.height,
                          TJFLAG_ACCURATEDCT);
  tjDestroy(handle);
  Picture display(half.width / 2, half.height / 2);
  box_filter(half, display);
  Picture thumbnail(display.width / 3, display.height / 3);
  box_filter(display, thumbnail);
  return encode(display, 85) + encode(thumbnail, 70);
}

std::vector<unsigned char> read_file(const std::string& path) {
  const runtime::UnixFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat facts{};
  if (!file || fstat(file.get(), &facts) != 0) return {};
  std::vector<unsigned char> bytes(static_cast<std::size_t>(facts.st_size));
  if (read(file.get(), bytes.data(), bytes.size()) != facts.st_size) bytes.clear();
  return bytes;
}

}  // namespace sightglass::benchmarks
