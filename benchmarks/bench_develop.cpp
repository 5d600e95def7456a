// Time of a sensor's frame on its way to a JPEG of quality 95: in the decoding process as the server asks for it, the
// steps alone, and against what libjpeg-turbo and libvips take for the encoding only. Run with
// --benchmark_enable_random_interleaving=true --benchmark_repetitions=9; needs sightglass-worker beside it.
#include <benchmark/benchmark.h>
#include <turbojpeg.h>
#include <vips/vips.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <random>
#include <vector>

#include "imaging/decoder_pool.hpp"
#include "imaging/opencv/demosaic.hpp"
#include "imaging/pipeline/picture_decoder.hpp"
#include "imaging/vips/vips_library.hpp"

namespace {

using namespace sightglass;
using core::PixelFormat;

constexpr core::Size grey_size{1280, 1024};
constexpr core::Size mosaic_size{2448, 2048};

// A surface with a slow gradient, a fine texture and the noise of a sensor, which encoders cannot do without.
core::RawImage frame_of(core::Size size, PixelFormat format) {
  std::mt19937 random(1);
  std::normal_distribution<double> noise(0, 2);
  std::vector<std::uint8_t> bytes;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      const double value = 90 + 60.0 * x / size.width + 20 * std::sin(x * 0.21) * std::cos(y * 0.17) + noise(random);
      bytes.push_back(static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0)));
    }
  return {.size = size,
          .format = format,
          .stride = size.width,
          .bytes = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes))};
}

const core::RawImage& grey_frame() {
  static const auto frame = frame_of(grey_size, PixelFormat::mono8);
  return frame;
}
const core::RawImage& mosaic_frame() {
  static const auto frame = frame_of(mosaic_size, PixelFormat::bayer_rg8);
  return frame;
}

const imaging::DevelopPlan plan{.make = "Maker", .model = "Model", .taken_at = core::from_micros(1)};

// `decoder`: the pool with its process, or the steps in this one.
void develop(benchmark::State& state, imaging::Decoder& decoder, const core::RawImage& frame) {
  for (auto _ : state) {
    const auto file = decoder.develop(frame, plan, {});
    if (!file) return state.SkipWithError(file.error().message.c_str());
    benchmark::DoNotOptimize(file->size());
  }
}

void BM_Pool(benchmark::State& state, const core::RawImage& (*frame)()) {
  const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  imaging::DecoderPool pool({.executable = here.parent_path() / "sightglass-worker", .max_children = 1});
  if (!pool.develop(frame(), plan, {})) return state.SkipWithError("sightglass-worker does not answer");
  develop(state, pool, frame());
}
BENCHMARK_CAPTURE(BM_Pool, mono8_1_3_megapixels, &grey_frame)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(BM_Pool, bayer_rg8_5_megapixels, &mosaic_frame)->Unit(benchmark::kMillisecond)->UseRealTime();

void BM_Steps(benchmark::State& state, const core::RawImage& (*frame)()) {
  imaging::pipeline::PictureDecoder decoder;
  develop(state, decoder, frame());
}
BENCHMARK_CAPTURE(BM_Steps, mono8_1_3_megapixels, &grey_frame)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Steps, bayer_rg8_5_megapixels, &mosaic_frame)->Unit(benchmark::kMillisecond);

// The floor: TurboJPEG's one call on pixels that lie ready, with the same subsampling.
void BM_TurboJpeg(benchmark::State& state, const std::vector<std::uint8_t>& pixels, core::Size size, bool is_grey) {
  tjhandle handle = tjInitCompress();
  const int subsampling = is_grey ? TJSAMP_GRAY : TJSAMP_444;
  std::vector<unsigned char> buffer(tjBufSize(size.width, size.height, subsampling));
  for (auto _ : state) {
    auto* out = buffer.data();
    unsigned long length = buffer.size();
    tjCompress2(handle, pixels.data(), size.width, 0, size.height, is_grey ? TJPF_GRAY : TJPF_RGB, &out, &length,
                subsampling, 95, TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT);
    benchmark::DoNotOptimize(length);
  }
  tjDestroy(handle);
}

// libvips's saver on the same pixels.
void BM_VipsJpeg(benchmark::State& state, const std::vector<std::uint8_t>& pixels, core::Size size, bool is_grey) {
  if (!imaging::vips::start()) return state.SkipWithError("libvips does not start");
  for (auto _ : state) {
    VipsImage* image = vips_image_new_from_memory(pixels.data(), pixels.size(), size.width, size.height,
                                                  is_grey ? 1 : 3, VIPS_FORMAT_UCHAR);
    void* out = nullptr;
    std::size_t length = 0;
    vips_jpegsave_buffer(image, &out, &length, "Q", 95, "subsample_mode", VIPS_FOREIGN_SUBSAMPLE_OFF, nullptr);
    benchmark::DoNotOptimize(length);
    g_free(out);
    g_object_unref(image);
  }
}

const std::vector<std::uint8_t>& grey_pixels() { return *grey_frame().bytes; }
const std::vector<std::uint8_t>& colour_pixels() {
  static const auto pixels = [] {
    const auto colours = imaging::opencv::demosaic(
                             imaging::opencv::Mosaic<std::uint8_t>{mosaic_size, PixelFormat::bayer_rg8,
                                                                   mosaic_frame().bytes->data(), mosaic_size.width})
                             .value();
    std::vector<std::uint8_t> rgb;
    for (std::size_t y = 0; y < mosaic_size.height; ++y) {
      const auto* row = colours.first + y * colours.pitch;
      rgb.insert(rgb.end(), row, row + 3 * mosaic_size.width);
    }
    return rgb;
  }();
  return pixels;
}

void BM_TurboJpegGrey(benchmark::State& state) { BM_TurboJpeg(state, grey_pixels(), grey_size, true); }
void BM_TurboJpegColour(benchmark::State& state) { BM_TurboJpeg(state, colour_pixels(), mosaic_size, false); }
void BM_VipsJpegGrey(benchmark::State& state) { BM_VipsJpeg(state, grey_pixels(), grey_size, true); }
void BM_VipsJpegColour(benchmark::State& state) { BM_VipsJpeg(state, colour_pixels(), mosaic_size, false); }
BENCHMARK(BM_TurboJpegGrey)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_TurboJpegColour)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_VipsJpegGrey)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_VipsJpegColour)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
