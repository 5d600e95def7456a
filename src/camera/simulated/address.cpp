#include "camera/simulated/address.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <functional>
#include <utility>

namespace sightglass::camera {
namespace {

constexpr std::array<std::string_view, 4> scenes{"belt", "meter", "gradient", "folder"};

std::unexpected<core::Error> refuse(std::string message) {
  return core::fail(core::invalid_input("address", std::move(message)));
}

template <typename T>
std::optional<T> number_from(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

core::Result<double> number_within(std::string_view key, std::string_view text, double least, double most) {
  const auto value = number_from<double>(text);
  if (value && *value >= least && *value <= most) return *value;
  return refuse(fmt::format("{} must be a number from {:g} to {:g}; it is \"{}\".", key, least, most, text));
}

core::Result<std::uint64_t> whole_number(std::string_view key, std::string_view text) {
  if (const auto value = number_from<std::uint64_t>(text)) return *value;
  return refuse(fmt::format("{} must be a whole number; it is \"{}\".", key, text));
}

std::optional<std::int32_t> side_from(std::string_view text) {
  const auto side = number_from<std::int32_t>(text);
  return side && *side >= 64 && *side <= 8192 && *side % 4 == 0 ? side : std::nullopt;
}

core::Result<core::Size> size_from(std::string_view text) {
  const auto cross = std::min(text.find('x'), text.size());
  const auto width = side_from(text.substr(0, cross));
  const auto height = side_from(text.substr(std::min(cross + 1, text.size())));
  if (width && height) return core::Size{*width, *height};
  return refuse(fmt::format("size must be like 1280x1024, sides 64 to 8192 in multiples of 4; it is \"{}\".", text));
}

core::Result<Motion> motion_from(std::string_view text) {
  if (text == "run") return Motion::run;
  if (text == "index") return Motion::index;
  return refuse(fmt::format("motion must be run or index; it is \"{}\".", text));
}

struct Option {
  std::string_view key;
  core::Result<void> (*set)(SimulatedWish& wish, std::string_view key, std::string_view text);
};

template <double SimulatedWish::* member, int least, int most>
core::Result<void> set_number(SimulatedWish& wish, std::string_view key, std::string_view text) {
  SG_ASSIGN(wish.*member, number_within(key, text, least, most));
  return {};
}

template <std::uint64_t SimulatedWish::* member>
core::Result<void> set_count(SimulatedWish& wish, std::string_view key, std::string_view text) {
  SG_ASSIGN(wish.*member, whole_number(key, text));
  return {};
}

constexpr std::array options{
    Option{"seed", set_count<&SimulatedWish::seed>},
    Option{"size",
           [](SimulatedWish& wish, std::string_view /*key*/, std::string_view text) -> core::Result<void> {
             SG_ASSIGN(wish.size, size_from(text));
             return {};
           }},
    Option{"motion",
           [](SimulatedWish& wish, std::string_view /*key*/, std::string_view text) -> core::Result<void> {
             SG_ASSIGN(wish.motion, motion_from(text));
             return {};
           }},
    Option{"gone_after",
           [](SimulatedWish& wish, std::string_view key, std::string_view text) -> core::Result<void> {
             SG_ASSIGN(wish.gone_after, whole_number(key, text));
             return {};
           }},
    Option{"noise", set_number<&SimulatedWish::noise, 0, 20>},
    Option{"defects", set_number<&SimulatedWish::defects, 0, 1>},
    Option{"trigger", set_number<&SimulatedWish::line_rate, 0, 1000>},
    Option{"lost", set_number<&SimulatedWish::lost, 0, 1>},
    Option{"incomplete", set_number<&SimulatedWish::incomplete, 0, 1>},
    Option{"lost_first", set_count<&SimulatedWish::lost_first>},
    Option{"incomplete_first", set_count<&SimulatedWish::incomplete_first>},
    Option{"back_after", set_number<&SimulatedWish::back_after, 0, 86'400>},
    Option{"busy_for", set_number<&SimulatedWish::busy_for, 0, 86'400>},
};

core::Result<void> set_option(SimulatedWish& wish, std::string_view pair) {
  const auto equals = pair.find('=');
  const std::string_view key = pair.substr(0, equals);
  for (const Option& option : options) {
    if (option.key != key) continue;
    return option.set(wish, key, equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1));
  }
  std::string known;
  for (const Option& option : options) known += fmt::format("{}{}", known.empty() ? "" : ", ", option.key);
  return refuse(fmt::format("A simulated camera knows no \"{}\"; it knows {}.", key, known));
}

core::Result<SimulatedWish> scene_from(std::string_view text) {
  SimulatedWish wish;
  if (text.starts_with("folder:")) {
    wish.scene = SceneKind::folder;
    wish.folder = text.substr(7);
    wish.noise = 0;  // the pictures have their own
    if (wish.folder.empty()) return refuse("After \"folder:\" the path of a folder must follow.");
    return wish;
  }
  for (const SceneKind kind : {SceneKind::belt, SceneKind::meter, SceneKind::gradient}) {
    if (text == fmt::format("scene:{}", name_of(kind))) {
      wish.scene = kind;
      return wish;
    }
  }
  return refuse(fmt::format(
      "A simulated camera shows \"scene:belt\", \"scene:meter\", \"scene:gradient\" or \"folder:PATH\"; not \"{}\".",
      text));
}

}  // namespace

std::string_view name_of(SceneKind kind) { return scenes.at(static_cast<std::size_t>(kind)); }

core::Result<SimulatedWish> parse_simulated_address(std::string_view address) {
  const auto mark = address.find('?');
  SG_ASSIGN(SimulatedWish wish, scene_from(address.substr(0, mark)));
  if (mark == std::string_view::npos) return wish;
  std::string_view rest = address.substr(mark + 1);
  while (!rest.empty()) {
    const auto end = rest.find('&');
    SG_TRY(set_option(wish, rest.substr(0, end)));
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  }
  return wish;
}

}  // namespace sightglass::camera
