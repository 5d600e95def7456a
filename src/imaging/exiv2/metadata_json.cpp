#include "imaging/exiv2/metadata_json.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "core/json_writer.hpp"

namespace sightglass::imaging::exiv2 {
namespace {

constexpr std::size_t longest_value = 1024;
constexpr std::size_t longest_object = 64 * 1024;
// Bytes in the file beyond which a field is not even turned into text: "255 255 255 …" of a table is of no use.
constexpr std::size_t largest_table = 512;
constexpr std::size_t largest_text = 64 * 1024;

bool is_text(Exiv2::TypeId type) {
  return type == Exiv2::asciiString || type == Exiv2::string || type == Exiv2::comment || type == Exiv2::xmpText ||
         type == Exiv2::xmpAlt || type == Exiv2::xmpBag || type == Exiv2::xmpSeq || type == Exiv2::langAlt;
}

bool is_worth_keeping(const Exiv2::Metadatum& datum) {
  const auto size = static_cast<std::size_t>(std::max(0L, static_cast<long>(datum.size())));
  if (datum.key() == "Exif.Photo.MakerNote") return false;
  return size <= (is_text(datum.typeId()) ? largest_text : largest_table);
}

// Cut before a continuation byte would be left without its start.
std::string_view shortened(std::string_view text) {
  if (text.size() <= longest_value) return text;
  auto end = longest_value;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

// Comments without the "charset=…" that exiv2 puts in front, and in UTF-8 whatever they were written in.
std::string text_of(const Exiv2::Metadatum& datum) {
  const auto* comment = dynamic_cast<const Exiv2::CommentValue*>(&datum.value());
  return comment == nullptr ? datum.toString() : comment->comment();
}

// Escaping can make a value six times as long, so the room is measured on what was written. A member that went over
// is taken back.
void write_member(const Exiv2::Metadatum& datum, std::unordered_set<std::string>& written, std::string& out) {
  if (!is_worth_keeping(datum) || !written.insert(datum.key()).second) return;
  const auto text = text_of(datum);
  std::string member = out.size() > 1 ? "," : "";
  member += core::json_quoted(shortened(datum.key()));
  member += ':';
  member += core::json_quoted(shortened(trimmed(text)));
  if (out.size() + member.size() + 1 <= longest_object) out += member;
}

}  // namespace

std::string metadata_json(const Fields& fields) {
  std::string out = "{";
  std::unordered_set<std::string> written;  // a broken file may repeat a key; the first one counts
  for (const auto& datum : fields.exif) write_member(datum, written, out);
  for (const auto& datum : fields.xmp) write_member(datum, written, out);
  out += '}';
  return out;
}

}  // namespace sightglass::imaging::exiv2
