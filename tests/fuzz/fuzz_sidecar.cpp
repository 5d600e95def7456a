// Sidecars lie in a directory that people and other programs can write to: whatever they hold, reading one must end
// in a photo that writes back the same, or in an error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "filing/catalogue_json.hpp"
#include "filing/deletion_journal.hpp"
#include "filing/sidecar.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sightglass;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (const auto sidecar = filing::sidecar_from_json(text)) {
    const std::string written = filing::to_json(*sidecar);
    if (!filing::sidecar_from_json(written) || !filing::is_current(written, sidecar->photo)) std::abort();
  }
  if (const auto journal = filing::deletion_journal_from_json(text)) {
    if (!filing::deletion_journal_from_json(filing::to_json(*journal))) std::abort();
  }
  if (const auto job = filing::job_from_json(text)) {
    if (!filing::job_from_json(filing::to_json(*job))) std::abort();
  }
  static_cast<void>(filing::asset_from_json(text));
  static_cast<void>(filing::location_from_json(text));
  return 0;
}
