#include "http/source_input.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "http/json_body.hpp"
#include "pulls/pulls.hpp"
#include "pulls/source_settings.hpp"

namespace sightglass::http {
namespace {

using core::Result;
using database::pull_sources::Source;
using sources::SignIn;
using sources::SourceKind;

constexpr std::array<std::string_view, 7> kinds{"http_index", "webdav", "ftp", "sftp", "s3", "folder", "still"};
constexpr std::array<std::string_view, 5> sign_ins{"none", "basic", "header", "key", "digest"};
constexpr std::size_t longest_name = 100;  // characters
constexpr std::size_t longest_address = 2000;
constexpr std::size_t longest_user = 500;
constexpr std::size_t longest_secret = 20'000;  // a private key of 16,384 bits has 12,000
constexpr std::size_t most_settings_bytes = 16'384;

void read_secret(JsonObject& body, SourceInput& input) {
  auto password = body.optional_string("auth_password", longest_secret);
  auto header = body.optional_string("auth_header", longest_secret);
  if (password && header) body.refuse("auth_header", "`auth_header` and `auth_password` are one secret: give one");
  if (!header) {
    input.secret = std::move(password);
    return;
  }
  input.secret = std::move(header);
  input.secret_field = "auth_header";
}

void require(JsonObject& body, const SourceInput& input, SourcePurpose purpose) {
  const auto missing = [&](std::string_view name, bool is_there) {
    if (!is_there) body.refuse(name, "`" + std::string(name) + "` is required");
  };
  if (purpose == SourcePurpose::creating) {
    missing("name", input.name.has_value());
    missing("location_id", input.location.has_value());
  }
  if (purpose != SourcePurpose::changing && !input.id) missing("base_url", input.base_url.has_value());
  if (input.name && input.name->empty()) body.refuse("name", "`name` must not be empty");
  if (input.base_url && input.base_url->empty()) body.refuse("base_url", "`base_url` must not be empty");
}

// Of a source that says nothing of it: as the other members suggest.
SignIn guess_sign_in(const SourceInput& input) {
  if (input.secret && !input.secret->empty() && input.secret_field == "auth_header") return SignIn::header;
  const bool has_user = input.username && !input.username->empty();
  return has_user || (input.secret && !input.secret->empty()) ? SignIn::basic : SignIn::none;
}

core::Error only_administrators(std::string field, std::string message) {
  return {.code = core::ErrorCode::permission_denied, .message = std::move(message), .field = std::move(field)};
}

// What a source was, so far as it decides who may change it and whether its secret may stay.
struct Before {
  std::string kind{}, base_url{}, sign_in{};
  bool reaches_inside = false;
};

bool reaches_inside(const Source& source) {
  const auto settings = pulls::parse_settings(source.settings);
  return settings && settings->allow_private_addresses;
}

// Whoever may lead the server to addresses that only it can reach could look around there.
Result<void> check_role(const accounts::Caller& caller, const Before& before, const Source& source) {
  if (caller.role >= core::Role::administrator) return {};
  const bool is_moved = before.base_url != source.base_url || before.kind != source.kind;
  if (source.kind == "folder" && is_moved)
    return core::fail(only_administrators("source_type", "folders of the server are named by administrators"));
  if (reaches_inside(source) && (is_moved || !before.reaches_inside))
    return core::fail(only_administrators("settings.allow_private_addresses",
                                          "private addresses are allowed, and then named, by administrators"));
  return {};
}

Result<void> apply_secret(const SourceInput& input, const Services& services, const Before& before, Source& source,
                          ChangedFields& changed) {
  if (source.sign_in == "none") {
    if (input.secret && !input.secret->empty())
      return core::fail(core::invalid_input(input.secret_field, "`auth_type` \"none\" takes no secret"));
    if (!source.secret.empty()) changed.emplace_back("secret");
    source.secret.clear();
    if (!input.username) source.username.clear();
    return {};
  }
  if (input.secret) {
    source.secret =
        input.secret->empty() ? std::string() : services.secrets.seal(*input.secret, pulls::secret_purpose(source.id));
    changed.emplace_back("secret");
    return {};
  }
  const bool is_for_another = before.kind != source.kind || before.sign_in != source.sign_in ||
                              !has_same_origin(before.base_url, source.base_url);
  if (source.secret.empty() || !is_for_another) return {};
  const auto* const field = source.sign_in == "header" ? "auth_header" : "auth_password";
  return core::fail(core::invalid_input(
      field, "the secret that is kept was given for another address or way to sign in; give it anew"));
}

Result<void> apply_settings(const SourceInput& input, Source& source, ChangedFields& changed) {
  SG_ASSIGN(const auto before, pulls::parse_settings(source.settings));
  SG_ASSIGN(const auto settings, pulls::parse_settings(input.settings.value_or("{}"), before));
  replace(changed, "settings", source.settings, std::optional(pulls::to_json(settings)));
  return {};
}

}  // namespace

Result<SourceInput> read_source_input(const Request& request, SourcePurpose purpose) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  SourceInput input;
  if (purpose == SourcePurpose::trying) input.id = body.optional_id<core::PullSourceId>("id");
  input.name = body.optional_string("name", longest_name);
  input.location = body.optional_id<core::LocationId>("location_id");
  input.base_url = body.optional_string("base_url", longest_address);
  if (const auto kind = body.optional_choice("source_type", kinds)) input.kind = sources::source_kind_from_name(*kind);
  if (const auto sign_in = body.optional_choice("auth_type", sign_ins))
    input.sign_in = sources::sign_in_from_name(*sign_in);
  input.username = body.optional_string("auth_username", longest_user);
  read_secret(body, input);
  input.is_active = body.optional_boolean("is_active");
  input.settings = body.optional_object_text("settings", most_settings_bytes);
  require(body, input, purpose);
  SG_TRY(body.finish());
  return input;
}

