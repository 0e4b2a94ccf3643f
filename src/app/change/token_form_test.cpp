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
  EXPECT_EQ(
      sql(OldForm::ours, {.method = Method::aes_siv}),
      R"(("masked_ip" ~ '^([scht][1-9][0-9]{0,4}:|([0-9a-f]{32}){1,2}$)' AND left("masked_ip", 3) )"
      R"(<> 's2:'))");
  EXPECT_EQ(sql(OldForm::md5, {.method = Method::hmac_sha256_md5}, 12),
            R"(("masked_ip" ~ '^[0-9a-f]{32}$' AND left("masked_ip", 4) <> 'h12:'))");
  EXPECT_EQ(sql(OldForm::ours, {.method = Method::tokenize}),
            R"(("masked_ip" ~ '^([scht][1-9][0-9]{0,4}:|([0-9a-f]{32}){1,2}$)' AND )"
            R"(left("masked_ip", 1) <> 't'))");
  EXPECT_EQ(sql(OldForm::ours, {.method = Method::ff1}),
            R"(("masked_ip" ~ '^[scht][1-9][0-9]{0,4}:'))");
}

TEST(TokenForm, knows_tokens_that_look_like_values_by_their_shape) {
  const Policy ids = {.method = Method::ff1, .pattern = "##.#-^##a"};
  const Policy addresses = {.method = Method::ipcrypt_pfx};
  const Policy siv = {.method = Method::aes_siv};

  EXPECT_EQ(old_shapes_sql(ids, siv, 2, "c").value(),
            R"((c ~ '^[0-9][0-9][.][0-9][-]\^[0-9][0-9]a$' AND left(c, 3) <> 's2:'))");
  EXPECT_TRUE(old_shapes_sql(addresses, siv, 2, "c").ok());
  EXPECT_FALSE(old_shapes_sql(addresses, ids, 2, "c").ok());
}

TEST(TokenForm, refuses_what_a_second_run_could_not_tell_apart) {
  const std::pair<OldForm, Policy> cases[] = {
      {OldForm::md5, {.method = Method::hmac_sha256_md5, .bits = 128, .bare = true}},
      {OldForm::md5, {.method = Method::md5}},
      {OldForm::seed_cbc, {.method = Method::hmac_sha256, .bare = true}},
      {OldForm::ours, {.method = Method::hmac_sha256, .bare = true}},
      {OldForm::seed_cbc, {.method = Method::sha256}}};

  for (const auto& [form, policy] : cases) {
    EXPECT_TRUE(sql(form, policy).starts_with("no: ")) << mask::method_name(policy.method);
  }
}

}  // namespace moretta::app
