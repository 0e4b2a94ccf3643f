#include "app/yaml_document.hpp"

#include <sstream>

#include <yaml-cpp/eventhandler.h>

namespace moretta::app {

namespace {

// Hears where documents begin and nothing of what is in them.
class Beginnings final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override { last = mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& /*unused*/, YAML::anchor_t /*unused*/) override {}
  void OnAlias(const YAML::Mark& /*unused*/, YAML::anchor_t /*unused*/) override {}
  void OnScalar(const YAML::Mark& /*unused*/, const std::string& /*unused*/,
                YAML::anchor_t /*unused*/, const std::string& /*unused*/) override {}
  void OnSequenceStart(const YAML::Mark& /*unused*/, const std::string& /*unused*/,
                       YAML::anchor_t /*unused*/, YAML::EmitterStyle::value /*unused*/) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& /*unused*/, const std::string& /*unused*/,
                  YAML::anchor_t /*unused*/, YAML::EmitterStyle::value /*unused*/) override {}
  void OnMapEnd() override {}

  YAML::Mark last;
};

}  // namespace

YamlDocument load_document(const std::string& text) {
  YamlDocument document{.root = YAML::Load(text), .second = {}};
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  Beginnings beginnings;
  if (parser.HandleNextDocument(beginnings) && parser.HandleNextDocument(beginnings)) {
    document.second = beginnings.last;
  }
  return document;
}

}  // namespace moretta::app
