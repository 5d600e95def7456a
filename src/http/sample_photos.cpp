#include "http/sample_photos.hpp"

#include <fstream>
#include <sstream>

#include "filing/json_fields.hpp"
#include "http/web_files.hpp"

namespace sightglass::http {
namespace {

using filing::JsonFields;

constexpr std::size_t name_bytes = 500;
constexpr std::size_t prose_bytes = 4000;
constexpr std::size_t most_photos = 100;

SamplePhoto read_photo(JsonFields& in, const std::filesystem::path& folder) {
  SamplePhoto photo{.id = in.id<core::PhotoId>("id")};
  const auto file = in.text("file", name_bytes);
  if (!is_web_file_name(file)) in.complain("file", "is not a plain file name");
  photo.file = folder / file;
  photo.description = in.text("description", prose_bytes);
  photo.tags = in.texts("tags", 50, name_bytes);
  return photo;
}

core::PhotoPair read_pair(JsonFields& in) {
  return {.id = in.id<core::PairId>("id"),
          .before = in.id<core::PhotoId>("before"),
          .after = in.id<core::PhotoId>("after"),
          .title = in.text("title", name_bytes)};
}

core::Result<std::string> read_text(const std::filesystem::path& path) {
  const std::ifstream file(path, std::ios::binary);
  if (!file) return core::fail(core::not_found("this installation brings no samples"));
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

}  // namespace

core::Result<SampleJob> read_samples(const std::filesystem::path& folder) {
  SG_ASSIGN(const auto text, read_text(folder / "samples.json"));
  SG_ASSIGN(auto in, JsonFields::parse(text));
  in.integer("sightglass", 1, 1);
  SampleJob samples;
  auto job = in.object("job");
  samples.job.title = job.text("title", name_bytes);
  samples.job.customer = job.text("customer", name_bytes);
  samples.job.address = job.text("address", name_bytes);
  samples.job.notes = job.text("notes", prose_bytes);
  for (auto& photo : in.optional_objects("photos", most_photos)) samples.photos.push_back(read_photo(photo, folder));
  for (auto& pair : in.optional_objects("pairs", most_photos)) samples.job.pairs.push_back(read_pair(pair));
  SG_TRY(in.outcome());
  return samples;
}

}  // namespace sightglass::http
