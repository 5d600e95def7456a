// What migration 2 does on PostgreSQL alone: the searched words, and what counts photos.
#pragma once

#include <string_view>

namespace sightglass::database::browsing {

inline constexpr std::string_view postgres_search_and_totals[] = {
    // The words of a text as FTS5's tokenizer unicode61 finds them: letters and digits, in lower case, without their
    // marks. The parser of text search would take file names, hosts and numbers apart in its own way.
    R"(CREATE FUNCTION words_of(content TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
         SELECT coalesce(array_agg(DISTINCT left(word, 400)), '{}')
         FROM regexp_split_to_table(lower(regexp_replace(normalize(content, NFD), '[\u0300-\u036f]', '', 'g')),
                                    '[^[:alnum:]]+') word WHERE word <> ''
       $$)",
    // All words of `wanted`, as beginnings of words; NULL, which finds nothing, when there is none.
    R"(CREATE FUNCTION search_for(wanted TEXT) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
         SELECT CAST(string_agg('''' || word || ''':*', ' & ') AS tsquery) FROM unnest(words_of(wanted)) word
       $$)",
    R"(ALTER TABLE photos ADD COLUMN search tsvector GENERATED ALWAYS AS (array_to_tsvector(words_of(
         description || ' ' || tags || ' ' || labels || ' ' || filename || ' ' || original_filename))) STORED)",
    "CREATE INDEX photos_by_search ON photos USING gin (search)",

    // Here totals are sums of rows, of which each change adds one: many writers would wait for one row otherwise, and
    // of those that met all but one would have to begin anew. Now and then one change folds them.
    "ALTER TABLE photo_totals DROP CONSTRAINT photo_totals_pkey",
    // Beside jobs.photo_count, and added to it.
    R"(CREATE TABLE job_photo_counts (
         job_id BIGINT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE, photos BIGINT NOT NULL))",
    "CREATE INDEX job_photo_counts_by_job ON job_photo_counts (job_id)",

    R"(CREATE FUNCTION fold_photo_totals() RETURNS void LANGUAGE sql AS $$
         WITH gone AS (DELETE FROM photo_totals WHERE pg_try_advisory_xact_lock(21351, 2) AND day IN (
             SELECT day FROM photo_totals GROUP BY day, source, status, verdict HAVING count(*) > 1) RETURNING *)
         INSERT INTO photo_totals SELECT day, source, status, verdict, sum(photos), sum(bytes) FROM gone
           GROUP BY day, source, status, verdict HAVING sum(photos) <> 0 OR sum(bytes) <> 0
       $$)",
    R"(CREATE FUNCTION fold_job_photo_counts(job BIGINT) RETURNS void LANGUAGE sql AS $$
         WITH gone AS (DELETE FROM job_photo_counts WHERE job_id = job AND pg_try_advisory_xact_lock(21351, 3)
                       RETURNING *)
         INSERT INTO job_photo_counts SELECT job_id, sum(photos) FROM gone GROUP BY job_id HAVING sum(photos) <> 0
       $$)",
    R"(CREATE FUNCTION count_photo(photo photos, sign BIGINT) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
         IF photo.trashed_at IS NOT NULL THEN RETURN; END IF;
         INSERT INTO photo_totals VALUES (photo.uploaded_at / 86400000000, photo.source, photo.status, photo.verdict,
                                          sign, sign * photo.file_bytes);
         IF random() < 1.0 / 256 THEN PERFORM fold_photo_totals(); END IF;
       END $$)",
    R"(CREATE FUNCTION count_in_job(photo photos, sign BIGINT) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
         IF photo.trashed_at IS NOT NULL OR photo.job_id IS NULL THEN RETURN; END IF;
         INSERT INTO job_photo_counts VALUES (photo.job_id, sign);
         IF random() < 1.0 / 64 THEN PERFORM fold_job_photo_counts(photo.job_id); END IF;
       END $$)",

    R"(CREATE FUNCTION photo_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         PERFORM count_photo(NEW, 1), count_in_job(NEW, 1);
         RETURN NULL;
       END $$)",
    R"(CREATE FUNCTION photo_removed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         PERFORM count_photo(OLD, -1), count_in_job(OLD, -1);
         RETURN NULL;
       END $$)",
    R"(CREATE FUNCTION photo_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         PERFORM count_in_job(OLD, -1), count_in_job(NEW, 1);
         RETURN NULL;
       END $$)",
    R"(CREATE FUNCTION photo_judged() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         PERFORM count_photo(OLD, -1), count_photo(NEW, 1);
         RETURN NULL;
       END $$)",
    "CREATE TRIGGER photo_added AFTER INSERT ON photos FOR EACH ROW EXECUTE FUNCTION photo_added()",
    "CREATE TRIGGER photo_removed AFTER DELETE ON photos FOR EACH ROW EXECUTE FUNCTION photo_removed()",
    R"(CREATE TRIGGER photo_moved AFTER UPDATE OF job_id, trashed_at ON photos FOR EACH ROW
         WHEN (OLD.job_id IS DISTINCT FROM NEW.job_id OR (OLD.trashed_at IS NULL) <> (NEW.trashed_at IS NULL))
         EXECUTE FUNCTION photo_moved())",
    R"(CREATE TRIGGER photo_judged AFTER UPDATE OF status, verdict, trashed_at ON photos FOR EACH ROW
         WHEN (OLD.status <> NEW.status OR OLD.verdict <> NEW.verdict
           OR (OLD.trashed_at IS NULL) <> (NEW.trashed_at IS NULL))
         EXECUTE FUNCTION photo_judged())",
};

}  // namespace sightglass::database::browsing