Result<ChangedFields> apply(const SourceInput& input, const Services& services, const accounts::Caller& caller,
                            Source& source) {
  const bool is_new = source.base_url.empty();
  const Before before{.kind = source.kind,
                      .base_url = source.base_url,
                      .sign_in = source.sign_in,
                      .reaches_inside = reaches_inside(source)};
  ChangedFields changed;
  replace(changed, "name", source.name, input.name);
  if (input.location && source.location_id != input.location) {
    source.location_id = input.location;
    changed.emplace_back("location_id");
  }
  replace(changed, "base_url", source.base_url, input.base_url);
  auto kind = input.kind;
  if (is_new && !kind) kind = sources::guess_kind(source.base_url);
  if (kind) replace(changed, "source_type", source.kind, std::optional(std::string(sources::name_of(*kind))));
  auto sign_in = input.sign_in;
  if (is_new && !sign_in) sign_in = guess_sign_in(input);
  if (sign_in) replace(changed, "auth_type", source.sign_in, std::optional(std::string(sources::name_of(*sign_in))));
  replace(changed, "auth_username", source.username, input.username);
  SG_TRY(apply_settings(input, source, changed));
  replace(changed, "is_active", source.is_active, input.is_active);
  SG_TRY(apply_secret(input, services, before, source, changed));
  SG_TRY(check_role(caller, before, source));
  if (!has_same_origin(before.base_url, source.base_url)) source.host_key.clear();  // another server has another key
  // A secret that cannot be opened must not keep anybody from giving the source another name.
  constexpr std::array<std::string_view, 3> elsewhere{"name", "location_id", "is_active"};
  const bool is_elsewhere = std::ranges::all_of(
      changed, [&](std::string_view field) { return std::ranges::find(elsewhere, field) != elsewhere.end(); });
  if (is_elsewhere && !is_new) return changed;
  SG_ASSIGN(const auto access, services.pulls.access_of(source));
  SG_TRY(services.pulls.check(access));
  return changed;
}

bool has_same_origin(std::string_view one_url, std::string_view other_url) {
  if (one_url == other_url) return true;
  const auto origin_of_url = [](std::string_view url) {
    const auto scheme_end = url.find("://");
    if (scheme_end == std::string_view::npos) return std::string();
    const auto end = url.find_first_of("/?#", scheme_end + 3);
    std::string origin(url.substr(0, end));
    for (char& c : origin) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    // Readers of addresses differ over anything beyond these.
    const bool is_plain = origin.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.:/-_+[]") == std::string::npos;
    return is_plain ? origin : std::string();
  };
  const auto origin = origin_of_url(one_url);
  return !origin.empty() && origin == origin_of_url(other_url);
}

}  // namespace sightglass::http
