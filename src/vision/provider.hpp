// The seam to services outside this machine that look at pictures for money. Off unless somebody switches one on.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/box.hpp"
#include "core/geometry.hpp"
#include "core/result.hpp"
#include "vision/detection/detector.hpp"
#include "vision/text/text_reader.hpp"

namespace sightglass::vision {

enum class ProviderFeature : std::uint8_t { labels, objects, text };
std::string_view name_of(ProviderFeature feature);  // "labels", "objects", "text"

struct ProviderPicture {
  std::string_view jpeg{};  // borrowed for the call
  core::Size size{};        // of that JPEG: what boxes are pixels of
};

struct ProviderLabel {
  std::string name{};
  double confidence = 0;  // 0 … 1
};

// What came back of one picture. Boxes are pixels of the picture that was sent, cut to it.
struct ProviderAnswer {
  std::vector<ProviderLabel> labels{};
  std::vector<Detection> objects{};
  std::vector<TextLine> text{};
};

// Thread-safe. Blocks.
class Provider {
 public:
  virtual ~Provider() = default;
  virtual std::string_view name() const = 0;  // "google-vision"
  // Makes sure that the service can be asked, without a picture: to be called before anything is reserved for a call.
  virtual core::Result<void> prepare() = 0;
  // How many units of its price list one picture is charged as.
  virtual std::int64_t units_of(std::span<const ProviderFeature> features) const = 0;
  static constexpr std::size_t most_pictures = 16;
  // One answer or error for each picture, in their order. The outer error is that of the whole request, and then it is
  // not known whether it was charged unless the code is permission_denied, unauthenticated, invalid_input or
  // quota_exceeded: a request that was refused costs nothing.
  virtual core::Result<std::vector<core::Result<ProviderAnswer>>> annotate(
      std::span<const ProviderPicture> pictures, std::span<const ProviderFeature> features) = 0;
};

}  // namespace sightglass::vision
