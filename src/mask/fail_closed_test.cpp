// Every allocation that OpenSSL makes while a value is masked fails here once, and nothing but a
// token or a refusal may come out. In a binary of its own: OpenSSL takes its allocator before its
// first allocation or not at all.

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>
#include <openssl/crypto.h>

#include "base/errors.hpp"
#include "base/random.hpp"
#include "mask/masker.hpp"
#include "mask/seal.hpp"
#include "mask/test_keys.hpp"

namespace moretta::mask {

namespace {

int allocations_left = -1;  // until one fails; never, while negative

bool is_allowed() {
  if (allocations_left < 0) {
    return true;
  }
  return allocations_left-- != 0;  // the failed one disarms
}

void* allocate(std::size_t bytes, const char*, int) {
  return is_allowed() ? std::malloc(bytes) : nullptr;
}

void* reallocate(void* memory, std::size_t bytes, const char*, int) {
  return is_allowed() ? std::realloc(memory, bytes) : nullptr;
}

void release(void* memory, const char*, int) {
  std::free(memory);
}

const bool is_installed = CRYPTO_set_mem_functions(allocate, reallocate, release) == 1;

constexpr int allocations_max = 100;  // of one value; a loop that does not end is a failure

Event event_of(std::string_view text) {
  Event event;
  event.reset(1);
  event.set_text(0, text);
  return event;
}

// Masks once for each allocation; gives the number of refusals.
int refusals_of(Masker& masker, const std::string& token) {
  const Event event = event_of("199.172.111.135");
  int refusals = 0;
  for (int fails = 0; fails < allocations_max; ++fails) {
    allocations_left = fails;
    const auto row = masker.mask(event);
    const bool failed = allocations_left < 0;
    allocations_left = -1;
    if (!failed) {
      return refusals;
    }
    if (row) {
      EXPECT_EQ(row.value()[0].text, token) << "allocation " << fails;
      continue;
    }
    EXPECT_EQ(row.error().reason, Reason::mask_failed);
    ++refusals;
  }
  ADD_FAILURE() << "no end of allocations";
  return refusals;
}

}  // namespace

TEST(FailClosed, masks_or_refuses_when_openssl_has_no_memory) {
  ASSERT_TRUE(is_installed);
  const MasterKey key = test_key();
  const std::pair<Policy, bool> cases[] = {
      // Nothing that makes a token allocates for a value; sealing one does.
      {{.method = Method::md5}, false},
      {{.method = Method::sha256}, false},
      {{.method = Method::md5, .domain = "ip", .recover = Recover::aes_256_cbc}, false},
      {{.method = Method::hmac_sha256, .domain = "ip"}, false},
      {{.method = Method::hmac_sha256_md5, .domain = "ip"}, false},
      {{.method = Method::aes_siv, .domain = "ip"}, false},
      {{.method = Method::aes_256_cbc, .domain = "ip"}, false},
      {{.method = Method::tokenize, .domain = "ip"}, false},
      {{.method = Method::aes_siv, .domain = "ip", .normalize = Normalize::ip}, false},
      {{.method = Method::ff1, .domain = "ip", .pattern = "###.###.###.###"}, false},
      {{.method = Method::ipcrypt_deterministic, .domain = "ip"}, false},
      {{.method = Method::ipcrypt_pfx, .domain = "ip"}, false},
  };

  for (const auto& [policy, allocates] : cases) {
    Column column;
    column.name = "masked_ip";
    Masker masker({column}, {policy}, &key);
    const auto row = masker.mask(event_of("199.172.111.135"));
    ASSERT_TRUE(row.ok());
    const std::string token(row.value()[0].text);

    EXPECT_EQ(refusals_of(masker, token) > 0, allocates) << method_name(policy.method);

    const auto afterwards = masker.mask(event_of("199.172.111.135"));
    ASSERT_TRUE(afterwards.ok()) << method_name(policy.method);
    EXPECT_EQ(afterwards.value()[0].text, token);
  }
}

}  // namespace moretta::mask
