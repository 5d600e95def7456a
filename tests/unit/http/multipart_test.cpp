#include "http/multipart.hpp"

#include <gtest/gtest.h>

#include "http/multipart_headers.hpp"

namespace sightglass::http {
namespace {

// Writes what it sees as one text, with neighbouring writes run together.
class TracingSink final : public UploadSink {
 public:
  core::Result<void> begin_part(const PartHeaders& headers) override {
    trace += "<" + headers.name + "|" + headers.filename.value_or("-") + "|" + headers.content_type + ">";
    return {};
  }
  core::Result<void> write(std::string_view bytes) override {
    trace += bytes;
    return {};
  }
  core::Result<void> end_part() override {
    trace += "</>";
    return {};
  }
  core::Result<Response> finish() override { return Response::empty(200); }
  std::string trace{};
};

constexpr std::string_view tricky =
    "a preamble\r\n--bXb\r\n"
    "Content-Disposition: form-data; name=\"a\"\r\n\r\nvalue\r\n"
    "--bXb  \r\n"
    "Content-Disposition: form-data; name=\"f\"; filename=\"x.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"
    "\r\n--bX\r\n--bXa\r\r\n-\r\n--\r\n\r\n--bXb\r\n"
    "Content-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n--bXb--\r\nan epilogue\r\n--bXb\r\n";
constexpr std::string_view tricky_trace =
    "<a|-|>value</><f|x.jpg|image/jpeg>\r\n--bX\r\n--bXa\r\r\n-\r\n--\r\n</><empty|-|></>";

core::Result<std::string> parse(std::string_view body, std::string_view boundary = "bXb", MultipartLimits limits = {}) {
  TracingSink sink;
  MultipartParser parser(boundary, sink, limits);
  SG_TRY(parser.feed(body));
  SG_TRY(parser.end());
  return sink.trace;
}

std::string field(std::string_view disposition, std::string_view content = "v") {
  return "--bXb\r\nContent-Disposition: " + std::string(disposition) + "\r\n\r\n" + std::string(content) +
         "\r\n--bXb--\r\n";
}

TEST(Multipart, sees_the_same_parts_wherever_a_body_is_cut_in_three) {
  ASSERT_EQ(parse(tricky).value_or("refused"), tricky_trace);
  for (std::size_t first = 0; first <= tricky.size(); ++first) {
    for (std::size_t second = first; second <= tricky.size(); ++second) {
      TracingSink sink;
      MultipartParser parser("bXb", sink);
      ASSERT_TRUE(parser.feed(tricky.substr(0, first)));
      ASSERT_TRUE(parser.feed(tricky.substr(first, second - first)));
      ASSERT_TRUE(parser.feed(tricky.substr(second)));
      ASSERT_TRUE(parser.end());
      ASSERT_EQ(sink.trace, tricky_trace) << first << ' ' << second;
    }
  }
}

TEST(Multipart, sees_the_same_parts_byte_by_byte) {
  TracingSink sink;
  MultipartParser parser("bXb", sink);
  for (const char c : tricky) ASSERT_TRUE(parser.feed({&c, 1}));
  EXPECT_EQ(sink.trace, tricky_trace);
}

TEST(Multipart, accepts_a_form_without_parts) { EXPECT_EQ(parse("--bXb--\r\n").value_or("refused"), ""); }

class WrongFraming : public ::testing::TestWithParam<std::string> {};
TEST_P(WrongFraming, is_refused_naming_the_body) {
  const auto outcome = parse(GetParam());
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, core::ErrorCode::invalid_input);
  EXPECT_EQ(outcome.error().field, "body");
}
INSTANTIATE_TEST_SUITE_P(Multipart, WrongFraming,
                         ::testing::Values("", "no boundary at all", "--bXb", "--bXb\r\n", "--bXb\nContent",
                                           "--bXbz\r\n", "--bXb\r\n\r\nx\r\n--bXb--", std::string(20'000, 'p'),
                                           "--bXb\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nunfinished",
                                           field("form-data"), field("attachment; name=\"a\""),
                                           field("form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\""),
                                           field("form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64"),
                                           field("form-data; name=\"a\"\r\n folded: yes"),
                                           field("form-data; name=\"a\"\nX: y"),
                                           field(std::string("form-data; name=\"a\0\"", 20))));

TEST(Multipart, refuses_thousands_of_parts) {
  std::string body;
  for (int i = 0; i < 2000; ++i) body += "--bXb\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nv\r\n";
  EXPECT_EQ(parse(body + "--bXb--\r\n").error().code, core::ErrorCode::too_large);
}

TEST(Multipart, refuses_headers_over_the_limit_however_they_come) {
  const auto body = field("form-data; name=\"" + std::string(9000, 'n') + "\"");
  EXPECT_EQ(parse(body).error().code, core::ErrorCode::too_large);
  TracingSink sink;
  MultipartParser parser("bXb", sink);
  core::Result<void> outcome;
  for (std::size_t i = 0; i < body.size() && outcome; ++i) outcome = parser.feed(std::string_view(body).substr(i, 1));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, core::ErrorCode::too_large);
}

TEST(MultipartHeaders, reads_names_as_browsers_and_curl_write_them) {
  const auto name_of_file = [](std::string_view disposition) {
    return parse_part_headers("Content-Disposition: form-data; name=\"i\"; " + std::string(disposition))
        .value_or(PartHeaders{})
        .filename.value_or("none");
  };
  EXPECT_EQ(name_of_file("filename=\"a \\\"b\\\" c.jpg\""), "a \"b\" c.jpg");
  EXPECT_EQ(name_of_file("filename=\"a%22b.jpg\""), "a\"b.jpg");
  EXPECT_EQ(name_of_file("filename=\"C:\\photos\\a.jpg\""), "C:\\photos\\a.jpg");
  EXPECT_EQ(name_of_file("filename=\"a;b.jpg\""), "a;b.jpg");
  EXPECT_EQ(name_of_file("filename=plain.jpg"), "plain.jpg");
  EXPECT_EQ(name_of_file("filename=\"\""), "");
  EXPECT_EQ(name_of_file("filename*=UTF-8''caf%C3%A9.jpg"), "caf\xC3\xA9.jpg");
  EXPECT_EQ(name_of_file("filename=\"a.jpg\"; filename*=UTF-8''b.jpg"), "a.jpg");
  EXPECT_EQ(name_of_file("filename=\"\xF0\x9F\x93\xB7.jpg\""), "\xF0\x9F\x93\xB7.jpg");
}

TEST(Boundary, is_read_quoted_and_bare_and_refused_when_impossible) {
  EXPECT_EQ(boundary_of("multipart/form-data; boundary=abc").value_or(""), "abc");
  EXPECT_EQ(boundary_of("Multipart/Form-Data; charset=x; boundary=\"a b:c\"").value_or(""), "a b:c");
  for (const std::string type : {"multipart/form-data", "multipart/form-data; boundary=",
                                 "multipart/form-data; boundary=\"a \"", "multipart/form-data; boundary=a\"b"})
    EXPECT_EQ(boundary_of(type).error().field, "body") << type;
  EXPECT_FALSE(boundary_of("multipart/form-data; boundary=" + std::string(71, 'a')));
  EXPECT_TRUE(boundary_of("multipart/form-data; boundary=" + std::string(70, 'a')));
  EXPECT_EQ(boundary_of("application/json").error().code, core::ErrorCode::unsupported_format);
}

}  // namespace
}  // namespace sightglass::http
