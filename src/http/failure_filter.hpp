// The inbox of failures as requests ask for it and answers tell it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/json_writer.hpp"
#include "core/result.hpp"
#include "database/photo_failures.hpp"
#include "http/query.hpp"

namespace sightglass::http {

// `state`, `code`, `job`, `uploader`, `photo` and `group`. What is wrong comes with query.finish().
database::photo_failures::Filter read_failure_filter(QueryReader& query);

// Of the list `list`: nullopt when none was sent; invalid_input naming "cursor" when it is of another list.
core::Result<std::optional<database::photo_failures::PageKey>> read_failure_cursor(
    std::string_view list, const std::optional<std::string>& cursor);
std::string failure_cursor(std::string_view list, const database::photo_failures::PageKey& key);
database::photo_failures::PageKey key_of(const database::photo_failures::ShownFailure& shown);

void write_failure(core::JsonWriter& json, const database::photo_failures::ShownFailure& shown);

inline constexpr std::string_view failure_list = "failures";

}  // namespace sightglass::http
