#include "devqueue/generate.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "devqueue/message.hpp"

namespace moretta::devqueue {

namespace {

constexpr std::size_t recent_max = 100;  // a resend follows soon after the first send

constexpr std::array device_types{std::string_view{"android"}, std::string_view{"ios"}};

// Seven of ten logins have a locale, as in the real sample.
constexpr std::array locales{
    std::string_view{"\"RU\""}, std::string_view{"\"PH\""}, std::string_view{"\"ID\""},
    std::string_view{"\"CN\""}, std::string_view{"\"BR\""}, std::string_view{"\"FR\""},
    std::string_view{"\"PL\""}, std::string_view{"null"},   std::string_view{"null"},
    std::string_view{"null"},
};

// One of each kind of mistake that producers make.
constexpr std::array malformed_bodies{
    std::string_view{R"({"foo": "oops_wrong_msg_type", "bar": 123})"},
    std::string_view{R"({"user_id": "424cdd21-063a-43a7-b91b-7ca1a833afae", "app_version": )"},
    std::string_view{R"(["not", "an", "object"])"},
    std::string_view{"not json at all"},
    std::string_view{R"({"user_id": 17, "app_version": "2.3.0", "device_type": "ios",)"
                     R"( "ip": "203.0.113.7", "locale": null, "device_id": "000-00-0000"})"},
};

}  // namespace

std::string LoginGenerator::next() {
  if (random_.unit() < shares_.malformed) {
    return malformed();
  }
  if (!recent_.empty() && random_.unit() < shares_.duplicate) {
    return recent_[below(recent_.size())];
  }
  std::string body = well_formed();
  if (shares_.duplicate > 0) {
    recent_.push_back(body);
    if (recent_.size() > recent_max) {
      recent_.pop_front();
    }
  }
  return body;
}

std::vector<std::string> LoginGenerator::take(std::size_t count) {
  std::vector<std::string> bodies;
  bodies.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    bodies.push_back(next());
  }
  return bodies;
}

std::string LoginGenerator::well_formed() {
  std::string user;
  append_id_text(new_message_id(random_), user);
  const auto major = below(4);
  const auto minor = below(10);
  const auto patch = below(10);
  const std::string_view device = device_types[below(device_types.size())];
  const std::string ip =
      fmt::format("{}.{}.{}.{}", 1 + below(223), below(256), below(256), 1 + below(254));
  const std::string_view locale = locales[below(locales.size())];
  const std::string device_id =
      fmt::format("{:03}-{:02}-{:04}", below(1000), below(100), below(10'000));
  return fmt::format(R"({{"user_id": "{}", "app_version": "{}.{}.{}", "device_type": "{}", )"
                     R"("ip": "{}", "locale": {}, "device_id": "{}"}})",
                     user, major, minor, patch, device, ip, locale, device_id);
}

std::string LoginGenerator::malformed() {
  return std::string(malformed_bodies[below(malformed_bodies.size())]);
}

}  // namespace moretta::devqueue
