#pragma once

// The audit in a file, one JSON object a line, for recovery without a database. The same chain;
// that nobody takes the file away is up to where it is kept.

#include <string>

#include "app/unmask/audit.hpp"

namespace moretta::app {

class AuditFile final : public AuditLog {
 public:
  explicit AuditFile(std::string path) : path_(std::move(path)) {}

  // Makes the file, mode 0600, if there is none.
  void append(AuditRecord& record, const mask::MasterKey& key) override;
  void each(const std::function<void(const AuditRecord&)>& take) override;

 private:
  std::string path_;
};

}  // namespace moretta::app
