#include "vision/conversion/tfjs_graph.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include <bit>
#include <charconv>
#include <cmath>
#include <optional>

#include "vision/conversion/half_float.hpp"
#include "vision/conversion/onnx_tensor_reader.hpp"

namespace sightglass::vision {
namespace {

namespace json = boost::json;
using core::ErrorCode;
using core::Result;

constexpr std::size_t max_json = std::size_t{8} << 20, max_weights = std::size_t{64} << 20, max_nodes = 20'000;

std::unexpected<core::Error> wrong(std::string_view why) {
  return core::fail(ErrorCode::invalid_input, fmt::format("the model's JSON is wrong: {}", why));
}

// The member, or null; of anything that is no object too.
const json::value* member(const json::value* value, std::string_view name) {
  const auto* object = value == nullptr ? nullptr : value->if_object();
  return object == nullptr ? nullptr : object->if_contains(name);
}

std::string_view text_in(const json::value* value) {
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

const json::array& list_in(const json::value* value) {
  static const json::array none;
  const auto* list = value == nullptr ? nullptr : value->if_array();
  return list == nullptr ? none : *list;
}

// Whole numbers of 64 bits stand as texts in JSON, smaller ones as numbers.
std::optional<std::int64_t> integer_in(const json::value* value) {
  if (value == nullptr) return std::nullopt;
  if (const auto* number = value->if_int64()) return *number;
  const auto text = text_in(value);
  std::int64_t parsed = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), parsed);
  if (text.empty() || fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return parsed;
}

double real_in(const json::value* value, double fallback) {
  if (value == nullptr || !value->is_number()) return fallback;
  return value->to_number<double>();
}

// RFC 4648; stops at what is no letter of it.
std::string from_base64(std::string_view text) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char letter : text) {
    const auto value = letters.find(letter);
    if (value == std::string_view::npos) break;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>(bits >> held);
  }
  return bytes;
}

TfAttribute attribute_of(const json::value& value) {
  TfAttribute attribute;
  attribute.text = from_base64(text_in(member(&value, "s")));
  attribute.integer = integer_in(member(&value, "i")).value_or(0);
  attribute.real = real_in(member(&value, "f"), 0);
  const auto* truth = member(&value, "b");
  attribute.truth = truth != nullptr && truth->is_bool() && truth->get_bool();
  for (const auto& side : list_in(member(member(&value, "shape"), "dim")))
    attribute.integers.push_back(integer_in(member(&side, "size")).value_or(-1));
  const auto* list = member(&value, "list");
  for (const auto& entry : list_in(member(list, "i"))) attribute.integers.push_back(integer_in(&entry).value_or(-1));
  for (const auto& entry : list_in(member(list, "s"))) attribute.texts.push_back(from_base64(text_in(&entry)));
  return attribute;
}

Result<TfNode> node_of(const json::value& value) {
  TfNode node{.name = std::string(text_in(member(&value, "name"))), .op = std::string(text_in(member(&value, "op")))};
  if (node.name.empty() || node.name.size() > 1000 || node.op.empty())
    return wrong("a node has no name or does nothing");
  for (const auto& input : list_in(member(&value, "input"))) {
    const auto name = text_in(&input);
    if (!name.starts_with('^')) node.inputs.emplace_back(name.ends_with(":0") ? name.substr(0, name.size() - 2) : name);
  }
  const auto* attributes = member(&value, "attr");
  if (attributes != nullptr && attributes->is_object())
    for (const auto& [name, told] : attributes->get_object())
      if (name != "value") node.attributes.emplace(name, attribute_of(told));
  return node;
}

// How one weight lies in the file.
struct Storage {
  std::size_t width = 4;
  bool is_half = false, is_integer = false, is_boolean = false;
  double scale = 1, least = 0;
};

