#include <arv.h>

#include <filesystem>
#include <fstream>

#include "conformance/camera/rig.hpp"
#include "support/temporary_directory.hpp"

namespace sightglass::camera {
namespace {

constexpr const char* loopback = "127.0.0.1";

// Registers that the simulator has room for and no use.
constexpr guint32 user_output_value = 0x500c;
constexpr const char* output_features = R"(
  <Enumeration Name="LineSelector"><EnumEntry Name="Line0"><Value>0</Value></EnumEntry>
    <EnumEntry Name="Line1"><Value>1</Value></EnumEntry><pValue>LineSelectorRegister</pValue></Enumeration>
  <IntReg Name="LineSelectorRegister"><Address>0x5000</Address><Length>4</Length><AccessMode>RW</AccessMode>
    <pPort>Device</pPort><Sign>Unsigned</Sign><Endianess>BigEndian</Endianess></IntReg>
  <Enumeration Name="LineSource"><EnumEntry Name="Off"><Value>0</Value></EnumEntry>
    <EnumEntry Name="UserOutput0"><Value>5</Value></EnumEntry><EnumEntry Name="UserOutput1"><Value>6</Value></EnumEntry>
    <pValue>LineSourceRegister</pValue></Enumeration>
  <IntReg Name="LineSourceRegister"><Address>0x5004</Address><Length>4</Length><AccessMode>RW</AccessMode>
    <pPort>Device</pPort><Sign>Unsigned</Sign><Endianess>BigEndian</Endianess></IntReg>
  <Enumeration Name="LineMode"><EnumEntry Name="Input"><Value>0</Value></EnumEntry>
    <EnumEntry Name="Output"><Value>1</Value></EnumEntry><pValue>LineModeRegister</pValue></Enumeration>
  <IntReg Name="LineModeRegister"><Address>0x5010</Address><Length>4</Length><AccessMode>RW</AccessMode>
    <pPort>Device</pPort><Sign>Unsigned</Sign><Endianess>BigEndian</Endianess></IntReg>
  <Enumeration Name="UserOutputSelector"><EnumEntry Name="UserOutput0"><Value>0</Value></EnumEntry>
    <EnumEntry Name="UserOutput1"><Value>1</Value></EnumEntry><pValue>UserOutputSelectorRegister</pValue></Enumeration>
  <IntReg Name="UserOutputSelectorRegister"><Address>0x5008</Address><Length>4</Length><AccessMode>RW</AccessMode>
    <pPort>Device</pPort><Sign>Unsigned</Sign><Endianess>BigEndian</Endianess></IntReg>
  <Boolean Name="UserOutputValue"><pValue>UserOutputValueRegister</pValue></Boolean>
  <IntReg Name="UserOutputValueRegister"><Address>0x500c</Address><Length>4</Length><AccessMode>RW</AccessMode>
    <pPort>Device</pPort><Sign>Unsigned</Sign><Endianess>BigEndian</Endianess></IntReg>
)";

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
};

// What the simulator says of itself, with an output line besides.
std::string description_with_output() {
  const std::unique_ptr<ArvFakeCamera, Unref> plain(arv_fake_camera_new("SG-GIGE-1"));
  std::size_t size = 0;
  const char* text = arv_fake_camera_get_genicam_xml(plain.get(), &size);
  std::string description(text, size);
  description.insert(description.find("</RegisterDescription>"), output_features);
  return description;
}

// Aravis' own simulator of a GigE Vision camera: the real protocols, GVCP and GVSP, on the loopback of this machine.
class GigeRig final : public Rig {
 public:
  GigeRig() {
    std::ofstream(description_) << description_with_output();
    come_back();
  }

  std::string hindrance() const override {
    if (arv_gv_fake_camera_is_running(camera_.get()) != FALSE) return {};
    return "the GigE Vision simulator cannot listen on UDP port 3956 of 127.0.0.1";
  }
  std::unique_ptr<Device> make_device() override {
    auto device = camera::make_device({.driver = Driver::aravis, .address = loopback});
    return device ? std::move(*device) : nullptr;
  }
  // The simulator has no line. What waits for Line0 is let see one trigger as of software; the poll between frames
  // takes no notice until both registers say so.
  void pulse_line() override {
    ArvFakeCamera* camera = arv_gv_fake_camera_get_fake_camera(camera_.get());
    arv_fake_camera_write_register(camera, ARV_FAKE_CAMERA_REGISTER_TRIGGER_SOURCE, 1);
    arv_fake_camera_write_register(camera, ARV_FAKE_CAMERA_REGISTER_TRIGGER_SOFTWARE, 1);
  }
  bool is_output_high() override {
    guint32 value = 0;
    arv_fake_camera_read_register(arv_gv_fake_camera_get_fake_camera(camera_.get()), user_output_value, &value);
    return value != 0;
  }
  void lose_all_frames(bool on) override { lose(on ? 1.0 : 0.0); }
  // Of a frame's 190 packets and more some are lost with certainty, and some arrive.
  void lose_parts_of_frames(bool on) override { lose(on ? 0.2 : 0.0); }
  void vanish() override { camera_.reset(); }
  void come_back() override {
    camera_.reset(arv_gv_fake_camera_new_full(loopback, "SG-GIGE-1", description_.string().c_str()));
  }
  void let_another_take_control() override { other_.reset(arv_camera_new(loopback, nullptr)); }
  void let_another_go() override { other_.reset(); }

 private:
  test::TemporaryDirectory folder_;
  const std::filesystem::path description_ = folder_.path() / "camera.xml";
  void lose(double share) { g_object_set(camera_.get(), "gvsp-lost-ratio", share, nullptr); }

  std::unique_ptr<ArvGvFakeCamera, Unref> camera_;
  std::unique_ptr<ArvCamera, Unref> other_;
};

}  // namespace

RigKind gige_rig() {
  return {"gige_vision", [] { return std::make_unique<GigeRig>(); }};
}

}  // namespace sightglass::camera
