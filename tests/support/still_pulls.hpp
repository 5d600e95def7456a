// Sources from which nothing comes by itself: runs are queued and wait until a test ends them.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "accounts/sealed_secrets.hpp"
#include "database/pull_runs.hpp"
#include "pulls/pulls.hpp"

namespace sightglass::pulls {

class StillPulls final : public Pulls {
 public:
  StillPulls(database::Database& database, const accounts::SealedSecrets& secrets, const core::Clock& clock)
      : database_(database), secrets_(secrets), clock_(clock) {}

  core::Result<database::pull_runs::Run> ask(core::PullSourceId source, std::optional<std::int64_t> max_files,
                                             std::string_view requested_by) override {
    if (refusal) return core::fail(*refusal);
    return database_.write([&](database::Session& session) -> core::Result<database::pull_runs::Run> {
      SG_ASSIGN(auto run, database::pull_runs::unended(session, source));
      if (run) return std::move(*run);
      const database::pull_runs::Run made{.id = core::PullRunId::make(clock_.now()),
                                          .source_id = source,
                                          .cause = "person",
                                          .max_files = max_files,
                                          .requested_by = std::string(requested_by),
                                          .requested_at = clock_.now()};
      SG_TRY(database::pull_runs::insert(session, made));
      return made;
    });
  }
  core::Result<database::pull_runs::Run> await(core::PullRunId run, std::chrono::milliseconds /*patience*/) override {
    return database_.write([&](database::Session& session) -> core::Result<database::pull_runs::Run> {
      SG_ASSIGN(auto found, database::pull_runs::find(session, run));
      if (!found) return core::fail(core::not_found("no such run"));
      if (!ends_runs) return std::move(*found);
      found->state = database::pull_runs::State::ended;
      found->ended_at = clock_.now();
      found->outcome = "done";
      SG_TRY(database::pull_runs::update(session, *found));
      return std::move(*found);
    });
  }
  core::Result<Trial> test(const sources::Access& access, const SourceSettings& settings) override {
    if (refusal) return core::fail(*refusal);
    tried = access;
    tried_settings = settings;
    return trial;
  }
  core::Result<sources::Access> access_of(const database::pull_sources::Source& source) const override {
    SG_ASSIGN(const auto settings, parse_settings(source.settings));
    sources::Access access{.kind = sources::source_kind_from_name(source.kind).value(),
                           .base_url = source.base_url,
                           .sign_in = sources::sign_in_from_name(source.sign_in).value(),
                           .username = source.username,
                           .allows_plain_transport = settings.allow_plain_transport,
                           .allows_private_addresses = settings.allow_private_addresses,
                           .host_key = source.host_key};
    if (source.secret.empty()) return access;
    SG_ASSIGN(access.secret, secrets_.unseal(source.secret, secret_purpose(source.id)));
    return access;
  }
  core::Result<void> check(const sources::Access& access) const override {
    return sources::check(access, {"/srv/cards"});
  }

  bool ends_runs = true;                 // else they are left as they were queued
  std::optional<core::Error> refusal{};  // of what is asked of a source
  Trial trial{};
  std::optional<sources::Access> tried{};
  SourceSettings tried_settings{};

 private:
  database::Database& database_;
  const accounts::SealedSecrets& secrets_;
  const core::Clock& clock_;
};

}  // namespace sightglass::pulls
