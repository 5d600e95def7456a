// From one folder of a server to those below it, for kinds of sources that list a folder at a time.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"
#include "sources/gateway.hpp"
#include "sources/http/web_address.hpp"

namespace sightglass::sources::http {

enum class LinkKind : std::uint8_t {
  elsewhere,  // another server, the folder itself, above it, or deeper than one segment
  child,
  refused,  // a name that no file has: with '/' or NUL in it, or too long
};
struct ChildLink {
  LinkKind kind = LinkKind::elsewhere;
  std::string name{};      // decoded bytes
  bool is_folder = false;  // it ends in '/'
  std::string address{};   // without query
};
// What `target` is to `folder`, whose path ends in '/'.
ChildLink child_of(const WebAddress& folder, const WebAddress& target);

// Whether bytes can be a segment of RemoteFile::path.
bool is_name(std::string_view name);
// For messages: ASCII, not too long.
std::string shown(std::string_view name);

struct Child {
  std::string name{};
  bool is_folder = false;
  std::string address{};  // a folder's ends in '/'
  std::optional<std::int64_t> bytes{};
  std::optional<core::Instant> modified_at{};
  std::chrono::seconds precision{1};
  std::string etag{};
};

struct FolderPage {
  std::string address{};  // behind redirects: two folders with the same one are the same folder
  std::string style{};
  std::vector<Child> children{};  // in the page's order, each name once
  std::vector<std::string> warnings{};
  std::optional<core::Instant> server_time{};
};

// Reads one folder. A failure of a folder below the source's own becomes a warning when only that folder is at fault.
using ReadFolder = std::function<Remote<FolderPage>(const WebAddress&)>;
Remote<Listing> walk_folders(const WebAddress& root, const ListOptions& options, const ReadFolder& read,
                             const Gateway::Take& take);

}  // namespace sightglass::sources::http
