#include "inspection/steps/head_details.hpp"

#include <algorithm>

#include "core/json_writer.hpp"

namespace sightglass::inspection::steps {

std::string guesses_json(std::span<const std::pair<std::string, double>> names) {
  constexpr std::size_t most = 3;
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().key("guesses").begin_array();
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i)
    json.begin_object().member("class", names[i].first).member("probability", names[i].second).end_object();
  json.end_array().end_object();
  return text;
}

}  // namespace sightglass::inspection::steps
