#include "vision/network_wish.hpp"

#include <boost/json.hpp>

namespace sightglass::vision {
namespace json = boost::json;

std::string_view name_of(NetworkKind kind) { return kind == NetworkKind::tfjs ? "tfjs" : "onnx"; }

std::optional<NetworkKind> network_kind_from_name(std::string_view name) {
  if (name == "tfjs") return NetworkKind::tfjs;
  if (name == "onnx") return NetworkKind::onnx;
  return std::nullopt;
}

std::string to_json(const NetworkWish& wish) {
  json::array outputs;
  for (const auto& [source, name] : wish.outputs) outputs.push_back(json::array{source, name});
  return json::serialize(json::object{{"kind", name_of(wish.kind)},
                                      {"name", wish.name},
                                      {"input", wish.input},
                                      {"shape", json::array(wish.input_shape.begin(), wish.input_shape.end())},
                                      {"outputs", std::move(outputs)}});
}

core::Result<NetworkWish> wish_from_json(std::string_view text) {
  const auto wrong = [] { return core::fail(core::ErrorCode::invalid_input, "this is no wish for a network"); };
  boost::system::error_code fault;
  const json::value document = json::parse(text, fault);
  if (fault || !document.is_object()) return wrong();
  try {
    const auto& object = document.get_object();
    const auto kind = network_kind_from_name(object.at("kind").as_string());
    if (!kind) return wrong();
    NetworkWish wish{.name = json::value_to<std::string>(object.at("name")),
                     .input = json::value_to<std::string>(object.at("input")),
                     .input_shape = json::value_to<std::vector<std::int64_t>>(object.at("shape")),
                     .kind = *kind};
    for (const auto& pair : object.at("outputs").as_array())
      wish.outputs.emplace_back(pair.at(0).as_string(), pair.at(1).as_string());
    return wish;
  } catch (const std::exception&) {  // Boost.JSON tells of missing members and other types this way
    return wrong();
  }
}

}  // namespace sightglass::vision
