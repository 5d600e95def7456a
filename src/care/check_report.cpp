#include "care/check.hpp"
#include "care/findings.hpp"

#include <fmt/format.h>

#include "core/json_writer.hpp"

namespace sightglass::care {
namespace {

constexpr std::size_t most_findings_listed = 10'000;

std::int64_t& counter_of(CheckReport& report, Severity severity) {
  if (severity == Severity::error) return report.errors;
  return severity == Severity::warning ? report.warnings : report.notes;
}

std::string line_of(const Finding& finding) {
  std::string line =
      fmt::format("{:<8}{} {}: {}", name_of(finding.severity), finding.code, finding.path, finding.message);
  if (!finding.id.empty()) line += fmt::format(" Photo {}.", finding.id);
  line += finding.is_repaired ? " Repaired." : fmt::format(" {}", finding.advice);
  return line;
}

}  // namespace

std::string_view name_of(Severity severity) {
  if (severity == Severity::error) return "error";
  return severity == Severity::warning ? "warning" : "note";
}

void Findings::add(Finding finding) {
  ++counter_of(report_, finding.severity);
  if (finding.is_repaired) ++report_.repaired;
  if (report_.findings.size() < most_findings_listed) report_.findings.push_back(std::move(finding));
}

std::string to_json(const CheckReport& report) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("clean", report.is_clean());
  json.member("photos", report.photos).member("files", report.files).member("bytes", report.bytes);
  json.member("errors", report.errors).member("warnings", report.warnings).member("notes", report.notes);
  json.member("repaired", report.repaired).key("findings").begin_array();
  for (const auto& finding : report.findings) {
    json.begin_object().member("severity", name_of(finding.severity)).member("code", finding.code);
    json.member("path", finding.path).member("photo_id", finding.id).member("message", finding.message);
    json.member("advice", finding.advice).member("repaired", finding.is_repaired).end_object();
  }
  json.end_array().end_object();
  return text;
}

std::string to_text(const CheckReport& report) {
  std::string text;
  for (const auto& finding : report.findings) text += line_of(finding) + "\n";
  const std::int64_t found = report.errors + report.warnings + report.notes;
  if (found > static_cast<std::int64_t>(report.findings.size())) {
    text += fmt::format("… and {} more.\n", found - static_cast<std::int64_t>(report.findings.size()));
  }
  text += fmt::format("{} photos and {} files ({} bytes) looked at: ", report.photos, report.files, report.bytes);
  text += found == 0 ? "everything fits together.\n"
                     : fmt::format("{} errors, {} warnings, {} notes; {} repaired.\n", report.errors, report.warnings,
                                   report.notes, report.repaired);
  return text;
}

}  // namespace sightglass::care
