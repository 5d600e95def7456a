#include "pulls/folder_watches.hpp"

#include <algorithm>

#include "pulls/source_settings.hpp"
#include "sources/source_address.hpp"
#include "telemetry/log.hpp"

namespace sightglass::pulls {

void FolderWatches::keep(const std::vector<database::pull_sources::Source>& active) {
  std::erase_if(watches_, [&](const auto& kept) {
    const auto found = std::ranges::find(active, kept.first, &database::pull_sources::Source::id);
    if (found == active.end() || found->base_url != kept.second.path) return true;
    const auto settings = parse_settings(found->settings);
    return !settings || settings->depth != kept.second.depth;
  });
  for (const auto& source : active) {
    if (source.kind != sources::name_of(sources::SourceKind::folder) || watches_.contains(source.id)) continue;
    const auto settings = parse_settings(source.settings);
    if (!settings) continue;
    auto started = sources::FolderWatch::start({.path = source.base_url, .depth = settings->depth},
                                               [this, id = source.id] { told_(id); });
    if (!started)
      telemetry::log_warning("a folder cannot be watched, and is looked at by the clock alone",
                             {{"source", source.name}, {"cause", started.error().message}});
    watches_.emplace(
        source.id,
        Watch{.path = source.base_url, .depth = settings->depth, .running = started ? std::move(*started) : nullptr});
  }
}

}  // namespace sightglass::pulls