Result<Storage> storage_of(const json::value& weight) {
  const auto type = text_in(member(&weight, "dtype"));
  const auto* steps = member(&weight, "quantization");
  const auto stored = steps == nullptr ? type : text_in(member(steps, "dtype"));
  if (type == "int32" && steps == nullptr) return Storage{.is_integer = true};
  if (type == "bool" && steps == nullptr) return Storage{.width = 1, .is_integer = true, .is_boolean = true};
  if (type == "float32" && stored == "float32") return Storage{};
  if (type == "float32" && stored == "float16") return Storage{.width = 2, .is_half = true};
  if (type == "float32" && (stored == "uint8" || stored == "uint16"))
    return Storage{.width = stored == "uint8" ? std::size_t{1} : std::size_t{2},
                   .scale = real_in(member(steps, "scale"), NAN),
                   .least = real_in(member(steps, "min"), NAN)};
  return core::fail(ErrorCode::unsupported_format,
                    fmt::format("weights of the type \"{}\" stored as \"{}\" are not read", type.substr(0, 50),
                                stored.substr(0, 50)));
}

std::uint32_t bits_at(std::string_view bytes, std::size_t width) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < width; ++i)
    bits |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  return bits;
}

float real_of(std::uint32_t bits, const Storage& storage) {
  if (storage.is_half) return float_of_half(static_cast<std::uint16_t>(bits));
  if (storage.width == 4) return std::bit_cast<float>(bits);
  return static_cast<float>(bits * storage.scale + storage.least);
}

Result<OnnxTensor> take_weight(const json::value& weight, std::string_view& bytes) {
  OnnxTensor tensor{.name = std::string(text_in(member(&weight, "name")))};
  if (list_in(member(&weight, "shape")).size() > 8) return wrong("a weight has more than 8 dimensions");
  for (const auto& side : list_in(member(&weight, "shape"))) tensor.shape.push_back(integer_in(&side).value_or(-1));
  SG_ASSIGN(const auto storage, storage_of(weight));
  const auto count = value_count(tensor.shape);
  if (!count || *count > bytes.size() / storage.width)
    return wrong(fmt::format("the weight \"{}\" is longer than what is left of the file", tensor.name.substr(0, 100)));
  if (storage.is_integer) tensor.type = storage.is_boolean ? OnnxType::boolean : OnnxType::int32;
  (storage.is_integer ? tensor.integers.reserve(*count) : tensor.floats.reserve(*count));
  for (std::size_t i = 0; i < *count; ++i) {
    const std::uint32_t bits = bits_at(bytes.substr(i * storage.width), storage.width);
    if (storage.is_integer)
      tensor.integers.push_back(std::bit_cast<std::int32_t>(bits));
    else
      tensor.floats.push_back(real_of(bits, storage));
  }
  bytes.remove_prefix(*count * storage.width);
  return tensor;
}

// Groups of weights lie one after the other, without gaps.
Result<void> take_weights(const json::value& document, std::string_view bytes, TfGraph& graph) {
  for (const auto& group : list_in(member(&document, "weightsManifest")))
    for (const auto& weight : list_in(member(&group, "weights"))) {
      SG_ASSIGN(auto tensor, take_weight(weight, bytes));
      if (graph.weights.size() >= max_nodes) return core::fail(ErrorCode::too_large, "the model has too many weights");
      graph.weights.insert_or_assign(tensor.name, std::move(tensor));
    }
  if (!bytes.empty()) return wrong(fmt::format("{} bytes of weights are left over", bytes.size()));
  return {};
}

}  // namespace

Result<TfGraph> read_tfjs(std::string_view text, std::string_view weights) {
  if (text.size() > max_json || weights.size() > max_weights)
    return core::fail(ErrorCode::too_large, "the model is larger than 8 MiB of JSON or 64 MiB of weights");
  boost::system::error_code fault;
  const json::value document = json::parse(text, fault);
  if (fault) return wrong(fault.message());
  TfGraph graph;
  const auto& nodes = list_in(member(member(&document, "modelTopology"), "node"));
  if (nodes.empty()) return wrong("it has no nodes");
  if (nodes.size() > max_nodes)
    return core::fail(ErrorCode::too_large, fmt::format("the model has more than {} nodes", max_nodes));
  for (const auto& value : nodes) {
    SG_ASSIGN(auto node, node_of(value));
    graph.nodes.push_back(std::move(node));
  }
  SG_TRY(take_weights(document, weights, graph));
  return graph;
}

}  // namespace sightglass::vision
