// Maker notes and comments as Reconyx cameras write them, made byte by byte for one test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sightglass::imaging::test {

// Bytes with little-endian numbers and texts at given places.
class Note {
 public:
  explicit Note(std::size_t size) : bytes_(size, '\0') {}
  Note& number(std::size_t at, std::size_t width, std::int64_t value);
  Note& text(std::size_t at, std::string_view text);
  Note& wide_text(std::size_t at, std::string_view text);  // UTF-16
  const std::string& bytes() const { return bytes_; }
  std::span<const std::byte> span() const { return std::as_bytes(std::span(bytes_)); }

 private:
  std::string bytes_;
};

// Motion, picture 2 of 5 of event 70,115, waxing gibbous, -4 °C = 25 °F, lamp on, 8.15 V, camera H550HH12223408
// "CREEK".
Note hyperfire_note();
Note ultrafire_note();
Note hyperfire2_note();
Note microfire_note();
Note hyperfire4k_note();

// A RapidFire's comment: motion, 3 of 10 of event 6, full moon, 21 °C, lamp off, 7.52 V.
inline constexpr std::string_view rapidfire_comment =
    "Trg: M 3/10\rEvt: 6\rDat: 2016-03-24 10:30:12 AM\rMP:  4\rTmp: 21 C\rBat: 7520\rIll: Off\r"
    "Exp: 007A,201E,0,1,2\rLbl: NORTH\rNam: IMG_0053.JPG\rSN:  RC33AB12104807\rVer: 3.0.0.20111024\r";

}  // namespace sightglass::imaging::test
