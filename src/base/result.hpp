#pragma once

// A value or the reason why there is none. For failures that are part of the job (bad data); what
// the world does to us is thrown (base/errors.hpp), what we do to ourselves aborts
// (base/ensure.hpp).

#include <type_traits>
#include <utility>
#include <variant>

#include "base/ensure.hpp"

namespace moretta {

template <typename E>
struct Failure {
  E error;
};

template <typename E>
Failure(E) -> Failure<E>;

template <typename T, typename E>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: return value;
  Result(Failure<E> failure)  // NOLINT: return Failure{};
      : state_(std::in_place_index<1>, std::move(failure.error)) {}

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // REQUIRED: ok().
  [[nodiscard]] T& value() & {
    ENSURE(ok());
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] const T& value() const& {
    ENSURE(ok());
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] T&& value() && {
    ENSURE(ok());
    return std::move(*std::get_if<0>(&state_));
  }

  // REQUIRED: !ok().
  [[nodiscard]] const E& error() const {
    ENSURE(!ok());
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, E> state_;
};

// Work that succeeds without giving anything: Result<Done, E>.
struct Done {
  bool operator==(const Done&) const = default;
};

// Where the reason is a number, all is in one: what is put together in memory out of two stores,
// the next load of both has to wait for. REQUIRED: enumerators from 0.
template <typename E>
requires std::is_enum_v<E>
class [[nodiscard]] Result<Done, E> {
 public:
  Result(Done) {}  // NOLINT: return Done{};
  Result(Failure<E> failure)
      : error_(static_cast<int>(failure.error)) {}  // NOLINT: return Failure{};

  [[nodiscard]] bool ok() const { return error_ == none; }
  explicit operator bool() const { return ok(); }

  // REQUIRED: !ok().
  [[nodiscard]] E error() const {
    ENSURE(!ok());
    return static_cast<E>(error_);
  }

 private:
  static constexpr int none = -1;
  int error_ = none;
};

}  // namespace moretta
