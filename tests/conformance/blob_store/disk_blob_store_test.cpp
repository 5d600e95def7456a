#include <stdlib.h>

#include <filesystem>

#include "conformance/blob_store/blob_store_suite.hpp"
#include "storage/disk/disk_blob_store.hpp"

namespace sightglass::storage {
namespace {

std::shared_ptr<BlobStore> make_disk_store() {
  std::string pattern = std::filesystem::temp_directory_path() / "sightglass-blobs-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory could be made");
  auto store = disk::DiskBlobStore::open(std::filesystem::path(pattern));
  if (!store) throw std::runtime_error(store.error().message);
  // Shared, so that the directory goes when the last user of the store does.
  return {store->release(), [pattern](BlobStore* gone) {
            delete gone;
            std::filesystem::remove_all(pattern);
          }};
}

INSTANTIATE_TEST_SUITE_P(Disk, BlobStoreSuite, testing::Values(StoreFactory{"disk", make_disk_store}),
                         [](const auto& parameter) { return parameter.param.name; });

}  // namespace
}  // namespace sightglass::storage
