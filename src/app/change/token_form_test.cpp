#include "app/change/token_form.hpp"

#include <gtest/gtest.h>

namespace moretta::app {

namespace {

using mask::Method;
using mask::Policy;

std::string sql(OldForm form, const Policy& policy, int key_id = 2) {
  const auto condition = old_tokens_sql(form, policy, key_id, "\"masked_ip\"");
  return condition ? condition.value() : "no: " + condition.error();
}

}  // namespace

TEST(TokenForm, leaves_out_the_new_tokens) {
  EXPECT_EQ(sql(OldForm::keyed, {.method = Method::aes_siv}),
            R"(("masked_ip" ~ '^[sc][1-9][0-9]{0,4}:' AND left("masked_ip", 3) <> 's2:'))");
  EXPECT_EQ(sql(OldForm::md5, {.method = Method::hmac_sha256_md5}, 12),
            R"(("masked_ip" ~ '^[0-9a-f]{32}$' AND left("masked_ip", 4) <> 'h12:'))");
  EXPECT_EQ(sql(OldForm::keyed, {.method = Method::ff1}),
            R"(("masked_ip" ~ '^[sc][1-9][0-9]{0,4}:'))");
}

TEST(TokenForm, refuses_what_a_second_run_could_not_tell_apart) {
  const std::pair<OldForm, Policy> cases[] = {
      {OldForm::md5, {.method = Method::hmac_sha256_md5, .bits = 128, .bare = true}},
      {OldForm::md5, {.method = Method::md5}},
      {OldForm::seed_cbc, {.method = Method::hmac_sha256, .bare = true}},
      {OldForm::seed_cbc, {.method = Method::sha256}}};

  for (const auto& [form, policy] : cases) {
    EXPECT_TRUE(sql(form, policy).starts_with("no: ")) << mask::method_name(policy.method);
  }
}

}  // namespace moretta::app
