#include "vision/numeric/header_fields.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include <cmath>

namespace sightglass::vision {

struct HeaderFields::Object {
  boost::json::object fields;
  const boost::json::value* find(std::string_view name) const { return fields.if_contains(name); }
};

namespace {

constexpr std::size_t most_header_bytes = std::size_t{8} << 20;

std::unexpected<core::Error> wrong(std::string_view name) {
  return core::fail(core::invalid_input(
      std::string(name), fmt::format("The header of the model's file lacks {}, or it is out of its range.", name)));
}

}  // namespace

core::Result<HeaderFields> HeaderFields::parse(std::string_view json) {
  boost::system::error_code error;
  auto value = boost::json::parse(json, error);
  if (error || !value.is_object())
    return core::fail(core::invalid_input("header", "The header of the model's file is no JSON object."));
  return HeaderFields(std::make_shared<const Object>(Object{std::move(value.as_object())}));
}

core::Result<std::int64_t> HeaderFields::integer(std::string_view name, std::int64_t least, std::int64_t most) const {
  const auto* value = object_->find(name);
  if (value == nullptr || !value->is_int64() || value->get_int64() < least || value->get_int64() > most)
    return wrong(name);
  return value->get_int64();
}

core::Result<double> HeaderFields::number(std::string_view name, double least, double most) const {
  const auto* value = object_->find(name);
  if (value == nullptr || !value->is_number()) return wrong(name);
  const double number = value->to_number<double>();
  if (!(number >= least && number <= most)) return wrong(name);
  return number;
}

core::Result<bool> HeaderFields::boolean(std::string_view name) const {
  const auto* value = object_->find(name);
  if (value == nullptr || !value->is_bool()) return wrong(name);
  return value->get_bool();
}

core::Result<std::string> HeaderFields::text(std::string_view name, std::size_t most_bytes) const {
  const auto* value = object_->find(name);
  if (value == nullptr || !value->is_string() || value->get_string().size() > most_bytes) return wrong(name);
  return std::string(value->get_string());
}

core::Result<std::vector<std::string>> HeaderFields::texts(std::string_view name, std::size_t most,
                                                           std::size_t most_bytes) const {
  const auto* value = object_->find(name);
  if (value == nullptr || !value->is_array() || value->get_array().size() > most) return wrong(name);
  std::vector<std::string> answer;
  for (const auto& entry : value->get_array()) {
    if (!entry.is_string() || entry.get_string().size() > most_bytes) return wrong(name);
    answer.emplace_back(entry.get_string());
  }
  return answer;
}

core::Result<std::vector<double>> HeaderFields::numbers(std::string_view name, std::size_t count) const {
  const auto* value = object_->find(name);
  if (value == nullptr || !value->is_array() || value->get_array().size() != count) return wrong(name);
  std::vector<double> answer;
  for (const auto& entry : value->get_array()) {
    if (!entry.is_number() || !std::isfinite(entry.to_number<double>())) return wrong(name);
    answer.push_back(entry.to_number<double>());
  }
  return answer;
}

core::Result<HeaderAndBlocks> opened(std::string_view bytes, std::string_view magic) {
  if (bytes.size() < magic.size() + 4 || !bytes.starts_with(magic))
    return core::fail(
        core::invalid_input("model", fmt::format("The file of the model does not begin with {}.", magic)));
  std::size_t length = 0;
  for (std::size_t i = 0; i < 4; ++i)
    length |= static_cast<std::size_t>(static_cast<unsigned char>(bytes[magic.size() + i])) << (8 * i);
  const auto rest = bytes.substr(magic.size() + 4);
  if (length > most_header_bytes || length > rest.size())
    return core::fail(core::invalid_input("model", "The header of the model's file is longer than it may be."));
  return HeaderAndBlocks{rest.substr(0, length), rest.substr(length)};
}

std::string begun(std::string_view magic, std::string_view header) {
  std::string file(magic);
  for (std::size_t i = 0; i < 4; ++i) file.push_back(static_cast<char>(header.size() >> (8 * i) & 0xff));
  return file.append(header);
}

}  // namespace sightglass::vision
