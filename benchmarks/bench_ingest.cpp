// CPU time of a 12-megapixel JPEG on its way to a display image and a thumbnail, against the least that any
// pipeline on libjpeg-turbo can do. Run with --benchmark_enable_random_interleaving=true --benchmark_repetitions=9.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <turbojpeg.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "imaging/pipeline/picture_decoder.hpp"
#include "runtime/unix_fd.hpp"

namespace {

using sightglass::runtime::UnixFd;

// SIGHTGLASS_BENCH_PHOTO, or the 4032×3024 photo of a phone in the shared data.
std::string photo_path() {
  if (const char* path = std::getenv("SIGHTGLASS_BENCH_PHOTO")) return path;
  const char* shared = std::getenv("SIGHTGLASS_SHARED");
  return std::string(shared == nullptr ? "../shared" : shared) + "/data/large_photos/Issue_525.jpg";
}

std::vector<unsigned char> read_all(const std::string& path) {
  const UnixFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat facts{};
  if (!file || fstat(file.get(), &facts) != 0) return {};
  std::vector<unsigned char> bytes(static_cast<std::size_t>(facts.st_size));
  if (read(file.get(), bytes.data(), bytes.size()) != facts.st_size) bytes.clear();
  return bytes;
}

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

// Decode at 1/2 to planes, box filter by 2 and 6, encode both. The display side is 1008 pixels where the
// pipeline makes 1024, so the floor is a little too low, never too high.
void BM_Floor(benchmark::State& state) {
  const auto bytes = read_all(photo_path());
  if (bytes.empty()) return state.SkipWithError("no photo: set SIGHTGLASS_SHARED or SIGHTGLASS_BENCH_PHOTO");
  for (auto _ : state) {
    tjhandle handle = tjInitDecompress();
    int width = 0;
    int height = 0;
    int subsampling = 0;
    int colours = 0;
    tjDecompressHeader3(handle, bytes.data(), bytes.size(), &width, &height, &subsampling, &colours);
    Picture half((width + 1) / 2, (height + 1) / 2, subsampling);
    auto planes = half.pointers();
    tjDecompressToYUVPlanes(handle, bytes.data(), bytes.size(), planes.data(), half.width, nullptr, half.height,
                            TJFLAG_ACCURATEDCT);
    tjDestroy(handle);
    Picture display(half.width / 2, half.height / 2);
    box_filter(half, display);
    Picture thumbnail(display.width / 3, display.height / 3);
    box_filter(display, thumbnail);
    benchmark::DoNotOptimize(encode(display, 85) + encode(thumbnail, 70));
  }
}
BENCHMARK(BM_Floor)->Unit(benchmark::kMillisecond);

// Everything the decoder does: map, recognise, limits, metadata, decode, Lanczos, both JPEGs, ThumbHash.
void BM_Derive(benchmark::State& state) {
  const UnixFd file(open(photo_path().c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return state.SkipWithError("no photo: set SIGHTGLASS_SHARED or SIGHTGLASS_BENCH_PHOTO");
  sightglass::imaging::pipeline::PictureDecoder decoder;
  for (auto _ : state) {
    const auto images = decoder.derive(file.get(), sightglass::imaging::DerivePlan::for_job(), {});
    if (!images) return state.SkipWithError(images.error().message.c_str());
    benchmark::DoNotOptimize(images->display_jpeg.size());
  }
}
BENCHMARK(BM_Derive)->Unit(benchmark::kMillisecond);

void BM_Measure(benchmark::State& state) {
  const UnixFd file(open(photo_path().c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return state.SkipWithError("no photo: set SIGHTGLASS_SHARED or SIGHTGLASS_BENCH_PHOTO");
  sightglass::imaging::pipeline::PictureDecoder decoder;
  for (auto _ : state) {
    const auto properties = decoder.measure(file.get(), {});
    if (!properties) return state.SkipWithError(properties.error().message.c_str());
    benchmark::DoNotOptimize(properties->perceptual_hash);
  }
}
BENCHMARK(BM_Measure)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
