#include "sources/s3/object_pages.hpp"

#include <algorithm>
#include <pugixml.hpp>
#include <utility>

#include "storage/s3/xml_parts.hpp"

namespace sightglass::sources::s3 {
namespace {

// Entities that a document declares itself are not resolved by pugixml, so that none can grow.
constexpr unsigned parsing = pugi::parse_default & ~static_cast<unsigned>(pugi::parse_doctype);
constexpr std::size_t longest_text = 16 << 20;  // a page has a thousand keys of a KiB each

core::Error odd_page(const char* what) {
  return core::unavailable(std::string("The S3 server's answer cannot be read: ") + what + ".");
}

using storage::s3::child;
using storage::s3::decode_key;
using storage::s3::length_of;
using storage::s3::local_name;
using storage::s3::text_of;

void set_next(ObjectPage& page, const pugi::xml_node& list, bool is_encoded) {
  page.next_token = text_of(list, "NextContinuationToken");
  if (!page.next_token.empty()) return;
  page.next_marker = decode_key(text_of(list, "NextMarker"), is_encoded);
  if (!page.next_marker.empty()) return;
  // The first version says where it ended only with a delimiter; else the last key is the mark.
  if (!page.objects.empty()) page.next_marker = page.objects.back().key;
  if (!page.prefixes.empty()) page.next_marker = std::max(page.next_marker, page.prefixes.back());
}

}  // namespace

core::Result<ObjectPage> parse_object_page(std::string_view xml) {
  pugi::xml_document document;
  if (xml.size() > longest_text || !document.load_buffer(xml.data(), xml.size(), parsing, pugi::encoding_utf8))
    return core::fail(odd_page("it is no XML"));
  const auto list = child(document, "ListBucketResult");
  if (!list) return core::fail(odd_page("it is no list of objects"));
  const bool is_encoded = text_of(list, "EncodingType") == "url";
  ObjectPage page{.is_second_version = static_cast<bool>(child(list, "KeyCount"))};
  for (const auto& node : list.children()) {
    if (local_name(node) == "Contents") {
      page.objects.push_back({.key = decode_key(text_of(node, "Key"), is_encoded),
                              .bytes = length_of(text_of(node, "Size")),
                              .modified_at = core::parse_iso8601(text_of(node, "LastModified")),
                              .etag = text_of(node, "ETag")});
    }
    if (local_name(node) == "CommonPrefixes") page.prefixes.push_back(decode_key(text_of(node, "Prefix"), is_encoded));
  }
  if (text_of(list, "IsTruncated") != "true") return page;
  set_next(page, list, is_encoded);
  if (page.next_token.empty() && page.next_marker.empty())
    return core::fail(odd_page("there is more, but no mark to ask for it"));
  return page;
}

}  // namespace sightglass::sources::s3
