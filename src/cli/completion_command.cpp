#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/context.hpp"

namespace sightglass::cli {
namespace {

// "serve" → its options; "user add" → its options; "" and "user" → their subcommands.
void collect(const CLI::App& command, const std::string& path, std::string& cases) {
  std::string words;
  for (const auto* child : command.get_subcommands([](const CLI::App*) { return true; })) {
    words += child->get_name() + " ";
    collect(*child, path.empty() ? child->get_name() : path + " " + child->get_name(), cases);
  }
  for (const auto* option : command.get_options())
    for (const auto& name : option->get_lnames()) words += "--" + name + " ";
  cases += fmt::format("    \"{}\") words=\"{}\" ;;\n", path, words);
}

// "user|token|": those that have commands below them.
std::string groups_of(const CLI::App& app) {
  std::string groups;
  for (const auto* child : app.get_subcommands([](const CLI::App*) { return true; }))
    if (!child->get_subcommands([](const CLI::App*) { return true; }).empty()) groups += child->get_name() + "|";
  return groups;
}

std::string bash_completion(const CLI::App& app) {
  std::string cases;
  collect(app, "", cases);
  // Any word but these groups ends the path.
  return fmt::format(
      "_sightglass() {{\n"
      "  local path=\"\" word words=\"\"\n"
      "  for word in \"${{COMP_WORDS[@]:1:COMP_CWORD-1}}\"; do\n"
      "    case \"$word\" in -*) break ;; esac\n"
      "    case \"$path\" in {}\"\") path=\"${{path:+$path }}$word\" ;; esac\n"
      "  done\n"
      "  case \"$path\" in\n{}  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"${{COMP_WORDS[COMP_CWORD]}}\"))\n"
      "}}\n"
      "complete -o default -F _sightglass sightglass\n",
      groups_of(app), cases);
}

}  // namespace

void add_completion_command(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("completion", "Print a completion script: bash or zsh");
  const auto shell = std::make_shared<std::string>("bash");  // lives in the callback, for as long as the parser
  command->add_option("shell", *shell, "bash or zsh")->check(CLI::IsMember({"bash", "zsh"}))->capture_default_str();
  command->callback([&app, &context, shell] {
    const Output out(false);
    if (*shell == "zsh") out.line("autoload -U +X bashcompinit && bashcompinit");
    out.line(bash_completion(app));
    context.exit_code = 0;
  });
}

}  // namespace sightglass::cli
