#include "vision/codes/agreement.hpp"

#include <algorithm>
#include <utility>

namespace sightglass::vision {

namespace {

// Boxes of bars are lines; what lies within their length of one another is taken for one symbol.
core::Box reach_of(const core::Box& box, CodeKind kind) {
  const double margin = is_linear(kind) ? std::max(box.width, box.height) / 3 : 0;
  return {box.x - margin, box.y - margin, box.width + 2 * margin, box.height + 2 * margin};
}

bool are_at_one_place(const core::Box& a, const core::Box& b, CodeKind kind) {
  const auto first = reach_of(a, kind);
  const auto second = reach_of(b, kind);
  const bool meet =
      first.x < second.right() && second.x < first.right() && first.y < second.bottom() && second.y < first.bottom();
  // One matrix code may stand inside another.
  return meet && (is_linear(kind) || core::overlap(a, b) > 0.5);
}

}  // namespace

int Agreement::Candidate::votes() const {
  const bool has_two_readers = std::ranges::find_first_of(copies, supported) != copies.end();
  return static_cast<int>(copies.size()) + (has_two_readers ? 1 : 0);
}

int Agreement::votes_needed(const Candidate& candidate) {
  if (candidate.kind == CodeKind::upc_e) return 3;
  return self_check_of(candidate.kind) <= SelfCheck::digit ? 2 : 1;
}

bool Agreement::is_enough(const Candidate& candidate) {
  if (is_linear(candidate.kind) && candidate.copies.empty()) return false;
  const std::size_t least = candidate.kind == CodeKind::itf                    ? 6
                            : self_check_of(candidate.kind) == SelfCheck::none ? 4
                                                                               : 1;
  return candidate.code.text.size() >= least && candidate.votes() >= votes_needed(candidate);
}

bool Agreement::is_outvoted(const Candidate& candidate) const {
  constexpr int clear_majority = 3;
  return std::ranges::any_of(candidates_, [&](const Candidate& other) {
    if (&other == &candidate || is_linear(other.kind) != is_linear(candidate.kind)) return false;
    if (other.code.text == candidate.code.text || other.copies.empty()) return false;
    if (!are_at_one_place(candidate.code.box, other.code.box, candidate.kind)) return false;
    const auto check = self_check_of(candidate.kind);
    const auto others_check = self_check_of(other.kind);
    if (check != others_check) return check < others_check && is_enough(other);
    return candidate.votes() < clear_majority * other.votes();
  });
}

void Agreement::add(const FoundCode& code, CodeKind kind, int copy, Witness witness) {
  if (code.text.empty()) return;
  auto found = std::ranges::find_if(candidates_, [&](const Candidate& candidate) {
    return candidate.code.kind == code.kind && candidate.code.text == code.text;
  });
  if (found == candidates_.end()) found = candidates_.insert(found, Candidate{.code = code, .kind = kind});
  const bool speaks = witness == Witness::speaks || !is_linear(kind);
  if (!speaks) {
    found->supported.push_back(copy);
  } else if (std::ranges::find(found->copies, copy) == found->copies.end()) {
    if (found->copies.empty()) found->code.box = code.box;
    found->copies.push_back(copy);
  }
}

std::vector<FoundCode> Agreement::believed() const {
  std::vector<FoundCode> codes;
  for (const auto& candidate : candidates_) {
    if (is_enough(candidate) && !is_outvoted(candidate)) codes.push_back(candidate.code);
  }
  return codes;
}

bool Agreement::is_waiting() const {
  return std::ranges::any_of(candidates_, [&](const Candidate& candidate) {
    return !candidate.copies.empty() && (!is_enough(candidate) || is_outvoted(candidate));
  });
}

}  // namespace sightglass::vision
