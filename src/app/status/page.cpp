#include "app/status/page.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "base/ensure.hpp"
#include "documents.hpp"

namespace moretta::app {

namespace {

// `shell` with style and script put in where it names them.
std::string assemble() {
  std::string page(embedded::page_html);
  const auto put = [&page](std::string_view mark, std::string_view text) {
    const std::size_t at = page.find(mark);
    ENSURE(at != std::string::npos);
    page.replace(at, mark.size(), text);
  };
  put("/*page.css*/", embedded::page_css);
  put("/*page.js*/", embedded::page_js);
  return page;
}

std::string source_hash(std::string_view text) {
  return "'sha256-" + base64(sha256(text)) + "'";
}

}  // namespace

std::string_view status_page() {
  static const std::string page = assemble();
  return page;
}

std::string page_policy() {
  return fmt::format(
      "default-src 'none'; script-src {}; style-src {}; img-src data:; connect-src 'self'; "
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      source_hash(embedded::page_js), source_hash(embedded::page_css));
}

}  // namespace moretta::app
