#include "vision/zxing/code_reader.hpp"

#define ZX_USE_UTF8
#include <ZXing/ReadBarcode.h>

#include <algorithm>
#include <exception>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

namespace sightglass::vision::zxing {

namespace {

using ZXing::BarcodeFormat;
using ZXing::BarcodeFormats;

constexpr int most_searches = 6;  // for bars on one picture, those included that find the same again

std::optional<CodeKind> kind_of(BarcodeFormat format) {
  switch (format) {
    case BarcodeFormat::Aztec: return CodeKind::aztec;
    case BarcodeFormat::Codabar: return CodeKind::codabar;
    case BarcodeFormat::Code39: return CodeKind::code39;
    case BarcodeFormat::Code93: return CodeKind::code93;
    case BarcodeFormat::Code128: return CodeKind::code128;
    case BarcodeFormat::DataBar: return CodeKind::databar;
    case BarcodeFormat::DataBarExpanded: return CodeKind::databar_expanded;
    case BarcodeFormat::DataMatrix: return CodeKind::data_matrix;
    case BarcodeFormat::EAN8: return CodeKind::ean8;
    case BarcodeFormat::EAN13: return CodeKind::ean13;
    case BarcodeFormat::ITF: return CodeKind::itf;
    case BarcodeFormat::MaxiCode: return CodeKind::maxicode;
    case BarcodeFormat::MicroQRCode: return CodeKind::micro_qr;
    case BarcodeFormat::PDF417: return CodeKind::pdf417;
    case BarcodeFormat::QRCode: return CodeKind::qr;
    case BarcodeFormat::UPCA: return CodeKind::upc_a;
    case BarcodeFormat::UPCE: return CodeKind::upc_e;
    default: return std::nullopt;
  }
}

// GS1 content is shown with brackets by the library's text(); its bytes are the element string.
CodeContent content_of(const ZXing::Result& result, CodeKind kind) {
  const auto type = result.contentType();
  const bool is_binary = type == ZXing::ContentType::Binary;
  if (!is_binary && type != ZXing::ContentType::GS1) return {kind, result.text(), false};
  return {kind, std::string(result.bytes().begin(), result.bytes().end()), is_binary};
}

core::Box box_of(const ZXing::Position& corners) {
  const auto [left, right] = std::ranges::minmax({corners[0].x, corners[1].x, corners[2].x, corners[3].x});
  const auto [top, bottom] = std::ranges::minmax({corners[0].y, corners[1].y, corners[2].y, corners[3].y});
  return {static_cast<double>(left), static_cast<double>(top), static_cast<double>(right - left + 1),
          static_cast<double>(bottom - top + 1)};
}

void add(const ZXing::Result& result, std::vector<SymbolReading>& readings) {
  const auto kind = kind_of(result.format());
  if (result.isValid() && kind) readings.push_back({content_of(result, *kind), box_of(result.position())});
}

ZXing::DecodeHints hints_for(const SymbolSearch& search) {
  ZXing::DecodeHints hints;
  hints.setTryHarder(true).setTryRotate(true).setTryDownscale(true).setReturnCodabarStartEnd(true);
  hints.setIsPure(search.is_pure);
  switch (search.thresholding) {
    case Thresholding::local: hints.setBinarizer(ZXing::Binarizer::LocalAverage); break;
    case Thresholding::row: hints.setBinarizer(ZXing::Binarizer::GlobalHistogram); break;
    case Thresholding::fixed: hints.setBinarizer(ZXing::Binarizer::FixedThreshold); break;
  }
  return hints;
}

ZXing::ImageView view_of(const GreyPicture& picture) {
  return {picture.values.data(), picture.size.width, picture.size.height, ZXing::ImageFormat::Lum};
}

// So that the next search finds another symbol: the place becomes white.
void whiten(GreyPicture& picture, const core::Box& box) {
  const auto place = core::clipped(box, picture.size);
  const auto left = static_cast<std::ptrdiff_t>(place.x);
  const auto width = static_cast<std::ptrdiff_t>(place.right()) - left;
  for (auto y = static_cast<std::ptrdiff_t>(place.y); y < static_cast<std::ptrdiff_t>(place.bottom()); ++y)
    std::fill_n(picture.values.begin() + y * picture.size.width + left, width, std::uint8_t{255});
}

// Lines of bars that were read, and `reach` of their length above and below.
core::Box bars_around(const core::Box& lines, double reach) {
  const double margin = std::max(8.0, reach * std::max(lines.width, lines.height));
  const bool lie = lines.width >= lines.height;
  const double across = lie ? 2 : margin;
  const double down = lie ? margin : 2;
  return {lines.x - across, lines.y - down, lines.width + 2 * across, lines.height + 2 * down};
}

core::Box both(const core::Box& a, const core::Box& b) {
  const double left = std::min(a.x, b.x);
  const double top = std::min(a.y, b.y);
  return {left, top, std::max(a.right(), b.right()) - left, std::max(a.bottom(), b.bottom()) - top};
}

// Other lines of bars that were read already: the same text within their length.
SymbolReading* same_bars(std::vector<SymbolReading>& readings, const SymbolReading& next) {
  const auto is_same = [&next](const SymbolReading& reading) {
    return reading.content.kind == next.content.kind && reading.content.text == next.content.text &&
           core::overlap(bars_around(reading.box, 1), bars_around(next.box, 1)) > 0.25;
  };
  const auto found = std::ranges::find_if(readings, is_same);
  return found == readings.end() ? nullptr : &*found;
}

// One at a time: asked for several, version 1.4 compares readings of bars in a way that its own assertion forbids, and
// Debian builds it with assertions.
void read_linear(const GreyPicture& picture, ZXing::DecodeHints hints, std::vector<SymbolReading>& readings) {
  hints.setFormats(BarcodeFormats(BarcodeFormat::Codabar) | BarcodeFormat::Code39 | BarcodeFormat::Code93 |
                   BarcodeFormat::Code128 | BarcodeFormat::EAN8 | BarcodeFormat::EAN13 | BarcodeFormat::ITF |
                   BarcodeFormat::UPCA | BarcodeFormat::UPCE);
  auto result = ZXing::ReadBarcode(view_of(picture), hints);
  if (!result.isValid()) return;
  auto rest = picture;
  for (int search = 0; search < most_searches && result.isValid(); ++search) {
    std::vector<SymbolReading> next;
    add(result, next);
    if (next.empty()) return;
    // Bars are rarely taller than long; codes printed closely below one another are hidden by a fraction of that only.
    double reach = 0.15;
    if (auto* known = same_bars(readings, next[0]); known != nullptr) {
      known->box = both(known->box, next[0].box);
      next[0].box = known->box;
      reach = 0.5;
    } else {
      readings.push_back(next[0]);
    }
    whiten(rest, bars_around(next[0].box, reach));
    result = ZXing::ReadBarcode(view_of(rest), hints);
  }
}

// Apart from other bars, for the same reason: its readers count lines themselves. One line is enough, since each has
// check characters of its own.
void read_databar(const GreyPicture& picture, ZXing::DecodeHints hints, std::vector<SymbolReading>& readings) {
  hints.setFormats(BarcodeFormats(BarcodeFormat::DataBar) | BarcodeFormat::DataBarExpanded).setMinLineCount(1);
  add(ZXing::ReadBarcode(view_of(picture), hints), readings);
}

// Again without what was found: finders that start from the middle do not come past codes of other kinds.
void read_matrix(const GreyPicture& picture, ZXing::DecodeHints hints, std::vector<SymbolReading>& readings) {
  // Version 1.4 writes beyond its memory over PDF417 that it takes for pure.
  const auto formats = BarcodeFormats(BarcodeFormat::Aztec) | BarcodeFormat::DataMatrix | BarcodeFormat::MaxiCode |
                       BarcodeFormat::QRCode | BarcodeFormat::MicroQRCode;
  hints.setFormats(hints.isPure() ? formats : BarcodeFormats(formats) | BarcodeFormat::PDF417);
  const auto before = readings.size();
  for (const auto& result : ZXing::ReadBarcodes(view_of(picture), hints)) add(result, readings);
  if (readings.size() == before || hints.isPure()) return;
  auto rest = picture;
  for (auto index = before; index < readings.size(); ++index) whiten(rest, readings[index].box);
  for (const auto& result : ZXing::ReadBarcodes(view_of(rest), hints)) add(result, readings);
}

class Reader final : public SymbolReader {
 public:
  core::Result<std::vector<SymbolReading>> read(const GreyPicture& picture, const SymbolSearch& search) override {
    try {
      std::vector<SymbolReading> readings;
      const auto hints = hints_for(search);
      if (search.wants_linear) read_linear(picture, hints, readings);
      if (search.wants_linear) read_databar(picture, hints, readings);
      if (search.wants_matrix) read_matrix(picture, hints, readings);
      return readings;
    } catch (const std::exception& error) {
      return core::fail(core::internal_error("zxing-cpp failed on a picture", error.what()));
    }
  }
};

}  // namespace

std::unique_ptr<SymbolReader> make_code_reader() { return std::make_unique<Reader>(); }

}  // namespace sightglass::vision::zxing
