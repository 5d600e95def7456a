#include "inspection/sightings.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <stdexcept>

#include "core/json_writer.hpp"

namespace sightglass::inspection {
namespace {

namespace json = boost::json;

// A head may know two hundred; no judgement comes to depend on those that it holds for next to impossible.
constexpr std::size_t most_names = 20;

Sighting read_sighting(const json::object& from) {
  const auto number = [](const json::value& value) { return value.to_number<double>(); };
  const auto& box = from.at("box").as_array();
  Sighting sighting{.label = std::string(from.at("label").as_string()),
                    .confidence = number(from.at("confidence")),
                    .box = {number(box.at(0)), number(box.at(1)), number(box.at(2)), number(box.at(3))},
                    .detector = std::string(from.at("detector").as_string()),
                    .head = std::string(from.at("head").as_string()),
                    .least_probability = number(from.at("least_probability"))};
  for (const auto& one : from.at("names").as_array())
    sighting.names.emplace_back(std::string(one.as_array().at(0).as_string()), number(one.as_array().at(1)));
  return sighting;
}

}  // namespace

std::string sightings_json(const std::vector<Sighting>& sightings) {
  std::string text;
  core::JsonWriter writer(text);
  writer.begin_array();
  for (const auto& one : sightings) {
    writer.begin_object().member("label", one.label).member("confidence", one.confidence).key("box").begin_array();
    writer.number(one.box.x).number(one.box.y).number(one.box.width).number(one.box.height).end_array();
    writer.member("detector", one.detector).member("head", one.head);
    writer.member("least_probability", one.least_probability).key("names").begin_array();
    for (std::size_t i = 0; i < std::min(one.names.size(), most_names); ++i)
      writer.begin_array().string(one.names[i].first).number(one.names[i].second).end_array();
    writer.end_array().end_object();
  }
  writer.end_array();
  return text;
}

core::Result<std::vector<Sighting>> sightings_from_json(std::string_view text) {
  try {
    std::vector<Sighting> sightings;
    for (const auto& one : json::parse(text).as_array()) sightings.push_back(read_sighting(one.as_object()));
    return sightings;
  } catch (const std::exception& error) {
    return core::fail(core::internal_error("kept sightings cannot be read", error.what()));
  }
}

}  // namespace sightglass::inspection
