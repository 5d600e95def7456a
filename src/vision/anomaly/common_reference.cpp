#include "vision/anomaly/common_reference.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "vision/metrics.hpp"

namespace sightglass::vision {

using core::Result;

Result<PartReference> common_reference(const GoodPictures& pictures, std::size_t count,
                                       std::vector<std::string>& remarks,
                                       const std::function<Result<void>(double)>& note) {
  std::vector<PartReference> small;
  for (std::size_t place = 0; place < count; ++place) {
    SG_TRY(note(static_cast<double>(place) / static_cast<double>(count)));
    SG_ASSIGN(const auto picture, pictures(place));
    SG_ASSIGN(auto one, PartReference::of(picture.raster));
    small.push_back(std::move(one));
  }
  SG_ASSIGN(const auto medoid, medoid_of(small));
  std::vector<double> likenesses;
  for (std::size_t place = 0; place < count; ++place) {
    SG_TRY(note(1));
    SG_ASSIGN(const auto move, small[medoid].find(small[place]));
    if (move && place != medoid) likenesses.push_back(move->likeness);
  }
  if (2 * (likenesses.size() + 1) < count)
    return core::fail(core::invalid_input(
        "method",
        fmt::format("The part was found on {} of {} good pictures only, so that they cannot be aligned. Learn "
                    "without aligning, or show the part on all of them, turned by less than 15°.",
                    likenesses.size() + 1, count)));
  if (const auto missed = count - 1 - likenesses.size(); missed > 0)
    remarks.push_back(
        fmt::format("The part was not found on {} of {} good pictures; they were learnt as they are.", missed, count));
  // What is much less like it than good pictures are is no part that lies otherwise.
  constexpr double share_of_usual = 0.6;
  const double usual = quantile(likenesses, 0.5);
  return small[medoid].with_least_likeness(std::max(PartReference::least_likeness_ever, share_of_usual * usual));
}

}  // namespace sightglass::vision
