#include "camera/simulated/scene.hpp"

#include "camera/simulated/belt_scene.hpp"
#include "camera/simulated/drawn_scenes.hpp"
#include "camera/simulated/folder_scene.hpp"

namespace sightglass::camera {

core::Result<std::unique_ptr<Scene>> make_scene(const SimulatedWish& wish) {
  switch (wish.scene) {
    case SceneKind::belt: return std::make_unique<BeltScene>(wish);
    case SceneKind::meter: return std::make_unique<MeterScene>(wish);
    case SceneKind::gradient: return std::make_unique<GradientScene>(wish);
    case SceneKind::folder: return open_folder_scene(wish.folder);
  }
  return core::fail(core::internal_error("a scene of no known kind"));
}

}  // namespace sightglass::camera
