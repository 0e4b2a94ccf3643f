#pragma once

// What `moretta plan` found, counted and with examples, as text for people or lines of JSON.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/plan/comparison.hpp"

namespace moretta::app {

// Where an event stands.
struct EventPlace {
  std::string file;
  std::int64_t line = 0;
};

class PlanReport {
 public:
  // `examples`: so many of each change are remembered.
  PlanReport(const Config& old, const Config& now, std::size_t examples);

  void add(const EventPlace& place, const Compared& compared);

  [[nodiscard]] std::int64_t count(RowFate fate) const {
    return counts_[static_cast<std::size_t>(fate)];
  }
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string summary_json() const;

 private:
  struct Group {
    std::int64_t count = 0;
    std::vector<std::string> examples{};
  };
  using Groups = std::map<std::string, Group>;

  void note(Group& group, const std::string& example) const;
  [[nodiscard]] std::string settings_text() const;
  static std::string groups_text(std::string_view heading, const Groups& groups);

  const Config& old_;
  const Config& now_;
  std::size_t examples_;
  std::array<std::int64_t, 5> counts_{};
  Groups columns_;  // of changed rows
  Groups lost_;     // by reason
  Groups gained_;   // by the reason so far
};

// {"file":…,"line":3,"fate":"changed","cells":[{"column":…,"before":…,"after":…}]} and a line end.
std::string plan_json(const EventPlace& place, const Compared& compared);

}  // namespace moretta::app
