#include "cli/train_commands.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include <chrono>
#include <cmath>

#include "runtime/child_process.hpp"

namespace sightglass::cli {
namespace {

using core::Result;
using namespace std::chrono_literals;

struct Wish {
  std::vector<std::string> folders{};
  std::string model{};
  double false_reject_rate = 0.05;
  std::string method = "learn";
};

// Networks run in the worker program, which lies beside this one.
Result<runtime::ChildExit> run_worker(std::vector<std::string> arguments) {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  SG_ASSIGN(auto child, runtime::ChildProcess::spawn({.executable = self.parent_path() / "sightglass-worker",
                                                      .arguments = std::move(arguments)}));
  for (;;)
    if (const auto exit = child.wait_for(1h)) return *exit;
}

std::vector<std::string> arguments_of(std::string mode, const Wish& wish) {
  std::vector<std::string> arguments{std::move(mode), "--model", wish.model, "--folders",
                                     std::to_string(wish.folders.size())};
  for (std::size_t i = 0; i < wish.folders.size(); ++i) {
    arguments.push_back(fmt::format("--folder-{}", i));
    arguments.push_back(wish.folders[i]);
  }
  return arguments;
}

void run(Context& context, std::vector<std::string> arguments) {
  const auto ended = run_worker(std::move(arguments));
  if (!ended)
    context.exit_code = static_cast<int>(context.output().error(ended.error()));
  else
    context.exit_code = static_cast<int>(ended->is_success() ? Exit::ok : Exit::failed);
}

}  // namespace

// The figures are JSON whatever is asked for: they are for machines to compare.
void add_train_commands(CLI::App& app, Context& context) {
  const auto wish = std::make_shared<Wish>();  // lives in the callbacks, for as long as the parser
  CLI::App* train = app.add_subcommand("train", "Learn a model of folders of pictures, and print its figures");
  CLI::App* evaluate = app.add_subcommand("evaluate", "Print what a model says of folders of pictures");
  train->add_option("--out", wish->model, "The file of the model")->required()->type_name("FILE");
  train
      ->add_option("--false-reject-rate", wish->false_reject_rate, "Share of good pictures that may be rejected (0.05)")
      ->check(CLI::Range(0.001, 0.5))
      ->type_name("SHARE");
  train
      ->add_option("--method", wish->method,
                   "How good and defect are told apart: learn, align the part first and learn, or compare with the "
                   "first good pictures (learn)")
      ->check(CLI::IsMember({"learn", "align", "compare"}))
      ->type_name("METHOD");
  evaluate->add_option("--model", wish->model, "The file of the model")->required()->type_name("FILE");
  for (auto* command : {train, evaluate})
    command->add_option("folders", wish->folders, "Folders with good/ and defect/, or with a folder for each class")
        ->required()
        ->type_name("FOLDER");
  train->callback([&context, wish] {
    auto arguments = arguments_of("train", *wish);
    arguments.insert(arguments.end(),
                     {"--false-reject-per-mille", std::to_string(std::lround(1000 * wish->false_reject_rate)),
                      "--method", wish->method});
    run(context, std::move(arguments));
  });
  evaluate->callback([&context, wish] { run(context, arguments_of("evaluate", *wish)); });
}

}  // namespace sightglass::cli
