// An RTSP server of GStreamer's, as a network's camera is one: rtsp_server PORT KIND [USER PASSWORD].
//   KIND  h264 blue, mjpeg red; 320×240 at 25 frames a second
// Writes its port on the descriptor 3 when it listens, and ends with whoever started it.
#include <gst/gst.h>
#include <gst/rtsp-server/rtsp-server.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>

namespace {

std::string pipeline_of(std::string_view kind) {
  const std::string colour = kind == "h264" ? "blue" : "red";
  const std::string source = "videotestsrc is-live=true pattern=" + colour +
                             " ! video/x-raw,format=I420,"
                             "width=320,height=240,framerate=25/1 ! ";
  if (kind == "h264")
    return "( " + source + "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 ! rtph264pay name=pay0 )";
  return "( " + source + "jpegenc quality=95 ! rtpjpegpay name=pay0 pt=26 )";
}

// Nobody but this user is let in.
void require(GstRTSPServer* server, GstRTSPMediaFactory* factory, const char* user, const char* password) {
  GstRTSPAuth* auth = gst_rtsp_auth_new();
  GstRTSPToken* token = gst_rtsp_token_new(GST_RTSP_TOKEN_MEDIA_FACTORY_ROLE, G_TYPE_STRING, "viewer", nullptr);
  gchar* basic = gst_rtsp_auth_make_basic(user, password);
  gst_rtsp_auth_add_basic(auth, basic, token);
  g_free(basic);
  gst_rtsp_token_unref(token);
  gst_rtsp_server_set_auth(server, auth);
  g_object_unref(auth);
  gst_rtsp_media_factory_add_role(factory, "viewer", GST_RTSP_PERM_MEDIA_FACTORY_ACCESS, G_TYPE_BOOLEAN, TRUE,
                                  GST_RTSP_PERM_MEDIA_FACTORY_CONSTRUCT, G_TYPE_BOOLEAN, TRUE, nullptr);
}

}  // namespace

int main(int argc, char** argv) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (argc != 3 && argc != 5) return 2;
  gst_init(nullptr, nullptr);
  GstRTSPServer* server = gst_rtsp_server_new();
  gst_rtsp_server_set_address(server, "127.0.0.1");
  gst_rtsp_server_set_service(server, argv[1]);
  GstRTSPMediaFactory* factory = gst_rtsp_media_factory_new();
  gst_rtsp_media_factory_set_launch(factory, pipeline_of(argv[2]).c_str());
  gst_rtsp_media_factory_set_shared(factory, TRUE);
  if (argc == 5) require(server, factory, argv[3], argv[4]);
  GstRTSPMountPoints* mounts = gst_rtsp_server_get_mount_points(server);
  gst_rtsp_mount_points_add_factory(mounts, "/camera", factory);
  g_object_unref(mounts);
  if (gst_rtsp_server_attach(server, nullptr) == 0) return 1;
  ::dprintf(3, "%d\n", gst_rtsp_server_get_bound_port(server));
  ::close(3);
  g_main_loop_run(g_main_loop_new(nullptr, FALSE));
}
