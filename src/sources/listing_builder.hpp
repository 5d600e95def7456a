// What every gateway does with what it lists: counts, bounds, checks names, and hands on.
#pragma once

#include <string>
#include <string_view>

#include "sources/gateway.hpp"

namespace sightglass::sources {

// Not thread-safe. Borrows its arguments.
class ListingBuilder {
 public:
  ListingBuilder(const ListOptions& options, const Gateway::Take& take) : options_(options), take_(take) {}

  // Hands the file on. A path that is none is left out with a warning. `listing` beyond most_files; what `take` says.
  Remote<void> add_file(RemoteFile file);
  // `listing` beyond most_folders. False when its path is none, so that it must not be listed.
  Remote<bool> add_folder(std::string_view path);
  // `stopped`.
  Remote<void> check_stop() const;
  void warn(std::string sentence);

  Listing& listing() { return listing_; }

 private:
  const ListOptions& options_;
  const Gateway::Take& take_;
  Listing listing_{};
};

}  // namespace sightglass::sources
