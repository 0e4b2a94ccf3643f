#include "audit/shape.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace moretta::audit {
namespace {

TEST(Shape, is_recognised_by_the_text_alone) {
  const std::string hex32 = "a56e7589b4b780605f7c614d13df6696";
  const std::string hex64 = "d8b7a12d006389129ddda267e5fb794c8bdc8b62cff9f2941a0c8a7ba8eab2dc";
  const std::vector<std::pair<std::string, Recognised>> cases = {
      {"", {Shape::empty}},
      {hex32, {Shape::md5}},
      {"A56E7589B4B780605F7C614D13DF6696", {Shape::md5}},
      {"A56e7589b4b780605f7c614d13df6696", {Shape::other}},
      {hex64, {Shape::sha256}},
      {"h1:" + hex64, {Shape::hmac, 1}},
      {"h65535:" + hex32, {Shape::hmac, 65535}},
      {"h01:" + hex64, {Shape::other}},
      {"h1:" + hex64 + "0", {Shape::other}},
      {"t12:f21ef35de0437869588213e608f9f02b", {Shape::token, 12}},
      {"s1:LdPgZ06KQKOLQ3rZ3Q6zsJ_JQAwzYTXe6DOPz_AX1amxj6Km4kgyj-PjtA72I1Rn", {Shape::siv, 1}},
      {"c3:be1eb0d82090fedebc715f6a8164f7b60b1c36bc55bfa675dd0ed0b83392ef9b", {Shape::cbc, 3}},
      {"s1:short", {Shape::other}},
      {"199.172.111.135", {Shape::ipv4}},
      {"199.172.111.256", {Shape::other}},
      {"2001:db8::1", {Shape::ipv6}},
      {"::ffff:192.0.2.1", {Shape::ipv6}},
      {"somebody@example.org", {Shape::email}},
      {"somebody@localhost", {Shape::other}},
      {"@example.org", {Shape::other}},
      {"4111 1111 1111 1111", {Shape::card}},
      {"4111-1111-1111-1112", {Shape::other}},
      {"378282246310005", {Shape::card}},
      {"593-47-5928", {Shape::id}},
      {"593-47-592", {Shape::other}},
      {"424cdd21-063a-43a7-b91b-7ca1a833afae", {Shape::uuid}},
      {"android", {Shape::other}},
      {"2026-11-22", {Shape::other}},
      // base64 of 48 bytes, as the first user's own script stores them
      {"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v", {Shape::seed_cbc}},
  };

  for (const auto& [text, want] : cases) {
    const Recognised found = recognise(text);
    EXPECT_EQ(found, want) << text << " looks like " << shape_name(found.shape);
  }
}

TEST(Shape, of_any_length_is_answered) {
  for (std::size_t size = 0; size < 5000; size += 7) {
    for (const char c : {'0', 'a', '.', ':', '@', '\xff'}) {
      const Recognised found = recognise(std::string(size, c));
      EXPECT_FALSE(shape_name(found.shape).empty());
    }
  }
}

}  // namespace
}  // namespace moretta::audit
