// Any bytes as text for the database: what comes out is UTF-8 without NUL, text that is that already stays as it is,
// and the JSON writer, which looks for itself, finds nothing left to replace.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/json_writer.hpp"
#include "database/valid_text.hpp"

namespace {

using namespace sightglass;

constexpr std::string_view replacement = "\xef\xbf\xbd";

void require(bool claim) {
  if (!claim) std::abort();
}

std::size_t replacements_in(std::string_view text) {
  std::size_t count = 0;
  for (auto at = text.find(replacement); at != std::string_view::npos; at = text.find(replacement, at + 1)) ++count;
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view sent(reinterpret_cast<const char*>(bytes), size);
  const std::string kept = database::valid_text(sent);
  require(kept.find('\0') == std::string::npos);
  require(kept.size() <= sent.size() * replacement.size());
  require(database::valid_text(kept) == kept);
  require(replacements_in(core::json_quoted(kept)) == replacements_in(kept));
  return 0;
}
