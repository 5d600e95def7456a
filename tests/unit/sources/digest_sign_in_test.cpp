// Signing in by Digest, and what is said to those who chose the wrong way.
#include <openssl/evp.h>

#include "sources/still/still_gateway.hpp"
#include "sources/webdav/webdav_gateway.hpp"
#include "unit/sources/http_source_fixture.hpp"

namespace sightglass::sources {
namespace {

const std::string challenge = "Digest realm=\"cam\", nonce=\"n0nce\", qop=\"auth\", algorithm=MD5";

std::string md5(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int length = 0;
  EVP_Digest(text.data(), text.size(), hash.data(), &length, EVP_md5(), nullptr);
  std::string hex;
  for (unsigned int i = 0; i < length; ++i) {
    hex += "0123456789abcdef"[hash[i] >> 4U];
    hex += "0123456789abcdef"[hash[i] & 15U];
  }
  return hex;
}

std::string member(const std::string& field, const std::string& name) {
  const auto begin = field.find(" " + name + "=");
  if (begin == std::string::npos) return {};
  std::string value = field.substr(begin + name.size() + 2);
  value.resize(std::min(value.find(','), value.size()));
  std::erase(value, '"');
  return value;
}

class DigestSignInTest : public HttpSourceTest {
 protected:
  Access signed_in(std::string_view path, SignIn sign_in) const {
    auto access = this->access(path);
    access.sign_in = sign_in;
    access.username = "camera";
    access.secret = "correct horse";
    return access;
  }

  // RFC 7616, 3.4.1
  static bool is_right(const Request& request) {
    const auto found = request.fields.find("authorization");
    if (found == request.fields.end() || !found->second.starts_with("Digest ")) return false;
    const std::string& field = found->second;
    const std::string expected = md5(md5("camera:cam:correct horse") + ":n0nce:" + member(field, "nc") + ":" +
                                     member(field, "cnonce") + ":auth:" + md5(request.method + ":" + request.target));
    return member(field, "uri") == request.target && member(field, "response") == expected;
  }

  Failure failure_at(SignIn sign_in, const Reply& reply) {
    answer = [=](const Request&) { return reply; };
    std::vector<RemoteFile> files;
    const auto listed = list(*make_still_gateway(signed_in("/a.jpg", sign_in), politeness, clock, limits), files);
    EXPECT_FALSE(listed);
    return listed ? Failure{} : listed.error();
  }
};

TEST_F(DigestSignInTest, answers_what_the_camera_asks) {
  answer = [](const Request& request) {
    if (is_right(request)) return Reply{.body = "picture"};
    return Reply{.status = 401, .fields = {{"WWW-Authenticate", challenge}}, .body = "Who are you?"};
  };
  std::vector<RemoteFile> files;
  const auto camera =
      make_still_gateway(signed_in("/cgi-bin/snap.jpg?channel=1", SignIn::digest), politeness, clock, limits);
  const auto listed = list(*camera, files);
  ASSERT_TRUE(listed) << listed.error().error.message << " | " << listed.error().error.cause;
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].bytes, 7);
  for (const auto& request : requests) {
    const auto found = request.fields.find("authorization");
    if (found != request.fields.end()) EXPECT_FALSE(found->second.contains("correct horse"));
  }
}

TEST_F(DigestSignInTest, sends_the_question_of_webdav_anew) {
  answer = [](const Request& request) {
    if (!is_right(request)) return Reply{.status = 401, .fields = {{"WWW-Authenticate", challenge}}};
    EXPECT_TRUE(request.body.contains("getlastmodified")) << request.body;
    return Reply{.status = 207,
                 .body =
                     "<multistatus xmlns='DAV:'><response><href>/pictures/a.jpg</href><propstat><prop>"
                     "<getcontentlength>3</getcontentlength></prop><status>HTTP/1.1 200 OK</status></propstat>"
                     "</response></multistatus>"};
  };
  std::vector<RemoteFile> files;
  const auto listed =
      list(*make_webdav_gateway(signed_in("/pictures/", SignIn::digest), politeness, clock, limits), files);
  ASSERT_TRUE(listed) << listed.error().error.message << " | " << listed.error().error.cause;
  EXPECT_EQ(paths(files), std::vector<std::string>{"a.jpg"});
}

TEST_F(DigestSignInTest, does_not_sign_in_elsewhere) {
  std::vector<Request> elsewhere;
  test::TinyServer other([&](const Request& request) {
    elsewhere.push_back(request);
    return Reply{.status = 401, .fields = {{"WWW-Authenticate", challenge}}};
  });
  answer = [&](const Request&) { return Reply{.status = 302, .fields = {{"Location", other.address() + "/a.jpg"}}}; };
  std::vector<RemoteFile> files;
  const auto listed = list(*make_still_gateway(signed_in("/a.jpg", SignIn::digest), politeness, clock, limits), files);
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().trouble, Trouble::credentials);
  ASSERT_EQ(elsewhere.size(), 1U);
  EXPECT_FALSE(elsewhere[0].fields.contains("authorization"));
}

TEST_F(DigestSignInTest, says_that_the_password_is_wrong) {
  const auto failure =
      failure_at(SignIn::digest, {.status = 401, .fields = {{"WWW-Authenticate", challenge}}, .body = "no"});
  EXPECT_EQ(failure.trouble, Trouble::credentials);
  EXPECT_EQ(failure.error.field, "auth_password");
}

TEST_F(DigestSignInTest, says_which_way_the_server_knows) {
  const auto basic = failure_at(SignIn::basic, {.status = 401, .fields = {{"WWW-Authenticate", challenge}}});
  EXPECT_EQ(basic.error.field, "auth_type");
  EXPECT_TRUE(basic.error.message.contains("Digest")) << basic.error.message;
  const auto digest =
      failure_at(SignIn::digest, {.status = 401, .fields = {{"WWW-Authenticate", "Basic realm=\"cam\""}}});
  EXPECT_EQ(digest.error.field, "auth_type");
  const auto both = failure_at(
      SignIn::basic,
      {.status = 401, .fields = {{"WWW-Authenticate", challenge}, {"WWW-Authenticate", "Basic realm=\"cam\""}}});
  EXPECT_EQ(both.error.field, "auth_password");
}

}  // namespace
}  // namespace sightglass::sources
