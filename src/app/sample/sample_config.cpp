#include "app/sample/sample_config.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/sample/proposal.hpp"
#include "base/json_text.hpp"

namespace moretta::app {

namespace {

// A JSON string is a YAML string too; in flow context it may stand without quotes if it is plain.
std::string yaml_text(const std::string& text) {
  const bool is_plain = std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '_' || c == '-' || c == '.' || c == '~';
  });
  return is_plain ? text : json_string(text);
}

std::string line_of(const Proposal& proposal, std::size_t width) {
  const std::string presence = fmt::format("{}{}", proposal.is_required ? "" : ", required: false",
                                           proposal.is_nullable ? ", nullable: true" : "");
  if (proposal.type.empty()) {
    return fmt::format("    # left out: {}: {}\n", yaml_text(proposal.pointer), proposal.reason);
  }
  const std::string why = proposal.reason.empty() ? "" : fmt::format("    # {}\n", proposal.reason);
  return why + fmt::format("    {:<{}} {{from: {}, type: {}, mask: {}{}}}\n", proposal.column + ":",
                           width, yaml_text(proposal.pointer), proposal.type, proposal.mask,
                           presence);
}

std::string heading(const Sample& sample) {
  std::string text = fmt::format(
      "# Made from a sample of {} events{}. Whatever looks personal is masked, with the reason "
      "above "
      "it;\n# look at every `mask: keep` before you use this: it stores the value in clear.\n",
      sample.events, sample.has_more_events ? ", the first of the file" : "");
  if (sample.bad_lines > 0) {
    text += fmt::format("# {} lines of the sample are no JSON objects and were passed over.\n",
                        sample.bad_lines);
  }
  if (sample.has_more_fields) {
    text += fmt::format("# The sample has more than {} fields; the rest is not here.\n",
                        sample_fields_max);
  }
  return text;
}

}  // namespace

std::string config_for(const Sample& sample, const std::string& table, const std::string& key) {
  const std::vector<Proposal> proposals = propose(sample);
  std::size_t width = sizeof("sent_at:") - 1;
  for (const Proposal& proposal : proposals) {
    width = std::max(width, proposal.type.empty() ? 0 : proposal.column.size() + 1);
  }
  const bool has_sent_at = std::ranges::any_of(
      proposals, [](const Proposal& proposal) { return proposal.column == "sent_at"; });
  std::string text = heading(sample);
  text += fmt::format(R"(
queue:
  # url comes from QUEUE_URL or --queue-url, or write it here:
  # url: https://sqs.eu-west-1.amazonaws.com/123456789012/events
  protocol: auto                # auto, json, query

database:
  url: ${{DATABASE_URL:-}}        # or env:NAME, file:PATH; a password in this file is refused

keys:
  secret: {}        # where the key is, never the key; make one: moretta init --key FILE

on_reject: quarantine           # keep what gives no row, sealed; or `leave` it to the queue's redrive

table:
  name: {}
  columns:
)",
                      key, table);
  for (const Proposal& proposal : proposals) {
    text += line_of(proposal, width);
  }
  text += fmt::format("    {:<{}} {{from: $sent_at, type: timestamptz}}\n",
                      has_sent_at ? "queue_sent_at:" : "sent_at:", width);
  return text;
}

}  // namespace moretta::app
