// CPU time of a 12-megapixel JPEG on its way to a display image and a thumbnail, against the least that any
// pipeline on libjpeg-turbo can do. Run with --benchmark_enable_random_interleaving=true --benchmark_repetitions=9.
#include <benchmark/benchmark.h>
#include <fcntl.h>

#include <cstdlib>
#include <string>

#include "imaging/pipeline/picture_decoder.hpp"
#include "jpeg_floor.hpp"
#include "runtime/unix_fd.hpp"

namespace {

using sightglass::runtime::UnixFd;

// SIGHTGLASS_BENCH_PHOTO, or the 4032×3024 photo of a phone in the shared data.
std::string photo_path() {
  if (const char* path = std::getenv("SIGHTGLASS_BENCH_PHOTO")) return path;
  const char* shared = std::getenv("SIGHTGLASS_SHARED");
  return std::string(shared == nullptr ? "../shared" : shared) + "/data/large_photos/Issue_525.jpg";
}

void BM_Floor(benchmark::State& state) {
  const auto bytes = sightglass::benchmarks::read_file(photo_path());
  if (bytes.empty()) return state.SkipWithError("no photo: set SIGHTGLASS_SHARED or SIGHTGLASS_BENCH_PHOTO");
  for (auto _ : state) benchmark::DoNotOptimize(sightglass::benchmarks::derive_at_least_cost(bytes));
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
