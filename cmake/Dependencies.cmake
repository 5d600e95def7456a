# Debian's libraries, as imported targets. Which folder may use which is checked by tools/check_layers.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(OpenSSL REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)

# Brings no file for pkg-config.
find_library(CCTZ_LIBRARY cctz REQUIRED)

# The three parts of OpenCV that are used, of which imaging goes without networks; the files that tell CMake and
# pkg-config of it come only with all of it.
find_path(OPENCV_INCLUDE_DIR opencv2/dnn.hpp PATH_SUFFIXES opencv4 REQUIRED)
add_library(opencv_basics INTERFACE)
target_include_directories(opencv_basics SYSTEM INTERFACE ${OPENCV_INCLUDE_DIR})
add_library(opencv INTERFACE)
foreach(part dnn imgproc core)
  find_library(OPENCV_${part}_LIBRARY opencv_${part} REQUIRED)
endforeach()
target_link_libraries(opencv_basics INTERFACE ${OPENCV_imgproc_LIBRARY} ${OPENCV_core_LIBRARY})
target_link_libraries(opencv INTERFACE ${OPENCV_dnn_LIBRARY} opencv_basics)

pkg_check_modules(aravis REQUIRED IMPORTED_TARGET aravis-0.8)
# Headers that others compiled without it do not go with -pthread, and nothing here needs it.
set_target_properties(PkgConfig::aravis PROPERTIES INTERFACE_COMPILE_OPTIONS "")
pkg_check_modules(archive REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(curl REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(mosquitto REQUIRED IMPORTED_TARGET libmosquitto)
pkg_check_modules(modbus REQUIRED IMPORTED_TARGET libmodbus)
pkg_check_modules(pugixml REQUIRED IMPORTED_TARGET pugixml)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(vips REQUIRED IMPORTED_TARGET vips gmodule-2.0)
pkg_check_modules(turbojpeg REQUIRED IMPORTED_TARGET libturbojpeg)
pkg_check_modules(exiv2 REQUIRED IMPORTED_TARGET exiv2)
pkg_check_modules(hwy REQUIRED IMPORTED_TARGET libhwy)
pkg_check_modules(pq REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(zxing REQUIRED IMPORTED_TARGET zxing)
pkg_check_modules(zbar REQUIRED IMPORTED_TARGET zbar)
pkg_check_modules(libav REQUIRED IMPORTED_TARGET libavdevice libavformat libavcodec libswscale libavutil)
