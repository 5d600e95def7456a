// Any bytes as a page cursor, as the key of one, and as what happens to one on its way: every key survives the way
// there and back, and whatever text decodes is the very text its key encodes to. The checksum turns nearly every text
// away, so most of the work is done on cursors made from the bytes and then damaged.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "http/page_cursor.hpp"

namespace {

using namespace sightglass;
using database::CursorKey;
using database::photos::Sort;

constexpr std::array<std::string_view, 8> lists{"jobs",  "assets", "locations", "users",
                                                "audit", "tokens", "analysis",  ""};
constexpr std::array sorts{Sort::newest_taken, Sort::oldest_taken, Sort::newest_uploaded, Sort::oldest_uploaded};

// Hands out the input piece by piece; zeros when it has come to its end.
class Input {
 public:
  explicit Input(std::span<const std::uint8_t> bytes) : rest_(bytes) {}
  std::uint8_t byte() { return number<std::uint8_t>(); }
  template <typename Number>
  Number number() {
    Number value{};
    const auto count = std::min(rest_.size(), sizeof value);
    if (count > 0) std::memcpy(&value, rest_.data(), count);
    rest_ = rest_.subspan(count);
    return value;
  }
  core::Uuid uuid() { return {number<std::array<std::uint8_t, 16>>()}; }

 private:
  std::span<const std::uint8_t> rest_;
};

void require(bool claim) {
  if (!claim) std::abort();
}

// As every list and in every order: accepted by one at the most, and then as the text it would itself give out.
void read_text(const std::string& text) {
  int readers = 0;
  for (const auto list : lists) {
    const auto key = database::decode_cursor(text, list);
    require(key ? database::encode_cursor(list, *key) == text : key.error().field == "cursor");
    readers += key ? 1 : 0;
  }
  for (const auto sort : sorts) {
    const auto key = database::decode_cursor(text, sort);
    require(key ? database::encode_cursor(sort, *key) == text : key.error().field == "cursor");
    readers += key ? 1 : 0;
  }
  require(readers <= 1);
  static_cast<void>(http::read_id_cursor<core::JobId>("jobs", text));
}

// Characters changed, put in, taken out and swapped, as many as the input asks for.
std::string damaged(std::string text, Input& input) {
  for (int edits = input.byte() % 8; edits > 0 && !text.empty(); --edits) {
    const auto at = input.byte() % text.size();
    const auto character = static_cast<char>(input.byte());
    switch (input.byte() % 5) {
      case 0: text[at] = character; break;
      case 1: text.insert(at, 1, character); break;
      case 2: text.erase(at, 1); break;
      case 3: std::swap(text[at], text.back()); break;
      default: text.resize(at); break;
    }
  }
  return text;
}

void round_trip(std::string_view list, const CursorKey& key, Input& input) {
  const auto text = database::encode_cursor(list, key);
  require(text.size() == 40);
  require(database::decode_cursor(text, list) == key);
  read_text(text);
  read_text(damaged(text, input));
}

void round_trip(Sort sort, const database::photos::PageKey& key, Input& input) {
  const auto text = database::encode_cursor(sort, key);
  const auto back = database::decode_cursor(text, sort);
  require(back && back->at == key.at && back->id == key.id);
  read_text(text);
  read_text(damaged(text, input));
}

template <typename Id>
struct Row {
  Id id{};
};

// A page that was cut leads on after the last row it shows, and a page that was not leads nowhere.
template <typename Id>
void cut(std::vector<Row<Id>> rows, std::int32_t limit) {
  const auto count = rows.size();
  const auto next = http::cut_page(rows, limit, "jobs");
  require(next.has_value() == (count > static_cast<std::size_t>(limit)));
  const auto after = http::read_id_cursor<Id>("jobs", next);
  require(after && after->has_value() == next.has_value());
  if (next) require(**after == rows.back().id && rows.size() == static_cast<std::size_t>(limit));
}

void cut_pages(Input& input) {
  const auto limit = 1 + input.byte() % 4;
  std::vector<Row<core::JobId>> jobs;
  std::vector<Row<core::AssetId>> assets;
  for (int count = input.byte() % 8; count > 0; --count) {
    jobs.push_back({{input.number<std::int64_t>()}});
    assets.push_back({{input.uuid()}});
  }
  cut(jobs, limit);
  cut(assets, limit);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  read_text(std::string(reinterpret_cast<const char*>(bytes), size));
  Input input({bytes, size});
  const auto choice = input.byte();
  const CursorKey key{.number = input.number<std::int64_t>(), .id = input.uuid()};
  round_trip(lists[choice % lists.size()], key, input);
  round_trip(sorts[choice / lists.size() % sorts.size()], {.at = core::from_micros(key.number), .id = {key.id}}, input);
  cut_pages(input);
  return 0;
}
