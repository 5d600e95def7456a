#include "ingest/named_temperature.hpp"

#include <gtest/gtest.h>

namespace sightglass::ingest {
namespace {

TEST(NamedTemperature, is_read_where_it_has_its_sign) {
  EXPECT_EQ(named_temperature("2024-01-03_-4°C.jpg"), -4);
  EXPECT_EQ(named_temperature("creek 21°C full moon.jpg"), 21);
  EXPECT_EQ(named_temperature("+5°C_0001.JPG"), 5);
  EXPECT_EQ(named_temperature("(0°C).jpg"), 0);
  EXPECT_NEAR(*named_temperature("T=68°F.jpg"), 20, 1e-9);
}

TEST(NamedTemperature, is_not_guessed) {
  for (const char* name : {"12C_IMG_0001.JPG",
                           "site_20C_.jpg",
                           "68F.jpg",
                           "IMG_-4C.jpg",
                           "°C.jpg",
                           "x°C",
                           "21°",
                           "21°K",
                           "21° C",
                           "2024-01-03-4°C.jpg",
                           "A21°C.jpg",
                           "1000°C.jpg",
                           "_0021°C.jpg",
                           "_999°C.jpg",
                           "_-81°C",
                           "_-459°F",
                           "_20°C_30°C.jpg",
                           "1.5°C.jpg",
                           "_−4°C.jpg",
                           "",
                           "\xc2",
                           "5\xc2"}) {
    EXPECT_FALSE(named_temperature(name)) << name;
  }
}

}  // namespace
}  // namespace sightglass::ingest
