#include "pg/throwaway.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <system_error>

#include <libpq-fe.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/errors.hpp"
#include "base/take.hpp"

namespace moretta::pg {

namespace fs = std::filesystem;

namespace {

// Generous: initdb and a start take a second together; a loaded machine takes longer.
constexpr Millis initdb_wait_max{120'000};
constexpr Millis start_wait_max{60'000};
constexpr Millis stop_wait_max{60'000};
constexpr Millis look_interval{10};

bool has_postgres(const fs::path& directory) {
  std::error_code ignored;
  return fs::exists(directory / "initdb", ignored) && fs::exists(directory / "postgres", ignored);
}

int number_of(const fs::path& path) {
  const std::string name = path.filename().string();
  int number = 0;
  std::from_chars(name.data(), name.data() + name.size(), number);
  return number;
}

void give_to(const fs::path& path, const std::optional<Identity>& owner) {
  if (owner && lchown(path.c_str(), owner->user, owner->group) != 0) {
    throw Unavailable("cannot give " + path.string() + " to the user that runs postgres");
  }
}

}  // namespace

fs::path find_postgres(std::string_view search_path, const fs::path& versions) {
  while (!search_path.empty()) {
    const fs::path directory(take_until(search_path, ':'));
    if (!directory.empty() && has_postgres(directory)) {
      return directory;
    }
  }
  std::vector<fs::path> installed;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(versions, ignored)) {
    if (has_postgres(entry.path() / "bin")) {
      installed.push_back(entry.path());
    }
  }
  if (installed.empty()) {
    throw Refused("cannot find initdb and postgres on this machine",
                  "install postgresql (apt-get install postgresql), or name the directory that "
                  "holds its programs");
  }
  return *std::ranges::max_element(installed, {}, number_of) / "bin";
}

Throwaway::PrivateDirectory::PrivateDirectory(const fs::path& parent,
                                              const std::optional<Identity>& owner) {
  std::string pattern = (parent / "moretta-pg-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    throw Unavailable("cannot make a private directory in " + parent.string());
  }
  path = pattern;
  give_to(path, owner);
}

Throwaway::PrivateDirectory::~PrivateDirectory() {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

Throwaway::Throwaway(Options options, Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      identity_(unprivileged_identity()),
      directory_(options_.parent, identity_) {
  if (options_.bin_dir.empty()) {
    options_.bin_dir = find_postgres(options_.search_path);
  } else if (!has_postgres(options_.bin_dir)) {
    throw Refused("cannot find initdb and postgres in " + options_.bin_dir.string(),
                  "name the directory that holds postgres's programs");
  }
  make_data();
  start();
}

Throwaway::~Throwaway() {
  if (server_ != nullptr) {
    server_->send(SIGQUIT);
    server_->wait(clock_, stop_wait_max);
  }
}

void Throwaway::make_data() {
  std::error_code ignored;
  if (!options_.template_dir.empty() && fs::exists(options_.template_dir, ignored)) {
    copy_template();
    return;
  }
  run_initdb();
  if (!options_.template_dir.empty()) {
    keep_template();
  }
}

void Throwaway::run_initdb() {
  ChildProcess initdb({.program = options_.bin_dir / "initdb",
                       .arguments = {"-D", data(), "-U", "moretta", "-A", "trust", "-E", "UTF8",
                                     "--no-locale", "--no-sync"},
                       .log = log(),
                       .working_directory = directory_.path,
                       .identity = identity_});
  const auto status = initdb.wait(clock_, initdb_wait_max);
  if (status != 0) {
    throw Unavailable("cannot make a database cluster with " +
                      (options_.bin_dir / "initdb").string() +
                      (status ? ": it failed; is it readable for the user that runs postgres?"
                              : ": it did not end in time"));
  }
}

void Throwaway::copy_template() {
  fs::copy(options_.template_dir, data(), fs::copy_options::recursive);
  fs::permissions(data(), fs::perms::owner_all);
  give_to(data(), identity_);
  for (const auto& entry : fs::recursive_directory_iterator(data())) {
    give_to(entry.path(), identity_);
  }
}

// Under another name first, so that nobody sees half of it; whoever is first wins.
void Throwaway::keep_template() const {
  fs::path unfinished = options_.template_dir;
  unfinished += "." + directory_.path.filename().string();
  std::error_code failed;
  fs::create_directories(options_.template_dir.parent_path(), failed);
  fs::copy(data(), unfinished, fs::copy_options::recursive, failed);
  if (!failed) {
    fs::rename(unfinished, options_.template_dir, failed);
  }
  if (failed) {
    fs::remove_all(unfinished, failed);
  }
}

std::string Throwaway::conninfo(std::string_view database) const {
  return "host=" + directory_.path.string() + " user=moretta dbname=" + std::string(database);
}

std::unique_ptr<ChildProcess> Throwaway::spawn_server() const {
  ChildProcess::Options options{
      .program = options_.bin_dir / "postgres",
      .arguments = {"-D", data(), "-k", directory_.path, "-c", "listen_addresses=", "-c",
                    options_.fsync == Fsync::on ? "fsync=on" : "fsync=off"},
      .log = log(),
      .working_directory = directory_.path,
      .identity = identity_,
      .signal_when_we_die = SIGQUIT};
  for (const std::string& setting : options_.settings) {
    options.arguments.insert(options.arguments.end(), {"-c", setting});
  }
  return std::make_unique<ChildProcess>(options);
}

void Throwaway::start() {
  const SteadyTime end = clock_.steady() + start_wait_max;
  const std::string ping = conninfo();
  while (clock_.steady() < end) {
    // After a kill, the old server's children may hold its memory for a moment: then start again.
    if (server_ == nullptr || server_->status()) {
      server_ = spawn_server();
    }
    if (PQping(ping.c_str()) == PQPING_OK) {
      return;
    }
    clock_.sleep(look_interval, {});
  }
  server_.reset();
  throw Unavailable("cannot start postgres from " + options_.bin_dir.string() + " within " +
                    std::to_string(start_wait_max.count() / 1000) + " s");
}

void Throwaway::stop(StopMode mode) {
  if (server_ == nullptr) {
    return;
  }
  switch (mode) {
    case StopMode::fast:
      server_->send(SIGINT);
      break;
    case StopMode::immediate:
      server_->send(SIGQUIT);
      break;
    case StopMode::kill:
      server_->send(SIGKILL);
      break;
  }
  if (!server_->wait(clock_, stop_wait_max)) {
    throw Unavailable("cannot stop the throwaway postgres");
  }
  server_.reset();
}

}  // namespace moretta::pg
