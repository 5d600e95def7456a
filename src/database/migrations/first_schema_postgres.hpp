// What migration 1 does on PostgreSQL alone. Searching and counting come with migration 2: no database of PostgreSQL
// was ever left at the first.
#pragma once

#include <string_view>

namespace sightglass::database::first_schema {

inline constexpr std::string_view postgres_numbers_and_storage[] = {
    // An identity does not notice a number that was given to it, as rebuilding from the jobs' files does.
    R"(CREATE FUNCTION keep_job_numbers() RETURNS trigger LANGUAGE plpgsql AS $$
       DECLARE numbers REGCLASS := pg_get_serial_sequence(TG_TABLE_NAME, 'id');
               is_behind BOOLEAN;
       BEGIN
         EXECUTE format('SELECT NOT is_called OR last_value < $1 FROM %s', numbers) INTO is_behind USING NEW.id;
         IF is_behind THEN PERFORM setval(numbers, NEW.id); END IF;
         RETURN NULL;
       END $$)",
    "CREATE TRIGGER job_numbered AFTER INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION keep_job_numbers()",

    // Each task is written some times and then rests: room on its page, and dead versions taken away early.
    R"(ALTER TABLE tasks SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,
         autovacuum_analyze_scale_factor = 0.05))",
};

}  // namespace sightglass::database::first_schema
