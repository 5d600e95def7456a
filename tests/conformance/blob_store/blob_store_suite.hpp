// What every blob store must do. An implementation instantiates BlobStoreSuite with a factory of fresh, empty stores.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "storage/blob_store.hpp"

namespace sightglass::storage {

struct StoreFactory {
  std::string name;
  // A fresh store; what it holds on to (a directory) goes with it. None where what it needs is absent.
  std::function<std::shared_ptr<BlobStore>()> make;
  bool takes_any_bytes = true;  // in keys; else only UTF-8
  std::string needs{};          // said when there is none
};

class BlobStoreSuite : public testing::TestWithParam<StoreFactory> {
 protected:
  void SetUp() override {
    if (!store) GTEST_SKIP() << "STORE " << GetParam().name << " NOT TESTED: it needs " << GetParam().needs;
  }
  std::unique_ptr<IncomingBlob> incoming(std::string_view bytes) {
    auto blob = store->begin_incoming();
    EXPECT_TRUE(blob) << blob.error().cause;
    EXPECT_TRUE((*blob)->write(std::as_bytes(std::span(bytes))));
    return std::move(*blob);
  }
  std::string read(std::string_view key) {
    auto bytes = store->read(key);
    return bytes ? *bytes : "<" + std::string(core::name_of(bytes.error().code)) + ">";
  }
  std::vector<std::string> keys(std::string_view prefix) {
    std::vector<std::string> found;
    EXPECT_TRUE(store->list(prefix, [&](std::string_view key, const BlobInfo&) {
      found.emplace_back(key);
      return true;
    }));
    std::sort(found.begin(), found.end());
    return found;
  }
  std::shared_ptr<BlobStore> store = GetParam().make();
};

}  // namespace sightglass::storage
