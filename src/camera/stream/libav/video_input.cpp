#include "camera/stream/libav/video_input.hpp"

extern "C" {
#include <libavdevice/avdevice.h>
#include <libavutil/log.h>
#include <libavutil/opt.h>
}

#include <array>
#include <cerrno>
#include <utility>

#include "camera/stream/stream_wire.hpp"

namespace sightglass::camera::stream {

namespace {

using core::Result;
using Clock = std::chrono::steady_clock;

// A camera that sends nothing for so long is gone: nobody told us, its cable was pulled.
constexpr std::chrono::milliseconds longest_silence{10'000};

// What cameras send; of all that the libraries can read, nothing else is tried on a stranger's bytes.
constexpr const char* network_formats = "rtsp,sdp,rtp,mpjpeg,mjpeg";
constexpr const char* device_formats = "video4linux2,v4l2";
constexpr const char* codecs = "h264,hevc,mjpeg,mpeg4,rawvideo";
// A camera cannot send us on to a file or another service of this machine.
constexpr const char* protocols = "rtsp,tcp,tls,http,https,rtp";

struct Options {
  AVDictionary* entries = nullptr;
  Options() = default;
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;
  ~Options() { av_dict_free(&entries); }
  void set(const char* key, const char* value) { av_dict_set(&entries, key, value, 0); }
};

// The library's words for a number: they never hold the address.
std::string words_for(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

std::unexpected<core::Error> failed(int code) {
  switch (code) {
    case AVERROR_HTTP_UNAUTHORIZED:
    case AVERROR_HTTP_FORBIDDEN: return core::fail(core::unavailable("the camera refuses this user or password"));
    case AVERROR_HTTP_NOT_FOUND: return core::fail(core::unavailable("the camera has no stream under this path"));
    case AVERROR(ECONNREFUSED): return core::fail(core::unavailable("nothing answers on the camera's port"));
    case AVERROR(ENOENT):
    case AVERROR(ENODEV): return core::fail(core::unavailable("there is no such camera"));
    case AVERROR(EBUSY): return core::fail(core::unavailable("somebody else uses the camera"));
    case AVERROR(EACCES):
    case AVERROR(EPERM): return core::fail(core::unavailable("the camera may not be opened"));
    case AVERROR_EOF: return core::fail(core::unavailable("the camera ended its stream"));
    case AVERROR_INVALIDDATA:
      return core::fail(core::unavailable("what the camera sends is no stream of video known here"));
    default: return core::fail(core::unavailable("the camera's stream cannot be read: " + words_for(code)));
  }
}

void set_options(const StreamAddress& address, Options& options) {
  const bool is_device = address.kind == StreamAddress::Kind::device;
  options.set("format_whitelist", is_device ? device_formats : network_formats);
  options.set("codec_whitelist", codecs);
  if (!is_device) options.set("protocol_whitelist", protocols);
  // Through one connection, so that nothing listens here and no frame arrives in part.
  if (address.kind == StreamAddress::Kind::rtsp) options.set("rtsp_transport", "tcp");
  if (address.kind == StreamAddress::Kind::rtsp) options.set("allowed_media_types", "video");
  if (address.is_secured) options.set("tls_verify", "1");
  if (address.is_secured) options.set("ca_file", "/etc/ssl/certs/ca-certificates.crt");
  if (!is_device) options.set("user_agent", "sightglass");
  // To know size and kind takes a frame or two.
  options.set("fflags", "nobuffer");
  options.set("probesize", "2000000");
  options.set("analyzeduration", "2000000");
}

}  // namespace

VideoInput::VideoInput() : packet_(av_packet_alloc()), frame_(av_frame_alloc()) {}

int VideoInput::is_over(void* self) {
  const auto& input = *static_cast<const VideoInput*>(self);
  return input.is_interrupted_ || Clock::now() > input.deadline_.load() ? 1 : 0;
}

void VideoInput::set_patience(std::chrono::milliseconds patience) { deadline_ = Clock::now() + patience; }

Result<std::unique_ptr<VideoInput>> VideoInput::open(const StreamAddress& address, std::chrono::milliseconds patience,
                                                     const std::function<Result<void>()>& confine) {
  // Its lines tell addresses with their passwords.
  av_log_set_level(AV_LOG_QUIET);
  std::unique_ptr<VideoInput> video(new VideoInput());
  if (!video->packet_ || !video->frame_) return core::fail(core::unavailable("no memory for a stream"));
  const bool is_device = address.kind == StreamAddress::Kind::device;
  if (!is_device) SG_TRY(confine());
  video->set_patience(patience);
  SG_TRY(video->open_container(address));
  if (is_device) SG_TRY(confine());
  SG_TRY(video->open_decoder());
  return video;
}

// Interrupted, the libraries say many things.
std::unexpected<core::Error> VideoInput::why_not_opened(int code) const {
  if (Clock::now() > deadline_.load()) return core::fail(core::ErrorCode::timeout, "the camera did not answer in time");
  return failed(code);
}

Result<void> VideoInput::open_container(const StreamAddress& address) {
  AVFormatContext* context = avformat_alloc_context();
  if (context == nullptr) return core::fail(core::unavailable("no memory for a stream"));
  context->interrupt_callback = {.callback = &VideoInput::is_over, .opaque = this};
  const AVInputFormat* format = nullptr;
  if (address.kind == StreamAddress::Kind::device) {
    avdevice_register_all();
    format = av_find_input_format("v4l2");
  }
  Options options;
  set_options(address, options);
  // Frees the context when it fails.
  const int outcome = avformat_open_input(&context, address.whole.c_str(), format, &options.entries);
  if (outcome < 0) return why_not_opened(outcome);
  input_.reset(context);
  return {};
}

Result<void> VideoInput::open_decoder() {
  if (const int outcome = avformat_find_stream_info(input_.get(), nullptr); outcome < 0) return why_not_opened(outcome);
  const AVCodec* codec = nullptr;
  stream_ = av_find_best_stream(input_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
  if (stream_ < 0 || codec == nullptr)
    return core::fail(core::unavailable("the camera's stream has no video of a kind known here"));
  const auto& parameters = *input_->streams[stream_]->codecpar;
  decoder_.reset(avcodec_alloc_context3(codec));
  if (!decoder_ || avcodec_parameters_to_context(decoder_.get(), &parameters) < 0)
    return core::fail(core::unavailable("no memory for a stream's decoder"));
  decoder_->thread_count = 1;  // more would hold frames back
  decoder_->flags |= AV_CODEC_FLAG_LOW_DELAY;
  decoder_->max_pixels = std::int64_t{wire::most_side} * wire::most_side;
  decoder_->pkt_timebase = input_->streams[stream_]->time_base;
  if (const int outcome = avcodec_open2(decoder_.get(), codec, nullptr); outcome < 0) return failed(outcome);
  const auto* facts = avcodec_descriptor_get(parameters.codec_id);
  is_each_whole_ = facts != nullptr && (facts->props & AV_CODEC_PROP_INTRA_ONLY) != 0;
  if (parameters.width < 1 || parameters.height < 1)
    return core::fail(core::ErrorCode::timeout, "the camera sent no whole frame in time");
  return {};
}

core::Size VideoInput::size() const {
  const auto& parameters = *input_->streams[stream_]->codecpar;
  return {parameters.width, parameters.height};
}

AVPixelFormat VideoInput::pixels() const {
  return static_cast<AVPixelFormat>(input_->streams[stream_]->codecpar->format);
}

const char* VideoInput::codec() const { return decoder_->codec->name; }

Result<VideoInput::Read> VideoInput::read(bool is_wanted) {
  // What the decoder still holds of the last packet comes first.
  int outcome = avcodec_receive_frame(decoder_.get(), frame_.get());
  if (outcome == AVERROR(EAGAIN)) {
    set_patience(longest_silence);
    outcome = av_read_frame(input_.get(), packet_.get());
    if (outcome == AVERROR(EAGAIN)) return Read::nothing;
    if (outcome < 0 && is_over(this) != 0) return core::fail(core::unavailable("the camera sends nothing any more"));
    if (outcome < 0) return failed(outcome);
    const bool is_ours = packet_->stream_index == stream_;
    const bool is_used = is_ours && (is_wanted || !is_each_whole_);
    const bool is_torn = (packet_->flags & AV_PKT_FLAG_CORRUPT) != 0;
    outcome = is_used ? avcodec_send_packet(decoder_.get(), packet_.get()) : AVERROR(EAGAIN);
    av_packet_unref(packet_.get());
    if (is_used && (outcome < 0 || is_torn)) return Read::broken;
    if (is_ours && !is_used) return Read::skipped;
    if (is_used) outcome = avcodec_receive_frame(decoder_.get(), frame_.get());
  }
  if (outcome == AVERROR(EAGAIN)) return Read::nothing;
  if (outcome == AVERROR_EOF) return core::fail(core::unavailable("the camera ended its stream"));
  if (outcome < 0) return Read::broken;
  const bool is_broken = frame_->decode_error_flags != 0 || (frame_->flags & AV_FRAME_FLAG_CORRUPT) != 0;
  return is_broken ? Read::broken : Read::frame;
}

std::int64_t VideoInput::timestamp_ns() const {
  if (frame_->best_effort_timestamp == AV_NOPTS_VALUE) return -1;
  const auto nanoseconds =
      av_rescale_q(frame_->best_effort_timestamp, input_->streams[stream_]->time_base, AVRational{1, 1'000'000'000});
  return nanoseconds < 0 ? -1 : nanoseconds;
}

}  // namespace sightglass::camera::stream
