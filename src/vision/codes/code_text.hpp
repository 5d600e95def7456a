// What codes say, in one form whoever reads them: their kinds, and the text of their content.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "vision/codes/code_reader.hpp"

namespace sightglass::vision {

enum class CodeKind : std::uint8_t {
  aztec,
  codabar,
  code39,
  code93,
  code128,
  databar,
  databar_expanded,
  data_matrix,
  ean8,
  ean13,
  itf,
  maxicode,
  micro_qr,
  pdf417,
  qr,
  upc_a,
  upc_e,
};
// As in FoundCode::kind: the enumerator's own name.
std::string_view name_of(CodeKind kind);
// Bars in one direction, with nothing to correct errors by.
bool is_linear(CodeKind kind);

// How far a symbol's own rules protect a reading from being wrong.
enum class SelfCheck : std::uint8_t {
  none,       // no check digit, or one that not everybody writes: Codabar, Code 39, ITF
  digit,      // one decimal digit: of ten readings that are wrong one passes
  remainder,  // modulo 47 and more, or twice: Code 93, Code 128, DataBar
  corrected,  // Reed–Solomon: matrix codes and PDF417
};
SelfCheck self_check_of(CodeKind kind);

// What a reader gives of one symbol, before any rule.
struct CodeContent {
  CodeKind kind = CodeKind::qr;
  std::string text{};  // UTF-8, by the symbol's own character sets (ECI) or the reader's guess; else the bytes
  bool is_binary = false;
};

// The rules, each on its own line, so that two readers of one symbol give one text:
// - EAN-13, UPC-A and UPC-E are 13 digits (GTIN-13, GS1 General Specifications 7.9): UPC-A gets a leading zero, UPC-E
// its
//   suppressed zeros and then the same. An EAN-13 that begins with a zero is a UPC-A. EAN-8 keeps its 8 digits.
// - GTINs whose check digit is wrong are no readings.
// - Codabar keeps its start and stop letters, A to D in capitals.
// - Code 39 that can only be its full ASCII form ("+A" for "a": ISO/IEC 16388 annex A) is read as that.
// - DataBar is "01" and 14 digits; DataBar Expanded and other GS1 content is the element string: no brackets, no
// leading
//   FNC1 (nor its "]C1"), separators as 0x1D. Digits of checks that belong to the content (ITF-14) stay.
// - Bytes that a reader takes for binary but that are ASCII with no other controls than those of ISO/IEC 15434 messages
//   are text. What is no valid UTF-8 by then is binary, and given as hexadecimal digits.
// Empty text: the reading is to be dropped. `box` stays empty.
FoundCode found_code(CodeContent content);

// "06510000432"-like 8 digits of a UPC-E (with number system and check digit) as the 12 of its UPC-A; empty when they
// are none (GS1 General Specifications 5.2.2.4.2).
std::string expanded_upc_e(std::string_view digits);
// Whether the last digit is the check digit of those before (GS1 General Specifications 7.9.1).
bool has_gtin_check_digit(std::string_view digits);

}  // namespace sightglass::vision
