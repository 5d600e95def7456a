// Which of many readings are believed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vision/codes/code_reader.hpp"
#include "vision/codes/symbol_reader.hpp"

namespace sightglass::vision {

// Who may speak for a reading of bars alone, and who only supports what another read.
enum class Witness : std::uint8_t { speaks, supports };

// The rules:
// - Matrix codes correct their errors: one reading is enough.
// - Code 93, Code 128 and DataBar have check characters of two digits and more: one reading is enough.
// - EAN, UPC, ITF, Code 39 and Codabar are believed when two copies of the picture, or two readers of one copy, gave
// the
//   same text; UPC-E, whose check is only in the pattern of its bars' parity, with three such votes. Without a check
//   digit a text has at least four characters, an ITF six: shorter ones come out of the middle of longer codes.
// - Bars are not believed on the word of a reader that only supports (ZBar: measured, it gives the same wrong EAN on
// copy
//   after copy of one picture, and drops what Code 128 says beyond ASCII).
// - Two texts of one kind of symbol (bars, or matrix) at one place: the one with three times as many votes is believed,
//   else none. A kind with a better check prevails over one with a worse.
class Agreement {
 public:
  // `box` on the original picture. `copy` numbers the copies of the picture.
  void add(const FoundCode& code, CodeKind kind, int copy, Witness witness);
  // What is believed so far, in the order in which it was first read.
  std::vector<FoundCode> believed() const;
  // Something was read that more readings could still make believed, or doubtful.
  bool is_waiting() const;

 private:
  struct Candidate {
    FoundCode code{};
    CodeKind kind = CodeKind::qr;
    std::vector<int> copies{};     // in which a reader that speaks read it
    std::vector<int> supported{};  // in which one that supports did
    int votes() const;
  };
  static int votes_needed(const Candidate& candidate);
  static bool is_enough(const Candidate& candidate);
  bool is_outvoted(const Candidate& candidate) const;
  std::vector<Candidate> candidates_{};
};

}  // namespace sightglass::vision
