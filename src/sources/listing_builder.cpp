#include "sources/listing_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/result.hpp"
#include "sources/failures.hpp"
#include "sources/remote_names.hpp"

namespace sightglass::sources {
namespace {

constexpr std::size_t most_warnings = 20;

}  // namespace

Remote<void> ListingBuilder::add_file(RemoteFile file) {
  if (!is_relative_path(file.path)) {
    warn(fmt::format("\"{}\" was left out: that is no name of a file.", printable(file.path)));
    return {};
  }
  if (listing_.files >= options_.most_files)
    return source_fails(Trouble::listing, fmt::format("There are more than {} files.", options_.most_files),
                        "base_url");
  ++listing_.files;
  return take_(std::move(file));
}

Remote<bool> ListingBuilder::add_folder(std::string_view path) {
  if (!is_relative_path(path)) {
    warn(fmt::format("\"{}\" was left out: that is no name of a directory.", printable(path)));
    return false;
  }
  if (listing_.folders >= options_.most_folders)
    return source_fails(Trouble::listing, fmt::format("There are more than {} directories.", options_.most_folders),
                        "base_url");
  ++listing_.folders;
  return true;
}

Remote<void> ListingBuilder::check_stop() const {
  if (options_.should_stop && options_.should_stop()) return stopped();
  return {};
}

void ListingBuilder::warn(std::string sentence) {
  auto& warnings = listing_.warnings;
  if (warnings.size() < most_warnings && std::ranges::find(warnings, sentence) == warnings.end())
    warnings.push_back(std::move(sentence));
}

}  // namespace sightglass::sources
