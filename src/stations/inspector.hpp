// What is done with the frame of one trigger: judged, kept, filed. The same for frames that come now and for those that
// a crash or a full disk left behind.
#pragma once

#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/raw_image.hpp"
#include "core/result.hpp"
#include "imaging/decoder.hpp"
#include "ingest/accept.hpp"
#include "ingest/admission.hpp"
#include "inspection/frame_judge.hpp"
#include "stations/frame_spill.hpp"
#include "stations/inspection_folders.hpp"
#include "stations/trigger_journal.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::stations {

// Thread-safe; one inspection is worked on by one thread at a time. Blocks.
class Inspector {
 public:
  using Row = database::triggers::Trigger;
  struct Parts {
    TriggerJournal& journal;
    const InspectionFolders& folders;
    const FrameSpill& spill;
    inspection::FrameJudge& judge;
    imaging::Decoder& decoder;
    storage::BlobStore& blobs;  // of photos
    ingest::Admission& admission;
    ingest::Ingest& ingest;
    const core::Clock& clock;
    std::function<void()> wake_outputs;  // when a verdict was journaled
  };
  explicit Inspector(Parts parts) : parts_(std::move(parts)) {}

  // To be called before frames come, with a station's recipe: its model is read already when the first one does.
  void warm(const std::string& recipe);
  // Judges the frame while its original is made durable, and journals the verdict: the row is judged, or failed when
  // the original could not be kept. What is returned is for file(). Errors: the database's; then the row is as it was.
  core::Result<inspection::Judgement> judge(Row& row, const core::RawImage& frame);
  // Makes the rest of the files of a judged row and puts them to their place: the row is filed. Where that cannot be
  // done now it stays judged or built, says why, and settle() tries again. Errors: the database's.
  core::Result<void> file(Row& row, const core::RawImage& frame, const inspection::Judgement& judgement);
  // Brings a row that is not at an end on its way again, from what is on disk. Errors: the database's.
  core::Result<void> settle(Row row);
  // Of a row whose frame is gone: its id goes along. Errors: the database's.
  core::Result<void> lose(Row row, const std::string& why);
  // Before any station runs, with what is unfinished: the ids of triggers whose pictures went with the program wait
  // again, unless a trigger came behind them; then they are lost with their ids. Errors: the database's.
  core::Result<void> give_ids_back(std::span<const Row> left);
  // Files an inspection that is whole under the id it got later. Errors: TriggerJournal::rename()'s; those of
  // InspectionFolders, after which settle() tries again.
  core::Result<Row> name(core::TriggerId id, std::string_view image_id);

 private:
  core::Result<std::string> develop(const Row& row, const core::RawImage& frame);
  core::Result<inspection::Judgement> look(const Row& row, const core::RawImage& frame);
  void give_verdict(Row& row, const core::Result<inspection::Judgement>& judgement) const;
  core::Result<core::RawImage> frame_of_original(const Row& row);
  core::Result<void> settle_received(Row row);
  core::Result<void> settle_judged(Row row);
  core::Result<void> settle_built(Row row);
  std::string place_of(const Row& row) const;
  core::Result<void> draw_again(Row row);
  core::Result<void> keep_photo(Row& row);
  core::Result<void> put_in_place(Row& row);
  bool is_behind_another(const Row& row);

  Parts parts_;
  std::mutex places_;  // of ids: one inspection is moved at a time
};

}  // namespace sightglass::stations
