// Pages that no server would send, and those that are none of a directory.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sources/http_index/listing_page.hpp"

namespace sightglass::sources::http_index {
namespace {

Remote<http::FolderPage> read(std::string_view body, std::string_view type = "text/html",
                              std::string_view address = "http://files.example/pictures/") {
  return read_listing({.address = *http::parse_web_address(address), .content_type = type, .server = "", .body = body});
}

std::vector<std::string> names(std::string_view body, std::string_view type = "text/html",
                               std::string_view address = "http://files.example/pictures/") {
  const auto page = read(body, type, address);
  std::vector<std::string> all;
  if (!page) return {"failure: " + page.error().error.message};
  for (const auto& child : page->children) all.push_back(child.name);
  return all;
}

using Names = std::vector<std::string>;

bool is_no_listing(std::string_view body, std::string_view type = "text/html") {
  const auto page = read(body, type);
  return !page && page.error().trouble == Trouble::listing && page.error().concerns_source;
}

TEST(HostilePagesTest, takes_names_from_links_and_from_nothing_else) {
  EXPECT_EQ(names(R"(<script>document.write('<a href="script.jpg">x</a>')</script>
      <style>a::after { content: '<a href="style.jpg">'; }</style><!-- <a href="comment.jpg">x</a> -->
      <textarea>no.jpg</textarea><title><a href="title.jpg">x</a></title>
      <img src="image.jpg"><link href="link.jpg"><iframe src="frame.jpg"></iframe><form action="form.jpg"></form>
      <p title='<a href="attribute.jpg">'>text.jpg</p><a name="anchor.jpg">x</a><a data-href="data.jpg">x</a>
      <a HREF = real.jpg >other.jpg</a><A href='second.jpg'>truncated na..&gt;</A>)"),
            (Names{"real.jpg", "second.jpg"}));
}

TEST(HostilePagesTest, leaves_out_what_does_not_lie_below) {
  EXPECT_EQ(names(R"page(<h1>Index of /pictures</h1><a href="/">up</a><a href="../">up</a><a href="..">up</a>
      <a href="?C=N;O=D">Name</a><a href="?sort=size">Size</a><a href="./?x=1">x</a><a href="#top">top</a>
      <a href="http://other.example/pictures/a.jpg">x</a><a href="https://files.example/pictures/b.jpg">x</a>
      <a href="http://files.example:8080/pictures/c.jpg">x</a><a href="//other.example/d.jpg">x</a>
      <a href="/elsewhere/e.jpg">x</a><a href="deep/er/f.jpg">x</a><a href="%2e%2e/g.jpg">x</a>
      <a href="javascript:alert(1)">x</a><a href="mailto:a@b.jpg">a@b.jpg</a><a href="data:image/jpeg,x">x</a>
      <a href="file:///etc/passwd">x</a><a href="">x</a><a>x</a>
      <a href="http://files.example/pictures/yes.jpg?size=large#x">x</a>)page"),
            Names{"yes.jpg"});
}

TEST(HostilePagesTest, refuses_names_that_no_file_has_and_says_so) {
  std::string text =
      "<a href='..%2f..%2fetc%2fpasswd'>x</a><a href='a%00.jpg'>x</a><a href='b@.jpg'>x</a>"
      "<a href='line%0aend.jpg'>x</a><a href='good.jpg'>x</a>";
  text[text.find('@')] = '\0';
  const auto page = read(text);
  ASSERT_TRUE(page);
  ASSERT_EQ(page->children.size(), 2u);
  EXPECT_EQ(page->children[0].name, "line\nend.jpg");
  EXPECT_EQ(page->children[1].name, "good.jpg");
  EXPECT_EQ(page->warnings.size(), 3u);
  for (const auto& warning : page->warnings)
    EXPECT_EQ(warning.find_first_of(std::string_view("\0\n", 2)), std::string::npos) << warning;
  EXPECT_EQ(names(R"(["../up.jpg", "a/b.jpg", "..", ".", "", "x\u0000.jpg", "good.jpg"])"), Names{"good.jpg"});
  EXPECT_EQ(names("../up.jpg\na/b.jpg\n..\n/etc/passwd\ngood.jpg\n", "text/plain"), Names{"good.jpg"});
}

TEST(HostilePagesTest, takes_long_names_and_refuses_those_without_end) {
  const std::string longest(2000, 'n');
  EXPECT_EQ(names("<a href='" + longest + "'>x</a><a href='" + std::string(100'000, 'm') + "'>x</a>"), Names{longest});
}

TEST(HostilePagesTest, keeps_the_bytes_of_names_in_any_encoding) {
  EXPECT_EQ(names("<a href='\xfc.jpg'>x</a><a href='%FC2.jpg'>x</a><a href='\xc3\xbc.jpg'>x</a>"),
            (Names{"\xfc.jpg",
                   "\xfc"
                   "2.jpg",
                   "\xc3\xbc.jpg"}));
  EXPECT_EQ(names("<meta charset='shift_jis'><a href='%93%fa.jpg'>x</a><a href='&#252;&amp;.jpg'>x</a>"),
            (Names{"\x93\xfa.jpg", "\xc3\xbc&.jpg"}));
}

TEST(HostilePagesTest, reads_pages_in_utf16) {
  const std::string_view page = "<html><a href='a.jpg'>a</a></html>";
  std::string little = "\xff\xfe", big = "\xfe\xff", unmarked;
  for (const char c : page) {
    little += {c, '\0'};
    big += {'\0', c};
    unmarked += {c, '\0'};
  }
  EXPECT_EQ(names(little), Names{"a.jpg"});
  EXPECT_EQ(names(big), Names{"a.jpg"});
  EXPECT_EQ(names(unmarked, "text/html; charset=UTF-16"), Names{"a.jpg"});
}

TEST(HostilePagesTest, counts_links_from_the_base_that_a_page_names) {
  EXPECT_EQ(names("<base href='/pictures/'><a href='a.jpg'>a</a>", "text/html", "http://files.example/pictures/"),
            Names{"a.jpg"});
  EXPECT_TRUE(is_no_listing("<base href='http://other.example/'><a href='a.jpg'>a</a>"));
}

TEST(HostilePagesTest, finds_the_folder_of_an_address_without_its_last_slash) {
  EXPECT_EQ(names("<a href='/pictures/a.jpg'>a</a>", "text/html", "http://files.example/pictures"), Names{"a.jpg"});
  EXPECT_EQ(names("<a href='a.jpg'>a</a>", "text/html", "http://files.example/pictures/index.html?x=1"),
            Names{"a.jpg"});
}

TEST(HostilePagesTest, tells_pages_that_are_no_directory) {
  EXPECT_TRUE(
      is_no_listing("<html><form><input name=user><input type=password></form><a href='lost.html'>Lost?</a></html>"));
  EXPECT_TRUE(is_no_listing("<html><h1>It works!</h1></html>"));
  EXPECT_TRUE(is_no_listing("<html><body>Index</body></html>", "application/json"));
  EXPECT_TRUE(is_no_listing("\xff\xd8\xff\xe0\x10JFIF\x01\x02", "image/jpeg"));
  EXPECT_TRUE(is_no_listing(""));
  EXPECT_TRUE(is_no_listing("   \n"));
  EXPECT_TRUE(is_no_listing("Please come back later", "text/html"));
  EXPECT_TRUE(is_no_listing("<?xml version='1.0'?><list"));
}

TEST(HostilePagesTest, takes_empty_directories_for_what_they_are) {
  EXPECT_EQ(names("<html><title>Index of /pictures/</title><hr><pre><a href=\"../\">../</a>\n</pre></html>"), Names{});
  EXPECT_EQ(names("[]", "application/json"), Names{});
  EXPECT_EQ(names("<?xml version=\"1.0\"?><list>\n</list>"), Names{});
}

TEST(HostilePagesTest, survives_what_is_broken) {
  EXPECT_EQ(names("<a href='a.jpg'>a<a href='b.jpg'>b</pre></table><tr><td><a href=c.jpg"), (Names{"a.jpg", "b.jpg"}));
  EXPECT_TRUE(is_no_listing("[{\"name\":"));
  EXPECT_TRUE(is_no_listing(std::string(100'000, '[')));
  EXPECT_EQ(names(R"([{"name":5},{"size":1},{"name":"a.jpg","size":-1,"mtime":7},{"name":"b.jpg","size":"x"},null,7])"),
            (Names{"a.jpg", "b.jpg"}));
}

TEST(HostilePagesTest, gives_up_on_pages_nested_beyond_sense) {
  std::string deep;
  for (int i = 0; i < 2'000'000; ++i) deep += "<b>";
  EXPECT_TRUE(is_no_listing(deep + "<a href='a.jpg'>x</a>"));
}

TEST(HostilePagesTest, reads_a_page_of_fifty_megabytes) {
  std::string page = "<html><title>Index of /pictures/</title><pre>\n";
  std::size_t links = 0;
  while (page.size() < (50u << 20)) {
    const std::string name = "frame_" + std::to_string(links++) + ".jpg";
    page += "<a href=\"" + name + "\">" + name + "</a>                       27-Mar-2025 21:52     5583698\n";
  }
  const auto listed = read(page);
  ASSERT_TRUE(listed) << listed.error().error.message;
  EXPECT_EQ(listed->children.size(), links);
  EXPECT_EQ(listed->children.back().bytes, 5583698);
}

TEST(HostilePagesTest, believes_no_facts_that_could_be_of_another_file) {
  const auto page = read(
      "<tr><td><a href='a.jpg'>a</a> <a href='b.jpg'>b</a></td><td>2025-03-27 21:52</td><td>12</td></tr>"
      "<tr><td><a href='c.jpg'>c</a></td><td>2025-03-27 21:52</td><td>12</td><td>99</td></tr>"
      "<tr><td><a href='d.jpg'>d</a></td><td>17</td></tr>");
  ASSERT_TRUE(page);
  ASSERT_EQ(page->children.size(), 4u);
  EXPECT_FALSE(page->children[0].bytes);
  EXPECT_FALSE(page->children[1].modified_at);
  EXPECT_EQ(page->children[2].bytes, 12);
  EXPECT_FALSE(page->children[3].bytes) << "a number may be anything";
}

}  // namespace
}  // namespace sightglass::sources::http_index
