// What a finding tells of a few-shot head's answer.
#pragma once

#include <string>
#include <string_view>

#include "vision/heads/few_shot_head.hpp"

namespace sightglass::inspection::steps {

// Of a finding on which the head would not say; people do.
inline constexpr std::string_view unknown_class = "unknown";

// {"guesses":[{"class":…,"probability":…}]}: the three likeliest.
std::string guesses_json(const vision::HeadAnswer& answer);

}  // namespace sightglass::inspection::steps
