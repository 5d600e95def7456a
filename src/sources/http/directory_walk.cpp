#include "sources/http/directory_walk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "sources/http/failures.hpp"

namespace sightglass::sources::http {
namespace {

constexpr std::size_t longest_path = 4096;
constexpr std::size_t most_warnings = 20;

// Where the folder's path ends in the target's, or npos. Servers encode the same name in different ways.
std::size_t end_of_folder(std::string_view folder, std::string_view target) {
  const auto slashes = std::ranges::count(folder, '/');
  std::size_t end = 0;
  for (auto left = slashes; left > 0; --left) {
    end = target.find('/', end);
    if (end == std::string_view::npos) return end;
    ++end;
  }
  return percent_decode(target.substr(0, end)) == percent_decode(folder) ? end : std::string_view::npos;
}

// Whether a folder below may fail like this while the others are listed.
bool is_of_one_folder(Trouble trouble) {
  switch (trouble) {
    case Trouble::gone:
    case Trouble::refused:
    case Trouble::address:
    case Trouble::credentials:
    case Trouble::listing:
    case Trouble::server_error: return true;
    default: return false;
  }
}

struct Folder {
  WebAddress address{};
  std::string path{};  // relative, with its '/' at the end
  std::int32_t depth = 0;
};

class Walk {
 public:
  Walk(const ListOptions& options, const ReadFolder& read, const Gateway::Take& take)
      : options_(options), read_(read), take_(take) {}

  Remote<Listing> run(const WebAddress& root) {
    waiting_.push_back({.address = root});
    while (!waiting_.empty()) {
      if (options_.should_stop()) return fail(stopped());
      const Folder folder = std::move(waiting_.back());
      waiting_.pop_back();
      SG_TRY(visit(folder));
    }
    return std::move(listing_);
  }

 private:
  void warn(std::string text) {
    if (listing_.warnings.size() < most_warnings) listing_.warnings.push_back(std::move(text));
  }

  Remote<void> visit(const Folder& folder) {
    auto page = read_(folder.address);
    if (!page && (folder.path.empty() || !is_of_one_folder(page.error().trouble))) return fail(page.error());
    if (!page) {
      warn(fmt::format("The folder {} cannot be listed: {}", shown(folder.path), page.error().error.message));
      return {};
    }
    if (!visited_.insert(page->address).second) {
      warn(fmt::format("The folder {} leads back to one that was listed before.", shown(folder.path)));
      return {};
    }
    if (folder.path.empty()) {
      listing_.style = page->style;
      listing_.server_time = page->server_time;
    }
    for (auto& text : page->warnings) warn(std::move(text));
    return take_all(folder, std::move(page->children));
  }

  Remote<void> take_all(const Folder& folder, std::vector<Child> children) {
    std::vector<Folder> below;
    for (auto& child : children) {
      if (folder.path.size() + child.name.size() + 1 > longest_path) {
        warn(fmt::format("{} is left out: its path is too long.", shown(child.name)));
        continue;
      }
      if (child.is_folder)
        SG_TRY(note_folder(folder, child, below));
      else
        SG_TRY(take_file(folder, std::move(child)));
    }
    // The first of them is taken from the end first.
    std::ranges::move(below.rbegin(), below.rend(), std::back_inserter(waiting_));
    return {};
  }

  Remote<void> note_folder(const Folder& folder, const Child& child, std::vector<Folder>& below) {
    if (++listing_.folders > options_.most_folders)
      return fail(make_failure(Trouble::listing, true,
                               fmt::format("The directory has more than {} folders.", options_.most_folders)));
    if (folder.depth >= options_.depth) return {};
    if (auto address = parse_web_address(child.address))
      below.push_back(
          {.address = std::move(*address), .path = folder.path + child.name + "/", .depth = folder.depth + 1});
    return {};
  }

  Remote<void> take_file(const Folder& folder, Child child) {
    if (++listing_.files > options_.most_files)
      return fail(make_failure(Trouble::listing, true,
                               fmt::format("The directory has more than {} files.", options_.most_files)));
    return take_({.path = folder.path + child.name,
                  .address = std::move(child.address),
                  .bytes = child.bytes,
                  .modified_at = child.modified_at,
                  .precision = child.precision,
                  .etag = std::move(child.etag)});
  }

  const ListOptions& options_;
  const ReadFolder& read_;
  const Gateway::Take& take_;
  std::vector<Folder> waiting_{};
  std::set<std::string> visited_{};
  Listing listing_{};
};

}  // namespace

bool is_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.size() <= longest_path && !name.contains('/') &&
         !name.contains('\0');
}

std::string shown(std::string_view name) {
  constexpr std::size_t enough = 80;
  std::string text;
  for (const char c : name.substr(0, enough)) text += c > ' ' && c < 0x7f ? std::string(1, c) : encode_segment({&c, 1});
  return name.size() > enough ? text + "…" : text;
}

ChildLink child_of(const WebAddress& folder, const WebAddress& target) {
  ChildLink link;
  if (!target.has_origin_of(folder)) return link;
  const auto end = end_of_folder(folder.path, target.path);
  if (end == std::string_view::npos || end == target.path.size()) return link;
  auto rest = std::string_view(target.path).substr(end);
  link.is_folder = rest.ends_with('/');
  if (link.is_folder) rest.remove_suffix(1);
  if (rest.empty() || rest.contains('/')) return link;
  link.name = percent_decode(rest);
  link.kind = is_name(link.name) ? LinkKind::child : LinkKind::refused;
  WebAddress plain = target;
  plain.query.clear();
  link.address = plain.text();
  return link;
}

Remote<Listing> walk_folders(const WebAddress& root, const ListOptions& options, const ReadFolder& read,
                             const Gateway::Take& take) {
  return Walk(options, read, take).run(root);
}

}  // namespace sightglass::sources::http
