#pragma once

// The parts that the command line of moretta-unmask is made of: options that several of its
// commands share, and each command with its options and what the parser cannot check.

#include <string>

#include <CLI/CLI.hpp>

#include "app/unmask/invocation.hpp"

namespace moretta::app {

void add_key_place(CLI::App& command, KeyPlace& key);
void add_database_place(CLI::App& command, std::string& url, const std::string& purpose);
void add_reason(CLI::App& command, AuditPlace& audit);
void add_audit_place(CLI::App& command, AuditPlace& audit);

// What is wrong with them. Empty if all is well.
std::string fault_of(const KeyPlace& key);
std::string fault_of_reason(const AuditPlace& audit);

// Recovery is what the program does when no command is named.
void add_recover(CLI::App& program, RecoverOptions& options);
std::string fault_of(const RecoverOptions& options);

CLI::App& add_rewrap(CLI::App& program, ChangeOptions& options);
std::string fault_of(const ChangeOptions& options);

CLI::App& add_replay(CLI::App& program, ReplayOptions& options);
std::string fault_of(const ReplayOptions& options);

CLI::App& add_recovery_key(CLI::App& program, RecoveryKeyOptions& options);
std::string fault_of(const RecoveryKeyOptions& options);

// `family` is the command `audit`.
CLI::App& add_audit_verify(CLI::App& family, AuditVerifyOptions& options);
std::string fault_of(const AuditVerifyOptions& options);

}  // namespace moretta::app
