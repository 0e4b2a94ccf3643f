// Counts every allocation, ours and OpenSSL's, while values are masked. In a binary of its own:
// OpenSSL takes its allocator before its first allocation or not at all.

#include <array>
#include <atomic>
#include <cstdlib>
#include <new>
#include <string>

#include <gtest/gtest.h>
#include <openssl/crypto.h>

#include "mask/test_keys.hpp"
#include "mask/tokenizer.hpp"

namespace {

std::atomic<std::size_t> allocations = 0;

void* counted(std::size_t bytes) {
  ++allocations;
  return std::malloc(bytes);
}

void* openssl_allocate(std::size_t bytes, const char*, int) {
  return counted(bytes);
}

void* openssl_reallocate(void* memory, std::size_t bytes, const char*, int) {
  ++allocations;
  return std::realloc(memory, bytes);
}

void openssl_release(void* memory, const char*, int) {
  std::free(memory);
}

const bool is_installed =
    CRYPTO_set_mem_functions(openssl_allocate, openssl_reallocate, openssl_release) == 1;

}  // namespace

void* operator new(std::size_t bytes) {
  void* memory = counted(bytes);
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return memory;
}

void operator delete(void* memory) noexcept {
  std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace moretta::mask {

TEST(Allocation, does_not_happen_for_a_value) {
  ASSERT_TRUE(is_installed);
  const MasterKey key = test_key();
  const std::string address = "199.172.111.135";
  const std::string device = "593-47-5928";
  const std::pair<Policy, std::string> cases[] = {
      {{.method = Method::md5}, address},
      {{.method = Method::sha256}, address},
      {{.method = Method::hmac_sha256, .domain = "d"}, address},
      {{.method = Method::hmac_sha256, .domain = "d", .normalize = Normalize::lower}, address},
      {{.method = Method::hmac_sha256_md5, .domain = "d"}, address},
      {{.method = Method::tokenize, .domain = "d"}, address},
      {{.method = Method::aes_siv, .domain = "d", .normalize = Normalize::ip}, address},
      {{.method = Method::aes_siv, .domain = "d"}, std::string(100, 'x')},
      {{.method = Method::aes_256_cbc, .domain = "d", .normalize = Normalize::trim}, address},
      {{.method = Method::ff1, .domain = "d", .pattern = "###-##-####"}, device},
      {{.method = Method::ipcrypt_deterministic, .domain = "d"}, address},
      {{.method = Method::ipcrypt_pfx, .domain = "d"}, address},
      {{.method = Method::ipcrypt_pfx, .domain = "d"}, "2001:db8::1"},
      {{.method = Method::truncate_ip}, address},
      {{.method = Method::character_mask, .keep_last = 4}, device},
      {{.method = Method::bucket, .bucket_size = 10}, "37"},
  };
  constexpr int values = 100;
  std::string out;
  out.reserve(4'096);

  for (const auto& [policy, value] : cases) {
    Tokenizer tokenizer(policy, &key);
    ASSERT_TRUE(tokenizer.append(value, out).ok()) << method_name(policy.method);

    const std::size_t before = allocations;
    for (int i = 0; i < values; ++i) {
      out.clear();
      static_cast<void>(tokenizer.append(value, out));
    }
    const std::size_t after = allocations;

    EXPECT_EQ(after - before, 0U) << method_name(policy.method);
  }
}

TEST(Allocation, does_not_happen_for_values_side_by_side) {
  ASSERT_TRUE(is_installed);
  const MasterKey key = test_key();
  const Policy policies[] = {
      {.method = Method::aes_siv, .domain = "d"},
      {.method = Method::ff1, .domain = "d", .pattern = "###-##-####"},
  };
  std::string out(batch_values_max * 100, '\0');
  std::array<char*, batch_values_max> places;
  for (std::size_t i = 0; i < places.size(); ++i) {
    places[i] = out.data() + 100 * i;
  }

  for (const Policy& policy : policies) {
    Tokenizer tokenizer(policy, &key);
    std::size_t before = allocations;
    for (int round = 0; round < 2; ++round) {
      before = allocations;
      for (std::size_t i = 0; i < places.size(); ++i) {
        static_cast<void>(tokenizer.batch()->add("593-47-5928"));
      }
      static_cast<void>(tokenizer.batch()->write(places));
    }

    EXPECT_EQ(allocations - before, 0U) << method_name(policy.method);
  }
}

TEST(Allocation, is_counted) {
  const std::size_t before = allocations;

  const std::string text(100, 'x');
  void* const memory = OPENSSL_malloc(1);

  EXPECT_EQ(allocations - before, 2U) << text;
  OPENSSL_free(memory);
}

}  // namespace moretta::mask
