#include "app/sample/sample.hpp"

#include <fstream>
#include <istream>
#include <unordered_map>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/errors.hpp"
#include "file/line_reader.hpp"
#include "record/document.hpp"

namespace moretta::app {

namespace {

namespace dom = simdjson::dom;

// RFC 6901 section 3.
std::string escaped(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '~' || c == '/') {
      out += c == '~' ? "~0" : "~1";
    } else {
      out += c;
    }
  }
  return out;
}

class SampleReader {
 public:
  Sample read(std::istream& in) {
    file::LineReader lines(in, body_bytes_max);
    while (const auto line = lines.next()) {
      if (line->bytes == 0) {
        continue;
      }
      if (sample_.events == sample_events_max) {
        sample_.has_more_events = true;
        break;
      }
      if (line->is_cut() || !take(line->text)) {
        ++sample_.bad_lines;
      }
    }
    return std::move(sample_);
  }

 private:
  bool take(std::string_view line) {
    dom::object object;
    if (parser_.parse(line.data(), line.size()).get(object) != simdjson::SUCCESS) {
      return false;
    }
    ++sample_.events;
    names_.clear();
    take(object, "");
    return true;
  }

  void take(const dom::object& object, const std::string& pointer) {
    for (const auto member : object) {
      names_.emplace_back(member.key);
      const std::string path = pointer + "/" + escaped(member.key);
      dom::object inner;
      if (member.value.get(inner) == simdjson::SUCCESS && inner.size() > 0) {
        take(inner, path);
      } else if (Field* field = field_at(path)) {
        take(member.value, *field);
      }
      names_.pop_back();
    }
  }

  static void take(const dom::element& value, Field& field) {
    ++field.seen;
    switch (value.type()) {
      case dom::element_type::NULL_VALUE:
        ++field.nulls;
        break;
      case dom::element_type::STRING:
        field.take_string(value.get_string().value());
        break;
      case dom::element_type::INT64:
        field.take_integer(value.get_int64().value());
        break;
      case dom::element_type::BOOL:
        ++field.booleans;
        break;
      case dom::element_type::UINT64:  // past what bigint holds
      case dom::element_type::DOUBLE:
        ++field.reals;
        break;
      case dom::element_type::ARRAY:
      case dom::element_type::OBJECT:  // an empty one
        ++field.lists;
        break;
    }
  }

  // Null if there are too many.
  Field* field_at(const std::string& pointer) {
    const auto found = index_.find(pointer);
    if (found != index_.end()) {
      return &sample_.fields[found->second];
    }
    if (sample_.fields.size() == sample_fields_max) {
      sample_.has_more_fields = true;
      return nullptr;
    }
    index_.emplace(pointer, sample_.fields.size());
    Field& field = sample_.fields.emplace_back();
    field.pointer = pointer;
    field.names = names_;
    return &field;
  }

  dom::parser parser_;
  Sample sample_;
  std::unordered_map<std::string, std::size_t> index_;
  std::vector<std::string> names_;  // the way to the value that is being read
};

}  // namespace

Sample read_sample(std::istream& in) {
  return SampleReader().read(in);
}

Sample read_sample_file(const std::string& path) {
  constexpr std::string_view hint = "name a file with one JSON object a line";
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) {
    throw Refused(fmt::format("cannot read {}: no such file, or no right to read it", path),
                  std::string(hint));
  }
  Sample sample = read_sample(file);
  if (sample.events == 0) {
    throw Refused(fmt::format("cannot learn from {}: no line of it is a JSON object", path),
                  std::string(hint));
  }
  return sample;
}

}  // namespace moretta::app
