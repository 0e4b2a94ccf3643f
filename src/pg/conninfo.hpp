#pragma once

// Where the server is and how to log in, as libpq knows it: a postgresql:// URI or key=value pairs.
// Holds the password and never shows it.

#include <string>
#include <string_view>
#include <vector>

namespace moretta::pg {

class Login;

class Conninfo {
 public:
  // Throws Refused if libpq cannot read the text; the error does not repeat it.
  explicit Conninfo(std::string_view text);
  Conninfo(const Conninfo&) = default;
  Conninfo(Conninfo&&) noexcept = default;
  Conninfo& operator=(const Conninfo&) = delete;
  Conninfo& operator=(Conninfo&&) = delete;
  ~Conninfo();

  // What to log: "host=db.internal port=5432 dbname=app user=moretta", as far as given.
  [[nodiscard]] std::string shown() const;

  // The option's value, or "" if the text does not give it.
  [[nodiscard]] std::string_view get(std::string_view keyword) const;
  void set(std::string_view keyword, std::string_view value);
  void set_default(std::string_view keyword, std::string_view value);

  // Who is asked for user and password at each connect; null: what stands here is all. The login
  // outlives this and its copies.
  void log_in_with(Login* login) { login_ = login; }
  [[nodiscard]] Login* login() const { return login_; }

  // For PQconnectStartParams: null-terminated, valid until this changes.
  [[nodiscard]] std::vector<const char*> keywords() const;
  [[nodiscard]] std::vector<const char*> values() const;

 private:
  struct Option {
    std::string keyword;
    std::string value;
  };
  std::vector<Option> options_;
  Login* login_ = nullptr;
};

}  // namespace moretta::pg
