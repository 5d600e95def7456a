#include "inspection/head_view.hpp"

#include <algorithm>

#include "vision/heads/head_input.hpp"
#include "vision/pixels.hpp"

namespace sightglass::inspection {
namespace {

using core::Result;

constexpr double margin = 0.1;
constexpr double least_side = 48;

struct Span {
  double from, length;
};

// Moved rather than cut where it would pass an end, so that it keeps its length.
Span shown_span(double from, double length, double all) {
  const double shown = std::min(std::max(length * (1 + 2 * margin), least_side), all);
  return {std::clamp(from + (length - shown) / 2, 0.0, all - shown), shown};
}

Result<std::vector<float>> values_of_part(Picture& picture, vision::Instruments& instruments, vision::HeadInput kind,
                                          const core::Box& box) {
  constexpr double no_detections = 1.0;
  SG_ASSIGN(const auto* image, picture.image());
  const auto place = picture.on_raster(box);
  if (place.is_empty()) return core::fail(core::invalid_input("box", "The box lies beside the photo."));
  SG_ASSIGN(const auto part, vision::cut_out(image->raster, shown_part(place, image->raster.size)));
  SG_ASSIGN(auto* embedder, instruments.embedder());
  SG_ASSIGN(const auto pass, embedder->pass(part, no_detections));
  const auto embedding = vision::embedding_of(pass, embedder->model());
  return vision::head_input(kind, embedding.values, &part);
}

}  // namespace

core::Box shown_part(const core::Box& on_raster, core::Size raster) {
  const auto across = shown_span(on_raster.x, on_raster.width, raster.width);
  const auto down = shown_span(on_raster.y, on_raster.height, raster.height);
  return {across.from, down.from, across.length, down.length};
}

Result<std::vector<float>> head_values(Picture& picture, vision::Instruments& instruments, vision::HeadInput kind,
                                       const std::optional<core::Box>& box) {
  if (box) return values_of_part(picture, instruments, kind, *box);
  SG_ASSIGN(const auto* pass, picture.pass());
  SG_ASSIGN(const auto* embedder, instruments.embedder());
  const auto embedding = vision::embedding_of(*pass, embedder->model());
  if (kind == vision::HeadInput::embedding) return vision::head_input(kind, embedding.values, nullptr);
  SG_ASSIGN(const auto* image, picture.image());
  return vision::head_input(kind, embedding.values, &image->raster);
}

}  // namespace sightglass::inspection
