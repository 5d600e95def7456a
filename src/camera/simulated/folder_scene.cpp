#include "camera/simulated/folder_scene.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <limits>

namespace sightglass::camera {
namespace {

std::unexpected<core::Error> broken(const std::filesystem::path& file, std::string_view what) {
  return core::fail(core::ErrorCode::corrupt_image, fmt::format("{}: {}", file.string(), what));
}

struct Head {
  std::size_t channels = 1;
  core::Size size{};
  std::uint32_t most = 255;
};

// The numbers of a head, between white space and comments (netpbm's pgm(5)).
bool read_number(std::istream& in, std::uint32_t& value) {
  while ((in >> std::ws) && in.peek() == '#') in.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  return static_cast<bool>(in >> value);
}

core::Result<Head> read_head(std::istream& in, const std::filesystem::path& file) {
  char magic[2] = {};
  in.read(magic, 2);
  if (!in || magic[0] != 'P' || (magic[1] != '5' && magic[1] != '6')) return broken(file, "not a binary PGM or PPM.");
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  Head head{.channels = magic[1] == '6' ? 3U : 1U};
  if (!read_number(in, width) || !read_number(in, height) || !read_number(in, head.most)) {
    return broken(file, "its head is broken.");
  }
  in.get();
  if (width < 64 || height < 64 || width > 8192 || height > 8192)
    return broken(file, "sides must be 64 to 8192 pixels.");
  if (head.most == 0 || head.most > 65'535) return broken(file, "its largest value must be 1 to 65535.");
  head.size = {static_cast<std::int32_t>(width), static_cast<std::int32_t>(height)};
  return head;
}

bool is_picture(const std::filesystem::path& file) {
  const auto extension = file.extension();
  return extension == ".pgm" || extension == ".ppm" || extension == ".pnm";
}

void lay_on_middle(const Light& picture, Light& light) {
  std::ranges::fill(light.rgb, std::uint16_t{0});
  const auto offset = [](std::int32_t outer, std::int32_t inner) { return (outer - inner) / 2; };
  const std::int32_t dx = offset(light.size.width, picture.size.width);
  const std::int32_t dy = offset(light.size.height, picture.size.height);
  const std::int32_t columns = std::min(light.size.width, picture.size.width);
  for (std::int32_t y = std::max(0, dy); y < std::min(light.size.height, dy + picture.size.height); ++y) {
    const auto at = [](const Light& of, std::int32_t x, std::int32_t row) {
      return (static_cast<std::ptrdiff_t>(row) * of.size.width + x) * 3;
    };
    std::copy_n(picture.rgb.begin() + at(picture, std::max(0, -dx), y - dy), columns * 3,
                light.rgb.begin() + at(light, std::max(0, dx), y));
  }
}

}  // namespace

core::Result<Light> read_netpbm(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return core::fail(core::unavailable(fmt::format("{} cannot be read.", file.string())));
  SG_ASSIGN(const Head head, read_head(in, file));
  const std::size_t width = head.most > 255 ? 2 : 1;
  const auto pixels = static_cast<std::size_t>(head.size.pixels());
  std::vector<std::uint8_t> bytes(pixels * head.channels * width);
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (static_cast<std::size_t>(in.gcount()) != bytes.size()) return broken(file, "it ends too soon.");
  Light light{.size = head.size, .rgb = std::vector<std::uint16_t>(pixels * 3)};
  for (std::size_t i = 0; i < pixels * 3; ++i) {
    const std::size_t at = (head.channels == 3 ? i : i / 3) * width;
    const std::uint32_t value = width == 2 ? bytes[at] * 256U + bytes[at + 1] : bytes[at];
    // Rounded up, so that 8 bits of 12 give back the 8 bits that were read.
    light.rgb[i] =
        static_cast<std::uint16_t>(std::min<std::uint32_t>((value * 4096U + head.most) / (head.most + 1), full_light));
  }
  return light;
}

core::Result<std::unique_ptr<Scene>> open_folder_scene(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (is_picture(entry->path())) files.push_back(entry->path());
  }
  if (error) {
    return core::fail(core::invalid_input(
        "address", fmt::format("The folder {} cannot be read: {}.", folder.string(), error.message())));
  }
  if (files.empty()) {
    return core::fail(core::invalid_input(
        "address", fmt::format("The folder {} holds no picture of the kinds .pgm, .ppm and .pnm.", folder.string())));
  }
  std::ranges::sort(files);
  SG_ASSIGN(const Light first, read_netpbm(files.front()));
  return std::make_unique<FolderScene>(std::move(files), first.size);
}

core::Result<void> FolderScene::show(std::uint64_t number, bool /*is_centred*/, Light& light) {
  SG_ASSIGN(const Light picture, read_netpbm(files_[(number + files_.size() - 1) % files_.size()]));
  light.size = size_;
  light.rgb.resize(static_cast<std::size_t>(size_.pixels()) * 3);
  lay_on_middle(picture, light);
  return {};
}

}  // namespace sightglass::camera
