#include "app/cli/man_page.hpp"

#include <cstdint>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/version.hpp"

namespace moretta::app {

namespace {

// The code point that a UTF-8 sequence of our own texts stands for; `at` is left on its last byte.
std::uint32_t code_point(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  std::uint32_t point = lead & (0x3FU >> more);
  for (int i = 0; i < more && at + 1 < text.size(); ++i) {
    point = point << 6U | (static_cast<unsigned char>(text[++at]) & 0x3FU);
  }
  return point;
}

// Beyond ASCII every roff reads names alone. Backslashes and dashes mean something else to roff; so
// does a period or an apostrophe in front.
std::string roff(std::string_view text) {
  std::string out;
  bool at_line_start = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (at_line_start && (c == '.' || c == '\'')) {
      out += "\\&";
    }
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      out += fmt::format("\\[u{:04X}]", code_point(text, i));
    } else {
      out += c;
    }
    at_line_start = c == '\n';
  }
  return out;
}

std::string option_text(const OptionFacts& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.names) {
    names.push_back(fmt::format("\\fB{}\\fR", roff(name)));
  }
  return fmt::format(".TP\n{}{}\n{}\n", fmt::join(names, ", "),
                     option.value.empty() ? "" : fmt::format(" \\fI{}\\fR", roff(option.value)),
                     roff(option.purpose));
}

// The lines as they are, an example among them.
std::string footer_text(const std::string& footer) {
  return footer.empty() ? "" : fmt::format(".PP\n.nf\n{}\n.fi\n", roff(footer));
}

std::string command_text(const CommandFacts& command) {
  std::string text = fmt::format(
      ".SS \"moretta {}{}{}\"\n{}.\n", roff(fmt::format("{}", fmt::join(command.words, " "))),
      command.options.size() > 1 ? " [OPTION...]" : "",
      command.argument.empty() ? "" : " " + roff(command.argument), roff(command.purpose));
  for (const OptionFacts& option : command.options) {
    if (option.names.back() != "--help") {
      text += option_text(option);
    }
  }
  return text + footer_text(command.footer);
}

constexpr std::string_view tail = R"(.SH ENVIRONMENT
.TP
\fBMORETTA_CONFIG\fR
The configuration, if \fB\-\-config\fR does not name one.
.TP
\fBQUEUE_URL\fR, \fBDATABASE_URL\fR
The queue and the database; they go before the file.
.TP
\fBSECRET_KEY\fR
The master key, where \fBkeys.secret\fR is \fBenv:SECRET_KEY\fR, as it is by default.
.TP
\fBAWS_*\fR
Region, endpoint and credentials, as for the tools of AWS.
.SH FILES
.TP
\fImoretta.yaml\fR
The configuration, if nothing else names one.
.SH EXIT STATUS
.TP
\fB0\fR
Done.
.TP
\fB1\fR
Failed at run time.
.TP
\fB3\fR
Done, but messages were quarantined.
.TP
\fB64\fR
The command line is wrong.
.TP
\fB78\fR
The configuration is wrong.
.SH SEE ALSO
.BR openssl (1),
.BR psql (1)
)";

}  // namespace

std::string man_page(const std::vector<CommandFacts>& tree) {
  const CommandFacts& program = tree.front();
  std::string page = fmt::format(
      ".TH MORETTA 1 \"\" \"{}\" \"User Commands\"\n.SH NAME\nmoretta \\- {}\n.SH "
      "SYNOPSIS\n"
      ".B moretta\n.I COMMAND\n[OPTION...]\n.SH DESCRIPTION\n"
      "Every message ends as exactly one of stored, duplicate, quarantined or returned, and leaves "
      "the queue only after its row or its record is committed.\n.SH COMMANDS\n",
      roff(version_line("moretta")), roff(program.purpose));
  for (std::size_t i = 1; i < tree.size(); ++i) {
    page += command_text(tree[i]);
  }
  return page + std::string(tail);
}

}  // namespace moretta::app
