// Migration 13: what nodes of one database must know of each other: which key they sign with, uploads that go on
// through any of them, downloads that were prepared; and the signal that somebody's rights changed.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::shared_state {

inline constexpr std::string_view tables[] = {
    // Facts of the whole installation, one row each.
    "CREATE TABLE installation (name TEXT PRIMARY KEY, value TEXT NOT NULL, set_at BIGINT NOT NULL)",

    // Uploads that may be resumed. How far each came is told by its bytes in the store alone. `metadata` is as it came,
    // which need not be text. `filing` counts the attempts to make a photo of it, so that one that lost its lock cannot
    // commit behind the next. No references: an upload outlives neither its time nor anybody's wish.
    R"(CREATE TABLE uploads (
         id TEXT PRIMARY KEY, owner TEXT NOT NULL, length BIGINT NOT NULL, metadata @bytes@ NOT NULL, sha256 @bytes@,
         state TEXT NOT NULL, filing BIGINT NOT NULL, photo_id TEXT, problem_code TEXT, problem_message TEXT, problem_field TEXT,
         created_at BIGINT NOT NULL, active_at BIGINT NOT NULL, finished_at BIGINT))",
    "CREATE INDEX uploads_open ON uploads (owner, active_at) WHERE state = 'receiving'",
    "CREATE INDEX uploads_finished ON uploads (finished_at) WHERE finished_at IS NOT NULL",

    // `photos` are their ids, 16 bytes each, in the order of the download.
    R"(CREATE TABLE photo_archives (
         id TEXT PRIMARY KEY, owner TEXT NOT NULL, owner_name TEXT NOT NULL, variant TEXT NOT NULL,
         photos @bytes@ NOT NULL, count BIGINT NOT NULL, bytes BIGINT NOT NULL, expires_at BIGINT NOT NULL))",
    "CREATE INDEX photo_archives_by_owner ON photo_archives (owner, expires_at)",
};

// What each node remembers of credentials it forgets at this, so that a change reaches all at once.
inline constexpr std::string_view postgres_triggers[] = {
    R"(CREATE FUNCTION tell_accounts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         PERFORM pg_notify('accounts', '');
         RETURN NULL;
       END $$)",
    R"(CREATE TRIGGER users_told AFTER UPDATE OR DELETE ON users
         FOR EACH STATEMENT EXECUTE FUNCTION tell_accounts())",
    R"(CREATE TRIGGER sign_ins_told AFTER UPDATE OF revoked_at ON sign_ins
         FOR EACH STATEMENT EXECUTE FUNCTION tell_accounts())",
    R"(CREATE TRIGGER service_tokens_told AFTER UPDATE OF revoked_at ON service_tokens
         FOR EACH STATEMENT EXECUTE FUNCTION tell_accounts())",
};

inline constexpr Migration migration{
    .version = 13, .name = "shared state", .statements = tables, .only_postgres = postgres_triggers};

}  // namespace sightglass::database::shared_state
