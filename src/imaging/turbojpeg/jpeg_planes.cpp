#include "imaging/turbojpeg/jpeg_planes.hpp"

#include <turbojpeg.h>

#include <array>
#include <memory>
#include <optional>
#include <string_view>

namespace sightglass::imaging::turbojpeg {

using pipeline::Chroma;
using pipeline::PlanarPicture;
using pipeline::Plane;

namespace {

struct DestroyHandle {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Handle = std::unique_ptr<void, DestroyHandle>;

struct JpegFacts {
  core::Size size{};
  int subsampling = TJSAMP_420;
  int colour_space = TJCS_YCbCr;
};

const unsigned char* bytes_of(std::span<const std::byte> file) {
  return reinterpret_cast<const unsigned char*>(file.data());
}

core::Error corrupt_error(tjhandle handle) {
  const std::string said = tjGetErrorStr2(handle);
  return {.code = core::ErrorCode::corrupt_image,
          .message = "The JPEG cannot be decoded: " + said,
          .field = {},
          .cause = said};
}

std::optional<JpegFacts> read_facts(tjhandle handle, std::span<const std::byte> file) {
  JpegFacts facts;
  const int outcome = tjDecompressHeader3(handle, bytes_of(file), file.size(), &facts.size.width, &facts.size.height,
                                          &facts.subsampling, &facts.colour_space);
  // A warning leaves sizes that are sound.
  if (outcome != 0 && tjGetErrorCode(handle) == TJERR_FATAL) return std::nullopt;
  return facts;
}

std::optional<Chroma> chroma_of(const JpegFacts& facts) {
  if (facts.colour_space == TJCS_GRAY) return Chroma::none;
  if (facts.colour_space != TJCS_YCbCr) return std::nullopt;
  switch (facts.subsampling) {
    case TJSAMP_444: return Chroma::full;
    case TJSAMP_422: return Chroma::wide;
    case TJSAMP_420: return Chroma::half;
    default: return std::nullopt;
  }
}

// Powers of two only: they have SIMD inverse transforms, and Huffman decoding dominates below 1/2 anyway.
tjscalingfactor smallest_scale(core::Size size, core::Size target) {
  for (const int denominator : {8, 4, 2}) {
    const tjscalingfactor scale{1, denominator};
    if (TJSCALED(size.width, scale) >= target.width && TJSCALED(size.height, scale) >= target.height) return scale;
  }
  return {1, 1};
}

PlanarPicture room_for(const JpegFacts& facts, Chroma chroma, tjscalingfactor scale) {
  PlanarPicture picture{.size = {TJSCALED(facts.size.width, scale), TJSCALED(facts.size.height, scale)},
                        .chroma = chroma};
  for (std::size_t index = 0; index < picture.plane_count(); ++index) {
    const int component = static_cast<int>(index);
    auto plane = Plane::of_size(tjPlaneWidth(component, picture.size.width, facts.subsampling),
                                tjPlaneHeight(component, picture.size.height, facts.subsampling));
    const bool is_narrow = component > 0 && chroma != Chroma::full;
    const bool is_low = component > 0 && chroma == Chroma::half;
    plane.shown_width = static_cast<double>(facts.size.width) / scale.denom / (is_narrow ? 2 : 1);
    plane.shown_height = static_cast<double>(facts.size.height) / scale.denom / (is_low ? 2 : 1);
    picture.planes[index] = std::move(plane);
  }
  return picture;
}

struct PlanePointers {
  std::array<unsigned char*, 3> planes{};
  std::array<int, 3> strides{};
};

PlanePointers pointers_into(PlanarPicture& picture) {
  PlanePointers pointers;
  for (std::size_t index = 0; index < picture.plane_count(); ++index) {
    pointers.planes[index] = picture.planes[index].pixels.get();
    pointers.strides[index] = picture.planes[index].width;
  }
  return pointers;
}

struct ConstPlanePointers {
  std::array<const unsigned char*, 3> planes{};
  std::array<int, 3> strides{};
};

ConstPlanePointers pointers_to(const PlanarPicture& picture) {
  ConstPlanePointers pointers;
  for (std::size_t index = 0; index < picture.plane_count(); ++index) {
    pointers.planes[index] = picture.planes[index].pixels.get();
    pointers.strides[index] = picture.planes[index].width;
  }
  return pointers;
}

// Rubbish behind the last scan and unknown revisions harm no pixel; cameras write both.
bool is_harmless(std::string_view warning) {
  return warning.ends_with("extraneous bytes before marker 0xd9") || warning.find("JFIF revision") != warning.npos ||
         warning.find("Adobe color transform") != warning.npos;
}

// The message kept is the last; decoding that stops at the first shows whether a harmful one came before.
bool is_first_warning_harmless(std::span<const std::byte> file, PlanarPicture& picture) {
  const Handle handle(tjInitDecompress());
  if (!handle) return false;
  auto pointers = pointers_into(picture);
  const int outcome = tjDecompressToYUVPlanes(handle.get(), bytes_of(file), file.size(), pointers.planes.data(),
                                              picture.size.width, pointers.strides.data(), picture.size.height,
                                              TJFLAG_LIMITSCANS | TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING);
  return outcome == 0 || is_harmless(tjGetErrorStr2(handle.get()));
}

int subsampling_of(Chroma chroma) {
  switch (chroma) {
    case Chroma::none: return TJSAMP_GRAY;
    case Chroma::half: return TJSAMP_420;
    case Chroma::wide: return TJSAMP_422;
    case Chroma::full: return TJSAMP_444;
  }
  return TJSAMP_444;
}

}  // namespace

bool can_decode_planes(std::span<const std::byte> file, const PictureHeader& header) {
  if (header.media_type != core::MediaType::jpeg || header.profile == ColourProfile::foreign) return false;
  const Handle handle(tjInitDecompress());
  if (!handle) return false;
  const auto facts = read_facts(handle.get(), file);
  // Where the two readers disagree on the size, the limits were checked on another picture than this one decodes.
  return facts && facts->size == header.size && chroma_of(*facts).has_value();
}

core::Result<DecodedJpeg> decode_planes(std::span<const std::byte> file, core::Size target) {
  const Handle handle(tjInitDecompress());
  if (!handle) return core::fail(core::internal_error("TurboJPEG cannot be started", tjGetErrorStr2(nullptr)));
  const auto facts = read_facts(handle.get(), file);
  if (!facts) return core::fail(corrupt_error(handle.get()));
  const auto chroma = chroma_of(*facts);
  if (!chroma) return core::fail(core::ErrorCode::unsupported_format, "This kind of JPEG has no plain YCbCr planes");
  DecodedJpeg decoded{.picture = room_for(*facts, *chroma, smallest_scale(facts->size, target)), .damage = {}};
  auto& picture = decoded.picture;
  auto pointers = pointers_into(picture);
  const int outcome =
      tjDecompressToYUVPlanes(handle.get(), bytes_of(file), file.size(), pointers.planes.data(), picture.size.width,
                              pointers.strides.data(), picture.size.height, TJFLAG_LIMITSCANS | TJFLAG_ACCURATEDCT);
  if (outcome == 0) return decoded;
  if (tjGetErrorCode(handle.get()) == TJERR_FATAL) return core::fail(corrupt_error(handle.get()));
  const std::string warning = tjGetErrorStr2(handle.get());
  if (!is_harmless(warning)) {
    decoded.damage = warning;
    return decoded;
  }
  auto scratch = room_for(*facts, *chroma, smallest_scale(facts->size, target));
  if (!is_first_warning_harmless(file, scratch)) decoded.damage = "Corrupt JPEG data before the last scan's end";
  return decoded;
}

core::Result<std::string> encode_jpeg(const PlanarPicture& picture, std::int32_t quality) {
  const Handle handle(tjInitCompress());
  if (!handle) return core::fail(core::internal_error("TurboJPEG cannot be started", tjGetErrorStr2(nullptr)));
  const int subsampling = subsampling_of(picture.chroma);
  // The worst case's size; TJFLAG_NOREALLOC keeps TurboJPEG from putting a buffer of its own in its place.
  unsigned long length = tjBufSize(picture.size.width, picture.size.height, subsampling);
  const auto buffer = std::make_unique_for_overwrite<unsigned char[]>(length);
  auto [planes, strides] = pointers_to(picture);
  auto* out = buffer.get();
  const int outcome =
      tjCompressFromYUVPlanes(handle.get(), planes.data(), picture.size.width, strides.data(), picture.size.height,
                              subsampling, &out, &length, quality, TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT);
  if (outcome != 0) {
    return core::fail(core::internal_error("A derived JPEG could not be encoded", tjGetErrorStr2(handle.get())));
  }
  return std::string(reinterpret_cast<const char*>(buffer.get()), length);
}

core::Result<PlanarPicture> planes_of_rgb(std::span<const std::uint8_t> rgb, core::Size size) {
  const Handle handle(tjInitCompress());
  if (!handle) return core::fail(core::internal_error("TurboJPEG cannot be started", tjGetErrorStr2(nullptr)));
  auto picture = room_for({.size = size, .subsampling = TJSAMP_444}, Chroma::full, {1, 1});
  auto pointers = pointers_into(picture);
  const int outcome = tjEncodeYUVPlanes(handle.get(), rgb.data(), size.width, 0, size.height, TJPF_RGB,
                                        pointers.planes.data(), pointers.strides.data(), TJSAMP_444, 0);
  if (outcome != 0) return core::fail(core::internal_error("Planes could not be made", tjGetErrorStr2(handle.get())));
  return picture;
}

core::Result<core::Raster> rgb_of_planes(const PlanarPicture& picture) {
  const Handle handle(tjInitDecompress());
  if (!handle) return core::fail(core::internal_error("TurboJPEG cannot be started", tjGetErrorStr2(nullptr)));
  auto planes = pointers_to(picture);
  core::Raster raster{.size = picture.size, .rgb = {}};
  raster.rgb.resize(3 * static_cast<std::size_t>(picture.size.pixels()));
  const int outcome =
      tjDecodeYUVPlanes(handle.get(), planes.planes.data(), planes.strides.data(), subsampling_of(picture.chroma),
                        raster.rgb.data(), picture.size.width, 0, picture.size.height, TJPF_RGB, 0);
  if (outcome != 0) return core::fail(core::internal_error("A raster could not be made", tjGetErrorStr2(handle.get())));
  return raster;
}

PlanarPicture empty_planes(core::Size size, Chroma chroma) {
  return room_for({.size = size, .subsampling = subsampling_of(chroma)}, chroma, {1, 1});
}

core::Result<void> fill_rows(PlanarPicture& picture, const RgbRows& rows) {
  const Handle handle(tjInitCompress());
  if (!handle) return core::fail(core::internal_error("TurboJPEG cannot be started", tjGetErrorStr2(nullptr)));
  auto pointers = pointers_into(picture);
  for (std::size_t index = 0; index < picture.plane_count(); ++index) {
    const bool is_low = index > 0 && picture.chroma == Chroma::half;
    pointers.planes[index] = picture.planes[index].row(is_low ? rows.top / 2 : rows.top);
  }
  const int outcome =
      tjEncodeYUVPlanes(handle.get(), rows.rgb, picture.size.width, static_cast<int>(rows.pitch), rows.count, TJPF_RGB,
                        pointers.planes.data(), pointers.strides.data(), subsampling_of(picture.chroma), 0);
  if (outcome != 0) return core::fail(core::internal_error("Planes could not be made", tjGetErrorStr2(handle.get())));
  return {};
}

}  // namespace sightglass::imaging::turbojpeg
