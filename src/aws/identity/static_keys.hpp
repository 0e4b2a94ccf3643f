#pragma once

// Keys that stand somewhere as they are: in the environment, in a profile of the shared files.

#include <optional>

#include "aws/identity/key_fetcher.hpp"
#include "aws/profile.hpp"

namespace moretta::aws {

// nullopt if there are none. Throws Refused if there is only half of a pair.
std::optional<Credentials> environment_keys(const Environment& environment);
std::optional<Credentials> credentials_file_keys(const ProfileFiles& files);
std::optional<Credentials> config_file_keys(const ProfileFiles& files);

// The files are read again each time: other programs keep such keys fresh.
class FileKeys final : public KeyFetcher {
 public:
  FileKeys(Environment environment, std::string profile)
      : environment_(std::move(environment)), profile_(std::move(profile)) {}

  [[nodiscard]] std::string name() const override { return "profile '" + profile_ + "'"; }
  Credentials fetch() override;

 private:
  const Environment environment_;
  const std::string profile_;
};

// As source of a role.
class EnvironmentKeys final : public KeyFetcher {
 public:
  explicit EnvironmentKeys(Environment environment) : environment_(std::move(environment)) {}

  [[nodiscard]] std::string name() const override { return "the environment"; }
  Credentials fetch() override;

 private:
  const Environment environment_;
};

}  // namespace moretta::aws
