#include "conformance/gateway/gateway_cases.hpp"
#include "sources/folder/folder_gateway.hpp"

namespace sightglass::sources {
namespace {

class LocalEnd final : public FolderEnd {
 public:
  void stop() override {}
  Access access(const std::string& below) const override {
    return {.kind = SourceKind::folder, .base_url = (std::filesystem::canonical(tree()) / below).string() + "/"};
  }
};

}  // namespace

std::vector<GatewayCase> folder_cases() {
  return {{.name = "folder",
           .make_gateway = make_folder_gateway,
           .start = [] { return std::make_shared<LocalEnd>(); },
           .needs = "nothing",
           .style = "folder",
           .takes_any_bytes = true,
           .has_sign_in = false,
           .is_local = true,
           .has_plain_transport = false}};
}

}  // namespace sightglass::sources
