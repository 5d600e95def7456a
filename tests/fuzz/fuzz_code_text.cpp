// Any bytes as what a code on a stranger's picture says: the text made of them must be UTF-8, or digits.
#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "vision/codes/code_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sightglass::vision;
  if (size < 2) return 0;
  const auto kind = static_cast<CodeKind>(bytes[0] % (static_cast<int>(CodeKind::upc_e) + 1));
  const std::string content(reinterpret_cast<const char*>(bytes) + 2, size - 2);
  const auto code = found_code({kind, content, bytes[1] % 2 == 1});
  if (code.kind.empty()) std::abort();
  // The parser of JSON refuses texts that are no valid UTF-8.
  boost::system::error_code failure;
  boost::json::parse(boost::json::serialize(boost::json::string(code.text)), failure);
  if (failure) std::abort();
  if (code.is_binary && code.text.find_first_not_of("0123456789abcdef") != std::string::npos) std::abort();
  if (kind == CodeKind::ean13 && !code.text.empty() && !code.is_binary && code.text.size() != 13) std::abort();
  return 0;
}
