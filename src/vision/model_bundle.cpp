#include "vision/model_bundle.hpp"

#include <fmt/format.h>

#include <openssl/sha.h>

#include <fstream>
#include <system_error>

namespace sightglass::vision {
namespace {

using core::ErrorCode;
using core::Result;
namespace fs = std::filesystem;

std::unexpected<core::Error> wrong(std::string_view what, std::string_view why) {
  return core::fail(core::invalid_input("files", fmt::format("{} {}", what, why)));
}

Result<void> check_size(const ModelBundle::Files& files) {
  std::size_t bytes = 0;
  for (const auto& [name, content] : files) bytes += content.size();
  if (files.size() > max_bundle_files)
    return core::fail(ErrorCode::too_large, fmt::format("the model has more than {} files", max_bundle_files));
  if (bytes > max_bundle_bytes)
    return core::fail(ErrorCode::too_large, fmt::format("the model is larger than {} MiB", max_bundle_bytes >> 20));
  return {};
}

// Every file is stated and every stated one is there, with the sum that is stated.
Result<void> check_sums(const ModelDescription& model, const ModelBundle::Files& files) {
  for (const auto& [name, content] : files) {
    if (name == model_file_name) continue;
    const auto stated = model.files.find(name);
    if (stated == model.files.end()) return wrong(name, "is not stated in model.toml");
    if (stated->second != sha256_of(content)) return wrong(name, "has another sum than model.toml states");
  }
  for (const auto& [name, sum] : model.files)
    if (!files.contains(name)) return wrong(name, "is missing");
  return {};
}

Result<void> check_parts(const ModelDescription& model, const ModelBundle::Files& files) {
  const auto has = [&files](const std::string& name) { return files.contains(name); };
  if (model.format == ModelFormat::onnx && !has(std::string(network_file_name)))
    return wrong(network_file_name, "is missing");
  if (!model.labels_file.empty() && !has(model.labels_file)) return wrong(model.labels_file, "is missing");
  if (!model.licence.file.empty() && !has(model.licence.file)) return wrong(model.licence.file, "is missing");
  return {};
}

Result<std::string> read_file(const fs::path& path, std::uintmax_t most) {
  std::error_code fault;
  const auto size = fs::file_size(path, fault);
  if (fault) return core::fail(core::internal_error(fmt::format("{} cannot be read", path.string()), fault.message()));
  if (size > most) return core::fail(ErrorCode::too_large, fmt::format("{} is too large", path.string()));
  std::ifstream stream(path, std::ios::binary);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  if (!stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
    return core::fail(core::internal_error(fmt::format("{} cannot be read", path.string())));
  return bytes;
}

Result<void> write_files(const ModelBundle::Files& files, const fs::path& folder) {
  for (const auto& [name, content] : files) {
    std::ofstream stream(folder / name, std::ios::binary);
    stream.write(content.data(), static_cast<std::streamsize>(content.size()));
    if (!stream.flush())
      return core::fail(core::internal_error(fmt::format("{} cannot be written", (folder / name).string())));
  }
  return {};
}

}  // namespace

core::Sha256 sha256_of(std::string_view bytes) {
  core::Sha256 sum;
  ::SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), sum.bytes.data());
  return sum;
}

Result<ModelBundle> ModelBundle::open(Files files) {
  SG_TRY(check_size(files));
  const auto text = files.find(std::string(model_file_name));
  if (text == files.end()) return core::fail(core::not_found("there is no model.toml"));
  ModelBundle bundle;
  SG_ASSIGN(bundle.description_, read_model_file(text->second));
  bundle.sum_ = sha256_of(text->second);
  SG_TRY(check_sums(bundle.description_, files));
  SG_TRY(check_parts(bundle.description_, files));
  if (const auto& labels = bundle.description_.labels_file; !labels.empty()) {
    SG_ASSIGN(bundle.description_.labels, read_labels(files.at(labels)));
  }
  bundle.files_ = std::move(files);
  return bundle;
}

Result<ModelBundle> ModelBundle::seal(ModelDescription description, Files files) {
  files.erase(std::string(model_file_name));
  description.files.clear();
  for (const auto& [name, content] : files) description.files[name] = sha256_of(content);
  files[std::string(model_file_name)] = write_model_file(description);
  return open(std::move(files));
}

Result<ModelBundle> ModelBundle::read(const fs::path& folder) {
  std::error_code fault;
  if (!fs::is_regular_file(folder / model_file_name, fault))
    return core::fail(core::not_found(fmt::format("{} has no model.toml", folder.string())));
  Files files;
  std::uintmax_t left = max_bundle_bytes;
  for (const auto& entry : fs::directory_iterator(folder, fault)) {
    const std::string name = entry.path().filename().string();
    if (!entry.is_regular_file(fault)) return wrong(name, "is no file");
    if (files.size() > max_bundle_files) break;  // check_size tells
    SG_ASSIGN(files[name], read_file(entry.path(), left));
    left -= files[name].size();
  }
  return open(std::move(files));
}

Result<void> ModelBundle::write(const fs::path& folder) const {
  std::error_code fault;
  if (fs::exists(folder, fault))
    return core::fail(ErrorCode::conflict, fmt::format("{} is there already", folder.string()));
  const fs::path beside = folder.parent_path() / ("." + folder.filename().string() + ".part");
  fs::remove_all(beside, fault);
  fs::create_directories(beside, fault);
  if (fault)
    return core::fail(core::internal_error(fmt::format("{} cannot be made", beside.string()), fault.message()));
  SG_TRY(write_files(files_, beside));
  fs::rename(beside, folder, fault);
  if (fault)
    return core::fail(core::internal_error(fmt::format("{} cannot be made", folder.string()), fault.message()));
  return {};
}

std::string_view ModelBundle::file(std::string_view name) const {
  const auto found = files_.find(std::string(name));
  return found == files_.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace sightglass::vision
