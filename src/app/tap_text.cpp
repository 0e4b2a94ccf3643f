#include "app/tap_text.hpp"

#include "app/masked_text.hpp"
#include "app/status/json_writer.hpp"

namespace moretta::app {

namespace {

std::string row_json(const Table& table, const Row& row) {
  JsonWriter out;
  out.object();
  for (std::size_t i = 0; i < row.size(); ++i) {
    out.key(table.mapping[i].name);
    if (row[i].is_null()) {
      out.null();
    } else {
      out.value(masked_text(row[i], table.mapping[i], table.policies[i]));
    }
  }
  return out.end_object().take();
}

std::string reject_json(const Reject& reject) {
  JsonWriter out;
  out.object().member("reason", reason_code(reject.reason)).member("column", reject.column);
  return out.member("pointer", reject.pointer).end_object().take();
}

}  // namespace

Tap::Renderers tap_renderers(const Table& table) {
  return {.row = [&table](const Row& row) { return row_json(table, row); }, .reject = reject_json};
}

}  // namespace moretta::app
