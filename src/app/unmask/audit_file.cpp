#include "app/unmask/audit_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <simdjson.h>
#include <sys/file.h>
#include <unistd.h>

#include "app/descriptor.hpp"
#include "base/errors.hpp"
#include "base/json_text.hpp"

namespace moretta::app {

namespace {

namespace json = simdjson::dom;

std::string line_of(const AuditRecord& record) {
  return fmt::format(
      R"({{"seq":{},"at":{},"who":{},"db_role":{},"reason":{},"ticket":{},"action":{},"subject":{},)"
      R"("count":{},"digests":{},"key_id":{},"kcv":{},"mac":{}}})"
      "\n",
      record.seq, json_string(record.at), json_string(record.who), json_string(record.db_role),
      json_string(record.reason), json_string(record.ticket), json_string(record.action),
      json_string(record.subject), record.count, json_string(record.digests), record.key_id,
      json_string(record.kcv), json_string(record.mac));
}

// False if a member is missing or of another type.
bool read(json::object object, AuditRecord& record) {
  const auto text = [&](std::string_view name, std::string& out) {
    std::string_view value;
    const bool is_there = object[name].get(value) == simdjson::SUCCESS;
    out = value;
    return is_there;
  };
  std::int64_t key_id = 0;
  std::uint64_t count = 0;
  const bool is_whole =
      object["seq"].get(record.seq) == simdjson::SUCCESS && text("at", record.at) &&
      text("who", record.who) && text("db_role", record.db_role) && text("reason", record.reason) &&
      text("ticket", record.ticket) && text("action", record.action) &&
      text("subject", record.subject) && object["count"].get(count) == simdjson::SUCCESS &&
      text("digests", record.digests) && object["key_id"].get(key_id) == simdjson::SUCCESS &&
      text("kcv", record.kcv) && text("mac", record.mac);
  record.count = count;
  record.key_id = static_cast<int>(key_id);
  return is_whole;
}

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
  throw Refused(fmt::format("cannot use the audit file {}: {}", path, what),
                "name another with --audit-file, or give --database-url");
}

void write_all(int fd, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      refuse(path, std::strerror(errno));
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

void AuditFile::append(AuditRecord& record, const mask::MasterKey& key) {
  const Descriptor file(
      ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  // One at a time, or two records would follow the same one.
  if (file.number < 0 || ::flock(file.number, LOCK_EX) != 0) {
    refuse(path_, std::strerror(errno));
  }
  std::int64_t seq = 0;
  std::string mac;
  each([&](const AuditRecord& last) {
    if (last.key_id == key.id && last.kcv != mask::key_check_value(key)) {
      refuse(path_, fmt::format("it was kept under another key {}, with check value {}", key.id,
                                last.kcv));
    }
    seq = last.seq;
    mac = last.mac;
  });
  chain(record, seq, mac, key);
  write_all(file.number, line_of(record), path_);
  if (::fsync(file.number) != 0) {
    refuse(path_, std::strerror(errno));
  }
}

void AuditFile::each(const std::function<void(const AuditRecord&)>& take) {
  std::ifstream file(path_, std::ios::binary);
  if (!file) {
    refuse(path_, "it is not there, or not ours to read");
  }
  json::parser parser;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    json::object object;
    AuditRecord record;
    if (parser.parse(line).get(object) != simdjson::SUCCESS || !read(object, record)) {
      refuse(path_, fmt::format("line {} is no audit record", number));
    }
    take(record);
  }
}

}  // namespace moretta::app
