#pragma once

// Handles of OpenSSL that free themselves, and the start-up calls that must not fail. Everything is
// fetched once: a fetch for each value costs more than the hash of a short one.

#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/kdf.h>

#include "base/errors.hpp"

namespace moretta::mask {

struct FreeOpenssl {
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(EVP_CIPHER* cipher) const { EVP_CIPHER_free(cipher); }
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
  void operator()(EVP_KDF* kdf) const { EVP_KDF_free(kdf); }
  void operator()(EVP_KDF_CTX* context) const { EVP_KDF_CTX_free(context); }
};

using Digest = std::unique_ptr<EVP_MD, FreeOpenssl>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeOpenssl>;
using Cipher = std::unique_ptr<EVP_CIPHER, FreeOpenssl>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeOpenssl>;

// At start only; a value that OpenSSL cannot handle later is a Reject, not an exception.
inline void require_openssl(bool works, const char* algorithm) {
  if (!works) {
    throw Refused(std::string("cannot use ") + algorithm + ": OpenSSL does not provide it here",
                  "check openssl.cnf (a FIPS-only configuration has no MD5) or choose hmac-sha256");
  }
}

inline Digest fetch_digest(const char* name) {
  Digest digest(EVP_MD_fetch(nullptr, name, nullptr));
  require_openssl(digest != nullptr, name);
  return digest;
}

inline Cipher fetch_cipher(const char* name) {
  Cipher cipher(EVP_CIPHER_fetch(nullptr, name, nullptr));
  require_openssl(cipher != nullptr, name);
  return cipher;
}

inline DigestContext new_digest_context() {
  DigestContext context(EVP_MD_CTX_new());
  require_openssl(context != nullptr, "digests");
  return context;
}

inline CipherContext new_cipher_context() {
  CipherContext context(EVP_CIPHER_CTX_new());
  require_openssl(context != nullptr, "ciphers");
  return context;
}

}  // namespace moretta::mask
