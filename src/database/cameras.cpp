#include "database/cameras.hpp"

namespace sightglass::database::cameras {
namespace {

const std::string select_cameras =
    "SELECT id, name, driver, address, settings, node, is_enabled, created_at, updated_at FROM cameras";

Camera read_camera(const Row& row) {
  return {.id = row.id<core::CameraId>(0),
          .name = row.string(1),
          .driver = row.string(2),
          .address = row.string(3),
          .settings = row.string(4),
          .node = row.string(5),
          .is_enabled = row.boolean(6),
          .created_at = row.instant(7),
          .updated_at = row.instant(8)};
}

}  // namespace

core::Result<void> insert(Session& session, const Camera& camera) {
  SG_TRY(session.execute(
      "INSERT INTO cameras (id, name, driver, address, settings, node, is_enabled, created_at, updated_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      {camera.id, camera.name, camera.driver, camera.address, camera.settings, camera.node, camera.is_enabled,
       camera.created_at, camera.updated_at}));
  return {};
}

core::Result<void> update(Session& session, const Camera& camera) {
  SG_TRY(session.execute(
      "UPDATE cameras SET name = $2, driver = $3, address = $4, settings = $5, node = $6, is_enabled = $7, "
      "updated_at = $8 WHERE id = $1",
      {camera.id, camera.name, camera.driver, camera.address, camera.settings, camera.node, camera.is_enabled,
       camera.updated_at}));
  return {};
}

core::Result<void> remove(Session& session, core::CameraId id) {
  SG_TRY(session.execute("DELETE FROM cameras WHERE id = $1", {id}));
  return {};
}

core::Result<std::optional<Camera>> find(Session& session, core::CameraId id) {
  return session.first(select_cameras + " WHERE id = $1", {id}, read_camera);
}

core::Result<std::optional<Camera>> find_named(Session& session, std::string_view name) {
  return session.first(select_cameras + " WHERE name = $1", {name}, read_camera);
}

core::Result<std::vector<Camera>> list(Session& session) {
  return session.all(select_cameras + " ORDER BY created_at, id", {}, read_camera);
}

}  // namespace sightglass::database::cameras
