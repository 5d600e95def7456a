#include "vision/codes/make_code_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "vision/codes/agreement.hpp"
#include "vision/codes/picture_copies.hpp"
#include "vision/zbar/code_reader.hpp"
#include "vision/zxing/code_reader.hpp"

namespace sightglass::vision {

namespace {

// Codes on pictures up to this are small as well: twice the size brings their modules over the two pixels that readers
// want. Larger pictures keep theirs.
constexpr std::int32_t small_side = 800;
// What a reading may cost, in pixels of copies; beyond it no further copy is begun. At 15 to 25 ms a megapixel this
// is about 300 ms; ZBar counts four times.
constexpr std::int64_t quick_pixels = 8'000'000;
constexpr std::int64_t thorough_pixels = 16'000'000;

constexpr int most_copies_for_qr = 2;

struct Step {
  Treatment treatment = Treatment::plain;
  bool doubles = false;  // where the picture is small
  bool halves = false;   // where it is not
  std::int32_t degrees = 0;
  Thresholding thresholding = Thresholding::local;
  bool is_pure = false;
  bool asks_both = false;
};

// In the order of what each adds to those before for its time, measured on the tests' set.
constexpr std::array quick_steps{
    Step{.asks_both = true},
    Step{.treatment = Treatment::contrast, .doubles = true, .asks_both = true},
};
constexpr std::array further_steps{
    Step{.treatment = Treatment::sharpened, .doubles = true, .asks_both = true},
    Step{.treatment = Treatment::framed, .thresholding = Thresholding::fixed},
    Step{.doubles = true, .halves = true, .asks_both = true},
    Step{.is_pure = true},
    Step{.treatment = Treatment::contrast, .thresholding = Thresholding::fixed},
    Step{.treatment = Treatment::inverted},
    Step{.degrees = -15},
    Step{.treatment = Treatment::sharpened, .doubles = true, .thresholding = Thresholding::fixed},
    Step{.treatment = Treatment::contrast},
    Step{.doubles = true, .thresholding = Thresholding::fixed},
    Step{.treatment = Treatment::blurred},
    Step{.degrees = 45},
    Step{.degrees = -15, .thresholding = Thresholding::fixed},
    Step{.degrees = 15},
};

class CombinedReader final : public CodeReader {
 public:
  core::Result<std::vector<FoundCode>> read(const core::Raster& picture, CodeEffort effort) override {
    SG_ASSIGN(const auto grey, grey_of(picture));
    Session session{grey};
    session.is_thorough = effort == CodeEffort::thorough;
    session.budget = session.is_thorough ? thorough_pixels : quick_pixels;
    SG_TRY(take(quick_steps[0], session));
    // Of a large picture, a second look costs more than it finds, unless something is in doubt.
    const bool is_small = std::max(picture.size.width, picture.size.height) <= small_side;
    if (is_small || session.is_thorough || session.agreement.is_waiting()) SG_TRY(take(quick_steps[1], session));
    if (session.is_thorough) {
      for (const auto& step : further_steps) SG_TRY(take(step, session));
    }
    auto codes = session.agreement.believed();
    for (auto& code : codes) code.box = core::clipped(code.box, picture.size);
    return codes;
  }

 private:
  struct Session {
    const GreyPicture& picture;
    bool is_thorough = false;
    std::int64_t budget = 0;
    Agreement agreement{};
    std::vector<Copy> copies{};
    bool is_done() const { return !agreement.is_waiting() && !agreement.believed().empty(); }
  };

  static double scale_of(const Step& step, core::Size size) {
    const bool is_small = std::max(size.width, size.height) <= small_side;
    if (is_small) return step.doubles ? 2 : 1;
    return step.halves ? 0.5 : 1;
  }

  core::Result<void> take(const Step& step, Session& session) {
    const Copy wish{step.treatment, scale_of(step, session.picture.size), step.degrees};
    if (session.is_done() || session.budget <= 0) return {};
    SG_ASSIGN(const auto copy, copy_of(session.picture, wish));
    // The same copy read in another way is no other witness.
    auto place = std::ranges::find(session.copies, wish);
    if (place == session.copies.end()) place = session.copies.insert(place, wish);
    const auto number = static_cast<int>(place - session.copies.begin());
    const SymbolSearch search{
        .thresholding = step.thresholding, .wants_linear = !step.is_pure, .is_pure = step.is_pure};
    session.budget -= copy.picture.size.pixels();
    SG_ASSIGN(const auto first, zxing_->read(copy.picture, search));
    collect(first, copy, number, Witness::speaks, session.agreement);
    return step.asks_both ? ask_second(copy, number, session) : core::Result<void>{};
  }

  // ZBar takes four times as long as zxing-cpp: it is asked for bars where it could settle something, and for QR codes,
  // of which it reads some that zxing-cpp does not, only with thorough effort and in the first copies.
  core::Result<void> ask_second(const PictureCopy& copy, int number, Session& session) {
    const SymbolSearch search{
        .wants_linear = session.agreement.is_waiting(),
        .wants_matrix = session.is_thorough && number < most_copies_for_qr && session.agreement.believed().empty()};
    if (!search.wants_linear && !search.wants_matrix) return {};
    session.budget -= 3 * copy.picture.size.pixels();
    SG_ASSIGN(const auto second, zbar_->read(copy.picture, search));
    collect(second, copy, number, Witness::supports, session.agreement);
    return {};
  }

  static void collect(const std::vector<SymbolReading>& readings, const PictureCopy& copy, int number, Witness witness,
                      Agreement& agreement) {
    for (const auto& reading : readings) {
      auto code = found_code(reading.content);
      code.box = box_on_original(copy, reading.box);
      agreement.add(code, reading.content.kind, number, witness);
    }
  }

  std::unique_ptr<SymbolReader> zxing_ = zxing::make_code_reader();
  std::unique_ptr<SymbolReader> zbar_ = zbar::make_code_reader();
};

}  // namespace

std::unique_ptr<CodeReader> make_code_reader() { return std::make_unique<CombinedReader>(); }

}  // namespace sightglass::vision
