#include "app/plan/plan_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/status/json_writer.hpp"
#include "app/summary.hpp"

namespace moretta::app {

namespace {

constexpr std::size_t shown_characters = 44;  // of a value: two of them on a line
constexpr std::string_view no_column = "(no such column)";

std::string shortened(const std::string& text) {
  return text.size() <= shown_characters ? text : text.substr(0, shown_characters - 3) + "...";
}

std::string or_none(const std::string& text) {
  return text.empty() ? std::string(no_column) : shortened(text);
}

std::string place_text(const EventPlace& place) {
  return fmt::format("{}:{}", place.file, place.line);
}

std::string reject_text(const Reject& reject) {
  return reject.column.empty() ? std::string(reason_code(reject.reason))
                               : fmt::format("{} of {}", reason_code(reject.reason), reject.column);
}

void write_reject(std::string_view name, const std::optional<Reject>& reject, JsonWriter& out) {
  if (reject) {
    out.key(name).object().member("reason", reason_code(reject->reason));
    out.member("column", reject->column).member("pointer", reject->pointer).end_object();
  }
}

}  // namespace

PlanReport::PlanReport(const Config& old, const Config& now, std::size_t examples)
    : old_(old), now_(now), examples_(examples) {}

void PlanReport::note(Group& group, const std::string& example) const {
  ++group.count;
  if (group.examples.size() < examples_) {
    group.examples.push_back(example);
  }
}

void PlanReport::add(const EventPlace& place, const Compared& compared) {
  ++counts_[static_cast<std::size_t>(compared.fate)];
  for (const CellChange& cell : compared.cells) {
    note(columns_[cell.column],
         fmt::format("{}  {} -> {}", place_text(place), or_none(cell.before), or_none(cell.after)));
  }
  if (compared.fate == RowFate::lost) {
    note(lost_[reject_text(*compared.after)], place_text(place));
  } else if (compared.fate == RowFate::gained) {
    note(gained_[reject_text(*compared.before)], place_text(place));
  }
}

// What no sample shows: which columns differ in the files, and what is kept to recover them.
std::string PlanReport::settings_text() const {
  std::string text;
  const Table& before = old_.table;
  const Table& after = now_.table;
  if (before.name != after.name) {
    text += fmt::format("table {} -> {}\n", before.name, after.name);
  }
  for (std::size_t i = 0; i < after.mapping.size(); ++i) {
    const auto same = std::ranges::find(before.mapping, after.mapping[i].name, &Column::name);
    if (same == before.mapping.end()) {
      text += fmt::format("column {}: new; the table must have it first\n", after.mapping[i].name);
      continue;
    }
    const mask::Policy& was =
        before.policies[static_cast<std::size_t>(same - before.mapping.begin())];
    const mask::Policy& is = after.policies[i];
    if (was.method != is.method) {
      text += fmt::format("column {}: mask {} -> {}\n", after.mapping[i].name,
                          mask::method_name(was.method), mask::method_name(is.method));
    }
    if (was.recover != is.recover) {
      text += fmt::format("column {}: `recover` changes: what the vault keeps of it\n",
                          after.mapping[i].name);
    }
  }
  for (const Column& column : before.mapping) {
    if (std::ranges::find(after.mapping, column.name, &Column::name) == after.mapping.end()) {
      text += fmt::format("column {}: no longer written\n", column.name);
    }
  }
  return text;
}

std::string PlanReport::groups_text(std::string_view heading, const Groups& groups) {
  std::string text;
  for (const auto& [name, group] : groups) {
    text += fmt::format("\n{} {}: {}\n", heading, name, grouped(group.count));
    for (const std::string& example : group.examples) {
      text += fmt::format("    {}\n", example);
    }
  }
  return text;
}

std::string PlanReport::text() const {
  std::int64_t all = 0;
  for (const std::int64_t count : counts_) {
    all += count;
  }
  std::string text = fmt::format("{} -> {}\n", old_.file, now_.file) + settings_text();
  text += fmt::format("\n{} event{}\n", grouped(all), all == 1 ? "" : "s");
  const auto line = [&](RowFate fate, std::string_view what) {
    if (count(fate) > 0) {
      text += fmt::format("{:>9}  {}\n", grouped(count(fate)), what);
    }
  };
  line(RowFate::same, "give the same row");
  line(RowFate::changed, "give another row");
  line(RowFate::lost, "give no row any more");
  line(RowFate::gained, "give a row for the first time");
  line(RowFate::rejected, "give no row, as before");
  text += groups_text("changed", columns_);
  text += groups_text("no row any more,", lost_);
  text += groups_text("a row, no longer", gained_);
  return text;
}

std::string PlanReport::summary_json() const {
  JsonWriter out;
  out.object();
  for (const RowFate fate :
       {RowFate::same, RowFate::changed, RowFate::lost, RowFate::gained, RowFate::rejected}) {
    out.member(fate_word(fate), count(fate));
  }
  out.key("changed_columns").object();
  for (const auto& [name, group] : columns_) {
    out.member(name, group.count);
  }
  return out.end_object().end_object().take() + "\n";
}

std::string plan_json(const EventPlace& place, const Compared& compared) {
  JsonWriter out;
  out.object().member("file", place.file).member("line", place.line);
  out.member("fate", fate_word(compared.fate));
  if (!compared.cells.empty()) {
    out.key("cells").array();
    for (const CellChange& cell : compared.cells) {
      out.object().member("column", cell.column);
      out.member("before", cell.before).member("after", cell.after).end_object();
    }
    out.end_array();
  }
  write_reject("rejected_before", compared.before, out);
  write_reject("rejected_after", compared.after, out);
  return out.end_object().take() + "\n";
}

}  // namespace moretta::app
