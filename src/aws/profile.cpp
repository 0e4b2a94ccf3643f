#include "aws/profile.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "aws/text.hpp"
#include "base/errors.hpp"
#include "base/secret.hpp"
#include "base/take.hpp"

namespace moretta::aws {

namespace {

constexpr std::size_t file_bytes_max = std::size_t{1} << 20U;  // a thousand profiles take 200 kB

IniFile read_ini(const std::string& path) {
  std::error_code ignored;
  if (path.empty() || !std::filesystem::exists(path, ignored)) {
    return {};
  }
  std::ifstream file(path, std::ios::binary);
  std::string text(file_bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.is_open() || file.bad()) {
    throw Refused("cannot read " + path + ": " + std::generic_category().message(errno),
                  "make it readable for this user, or set AWS_SHARED_CREDENTIALS_FILE and "
                  "AWS_CONFIG_FILE");
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > file_bytes_max) {
    throw Refused("cannot use " + path + ": it is larger than 1 MiB",
                  "point AWS_SHARED_CREDENTIALS_FILE or AWS_CONFIG_FILE at the right file");
  }
  IniFile ini = parse_ini(text);
  wipe(text);
  return ini;
}

std::string file_path(const Environment& environment, std::string_view name,
                      std::string_view in_home) {
  if (auto path = variable(environment, name)) {
    return *path;
  }
  const auto home = variable(environment, "HOME");  // unset under systemd and in Lambda
  return home ? *home + std::string(in_home) : std::string();
}

std::optional<std::string> find(const IniFile& file, std::string_view section,
                                std::string_view key) {
  const auto found = file.find(section);
  if (found == file.end()) {
    return std::nullopt;
  }
  const auto value = found->second.find(std::string(key));
  if (value == found->second.end() || value->second.empty()) {
    return std::nullopt;
  }
  return value->second;
}

std::string config_section(const std::string& profile) {
  return profile == "default" ? profile : "profile " + profile;
}

}  // namespace

IniFile parse_ini(std::string_view text) {
  IniFile file;
  std::map<std::string, std::string>* section = nullptr;
  std::string outer;  // the key that an indented block belongs to
  while (!text.empty()) {
    const std::string_view raw = take_until(text, '\n');
    const std::string_view line = trimmed(raw);
    if (line.empty() || line.front() == '#' || line.front() == ';') {
      continue;
    }
    if (line.front() == '[' && line.back() == ']') {
      section = &file[std::string(trimmed(line.substr(1, line.size() - 2)))];
      outer.clear();
      continue;
    }
    const std::size_t equals = line.find('=');
    if (section == nullptr || equals == std::string_view::npos) {
      continue;
    }
    std::string key = lower(trimmed(line.substr(0, equals)));
    const bool indented = raw.front() == ' ' || raw.front() == '\t';
    if (indented && !outer.empty()) {
      key = outer + "." + key;
    } else {
      outer = key;
    }
    (*section)[key] = std::string(trimmed(line.substr(equals + 1)));
  }
  return file;
}

ProfileFiles ProfileFiles::load(const Environment& environment) {
  auto name = variable(environment, "AWS_PROFILE");
  if (!name) {
    name = variable(environment, "AWS_DEFAULT_PROFILE");
  }
  return of(read_ini(file_path(environment, "AWS_SHARED_CREDENTIALS_FILE", "/.aws/credentials")),
            read_ini(file_path(environment, "AWS_CONFIG_FILE", "/.aws/config")),
            name.value_or("default"));
}

ProfileFiles ProfileFiles::of(IniFile credentials, IniFile config, std::string profile) {
  ProfileFiles files;
  files.credentials_ = std::move(credentials);
  files.config_ = std::move(config);
  files.name_ = std::move(profile);
  return files;
}

ProfileFiles ProfileFiles::at(std::string profile) const {
  ProfileFiles files = *this;
  files.name_ = std::move(profile);
  return files;
}

bool ProfileFiles::exists() const {
  return credentials_.contains(name_) || config_.contains(config_section(name_));
}

std::optional<std::string> ProfileFiles::credentials_value(std::string_view key) const {
  return find(credentials_, name_, key);
}

std::optional<std::string> ProfileFiles::config_value(std::string_view key) const {
  return find(config_, config_section(name_), key);
}

std::optional<std::string> ProfileFiles::value(std::string_view key) const {
  auto found = credentials_value(key);
  return found ? found : config_value(key);
}

std::optional<std::string> ProfileFiles::endpoint_url(std::string_view service) const {
  if (const auto services = config_value("services")) {
    if (auto url = find(config_, "services " + *services, std::string(service) + ".endpoint_url")) {
      return url;
    }
  }
  return config_value("endpoint_url");
}

}  // namespace moretta::aws
