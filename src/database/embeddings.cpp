#include "database/embeddings.hpp"

namespace sightglass::database::embeddings {
namespace {

const std::string select_embeddings = "SELECT e.photo_id, e.model, e.region, e.bytes, e.made_at FROM embeddings e";

Embedding read_embedding(const Row& row) {
  return {.photo_id = row.id<core::PhotoId>(0),
          .model = row.string(1),
          .region = row.string(2),
          .bytes = std::string(row.bytes(3)),
          .made_at = row.instant(4)};
}

}  // namespace

core::Result<void> save(Session& session, const Embedding& embedding) {
  SG_TRY(session.execute(
      "INSERT INTO embeddings (photo_id, model, region, bytes, made_at) VALUES ($1, $2, $3, $4, $5) "
      "ON CONFLICT (photo_id, model, region) DO UPDATE SET bytes = excluded.bytes, "
      "made_at = excluded.made_at",
      {embedding.photo_id, embedding.model, embedding.region, Bytes{embedding.bytes}, embedding.made_at}));
  return {};
}

core::Result<std::optional<Embedding>> find(Session& session, core::PhotoId photo, std::string_view model,
                                            std::string_view region) {
  return session.first(select_embeddings + " WHERE e.photo_id = $1 AND e.model = $2 AND e.region = $3",
                       {photo, model, region}, read_embedding);
}

}  // namespace sightglass::database::embeddings
