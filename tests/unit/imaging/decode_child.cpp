#include "unit/imaging/decode_child.hpp"

#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <new>
#include <numeric>
#include <string>

#include "imaging/decoder_wire.hpp"
#include "imaging/worker/decode_loop.hpp"
#include "runtime/child_process.hpp"
#include "runtime/sandbox.hpp"

namespace sightglass::imaging {
namespace {

constexpr int socket_fd = 3;

// Obeys the picture's text: "crash", "killed", "killed once" (which it then changes), "exit", "hang", "broken",
// "throw", "garbage", or "wait" until the text is another one; anything else is a good picture of that text.
class ObedientDecoder final : public Decoder {
 public:
  core::Result<DerivedImages> derive(int fd, const DerivePlan& plan, const Limits&) override {
    const auto text = read(fd);
    if (text == "crash") std::abort();
    if (text == "killed") ::raise(SIGKILL);
    if (text == "killed once" && ::pwrite(fd, "well enough", 11, 0) == 11) ::raise(SIGKILL);
    if (text == "exit") ::_exit(1);
    if (text == "hang") ::pause();
    while (text == "wait" && read(fd) == "wait") ::sched_yield();
    if (text == "broken") return core::fail(core::ErrorCode::corrupt_image, "broken on purpose");
    if (text == "throw") throw std::bad_alloc();
    if (text == "garbage") {
      [[maybe_unused]] const auto sent = ::send(socket_fd, "this is no answer at all", 24, MSG_NOSIGNAL);
    }
    DerivedImages images{.size = {4000, 3000}, .display_jpeg = text, .display_size = plan.display_box};
    images.thumbnail_jpeg = std::to_string(::getpid());
    images.thumbnail_size = plan.thumbnail_box;
    return images;
  }
  core::Result<ImageProperties> measure(int fd, const Limits&) override {
    read(fd);
    return ImageProperties{.dominant_colours = {{.rgb = {1, 2, 3}, .share = 0.5}}, .perceptual_hash = ~0ULL};
  }
  // A grey raster of a picture of 4000×3000 pixels. "few bytes", "other size", "too large" and "damage" are lies.
  core::Result<InspectionImage> inspect(int fd, const RasterPlan& plan, const Limits&) override {
    const auto text = read(fd);
    if (text == "crash") std::abort();
    if (text == "throw") throw std::bad_alloc();
    InspectionImage image{.size = {4000, 3000}, .properties = {.mean_luma = 128}, .is_damaged = text == "damage"};
    const auto fitting = core::fit_inside(image.size, {plan.max_side, plan.max_side});
    image.raster.size = text == "other size" ? core::Size{fitting.width, fitting.height - 1} : fitting;
    if (text == "too large") image.raster.size = image.size;
    image.raster.rgb.assign(3 * static_cast<std::size_t>(image.raster.size.pixels()), 128);
    if (text == "few bytes") image.raster.rgb.pop_back();
    return image;
  }
  // "short", "late error", "no jpeg", "endless" and "huge" are lies that a process under a stranger's control could
  // tell; "crash" comes behind the first tile. Anything else is sound: four tiles and the one they are halved to.
  core::Result<void> cut_tiles(int fd, const TilePlan& plan, const Limits&, TileSink& sink) override {
    const auto text = read(fd);
    SG_TRY(sink.begin(text == "huge" ? core::Size{65'000, 65'000} : core::Size{600, 600}));
    const int count = text == "short" ? 3 : text == "endless" ? 1000 : 5;
    for (int tile = 0; tile < count; ++tile) {
      if (tile == 1 && text == "crash") std::abort();
      if (tile == 2 && text == "late error") return core::fail(core::ErrorCode::corrupt_image, "broken on purpose");
      SG_TRY(sink.add(text == "no jpeg" ? "<script>" : "\xff\xd8\xff" + text + std::to_string(plan.rotation)));
    }
    return {};
  }

  // Obeys the comment: "crash", "throw", "no file" and "endless" as elsewhere; else a description in place of a file.
  core::Result<std::string> develop(const core::RawImage& frame, const DevelopPlan& plan, const Limits&) override {
    if (plan.comment == "crash") std::abort();
    if (plan.comment == "throw") throw std::bad_alloc();
    if (plan.comment == "no file") return "<script>";
    const std::string png("\x89PNG\r\n\x1a\n", 8);
    if (plan.comment == "endless") return png + std::string(2 << 20, 'x');
    const auto sum = std::accumulate(frame.bytes->begin(), frame.bytes->end(), std::int64_t{0});
    return png + fmt::format("{}x{} {} stride {} sum {} quality {} {} {} {} {} {}", frame.size.width, frame.size.height,
                             core::name_of(frame.format), frame.stride, sum, plan.quality, plan.make, plan.model,
                             plan.serial, core::to_micros(plan.taken_at.value()), plan.exposure_seconds.value());
  }

 private:
  static std::string read(int fd) {
    std::array<char, 64> text{};
    const auto count = ::pread(fd, text.data(), text.size(), 0);
    return {text.data(), static_cast<std::size_t>(count > 0 ? count : 0)};
  }
};

}  // namespace

int run_test_child(std::string_view kind) {
  if (kind == "real") return worker::run_decode_loop(socket_fd);
  runtime::die_with_parent();
  if (kind == "fails") return 7;
  if (kind == "mute") return ::pause();
  if (kind == "confined" && !runtime::enter_decoder_sandbox({})) return 1;
  ObedientDecoder decoder;
  return worker::serve_requests(socket_fd, decoder) ? 0 : 1;
}

}  // namespace sightglass::imaging
