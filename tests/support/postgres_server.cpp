#include "support/postgres_server.hpp"

#include <libpq-fe.h>
#include <pwd.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>
#include <vector>

#include "database/postgres/postgres_database.hpp"

namespace sightglass::test {
namespace {

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;

std::filesystem::path programs() {
  if (const char* path = std::getenv("SIGHTGLASS_POSTGRES_BIN")) return path;
  return "/usr/lib/postgresql/15/bin";
}

std::string& reason() {
  static std::string text;
  return text;
}

// PostgreSQL refuses to run as root: it then runs as the package's user. It dies with this thread in either case.
runtime::ChildPlan plan_for(const std::string& program, std::vector<std::string> arguments) {
  std::vector<std::string> all{"--pdeathsig", "QUIT"};
  if (::geteuid() == 0) all.insert(all.end(), {"--reuid=postgres", "--regid=postgres", "--clear-groups"});
  // What they say about their progress is nothing for a test's output.
  all.insert(all.end(), {"/bin/sh", "-c", "exec \"$0\" \"$@\" >/dev/null", (programs() / program).string()});
  all.insert(all.end(), arguments.begin(), arguments.end());
  return {.executable = "/usr/bin/setpriv",
          .arguments = std::move(all),
          .environment = {{"LC_ALL", "C.UTF-8"}},
          .own_session = true};
}

std::unique_ptr<runtime::ChildProcess> spawn(const runtime::ChildPlan& plan) {
  auto child = runtime::ChildProcess::spawn(plan);
  if (!child) throw std::runtime_error(child.error().message + " | " + child.error().cause);
  return std::make_unique<runtime::ChildProcess>(std::move(*child));
}

}  // namespace

PostgresServer* PostgresServer::instance() {
  static const std::unique_ptr<PostgresServer> server = []() -> std::unique_ptr<PostgresServer> {
    if (!std::filesystem::exists(programs() / "postgres")) {
      reason() = "there is no " + (programs() / "postgres").string() + " (Debian: postgresql-15)";
      return nullptr;
    }
    try {
      return std::unique_ptr<PostgresServer>(new PostgresServer);
    } catch (const std::exception& error) {
      reason() = std::string("PostgreSQL does not start: ") + error.what();
      return nullptr;
    }
  }();
  return server.get();
}

const std::string& PostgresServer::why_not() { return reason(); }

PostgresServer::PostgresServer() {
  if (const passwd* user = ::geteuid() == 0 ? ::getpwnam("postgres") : nullptr)
    if (::chown(directory_.path().c_str(), user->pw_uid, user->pw_gid) != 0) throw std::runtime_error("chown failed");
  const auto made = spawn(plan_for("initdb", {"--pgdata", (directory_.path() / "data").string(), "--username=postgres",
                                              "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
                                              "--no-instructions"}))
                        ->wait_for(std::chrono::minutes(2));
  if (!made || !made->is_success()) throw std::runtime_error("initdb failed");
  start();
}

PostgresServer::~PostgresServer() {
  if (!process_) return;
  process_->signal(SIGQUIT);  // at once, with its children; nothing of it is kept
  process_->wait_for(std::chrono::seconds(20));
}

void PostgresServer::start() {
  // Durability is the server's affair, and the tests' machines are slow at it.
  process_ =
      spawn(plan_for("postgres", {"-D", (directory_.path() / "data").string(), "-k", directory_.path().string(), "-c",
                                  "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200", "-c",
                                  "shared_buffers=32MB", "-c", "log_min_messages=panic", "-c", "autovacuum=off"}));
  for (int i = 0; i < 600; ++i) {
    if (PQping(url_of("postgres").c_str()) == PQPING_OK) return;
    if (!process_->is_running()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // no event says that a server is ready
  }
  throw std::runtime_error("the server does not answer");
}

void PostgresServer::kill() {
  process_->signal(SIGQUIT);  // it ends its sessions without a checkpoint, as a crash would
  if (!process_->wait_for(std::chrono::seconds(20))) throw std::runtime_error("the server does not end");
}

std::string PostgresServer::url_of(const std::string& name) const {
  return "postgresql:///" + name + "?user=postgres&host=" + directory_.path().string();
}

void PostgresServer::command(const std::string& sql) {
  const Connection connection(PQconnectdb(url_of("postgres").c_str()), &PQfinish);
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), sql.c_str()), &PQclear);
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) throw std::runtime_error(PQerrorMessage(connection.get()));
}

std::string PostgresServer::make(const std::string& name, const std::string& original, const std::string& options) {
  command("CREATE DATABASE " + name + " TEMPLATE " + original + " " + options);
  return url_of(name);
}

std::string PostgresServer::make_empty(const std::string& options) {
  return make("test_" + std::to_string(++made_), "template0", options);
}

std::string PostgresServer::make_migrated() {
  if (!has_original_) {
    const auto url = make("original", "template0");
    const auto database = database::postgres::open_postgres(url);
    if (!database) throw std::runtime_error(database.error().message + " | " + database.error().cause);
    if (const auto done = (*database)->migrate(); !done)
      throw std::runtime_error(done.error().message + " | " + done.error().cause);
    has_original_ = true;
  }
  return make("test_" + std::to_string(++made_), "original");
}

void PostgresServer::drop(const std::string& url) {
  const auto begin = url.find("///") + 3;
  command("DROP DATABASE IF EXISTS " + url.substr(begin, url.find('?') - begin) + " WITH (FORCE)");
}

}  // namespace sightglass::test
