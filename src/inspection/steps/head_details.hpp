// What a finding tells of a few-shot head's answer.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace sightglass::inspection::steps {

// Of a finding on which the head would not say; people do.
inline constexpr std::string_view unknown_class = "unknown";

// {"guesses":[{"class":…,"probability":…}]}: the first three of `names`, which are in order.
std::string guesses_json(std::span<const std::pair<std::string, double>> names);

}  // namespace sightglass::inspection::steps
