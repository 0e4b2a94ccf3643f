#include "app/shown_config.hpp"

#include <array>

#include "app/redact.hpp"
#include "app/status/json_writer.hpp"

namespace moretta::app {

namespace {

constexpr std::string_view as_found = "as AWS's tools find it";

std::string from_of(const Column& column) {
  switch (column.origin) {
    case Origin::body:
      return column.pointer;
    case Origin::sent_at:
      return "$sent_at";
    case Origin::received_at:
      return "$received_at";
    case Origin::message_id:
      return "$message_id";
    case Origin::receive_count:
      return "$receive_count";
    case Origin::group_id:
      return "$group_id";
    case Origin::attribute:
      return "$attribute." + column.pointer;
  }
  return {};
}

// A column that is not read from the message needs no mask.
std::string mask_of(const Column& column, const mask::Policy& policy) {
  if (!is_of_sender(column.origin)) {
    return {};
  }
  std::string text(mask::method_name(policy.method));
  if (mask::gives_tokens(policy.method) && !policy.domain.empty()) {
    text += " in " + policy.domain;
  }
  if (policy.recover != mask::Recover::no) {
    text += ", recoverable";
  }
  return text;
}

// A command may hold a secret of its own; only what kind of place it is matters here.
std::string place_of_secret(const std::string& secret) {
  return secret.starts_with("cmd:") ? "cmd:…" : secret;
}

std::string_view traces_word(Traces traces) {
  constexpr std::array<std::string_view, 3> words = {"none", "log", "otlp"};
  return words.at(static_cast<std::size_t>(traces));
}

void write_settings(const Config& config, JsonWriter& out) {
  const auto setting = [&out](std::string_view name, std::string_view value) {
    out.object().member("name", name).member("value", value).end_object();
  };
  const auto or_found = [](const std::string& text) {
    return text.empty() ? std::string(as_found) : text;
  };
  setting("file", config.file);
  setting("queue.url", config.queue.url);
  setting("queue.region", or_found(config.queue.region));
  setting("queue.endpoint", or_found(config.queue.endpoint));
  setting("database.url", redacted_url(config.database.url.view()));
  setting("keys.secret", place_of_secret(config.keys.secret));
  if (config.keys.master) {
    setting("keys.id", std::to_string(config.keys.master->id));
  }
  setting("keys.recovery", config.keys.recovery ? "escrow: sealed to a public key" : "none");
  setting("table.name", config.table.name);
  setting("on_reject", config.on_reject == OnReject::quarantine ? "quarantine" : "leave");
  setting("ledger", config.ledger == Ledger::on ? "on" : "off");
  setting("retention.ledger", fmt::format("{}d", config.ledger_retention.count()));
  setting("lanes", std::to_string(config.lanes.count));
  setting("turn_rows_max", std::to_string(config.lanes.turn_rows_max));
  setting("status.listen", config.status.listen);
  setting("traces", traces_word(config.traces));
}

}  // namespace

std::string shown_config_json(const Config& config) {
  JsonWriter out;
  out.object().key("settings").array();
  write_settings(config, out);
  out.end_array().key("columns").array();
  for (std::size_t i = 0; i < config.table.mapping.size(); ++i) {
    const Column& column = config.table.mapping[i];
    out.object().member("name", column.name).member("from", from_of(column));
    out.member("type", declared_type(column));
    out.member("mask", mask_of(column, config.table.policies[i])).end_object();
  }
  return out.end_array().end_object().take();
}

}  // namespace moretta::app
