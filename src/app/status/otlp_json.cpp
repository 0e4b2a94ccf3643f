#include "app/status/otlp_json.hpp"

namespace moretta::app {

void otlp_attribute(std::string_view name, std::string_view value, JsonWriter& out) {
  out.object().member("key", name).key("value").object().member("stringValue", value);
  out.end_object().end_object();
}

void otlp_attribute(std::string_view name, std::int64_t value, JsonWriter& out) {
  out.object().member("key", name).key("value").object();
  out.member("intValue", fmt::format("{}", value)).end_object().end_object();
}

void otlp_begin(const JobFacts& facts, std::string_view resources, std::string_view scopes,
                std::string_view list, JsonWriter& out) {
  out.object().key(resources).array().object();
  out.key("resource").object().key("attributes").array();
  otlp_attribute("service.name", "moretta", out);
  otlp_attribute("service.version", facts.version, out);
  otlp_attribute("messaging.destination.name", facts.queue, out);
  otlp_attribute("db.collection.name", facts.table, out);
  out.end_array().end_object();
  out.key(scopes).array().object();
  out.key("scope").object().member("name", "moretta").member("version", facts.version).end_object();
  out.key(list).array();
}

std::string otlp_end(JsonWriter& out) {
  out.end_array().end_object().end_array().end_object().end_array().end_object();
  return out.take();
}

}  // namespace moretta::app
