// Any bytes as a JSON body, read by every kind of getter.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/json_body.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sightglass;
  auto body = http::JsonObject::parse_text({reinterpret_cast<const char*>(bytes), size});
  if (!body) return 0;
  body->required_string("a", 10);
  body->patched_string("b", 10);
  body->required_secret("c", 10);
  body->optional_integer("d", {.least = -5, .most = 5});
  body->optional_number("e", {.least = -90, .most = 90});
  body->optional_boolean("f");
  body->optional_instant("g");
  body->optional_strings("h", {.max_items = 3, .max_characters = 5});
  body->required_ids<core::PhotoId>("i", 3);
  body->patched_job("j");
  (void)body->finish();
  return 0;
}
