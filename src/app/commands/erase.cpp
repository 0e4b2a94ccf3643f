#include "app/change/erase.hpp"

#include <istream>
#include <ostream>

#include <fmt/format.h>

#include "app/change_column.hpp"
#include "app/commands/commands.hpp"
#include "app/config_load.hpp"
#include "app/exit_code.hpp"
#include "base/bytes.hpp"
#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "base/errors.hpp"
#include "base/json_text.hpp"
#include "mask/tokenizer.hpp"

namespace moretta::app {

namespace {

constexpr std::size_t value_chars_max = 65'536;  // of one line; a person's value is far shorter
constexpr std::size_t digest_key_bytes = 32;

// One line of standard input: an argument would stand in the list of processes and in a history.
SecretBytes read_line(std::istream& in) {
  std::string line;
  line.reserve(value_chars_max);  // never moves, so that nothing is left behind
  for (int c = in.get(); c != std::istream::traits_type::eof() && c != '\n'; c = in.get()) {
    if (line.size() == value_chars_max) {
      wipe(line);
      throw Refused(
          fmt::format("cannot read the value: it is longer than {} bytes", value_chars_max),
          "give one value, on one line of standard input");
    }
    line.push_back(static_cast<char>(c));
  }
  if (line.ends_with('\r')) {
    line.pop_back();
  }
  SecretBytes value{std::string_view(line)};
  wipe(line);
  if (value.empty()) {
    throw Refused("cannot erase: standard input holds no value",
                  "write it there on one line, or give --token");
  }
  return value;
}

// Every token that the value may have in this column.
std::vector<std::string> tokens_of(const SecretBytes& value, const mask::Policy& policy,
                                   const Config& config) {
  std::vector<std::string> tokens;
  const auto add = [&](const mask::MasterKey* key) {
    std::string token;
    mask::Tokenizer tokenizer(policy, key);
    if (!tokenizer.append(value.view(), token)) {
      throw Refused("cannot erase: the value is not one that this column takes",
                    "check the column, and the value's spelling");
    }
    tokens.push_back(std::move(token));
  };
  if (!config.keys.set || !mask::needs_key(policy)) {
    add(config.keys.master ? &*config.keys.master : nullptr);
    return tokens;
  }
  for (const mask::MasterKey* key : config.keys.set->readable(policy.epoch)) {
    add(key);
  }
  return tokens;
}

// Keyed, because a digest of a guessable token would only be another guessable token.
std::string digest_of(const std::string& token, const Config& config) {
  const SecretBytes key =
      mask::subkey(*config.keys.master, "erasure-receipt", "token", digest_key_bytes);
  return hex(hmac_sha256(std::as_const(key).bytes(), token));
}

std::string receipt_json(const Receipt& receipt, const ErasePlan& plan) {
  std::string digests;
  for (const std::string& digest : receipt.token_digests) {
    digests += (digests.empty() ? "\"" : ",\"") + digest + "\"";
  }
  return fmt::format(
      R"({{"receipt":{},"erased_at":"{}","reason":{},"table":{},"column":{},"domain":{},)"
      R"("token_digests":[{}],"cells":{},"vault_rows":{},"map_rows":{}}})",
      receipt.id, receipt.erased_at, json_string(plan.reason), json_string(plan.table.shown()),
      json_string(plan.column), json_string(plan.domain), digests, receipt.cells,
      receipt.vault_rows, receipt.map_rows);
}

// A token that holds its original must go; one whose original was only in the vault may stay.
Cells default_cells(const mask::Policy& policy) {
  return policy.recover == mask::Recover::no ? Cells::overwrite : Cells::leave;
}

ErasePlan plan_of(const EraseOptions& options, const Config& config, const std::string& column) {
  const mask::Policy& policy = policy_of(config, column);
  const pg::TableName table = pg::parse_table_name(config.table.name);
  return {.table = table,
          .vault = pg::tables_beside(table).vault,
          .map = table.beside(map_table),
          .receipts = table.beside(receipts_table),
          .column = column,
          .domain = policy.domain,
          .cells = options.cells == EraseCells::yes ? Cells::overwrite : default_cells(policy),
          .reason = options.reason};
}

std::vector<ErasedToken> with_digests(const std::vector<std::string>& tokens,
                                      const Config& config) {
  std::vector<ErasedToken> erased;
  for (const std::string& token : tokens) {
    erased.push_back({.token = token, .digest = digest_of(token, config)});
  }
  return erased;
}

}  // namespace

int erase_value(const EraseOptions& options, World& world) {
  const Config config = load_config(options.overrides, world.environment,
                                    {.database = Need::yes, .key = KeyUse::all});
  std::vector<std::string> columns = {options.column};
  std::vector<std::vector<ErasedToken>> tokens;
  if (options.tokens.empty()) {
    // A dual write has put the value into a second column as well.
    if (const DualWrite* dual = dual_write_of(config, options.column)) {
      columns.push_back(dual->into);
    }
    const SecretBytes value = read_line(world.in);
    for (const std::string& column : columns) {
      tokens.push_back(with_digests(tokens_of(value, policy_of(config, column), config), config));
    }
  } else {
    tokens.push_back(with_digests(options.tokens, config));
  }
  pg::Connection connection = change_connection(config, "moretta erase");
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const ErasePlan plan = plan_of(options, config, columns[i]);
    make_receipts_table(connection, plan.receipts);
    const Receipt receipt = erase(connection, plan, tokens[i]);
    world.out << receipt_json(receipt, plan) << std::endl;
  }
  return exit_done;
}

}  // namespace moretta::app
