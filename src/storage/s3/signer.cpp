#include "storage/s3/signer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "storage/hashing.hpp"
#include "storage/s3/uri_encoding.hpp"

namespace sightglass::storage::s3 {
namespace {

std::string_view bytes_of(const core::Sha256& hash) {
  return {reinterpret_cast<const char*>(hash.bytes.data()), hash.bytes.size()};
}

NamedTexts sorted(NamedTexts texts) {
  std::ranges::sort(texts);
  return texts;
}

// Blanks at the ends go, and several become one.
std::string folded(std::string_view value) {
  std::string text;
  for (const char c : value) {
    const bool is_blank = c == ' ' || c == '\t';
    if (!is_blank) text += c;
    if (is_blank && !text.empty() && text.back() != ' ') text += ' ';
  }
  if (text.ends_with(' ')) text.pop_back();
  return text;
}

// Sorted by name; the values of one name are joined in the order in which they are sent.
std::map<std::string, std::string> canonical_fields(const NamedTexts& fields) {
  std::map<std::string, std::string> joined;
  for (const auto& [name, value] : fields) {
    auto [field, is_first] = joined.try_emplace(name);
    if (!is_first) field->second += ',';
    field->second += folded(value);
  }
  return joined;
}

std::string signed_names(const NamedTexts& fields) {
  std::string names;
  for (const auto& [name, value] : canonical_fields(fields)) {
    if (!names.empty()) names += ';';
    names += name;
  }
  return names;
}

}  // namespace

std::string encoded_query(const NamedTexts& query) {
  // Sorted by what is signed, not by what it stands for: encoding changes the order.
  NamedTexts encoded;
  for (const auto& [name, value] : query) encoded.emplace_back(encode_query(name), encode_query(value));
  std::string text;
  for (const auto& [name, value] : sorted(std::move(encoded))) {
    if (!text.empty()) text += '&';
    text.append(name).append("=").append(value);
  }
  return text;
}

std::string signing_time(core::Instant now) {
  // to_compact() says "20130524_000000".
  std::string text = core::to_compact(now);
  text[8] = 'T';
  return text + 'Z';
}

std::string Signer::canonical_request(const RequestToSign& request) {
  std::string text;
  text.append(request.method).append("\n").append(encode_path(request.path)).append("\n");
  text.append(encoded_query(request.query)).append("\n");
  for (const auto& [name, value] : canonical_fields(request.fields))
    text.append(name).append(":").append(value).append("\n");
  text.append("\n").append(signed_names(request.fields)).append("\n").append(request.payload_hash);
  return text;
}

std::string Signer::scope(core::Instant now) const {
  return fmt::format("{}/{}/{}/{}", signing_time(now).substr(0, 8), region_, dialect_.service, dialect_.terminator);
}

std::string Signer::string_to_sign(const RequestToSign& request, core::Instant now) const {
  return fmt::format("{}\n{}\n{}\n{}", dialect_.algorithm, signing_time(now), scope(now),
                     sha256_of(canonical_request(request)).to_hex());
}

std::string Signer::signature(const RequestToSign& request, core::Instant now) const {
  const std::string first_key = std::string(dialect_.key_prefix) + credentials_.secret_key;
  core::Sha256 key = hmac_sha256(first_key, signing_time(now).substr(0, 8));
  for (const std::string_view part : {std::string_view(region_), dialect_.service, dialect_.terminator})
    key = hmac_sha256(bytes_of(key), part);
  return hmac_sha256(bytes_of(key), string_to_sign(request, now)).to_hex();
}

std::string Signer::authorization(const RequestToSign& request, core::Instant now) const {
  return fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", dialect_.algorithm, credentials_.access_key,
                     scope(now), signed_names(request.fields), signature(request, now));
}

std::string Signer::presigned_query(const RequestToSign& request, core::Instant now,
                                    std::chrono::seconds lifetime) const {
  RequestToSign whole = request;
  const auto add = [&](std::string_view name, std::string value) {
    whole.query.emplace_back(std::string(dialect_.query_prefix).append(name), std::move(value));
  };
  add("Algorithm", std::string(dialect_.algorithm));
  add("Credential", credentials_.access_key + "/" + scope(now));
  add("Date", signing_time(now));
  add("Expires", std::to_string(lifetime.count()));
  add("SignedHeaders", signed_names(request.fields));
  whole.payload_hash = unsigned_payload;
  return fmt::format("{}&{}Signature={}", encoded_query(whole.query), dialect_.query_prefix, signature(whole, now));
}

}  // namespace sightglass::storage::s3
