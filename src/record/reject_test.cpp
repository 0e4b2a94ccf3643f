#include "record/reject.hpp"

#include <set>

#include <gtest/gtest.h>

namespace moretta {

TEST(Reason, has_a_code_of_its_own) {
  std::set<std::string_view> codes;
  for (int i = 0; i < reason_count; ++i) {
    codes.insert(reason_code(static_cast<Reason>(i)));
  }

  EXPECT_EQ(codes.size(), static_cast<std::size_t>(reason_count));
  EXPECT_EQ(reason_code(Reason::invalid_json), "invalid_json");
  EXPECT_EQ(reason_code(Reason::null_value), "null_value");
  EXPECT_EQ(reason_code(Reason::refused_by_table), "refused_by_table");
  EXPECT_EQ(reason_code(Reason::body_digest_wrong), "body_digest_wrong");
}

}  // namespace moretta
