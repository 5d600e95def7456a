#include "vision/zbar/code_reader.hpp"

// The C interface alone: the C++ headers that zbar.h includes have exception specifications, which C++17 took away.
#define _ZBAR_EXCEPTION_H_
#define _ZBAR_DECODER_H_
#define _ZBAR_IMAGE_H_
#define _ZBAR_IMAGE_SCANNER_H_
#define _ZBAR_PROCESSOR_H_
#define _ZBAR_SCANNER_H_
#define _ZBAR_SYMBOL_H_
#define _ZBAR_VIDEO_H_
#define _ZBAR_WINDOW_H_
#include <zbar.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace sightglass::vision::zbar {

namespace {

struct DestroyScanner {
  void operator()(::zbar::zbar_image_scanner_t* scanner) const { ::zbar::zbar_image_scanner_destroy(scanner); }
};
struct DestroyImage {
  void operator()(::zbar::zbar_image_t* image) const { ::zbar::zbar_image_destroy(image); }
};
using Scanner = std::unique_ptr<::zbar::zbar_image_scanner_t, DestroyScanner>;
using Image = std::unique_ptr<::zbar::zbar_image_t, DestroyImage>;

constexpr unsigned long grey_format = 'Y' | '8' << 8 | '0' << 16 | '0' << 24;

std::optional<CodeKind> kind_of(::zbar::zbar_symbol_type_t type) {
  switch (type) {
    case ::zbar::ZBAR_EAN8: return CodeKind::ean8;
    case ::zbar::ZBAR_EAN13: return CodeKind::ean13;
    case ::zbar::ZBAR_UPCA: return CodeKind::upc_a;
    case ::zbar::ZBAR_UPCE: return CodeKind::upc_e;
    case ::zbar::ZBAR_I25: return CodeKind::itf;
    case ::zbar::ZBAR_CODE39: return CodeKind::code39;
    case ::zbar::ZBAR_CODE93: return CodeKind::code93;
    case ::zbar::ZBAR_CODE128: return CodeKind::code128;
    case ::zbar::ZBAR_CODABAR: return CodeKind::codabar;
    case ::zbar::ZBAR_QRCODE: return CodeKind::qr;
    default: return std::nullopt;
  }
}

void enable(::zbar::zbar_image_scanner_t* scanner, const SymbolSearch& search) {
  using namespace ::zbar;
  constexpr std::array linear{ZBAR_EAN13,  ZBAR_EAN8,   ZBAR_UPCA,    ZBAR_UPCE,   ZBAR_I25,
                              ZBAR_CODE39, ZBAR_CODE93, ZBAR_CODE128, ZBAR_CODABAR};
  zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
  if (search.wants_linear) {
    for (const auto type : linear) zbar_image_scanner_set_config(scanner, type, ZBAR_CFG_ENABLE, 1);
  }
  if (!search.wants_matrix) return;
  zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
  // The bytes as they are: the library's own guess at their character set takes UTF-8 for Big5 now and then.
  zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
}

core::Box box_of(const ::zbar::zbar_symbol_t* symbol) {
  const auto count = ::zbar::zbar_symbol_get_loc_size(symbol);
  if (count == 0) return {};
  int left = ::zbar::zbar_symbol_get_loc_x(symbol, 0);
  int top = ::zbar::zbar_symbol_get_loc_y(symbol, 0);
  int right = left;
  int bottom = top;
  for (unsigned index = 1; index < count; ++index) {
    const int x = ::zbar::zbar_symbol_get_loc_x(symbol, index);
    const int y = ::zbar::zbar_symbol_get_loc_y(symbol, index);
    left = std::min(left, x), right = std::max(right, x);
    top = std::min(top, y), bottom = std::max(bottom, y);
  }
  return {static_cast<double>(left), static_cast<double>(top), right - left + 1.0, bottom - top + 1.0};
}

// Which character set bytes beyond ASCII are in, only zxing-cpp's reader knows.
bool is_plain(const std::string& text) {
  return std::ranges::all_of(text, [](char letter) { return static_cast<unsigned char>(letter) < 0x80; });
}

class Reader final : public SymbolReader {
 public:
  core::Result<std::vector<SymbolReading>> read(const GreyPicture& picture, const SymbolSearch& search) override {
    std::vector<SymbolReading> readings;
    if (search.is_pure) return readings;
    const Scanner scanner(::zbar::zbar_image_scanner_create());
    const Image image(::zbar::zbar_image_create());
    if (!scanner || !image) return core::fail(core::internal_error("ZBar cannot be started"));
    enable(scanner.get(), search);
    ::zbar::zbar_image_set_format(image.get(), grey_format);
    ::zbar::zbar_image_set_size(image.get(), static_cast<unsigned>(picture.size.width),
                                static_cast<unsigned>(picture.size.height));
    // Read only; without a function to free them the bytes stay ours.
    ::zbar::zbar_image_set_data(image.get(), picture.values.data(), picture.values.size(), nullptr);
    if (::zbar::zbar_scan_image(scanner.get(), image.get()) < 0)
      return core::fail(core::internal_error("ZBar failed on a picture"));
    for (const auto* symbol = ::zbar::zbar_image_first_symbol(image.get()); symbol != nullptr;
         symbol = ::zbar::zbar_symbol_next(symbol)) {
      const auto kind = kind_of(::zbar::zbar_symbol_get_type(symbol));
      std::string text(::zbar::zbar_symbol_get_data(symbol), ::zbar::zbar_symbol_get_data_length(symbol));
      if (kind && is_plain(text)) readings.push_back({{*kind, std::move(text), false}, box_of(symbol)});
    }
    return readings;
  }
};

}  // namespace

std::unique_ptr<SymbolReader> make_code_reader() { return std::make_unique<Reader>(); }

}  // namespace sightglass::vision::zbar
