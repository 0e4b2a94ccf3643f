#include "app/entry.hpp"

#include <ostream>

#include <fmt/format.h>

#include "app/cli/command_line.hpp"
#include "app/commands/commands.hpp"
#include "app/exit_code.hpp"
#include "app/problem.hpp"
#include "base/errors.hpp"

namespace moretta::app {

namespace {

struct Dispatch {
  World& world;

  int operator()(const RunOptions& options) const { return run(options, world); }
  int operator()(const DrainOptions& options) const { return drain(options, world); }
  int operator()(const LambdaOptions& options) const { return lambda(options, world); }
  int operator()(const LoadOptions& options) const { return load(options, world); }
  int operator()(const MaskOptions& options) const { return mask_lines(options, world); }
  int operator()(const InitOptions& options) const { return init(options, world); }
  int operator()(const CheckOptions& options) const { return check(options, world); }
  int operator()(const TestOptions& options) const { return test(options, world); }
  int operator()(const PlanOptions& options) const { return plan(options, world); }
  int operator()(const SchemaOptions& options) const { return schema(options, world); }
  int operator()(const DemoOptions& options) const { return demo(options, world); }
  int operator()(const DevqueueOptions& options) const { return devqueue(options, world); }
  int operator()(const QuarantineListOptions& options) const {
    return quarantine_list(options, world);
  }
  int operator()(const QuarantineShowOptions& options) const {
    return quarantine_show(options, world);
  }
  int operator()(const QuarantinePurgeOptions& options) const {
    return quarantine_purge(options, world);
  }
  int operator()(const RewrapOptions& options) const { return rewrap_column(options, world); }
  int operator()(const EraseOptions& options) const { return erase_value(options, world); }
  int operator()(const TopOptions& options) const { return top(options, world); }
  int operator()(const TapOptions& options) const { return tap(options, world); }
  int operator()(const TraceOptions& options) const { return trace(options, world); }
  int operator()(const KeysOptions& options) const { return keys(options, world); }
  int operator()(const AuditOptions& options) const { return audit(options, world); }
  int operator()(const ExplainOptions& options) const { return explain(options, world); }
  int operator()(const ManifestOptions& options) const { return manifest(options, world); }
  int operator()(const LookupOptions& options) const { return lookup(options, world); }
};

int failed(const std::exception& error, const std::string& hint, World& world) {
  world.err << fmt::format("moretta: {}\n", error.what());
  if (!hint.empty()) {
    world.err << fmt::format("  {}\n", hint);
  }
  world.err.flush();
  return exit_failed;
}

}  // namespace

int enter(const std::vector<std::string>& arguments, World& world) {
  // Lambda starts what a package calls `bootstrap` without arguments.
  const bool is_lambda = arguments.empty() && world.environment("AWS_LAMBDA_RUNTIME_API");
  const auto parsed =
      parse_command_line(is_lambda ? std::vector<std::string>{"lambda"} : arguments);
  if (const auto* end = std::get_if<CliEnd>(&parsed)) {
    world.out << end->out << std::flush;
    world.err << end->err << std::flush;
    return end->exit_code;
  }
  try {
    return std::visit(Dispatch{world}, std::get<Invocation>(parsed));
  } catch (const BadConfig& error) {
    world.err << error.what() << "\n" << std::flush;
    return exit_config;
  } catch (const BadUsage& error) {
    world.err << error.what() << "\n" << std::flush;
    return exit_usage;
  } catch (const Refused& error) {
    return failed(error, error.hint(), world);
  } catch (const Unavailable& error) {
    return failed(error, "try again", world);
  } catch (const std::exception& error) {
    return failed(error, "", world);
  }
}

}  // namespace moretta::app
