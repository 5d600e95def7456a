#include "stations/inspection_folders.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "core/no_room.hpp"
#include "stations/durable_files.hpp"

namespace sightglass::stations {
namespace {

namespace fs = std::filesystem;
using core::Result;

constexpr std::string_view results_file = "results.json";
constexpr std::string_view original_file = "original.jpg";  // before there is a verdict
constexpr std::uintmax_t most_results_bytes = 1 << 20;

}  // namespace

std::string temporary_name(core::Instant triggered_at) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(triggered_at);
  const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(triggered_at - seconds);
  return fmt::format("triggered_capture_{:%Y%m%d_%H%M%S}_{:03}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)), rest.count());
}

Result<InspectionFolders> InspectionFolders::open(const fs::path& data, std::int64_t min_free_bytes) {
  InspectionFolders folders(data, min_free_bytes);
  SG_TRY(make_durably(folders.building()));
  SG_TRY(make_durably(data / "triggered_inspections" / ".superseded"));
  return folders;
}

std::string InspectionFolders::folder_of_name(std::string_view name) { return fmt::format("inspections/{}", name); }

std::string InspectionFolders::folder_of_id(std::string_view image_id) {
  return fmt::format("triggered_inspections/{}", image_id);
}

std::string InspectionFolders::folder_behind(std::string_view image_id, std::string_view name) {
  return fmt::format("triggered_inspections/.superseded/{}/{}", image_id, name);
}

// What others write meanwhile is theirs to count: this keeps the reserve, not the last byte.
Result<void> InspectionFolders::check_room(std::size_t bytes) const {
  std::error_code fault;
  const auto space = fs::space(data_, fault);
  if (fault) return core::fail(core::unavailable("The disk of the inspections does not answer.", fault.message()));
  if (space.available >= static_cast<std::uintmax_t>(min_free_bytes_) + bytes) return {};
  return core::fail(core::no_room("The disk of the inspections is full. Make room on it."));
}

Result<void> InspectionFolders::put_original(std::string_view name, std::string_view jpeg) const {
  SG_TRY(check_room(jpeg.size()));
  const auto folder = building() / name;
  SG_TRY(make_durably(folder));
  return write_durably(folder / original_file, jpeg);
}

std::optional<fs::path> InspectionFolders::unfinished_original(std::string_view name) const {
  const auto folder = building() / name;
  std::error_code ignored;
  if (fs::is_regular_file(folder / original_file, ignored)) return folder / original_file;
  for (const char* verdict : {"OK", "NG"}) {
    const auto file = folder / verdict / "original" / fmt::format("{}.jpg", name);
    if (fs::is_regular_file(file, ignored)) return file;
  }
  return std::nullopt;
}

Result<std::string> InspectionFolders::finish(std::string_view name, const Files& files) const {
  SG_TRY(check_room(files.annotated_jpeg.size() + files.results_json.size()));
  const auto folder = building() / name;
  const auto file = fmt::format("{}.jpg", name);
  const auto original = folder / files.verdict / "original", annotated = folder / files.verdict / "annotated";
  SG_TRY(make_durably(original));
  SG_TRY(make_durably(annotated));
  std::error_code ignored;
  if (fs::exists(folder / original_file, ignored)) {
    SG_TRY(rename_durably(folder / original_file, original / file));
  }
  SG_TRY(write_durably(annotated / file, files.annotated_jpeg));
  SG_TRY(write_durably(folder / results_file, files.results_json));
  auto whole = folder_of_name(name);
  SG_TRY(rename_durably(folder, data_ / whole));
  return whole;
}

Result<void> InspectionFolders::put_results(std::string_view folder, std::string_view results_json) const {
  return write_durably(data_ / folder / results_file, results_json);
}

Result<void> InspectionFolders::move(std::string_view from, std::string_view to) const {
  SG_TRY(make_durably((data_ / to).parent_path()));
  return rename_durably(data_ / from, data_ / to);
}

Result<InspectionFolders::Moved> InspectionFolders::file_under(std::string_view folder,
                                                               std::string_view image_id) const {
  Moved moved{.folder = folder_of_id(image_id)};
  if (folder == moved.folder) return moved;
  std::error_code ignored;
  // Nothing gives way to what is not there.
  if (!fs::exists(data_ / folder, ignored)) return core::fail(core::not_found("Its files are gone."));
  if (fs::exists(data_ / moved.folder, ignored)) {
    moved.superseded = name_at(moved.folder);
    // What somebody else has put there is kept as well, under a name that cannot be another inspection's.
    const auto name = moved.superseded.empty() ? fmt::format("unknown_{}", core::to_micros(core::SystemClock{}.now()))
                                               : moved.superseded;
    moved.superseded_folder = folder_behind(image_id, name);
    SG_TRY(move(moved.folder, moved.superseded_folder));
  }
  SG_TRY(move(folder, moved.folder));
  return moved;
}

Result<std::string> InspectionFolders::file_behind(std::string_view folder, std::string_view image_id,
                                                   std::string_view name) const {
  auto behind = folder_behind(image_id, name);
  if (folder != behind) SG_TRY(move(folder, behind));
  return behind;
}

std::string InspectionFolders::name_at(std::string_view folder) const {
  const auto file = data_ / folder / results_file;
  std::error_code fault;
  const auto bytes = fs::file_size(file, fault);
  if (fault || bytes > most_results_bytes) return {};
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  boost::system::error_code unread;
  const auto value = boost::json::parse(text.view(), unread);
  if (unread || !value.is_object()) return {};
  const auto* name = value.as_object().if_contains("name");
  // It becomes a folder's name: only what temporary_name() could have made.
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  if (name == nullptr || !name->is_string() || name->as_string().size() > 100) return {};
  const std::string_view found = name->as_string();
  return std::ranges::all_of(found, is_plain) ? std::string(found) : std::string();
}

}  // namespace sightglass::stations
