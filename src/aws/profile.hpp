#pragma once

// The shared files of the AWS tools, ~/.aws/credentials and ~/.aws/config, as far as a service
// needs them: keys, roles, region, endpoint.

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "aws/environment.hpp"

namespace moretta::aws {

// Section name -> lower-case key -> value. Keys of an indented block are "<outer>.<inner>".
using IniFile = std::map<std::string, std::map<std::string, std::string>, std::less<>>;

// Lines that are neither section, comment nor `key = value` are passed over, as the AWS tools do.
IniFile parse_ini(std::string_view text);

class ProfileFiles {
 public:
  // Missing files are empty. Throws Refused if a file exists but cannot be read.
  static ProfileFiles load(const Environment& environment);
  static ProfileFiles of(IniFile credentials, IniFile config, std::string profile);

  // The chosen profile: AWS_PROFILE, AWS_DEFAULT_PROFILE, else "default".
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool exists() const;
  // The same files, another profile of them.
  [[nodiscard]] ProfileFiles at(std::string profile) const;

  // Of the chosen profile; the credentials file wins over the config file. Empty values are absent.
  [[nodiscard]] std::optional<std::string> value(std::string_view key) const;
  [[nodiscard]] std::optional<std::string> credentials_value(std::string_view key) const;
  [[nodiscard]] std::optional<std::string> config_value(std::string_view key) const;

  // endpoint_url of the profile's [services x] block for that service, then of the profile itself.
  [[nodiscard]] std::optional<std::string> endpoint_url(std::string_view service) const;

 private:
  IniFile credentials_;
  IniFile config_;
  std::string name_;
};

}  // namespace moretta::aws
