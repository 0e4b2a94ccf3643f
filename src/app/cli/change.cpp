#include "app/cli/commands.hpp"
#include "app/cli/common_options.hpp"

namespace moretta::app {

namespace {

void add_column(CLI::App& command, std::string& column) {
  command.add_option("column", column, "the column of the table, as the configuration names it")
      ->required()
      ->type_name("COLUMN");
}

void add_rewrap(Commands& commands) {
  CLI::App& command = commands.add(
      "rewrap", "change md5 tokens to hmac-sha256+md5 in place, or fill a dual write's column");
  auto& options = commands.options<RewrapOptions>(command);
  add_column(command, options.column);
  add_config(command, options.overrides);
  add_database(command, options.overrides);
  command.add_flag_callback(
      "--keep-map", [&options] { options.map = KeepMap::yes; },
      "keep the map of old to new tokens, for other tables; whoever reads it can guess values");
  add_json(command, options.output, "the report as one line of JSON");
  command.footer(
      "Write the new mask into the configuration and restart the workers first; then run this. It\n"
      "may be interrupted and repeated. Of a column with a `dual_write` it fills the second one in "
      "old\n"
      "rows whose value has come again; repeat it until none is left (exit code 3 until then). "
      "All\n"
      "other changes open the old tokens, which only `moretta-unmask rewrap` can.\n\n"
      "Example:\n  moretta rewrap masked_ip -c moretta.yaml");
}

void add_erase(Commands& commands) {
  CLI::App& command =
      commands.add("erase", "answer a request for deletion; gives a receipt as JSON");
  auto& options = commands.options<EraseOptions>(command);
  add_column(command, options.column);
  add_config(command, options.overrides);
  add_database(command, options.overrides);
  command
      .add_option("--token", options.tokens,
                  "these tokens, instead of a value on standard input; may be repeated")
      ->type_name("TOKEN")
      ->take_all()
      ->expected(1);
  command.add_option("--reason", options.reason, "stands in the receipt: the request's number")
      ->required()
      ->type_name("TEXT");
  command.add_flag_callback(
      "--cells", [&options] { options.cells = EraseCells::yes; },
      "also overwrite one-way tokens, whose originals only the vault had");
  command.footer(
      "The value is one line of standard input. Deletes its rows in the vault and in the map of\n"
      "tokens, and overwrites its cells if they hold it recoverably.\n\n"
      "Example:\n  moretta erase masked_ip --reason 'request 17' < value.txt");
}

}  // namespace

void add_change_commands(Commands& commands) {
  add_rewrap(commands);
  add_erase(commands);
}

}  // namespace moretta::app
