// The test program is its own decoding process: the pool's tests start it again with `--decode-child KIND`.
#include <gtest/gtest.h>

#include <string_view>

#include "unit/imaging/decode_child.hpp"

int main(int argc, char** argv) {
  if (argc >= 3 && std::string_view(argv[1]) == "--decode-child") {
    return sightglass::imaging::run_test_child(argv[2]);
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
