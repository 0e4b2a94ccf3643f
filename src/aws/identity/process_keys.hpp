#pragma once

// Keys that a program prints: credential_process of a profile.

#include <optional>
#include <vector>

#include "aws/identity/key_fetcher.hpp"

namespace moretta::aws {

class ProcessKeys final : public KeyFetcher {
 public:
  // Throws Refused if the line cannot be split into words.
  ProcessKeys(std::string profile, std::string_view command_line);

  [[nodiscard]] std::string name() const override {
    return "credential_process of profile '" + profile_ + "'";
  }
  Credentials fetch() override;

 private:
  const std::string profile_;
  std::vector<std::string> command_;
};

// As a shell splits words, with '…', "…" and backslashes, and nothing else of a shell: no
// variables, no pipes. nullopt if a quote is not closed or there is no word.
std::optional<std::vector<std::string>> split_command(std::string_view line);

}  // namespace moretta::aws
