// The seam to decoding: a file descriptor goes in, derived images and facts come out.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/geometry.hpp"
#include "core/media_type.hpp"
#include "core/photo.hpp"
#include "core/raster.hpp"
#include "core/raw_image.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "imaging/limits.hpp"

namespace sightglass::imaging {

// How the two derived JPEGs are made. Both fit inside their box, are never enlarged, are upright, sRGB, and
// carry no metadata (no position leaks).
struct DerivePlan {
  core::Size display_box{1024, 1024};
  std::int32_t display_quality = 85;   // JPEG quality 1 … 100
  std::int64_t display_max_bytes = 0;  // 0: no limit; else quality, then size, are lowered until it fits
  core::Size thumbnail_box{300, 300};
  std::int32_t thumbnail_quality = 70;
  bool allow_damaged = false;  // make the best of a truncated or partly corrupt picture
  std::int32_t rotation = 0;   // degrees clockwise by which the upright picture is turned: 0, 90, 180 or 270

  static DerivePlan for_job() { return {}; }
  static DerivePlan for_field() {
    return {.display_box = {2048, 2048}, .display_quality = 82, .display_max_bytes = 2'000'000};
  }
};

struct DerivedImages {
  core::MediaType media_type = core::MediaType::jpeg;  // of the source, by content
  core::Size size{};                                   // of the source after orientation and rotation
  std::string display_jpeg{};                          // JPEG bytes
  core::Size display_size{};
  std::string thumbnail_jpeg{};  // JPEG bytes
  core::Size thumbnail_size{};
  std::string thumbhash{};  // base64
  core::CaptureMetadata metadata{};
  bool is_damaged = false;  // only with allow_damaged
  std::string damage{};     // what the decoder said
};

// sRGB 8 bit, and the share of the picture it covers, 0 … 1.
struct DominantColour {
  std::array<std::uint8_t, 3> rgb{};
  double share = 0;
};

// What is computed of every picture in the background. Luminance is Rec. 709 luma, 0 … 255.
struct ImageProperties {
  std::vector<DominantColour> dominant_colours{};  // at most five, largest share first
  std::uint64_t perceptual_hash = 0;               // 64-bit DCT hash (pHash) of the upright picture
  double sharpness = 0;  // variance of the Laplacian of the luma at the measuring size (see .cpp)
  double mean_luma = 0;
  double luma_deviation = 0;
  double dark_share = 0;    // pixels with luma < 16, 0 … 1
  double bright_share = 0;  // pixels with luma > 239, 0 … 1
};

// Bounds of RasterPlan::max_side: a raster of the largest size has 48 MiB.
constexpr std::int32_t least_raster_side = 64;
constexpr std::int32_t most_raster_side = 4096;

// How a picture is made ready for networks.
struct RasterPlan {
  std::int32_t max_side = 1600;  // pixels of the longer side; a smaller picture is never enlarged
  std::int32_t rotation = 0;     // as of DerivePlan: networks see what people see
  bool allow_damaged = false;
};

// One decode for everything that is computed of a picture. 16 bit, CMYK, grey, alpha (over white) and colour profiles
// come out as 8 bit sRGB, as display images do.
struct InspectionImage {
  core::Raster raster{};         // upright and turned
  core::Size size{};             // of the picture at full resolution, upright and turned
  ImageProperties properties{};  // of the turned picture
  core::TrapFacts trap{};        // as the file has them
  bool is_damaged = false;       // only with allow_damaged
  std::string damage{};          // what the decoder said
};

// How a picture is cut into tiles of its full resolution. They are upright, sRGB, and carry no metadata.
struct TilePlan {
  bool allow_damaged = false;
  std::int32_t rotation = 0;  // as of DerivePlan
  std::int32_t quality = 90;  // JPEG quality 1 … 100; above that of display images, for these are looked at closely
};

// Takes the tiles of one picture as they are made. An error it returns ends the making and is what the maker returns.
class TileSink {
 public:
  virtual ~TileSink() = default;
  // Size of the upright, turned picture, before its tiles. May come again: what was taken before is void then.
  virtual core::Result<void> begin(core::Size size) = 0;
  // The next tile, in the order of TileGrid.
  virtual core::Result<void> add(std::string_view jpeg) = 0;
};

// How a picture is made of what a sensor delivered. jpeg and png have 8 bits, to which more are scaled by the format's
// significant bits; tiff
// keeps them, in 16-bit samples with the value in the low bits, for measuring; frames of 8 bits have 8 there too.
struct DevelopPlan {
  enum class File : std::uint8_t { jpeg, png, tiff };
  File file = File::jpeg;
  std::int32_t quality = 95;  // JPEG quality 1 … 100
  // Into the file's EXIF, where present: who took it, when and how.
  std::string make{};
  std::string model{};
  std::string serial{};
  std::optional<core::Instant> taken_at{};
  std::optional<double> exposure_seconds{};
  std::string comment{};  // UTF-8, at most 1,000 bytes
};

// Implementations are thread-safe. Every call blocks up to limits.timeout_ms and a little; `fd` is a readable
// regular file, read from offset 0 whatever its position; it is not closed.
// Errors: unsupported_format, corrupt_image, too_large (naming the limit), timeout, unavailable, internal.
class Decoder {
 public:
  virtual ~Decoder() = default;
  virtual core::Result<DerivedImages> derive(int fd, const DerivePlan& plan, const Limits& limits) = 0;
  virtual core::Result<ImageProperties> measure(int fd, const Limits& limits) = 0;
  virtual core::Result<InspectionImage> inspect(int /*fd*/, const RasterPlan& /*plan*/, const Limits& /*limits*/) {
    return core::fail(core::unavailable("this decoder makes no rasters"));
  }
  // Gives `sink`, on the calling thread, all tiles of the picture, or returns an error.
  virtual core::Result<void> cut_tiles(int /*fd*/, const TilePlan& /*plan*/, const Limits& /*limits*/,
                                       TileSink& /*sink*/) {
    return core::fail(core::unavailable("this decoder cuts no tiles"));
  }
  // The bytes of a picture file of `image`, Bayer mosaics made to colours. invalid_input when `image` contradicts
  // itself.
  virtual core::Result<std::string> develop(const core::RawImage& /*image*/, const DevelopPlan& /*plan*/,
                                            const Limits& /*limits*/) {
    return core::fail(core::unavailable("this decoder develops no frames"));
  }
};

}  // namespace sightglass::imaging
