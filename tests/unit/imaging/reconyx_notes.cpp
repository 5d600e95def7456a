#include "reconyx_notes.hpp"

namespace sightglass::imaging::test {

namespace {

constexpr std::string_view serial = "H550HH12223408";
constexpr std::string_view label = "CREEK";

}  // namespace

Note& Note::number(std::size_t at, std::size_t width, std::int64_t value) {
  for (std::size_t i = 0; i < width; ++i) bytes_.at(at + i) = static_cast<char>(value >> (8 * i) & 0xff);
  return *this;
}

Note& Note::text(std::size_t at, std::string_view text) {
  for (const char c : text) bytes_.at(at++) = c;
  return *this;
}

Note& Note::wide_text(std::size_t at, std::string_view text) {
  for (const char c : text) {
    number(at, 2, c);
    at += 2;
  }
  return *this;
}

Note hyperfire_note() {
  Note note(1541);
  note.text(0, "\x01\xf1").number(2, 2, 4).text(0x0c, "M").number(0x0e, 2, 2).number(0x10, 2, 5);
  note.number(0x12, 2, 1).number(0x14, 2, 70'115 - 65'536).number(0x24, 2, 3).number(0x26, 2, 25).number(0x28, 2, -4);
  note.wide_text(0x2a, serial).number(0x50, 2, 1).number(0x54, 2, 8150).text(0x56, label);
  return note;
}

Note ultrafire_note() {
  Note note(0x70);
  note.text(0, "RECONYXUF").text(0x34, "M").number(0x35, 1, 2).number(0x36, 1, 5).number(0x37, 4, 70'115);
  note.number(0x43, 1, 3).number(0x44, 2, 25).number(0x46, 2, -4).number(0x48, 1, 1).number(0x49, 2, 8150);
  note.text(0x4b, serial).text(0x5a, label);
  return note;
}

Note hyperfire2_note() {
  Note note(0xa0);
  note.text(0, "RECONYXH2").text(0x34, "M").number(0x36, 2, 2).number(0x38, 2, 5).number(0x3a, 2, 1);
  note.number(0x3c, 2, 70'115 - 65'536).number(0x4c, 2, 3).number(0x4e, 2, 25).number(0x50, 2, -4).number(0x5a, 2, 1);
  note.number(0x62, 2, 8150).text(0x68, label).wide_text(0x7e, serial);
  return note;
}

Note microfire_note() {
  Note note(0xb0);
  note.text(0, "RECONYXMF").text(0x44, "M").number(0x46, 2, 2).number(0x48, 2, 5).number(0x4a, 2, 1);
  note.number(0x4c, 2, 70'115 - 65'536).number(0x5c, 2, 3).number(0x5e, 2, 25).number(0x60, 2, -4).number(0x6a, 1, 1);
  note.number(0x72, 2, 8150).text(0x76, label).wide_text(0x8c, serial);
  return note;
}

Note hyperfire4k_note() {
  Note note(0xa0);
  note.text(0, "RECONYXHF4K").text(0x28, "M").number(0x29, 1, 2).number(0x2a, 1, 5).number(0x2b, 4, 70'115);
  note.number(0x37, 1, 3).number(0x38, 2, 25).number(0x3a, 2, -4).number(0x44, 1, 1).number(0x4b, 2, 8150);
  note.text(0x51, label).text(0x84, serial);
  return note;
}

}  // namespace sightglass::imaging::test
