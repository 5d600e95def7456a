#include "http/archive_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "database/fold.hpp"
#include "http/text_rules.hpp"

namespace sightglass::http {
namespace {

// With the folder and a number still far below the 255 bytes and 260 characters that systems take.
constexpr std::size_t longest_name = 120;
constexpr std::size_t longest_ending = 10;

// Bytes of the invisible character at the text's beginning that would disguise what follows, 0 when there is none:
// C1 controls, marks and overrides of direction, zero-width ones.
std::size_t disguise_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  if (at(0) == 0xC2 && at(1) >= 0x80 && at(1) <= 0x9F) return 2;
  if (at(0) == 0xE2 && at(1) == 0x80 && ((at(2) >= 0x8B && at(2) <= 0x8F) || (at(2) >= 0xA8 && at(2) <= 0xAE)))
    return 3;
  if (at(0) == 0xE2 && at(1) == 0x81 && at(2) >= 0xA0 && at(2) <= 0xAF) return 3;
  return text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
}

bool is_forbidden(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || std::string_view("<>:\"/\\|?*").contains(c);
}

std::string plain(std::string_view text) {
  std::string kept;
  while (!text.empty()) {
    const auto disguised = disguise_length(text);
    const bool is_replaced = disguised > 0 || is_forbidden(text.front());
    kept += is_replaced ? '_' : text.front();
    text.remove_prefix(std::max<std::size_t>(disguised, 1));
  }
  return shown_filename(kept);  // valid UTF-8 from here on
}

// Windows opens these whatever ending follows.
bool is_device(std::string_view name) {
  constexpr std::array<std::string_view, 4> devices{"con", "prn", "aux", "nul"};
  const auto stem = database::fold_case(name.substr(0, name.find('.')));
  if (std::ranges::find(devices, stem) != devices.end()) return true;
  return stem.size() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")) && stem[3] >= '0' && stem[3] <= '9';
}

// {"IMG_1", ".jpg"}; the ending is empty when there is none that looks like one.
std::pair<std::string_view, std::string_view> split(std::string_view name) {
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || name.size() - dot > longest_ending) return {name, {}};
  return {name.substr(0, dot), name.substr(dot)};
}

std::string_view cut(std::string_view text, std::size_t longest) {
  if (text.size() <= longest) return text;
  auto end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

}  // namespace

std::string safe_name(std::string_view text, std::string_view otherwise) {
  std::string name = plain(text);
  name.erase(0, name.find_first_not_of(' '));
  if (name.starts_with('.')) name.front() = '_';
  const auto [stem, ending] = split(name);
  name = std::string(cut(stem, longest_name - ending.size())).append(ending);
  name.erase(name.find_last_not_of(". ") + 1);
  if (name.empty()) return std::string(otherwise);
  return is_device(name) ? '_' + name : name;
}

std::string job_folder(core::JobId id, const core::Job* job) {
  std::string folder = fmt::format("job_{}", id.value);
  if (job != nullptr && !job->number.empty()) folder += ' ' + job->number;
  if (job != nullptr && !job->title.empty()) folder += ' ' + job->title;
  return safe_name(folder, "job");
}

std::string field_folder(const core::Photo& photo) {
  return "photos/" + core::to_iso8601(photo.taken_at).substr(0, std::string_view("2026-11-21").size());
}

std::string archived_filename(const core::Photo& photo, bool is_display) {
  const auto name = safe_name(photo.original_filename, photo.filename);
  const auto [stem, ending] = split(name);
  if (is_display) return std::string(stem) + ".jpg";
  return ending.empty() ? fmt::format("{}.{}", name, core::extension_of(photo.media_type)) : name;
}

std::string UniqueNames::claim(const std::string& folder, const std::string& filename) {
  std::string name = folder + '/' + filename;
  int& asked = taken_[database::fold_case(name)];
  if (++asked == 1) return name;
  const auto [stem, ending] = split(filename);
  // Somebody may have called a file so: "a (2).jpg" is asked for like any other name. References into the map stay.
  for (;; ++asked) {
    name = fmt::format("{}/{} ({}){}", folder, stem, asked, ending);
    if (taken_.try_emplace(database::fold_case(name), 1).second) return name;
  }
}

}  // namespace sightglass::http
