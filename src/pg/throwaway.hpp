#pragma once

// A Postgres server of our own in a private directory, from the machine's own binaries: for `demo`
// and for tests. Reachable by a socket in that directory only, and gone with it.

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "pg/child_process.hpp"

namespace moretta::pg {

enum class Fsync {
  off,  // fast, and safe against anything but a crash of the machine
  on,
};

enum class StopMode {
  fast,       // as an administrator does
  immediate,  // the server aborts itself and recovers at the next start
  kill,       // SIGKILL
};

class Throwaway {
 public:
  struct Options {
    // Where initdb and postgres are; empty: search_path, then /usr/lib/postgresql, newest first.
    std::filesystem::path bin_dir;
    std::string search_path;                // directories, colon-separated: the caller's PATH
    std::filesystem::path parent = "/tmp";  // short, because a socket's path has 107 bytes at most
    std::filesystem::path template_dir;  // keeps a fresh data directory for next time; may be empty
    Fsync fsync = Fsync::off;
    std::vector<std::string> settings;  // "max_connections=20"
  };

  // Starts, and waits until it takes connections. `clock` must outlive it. Throws Refused if there
  // is no Postgres on this machine, Unavailable if it does not start.
  Throwaway(Options options, Clock& clock);
  ~Throwaway();
  Throwaway(const Throwaway&) = delete;
  Throwaway& operator=(const Throwaway&) = delete;

  [[nodiscard]] std::string conninfo(std::string_view database = "postgres") const;
  [[nodiscard]] const std::filesystem::path& bin_dir() const { return options_.bin_dir; }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_.path; }

  // Stopping what is stopped and starting what runs do nothing. Throw Unavailable.
  void stop(StopMode mode);
  void start();

 private:
  struct PrivateDirectory {
    PrivateDirectory(const std::filesystem::path& parent, const std::optional<Identity>& owner);
    ~PrivateDirectory();
    PrivateDirectory(const PrivateDirectory&) = delete;
    PrivateDirectory& operator=(const PrivateDirectory&) = delete;
    std::filesystem::path path;
  };

  void make_data();
  void run_initdb();
  void copy_template();
  void keep_template() const;
  [[nodiscard]] std::unique_ptr<ChildProcess> spawn_server() const;
  [[nodiscard]] std::filesystem::path data() const { return directory_.path / "data"; }
  [[nodiscard]] std::filesystem::path log() const { return directory_.path / "log"; }

  Options options_;
  Clock& clock_;
  std::optional<Identity> identity_;
  PrivateDirectory directory_;
  std::unique_ptr<ChildProcess> server_;
};

// The directory with initdb and postgres. Throws Refused if there is none.
std::filesystem::path find_postgres(std::string_view search_path,
                                    const std::filesystem::path& versions = "/usr/lib/postgresql");

}  // namespace moretta::pg
