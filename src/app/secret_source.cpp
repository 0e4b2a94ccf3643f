#include "app/secret_source.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/descriptor.hpp"
#include "base/ensure.hpp"

namespace moretta::app {

namespace {

constexpr std::string_view env_prefix = "env:";
constexpr std::string_view file_prefix = "file:";
constexpr std::string_view how_to_make_a_key = "make one: openssl rand -hex 32";

std::string_view without_line_end(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) {
    text.remove_suffix(1);
  }
  return text;
}

Result<SecretBytes, std::string> secret_of(std::string_view text, const std::string& place) {
  text = without_line_end(text);
  if (text.empty()) {
    return Failure{fmt::format("{} is empty", place)};
  }
  return SecretBytes(text);
}

Result<SecretBytes, std::string> read_variable(const std::string& name,
                                               const Environment& environment) {
  auto value = environment(name);
  if (!value) {
    return Failure{fmt::format("the variable {} is not set", name)};
  }
  auto secret = secret_of(*value, "the variable " + name);
  wipe(*value);
  return secret;
}

Result<SecretBytes, std::string> read_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  struct stat facts {};
  if (file.number < 0 || ::fstat(file.number, &facts) != 0) {
    return Failure{fmt::format("cannot open {}: {}", path, std::strerror(errno))};
  }
  if (S_ISDIR(facts.st_mode)) {
    return Failure{fmt::format("{} is a directory, not a file", path)};
  }
  if ((facts.st_mode & (S_IROTH | S_IWOTH)) != 0) {
    return Failure{
        fmt::format("{0} is open to every user of the machine; run: chmod 600 {0}", path)};
  }
  SecretBytes buffer(secret_bytes_max + 1);
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const auto space = buffer.bytes().subspan(filled);
    const ssize_t got = ::read(file.number, space.data(), space.size());
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return Failure{fmt::format("cannot read {}: {}", path, std::strerror(errno))};
    }
    if (got == 0) {
      return secret_of(buffer.view().substr(0, filled), path);
    }
    filled += static_cast<std::size_t>(got);
  }
  return Failure{fmt::format("{} holds more than {} bytes; it should hold the secret alone", path,
                             secret_bytes_max)};
}

}  // namespace

bool is_secret_reference(std::string_view text) {
  return (text.starts_with(env_prefix) && text.size() > env_prefix.size()) ||
         (text.starts_with(file_prefix) && text.size() > file_prefix.size());
}

Result<SecretBytes, std::string> read_secret(std::string_view reference,
                                             const Environment& environment) {
  ENSURE(is_secret_reference(reference));
  if (reference.starts_with(env_prefix)) {
    return read_variable(std::string(reference.substr(env_prefix.size())), environment);
  }
  return read_file(std::string(reference.substr(file_prefix.size())));
}

Result<mask::MasterKey, std::string> read_master_key(int id, std::string_view reference,
                                                     const Environment& environment) {
  const auto secret = read_secret(reference, environment);
  if (!secret) {
    return Failure{fmt::format("{}; it must hold 64 hex digits or base64 of 32 bytes; {}",
                               secret.error(), how_to_make_a_key)};
  }
  auto key = mask::parse_master_key(id, secret.value().view());
  if (!key) {
    return Failure{fmt::format("the key in {} is malformed: {}; {}", reference, key.error(),
                               how_to_make_a_key)};
  }
  if (const auto reason = mask::weakness(key.value())) {
    return Failure{
        fmt::format("the key in {} is weak: {}; {}", reference, *reason, how_to_make_a_key)};
  }
  return key;
}

}  // namespace moretta::app
